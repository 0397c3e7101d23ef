/// Frozen help texts: a change of an option has to be meant.
enum HelpSnapshot {
  static let run = #"""
    OVERVIEW:
      Puts the face of the source into a picture or a video. Names, values and defaults of the options
      are FaceFusion's where nothing else is said.

    USAGE:
      likeness run --source-paths PATH… --target-path PATH --output-path PATH [options]

    FILES:
      -s, --source-paths, --source PATH…
          Photos, folders of photos, or clips of the person whose face is put in. The best match is
          used.
      -t, --target-path, --target PATH
          The photo or video whose faces are replaced.
      -o, --output-path, --output PATH
          The result. An existing file is replaced once the run has succeeded.
      --temp-path PATH
          Folder for the unfinished output; without it the unfinished output lies beside the result.
          (FaceFusion: the system's folder)
      --config-path PATH
          Options as an ini file. Without it likeness.ini of the working folder is read, else
          facefusion.ini. (FaceFusion: facefusion.ini)
      --report PATH
          Write the summary to this file as JSON. (FaceFusion has no such option)

    PROCESSORS:
      --processors NAME…
          What is done to each frame, in this order. Takes one or more of: face_swapper, face_debugger.
          Default: face_swapper

    FACE DETECTOR:
      --face-detector-model NAME
          Published: retinaface, scrfd, yolo_face, yunet; many asks the first three. Open pack:
          centerface is thorough, blazeface_full_range fast, open_many asks both. Takes one of:
          retinaface, scrfd, yolo_face, yunet, many, centerface, blazeface_full_range, open_many.
          Default: centerface (FaceFusion: yolo_face)
      --face-detector-size NAME
          Picture the detector sees: 192x192 for blazeface_full_range, else one of the others, usually
          640x640. Takes one of: 160x160, 320x320, 480x480, 512x512, 640x640, 960x960, 1280x1280,
          192x192.
      --face-detector-margin N…
          Black margin around the picture in percent. Values out of range are refused (FaceFusion takes
          them as 0). Takes 1 to 4 whole numbers from 0 to 100 (top, right, bottom, left). Default: 0 0
          0 0
      --face-detector-angles N…
          Turned faces that are looked for. Takes one or more of: 0, 90, 180, 270. Default: 0
      --face-detector-score N
          Least score of a find. Any value in the range, not only steps of 0.05. Takes a number from 0
          to 1. Default: 0.5
      --detect-interval N
          In video faces are followed; every so many frames the whole picture is searched for new ones.
          Takes a whole number from 1 to 300. Default: 10 (not in FaceFusion)

    FACE LANDMARKER:
      --face-landmarker-model NAME
          face_mesh_478 and face_mesh_468 lay a mesh, the latter is lighter and has no irises; 2dfan4,
          peppa_wutz and many (both) are published and place 68 points. Takes one of: face_mesh_478,
          face_mesh_468, 2dfan4, peppa_wutz, many. Default: face_mesh_478 (FaceFusion: 2dfan4)
      --face-landmarker-score N
          Least confidence of a mesh; a face whose mesh scores lower is not used. A published landmarker
          that scores lower leaves the alignment to the detector; 0 does without it. Takes a number from
          0 to 1. Default: 0.5

    FACE SELECTOR:
      --face-selector-mode NAME
          All faces, the first one, or those that look like the reference face. Takes one of: many, one,
          reference. Default: reference
      --face-selector-order NAME
          How faces are counted. Takes one of: left-right, right-left, top-bottom, bottom-top,
          small-large, large-small, best-worst, worst-best. Default: large-small
      --reference-face-position N
          Which face of the reference frame is the reference, counted in the order above from 0. Takes a
          whole number. Default: 0
      --reference-face-distance N
          How unlike the reference a face may be: half the recogniser's distance; 0.3 is its limit for
          one person. Takes a number from 0 to 1. Default: 0.3
      --reference-frame-number N
          Frame of the target video with the reference face. Takes a whole number. Default: 0

    FACE MASK:
      --face-mask-types NAME…
          Masks, multiplied. Takes one or more of: box, occlusion. Default: box occlusion (FaceFusion:
          box)
      --face-occluder-model NAME
          Finds what covers the face. Takes one of: likeness_occluder_128. Default:
          likeness_occluder_128 (FaceFusion: xseg_1)
      --face-mask-blur N
          Softness of the box mask. Takes a number from 0 to 1. Default: 0.3
      --face-mask-padding N…
          Percent of the face's box left out: top, right, bottom, left. Values out of range are refused.
          Takes 1 to 4 whole numbers from 0 to 100 (top, right, bottom, left). Default: 0 0 0 0

    FACE SWAPPER:
      --face-swapper-model NAME
          Swapper. likeness_mesh carries the source's own pixels over and needs no weights; the
          others are published networks, most of them not for commercial use (likeness models list).
          Takes one of: likeness_mesh, blendswap_256, ghost_1_256, ghost_2_256, ghost_3_256,
          hififace_unofficial_256, hyperswap_1a_256, hyperswap_1b_256, hyperswap_1c_256,
          inswapper_128, inswapper_128_fp16, simswap_256, simswap_unofficial_512, uniface_256.
          Default: likeness_mesh (FaceFusion: hyperswap_1a_256)
      --face-swapper-pixel-boost NAME
          Size of the crop for a network; by default the network's own. It runs 4 times for twice
          its size, 9 times for three times its size and so on. 384x384 of blendswap_256 counts as
          512x512 and 768x768 of simswap_unofficial_512 as 1024x1024. likeness_mesh has no need of
          it and ignores it. Takes one of: 128x128, 256x256, 384x384, 512x512, 768x768, 1024x1024.
      --face-swapper-weight N
          likeness_mesh: how far the face takes the source's form, from 0, the target's, to 1, the
          source's. Networks: below 0.5 the target's identity is mixed in, above it the face moves
          away from it; blendswap_256 and uniface_256 have no use for it. Takes a number from 0 to
          1. Default: 0.5
      --face-swapper-eyes NAME
          likeness_mesh: whose eye openings are shown. The eyes look where the target looks either
          way. Takes one of: source, target. Default: source (not in FaceFusion)

    FACE DEBUGGER:
      --face-debugger-items NAME…
          What is drawn on the faces. Takes one or more of: bounding-box, face-mask, face-landmark-5,
          face-landmark-5/68, face-landmark-68, face-landmark-68/5. Default: face-landmark-5/68
          face-mask

    PART OF THE VIDEO:
      --trim-frame-start N
          First frame, counted from 0. Takes a whole number from 0 to 2147483647.
      --trim-frame-end N
          Frame after the last one; the video may end before. Takes a whole number from 0 to 2147483647.

    OUTPUT:
      --output-image-quality N
          Quality of JPEG and WebP pictures. Takes a whole number from 0 to 100. Default: 80
      --output-image-scale N
          Size of the picture relative to the target. Takes a number from 0.25 to 8. Default: 1.0
      --output-audio-encoder NAME
          copy keeps every track as it is where the container allows; a volume other than 100 needs an
          encoder. Takes one of: copy, flac, aac, libmp3lame, libopus, libvorbis, pcm_s16le, pcm_s32le.
          Default: copy (FaceFusion: the first one that FFmpeg offers)
      --output-audio-quality N
          Quality of re-encoded sound. Takes a whole number from 0 to 100. Default: 80
      --output-audio-volume N
          Loudness in percent; 0 leaves the sound out. Takes a whole number from 0 to 100. Default: 100
      --output-video-encoder NAME
          Without it the first of the list that fits the container and works on this machine. Takes one
          of: libx264, libx264rgb, libx265, libvpx-vp9, h264_nvenc, hevc_nvenc, h264_amf, hevc_amf,
          h264_qsv, hevc_qsv, h264_videotoolbox, hevc_videotoolbox, rawvideo.
      --output-video-preset NAME
          Speed of the encoder against size of the file. Takes one of: ultrafast, superfast, veryfast,
          faster, fast, medium, slow, slower, veryslow. Default: veryfast
      --output-video-quality N
          Quality of the picture; 80 is crf 10 for libx264. Takes a whole number from 0 to 100. Default:
          80
      --output-video-scale N
          Size of the video relative to the target. Takes a number from 0.25 to 8. Default: 1.0
      --output-video-fps N
          Frames a second; the length stays. Without it every frame keeps its own time. FaceFusion stops
          at 60. Takes a number from 1 to 240.
      --on-damage NAME
          What to do when the target is damaged: stop, or use what can be read. Takes one of: stop,
          continue. Default: stop (not in FaceFusion)
      --limit-megapixels N
          Larger pictures and videos are refused before they are decoded. Takes a number from 0.01 to
          1000. Default: 64 (not in FaceFusion)

    EXECUTION:
      --execution-providers NAME…
          Where the networks run. A named provider that cannot start is an error; auto takes the best
          that can. Takes one or more of: auto, cuda, tensorrt, rocm, migraphx, coreml, openvino, qnn,
          directml, cpu. Default: auto (FaceFusion: the first one that the runtime offers)
      --execution-device-ids N…
          Devices to use. Takes one or more whole numbers. Default: 0
      --execution-thread-count N
          Frames worked on at the same time. Without it the number of cores. Takes a whole number from 1
          to 32. (FaceFusion: 8)
      --onnxruntime-path PATH
          The ONNX Runtime library. Without it: the environment, the cache folder, the system.
          (FaceFusion has no such option)
      --models-path PATH
          A folder of models brought by hand: a file there is used before the one in Likeness' own
          folder. (FaceFusion has no such option)

    MESSAGES:
      --log-level NAME
          Least important message shown. error and warn hide the progress as well. Takes one of: error,
          warn, info, debug. Default: info
      --log-format NAME
          json writes one object a line to stderr. Takes one of: text, json. Default: text (not in
          FaceFusion)

    Options may be shortened while they stay unambiguous. Defaults can be set in an ini file.

    """#
}
