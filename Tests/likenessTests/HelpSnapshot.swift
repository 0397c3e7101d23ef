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
      --defaults NAME
          Whose defaults hold where they differ. facefusion needs the models that FaceFusion takes by
          itself. Takes one of: likeness, facefusion. Default: likeness (not in FaceFusion)
      --report PATH
          Write the summary to this file as JSON. (FaceFusion has no such option)

    PROCESSORS:
      --processors NAME…
          What is done to each frame, in this order. Takes one or more of: face_swapper, face_enhancer,
          frame_enhancer, age_modifier, deep_swapper, expression_restorer, face_editor, frame_colorizer,
          background_remover, face_debugger. Default: face_swapper

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

    FACE RECOGNISER:
      --face-recognizer-model NAME
          Tells faces apart. auto takes arcface where the landmarker is a published one or a processor
          needs it. Takes one of: auto, dlib_face_recognition_resnet_v1, arcface. Default: auto (not in
          FaceFusion)

    FACE SELECTOR:
      --face-selector-mode NAME
          All faces, the first one, or those that look like the reference face. Takes one of: many, one,
          reference. Default: reference
      --face-selector-order NAME
          How faces are counted. Takes one of: left-right, right-left, top-bottom, bottom-top,
          small-large, large-small, best-worst, worst-best. Default: large-small
      --face-selector-gender NAME
          Only faces that the classifier guesses to be so; auto: as the largest source face. Takes one
          of: auto, female, male.
      --face-selector-race NAME
          Only faces that the classifier guesses to be so; auto: as the largest source face. Takes one
          of: auto, white, black, latino, asian, indian, arabic.
      --face-selector-age-start N
          Only faces guessed to be of this age or older. May be given alone (FaceFusion fails then).
          Takes a whole number from 0 to 100.
      --face-selector-age-end N
          Only faces guessed to be younger than this. May be given alone (FaceFusion fails then). Takes
          a whole number from 0 to 100.
      --reference-face-position N
          Which face of the reference frame is the reference, counted in the order above from 0. Takes a
          whole number. Default: 0
      --reference-face-distance N
          How unlike the reference a face may be: half the recogniser's distance; 0.3 is its limit for
          one person. Takes a number from 0 to 1. Default: 0.3
      --reference-frame-number N
          Frame of the target video with the reference face. Takes a whole number. Default: 0

    FACE TRACKER:
      --face-tracker-score N
          Overlap that links faces of neighbouring frames, so that gaps are filled; 0 is off. Takes a
          number from 0 to 0.5. Default: 0.0
      --target-frame-amount N
          Frames on each side that the tracker looks at. Takes a whole number from 0 to 10. Default: 2

    FACE MASK:
      --face-mask-types NAME…
          What limits the new face: the crop's edge, what covers the face, the areas, the regions. They
          add up. Takes one or more of: box, occlusion, area, region. Default: box occlusion
          (FaceFusion: box)
      --face-mask-areas NAME…
          What the mask area shows: the hull around all landmarks of these. Takes one or more of:
          upper-face, lower-face, mouth. Default: upper-face lower-face mouth
      --face-mask-regions NAME…
          What the mask region shows: the parts that the parser sees. Takes one or more of: skin,
          left-eyebrow, right-eyebrow, left-eye, right-eye, glasses, nose, mouth, upper-lip, lower-lip.
          Default: skin left-eyebrow right-eyebrow left-eye right-eye glasses nose mouth upper-lip
          lower-lip
      --face-occluder-model NAME
          Finds what covers the face. many asks all three of xseg. Takes one of: likeness_occluder_128,
          many, xseg_1, xseg_2, xseg_3. Default: likeness_occluder_128 (FaceFusion: xseg_1)
      --face-parser-model NAME
          Finds the regions of the face. Takes one of: bisenet_resnet_18, bisenet_resnet_34. Default:
          bisenet_resnet_34
      --face-mask-blur N
          Softness of the box mask. Takes a number from 0 to 1. Default: 0.3
      --face-mask-padding N…
          Percent of the face's box left out: top, right, bottom, left. Values out of range are refused.
          Takes 1 to 4 whole numbers from 0 to 100 (top, right, bottom, left). Default: 0 0 0 0

    FACE SWAPPER:
      --face-swapper-model NAME
          Swapper. likeness_mesh carries the source's own pixels over and needs no weights; the others
          are published networks, most of them not for commercial use (likeness models list). Takes one
          of: likeness_mesh, blendswap_256, ghost_1_256, ghost_2_256, ghost_3_256,
          hififace_unofficial_256, hyperswap_1a_256, hyperswap_1b_256, hyperswap_1c_256, inswapper_128,
          inswapper_128_fp16, simswap_256, simswap_unofficial_512, uniface_256. Default: likeness_mesh
          (FaceFusion: hyperswap_1a_256)
      --face-swapper-pixel-boost NAME
          Size of the crop for a network; by default the network's own. It runs 4 times for twice its
          size, 9 times for three times its size and so on. 384x384 of blendswap_256 counts as 512x512
          and 768x768 of simswap_unofficial_512 as 1024x1024. likeness_mesh has no need of it and
          ignores it. Takes one of: 128x128, 256x256, 384x384, 512x512, 768x768, 1024x1024.
      --face-swapper-weight N
          likeness_mesh: how far the face takes the source's form, from 0, the target's, to 1, the
          source's. Networks: below 0.5 the target's identity is mixed in, above it the face moves away
          from it; blendswap_256 and uniface_256 have no use for it. Takes a number from 0 to 1.
          Default: 0.5
      --face-swapper-eyes NAME
          likeness_mesh: whose eye openings are shown. The eyes look where the target looks either way.
          Takes one of: source, target. Default: source (not in FaceFusion)
      --face-swapper-interval N
          likeness_mesh: in video, the light and the masks of a followed face are taken afresh every so
          many frames, at least ten times a second, and carried along with it in between. Its place,
          pose and form are always those of the frame. Takes a whole number from 1 to 10. Default: 2
          (not in FaceFusion)

    FACE ENHANCER:
      --face-enhancer-model NAME
          Network that restores the faces. realesrgan-x4plus is open (BSD-3-Clause), the others are
          published models under their own licences. Takes one of: codeformer, gfpgan_1.2, gfpgan_1.3,
          gfpgan_1.4, gpen_bfr_256, gpen_bfr_512, gpen_bfr_1024, gpen_bfr_2048, restoreformer_plus_plus,
          realesrgan-x4plus. Default: gfpgan_1.4
      --face-enhancer-blend N
          Percent of the restored face in the result. Takes a whole number from 0 to 100. Default: 80
      --face-enhancer-weight N
          For codeformer: 0 restores most freely, 1 stays closest to the face as it is. Takes a number
          from 0 to 1. Default: 0.5

    FRAME ENHANCER:
      --frame-enhancer-model NAME
          Network that enlarges the frame; the end of its name says by how much. realesrgan-x4plus is
          open (BSD-3-Clause), the others are published models under their own licences. Takes one of:
          clear_reality_x4, face_dat_x4, nomos8k_sc_x4, real_esrgan_x2, real_esrgan_x2_fp16,
          real_esrgan_x4, real_esrgan_x4_fp16, real_esrgan_x8, real_esrgan_x8_fp16, real_hatgan_x4,
          real_web_photo_x4, realistic_rescaler_x4, remacri_x4, siax_x4, span_kendata_x4, swin2_sr_x4,
          tghq_face_x8, ultra_sharp_x4, ultra_sharp_2_x4, realesrgan-x4plus. Default: span_kendata_x4
      --frame-enhancer-blend N
          Percent of the network's picture in the result; the rest is a plain enlargement. Takes a whole
          number from 0 to 100. Default: 80

    AGE MODIFIER:
      --age-modifier-model NAME
          Network that changes the age. Takes one of: fran, styleganex_age. Default: fran
      --age-modifier-direction N
          Below 0 younger, above 0 older. fran adds it to the guessed age in years. Takes a whole number
          from -100 to 100. Default: 0

    DEEP SWAPPER:
      --deep-swapper-model NAME
          Model, vendor/name; custom/name is a file name.dfm or name.onnx of your own. Default:
          iperov/elon_musk_224
      --deep-swapper-morph N
          How far towards the model's face; only some models have it. Takes a whole number from 0 to
          100. Default: 100

    EXPRESSION RESTORER:
      --expression-restorer-model NAME
          Networks that see and draw the expression. Takes one of: live_portrait. Default: live_portrait
      --expression-restorer-factor N
          How much of the target's own expression is shown; 100 exaggerates it. Takes a whole number
          from 0 to 100. Default: 80
      --expression-restorer-areas NAME…
          Parts of the face to restore. Takes one or more of: upper-face, lower-face. Default:
          upper-face lower-face

    FACE EDITOR:
      --face-editor-model NAME
          Networks that see and draw the face. Takes one of: live_portrait. Default: live_portrait
      --face-editor-eyebrow-direction N
          Eyebrows down or up. Takes a number from -1 to 1. Default: 0
      --face-editor-eye-gaze-horizontal N
          Gaze to the side. Takes a number from -1 to 1. Default: 0
      --face-editor-eye-gaze-vertical N
          Gaze up or down. Takes a number from -1 to 1. Default: 0
      --face-editor-eye-open-ratio N
          Below 0 closes the eyes, above 0 opens them. Takes a number from -1 to 1. Default: 0
      --face-editor-lip-open-ratio N
          Below 0 closes the lips, above 0 opens them. Takes a number from -1 to 1. Default: 0
      --face-editor-mouth-grim N
          Grim mouth. Takes a number from -1 to 1. Default: 0
      --face-editor-mouth-pout N
          Pout. Takes a number from -1 to 1. Default: 0
      --face-editor-mouth-purse N
          Purse. Takes a number from -1 to 1. Default: 0
      --face-editor-mouth-smile N
          Smile. Takes a number from -1 to 1. Default: 0
      --face-editor-mouth-position-horizontal N
          Mouth to the side. Takes a number from -1 to 1. Default: 0
      --face-editor-mouth-position-vertical N
          Mouth up or down. Takes a number from -1 to 1. Default: 0
      --face-editor-head-pitch N
          Nod, 20 degrees for each end. Takes a number from -1 to 1. Default: 0
      --face-editor-head-yaw N
          Turn, 60 degrees for each end. Takes a number from -1 to 1. Default: 0
      --face-editor-head-roll N
          Lean, 15 degrees for each end. Takes a number from -1 to 1. Default: 0

    FRAME COLORIZER:
      --frame-colorizer-model NAME
          Network that guesses the colours. Published models under their own licences. Takes one of:
          ddcolor, ddcolor_artistic, deoldify, deoldify_artistic, deoldify_stable. Default: ddcolor
      --frame-colorizer-size NAME
          Size at which the network sees the frame. Larger is slower and finer. Takes one of: 192x192,
          256x256, 384x384, 512x512. Default: 256x256
      --frame-colorizer-blend N
          Percent of the coloured frame in the result; the rest is the frame as it came. Takes a whole
          number from 0 to 100. Default: 100

    BACKGROUND REMOVER:
      --background-remover-model NAME
          Network that finds the subject. corridor_key is made for green screens. Published models under
          their own licences. Takes one of: ben_2, birefnet_general, birefnet_portrait,
          corridor_key_1024, corridor_key_2048, isnet_general, modnet, ormbg, rmbg_1.4, rmbg_2.0,
          silueta, u2net_cloth, u2net_general, u2net_human, u2netp. Default: modnet
      --background-remover-fill-color N…
          Colour painted behind the subject: red, green, blue and how strongly (0 paints nothing). Takes
          1 to 4 whole numbers from 0 to 255 (red, green, blue, alpha). Default: 0 0 0 0
      --background-remover-despill-color N…
          Colour whose cast is taken out of the subject, such as that of a green screen; the last number
          is how strongly. Takes 1 to 4 whole numbers from 0 to 255 (red, green, blue, alpha). Default:
          0 0 0 0

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
          Size of the picture relative to the target. Without it as large as the processors make it.
          Takes a number from 0.25 to 8. (FaceFusion: 1.0)
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
          of: libx264, libx264rgb, libx265, libvpx-vp9, h264_nvenc, hevc_nvenc, av1_nvenc, h264_amf,
          hevc_amf, h264_qsv, hevc_qsv, h264_videotoolbox, hevc_videotoolbox, rawvideo.
      --output-video-preset NAME
          Speed of the encoder against size of the file. quick is ours: veryfast without the searches
          that save least. Takes one of: ultrafast, superfast, quick, veryfast, faster, fast, medium,
          slow, slower, veryslow. Default: quick (FaceFusion: veryfast)
      --output-video-quality N
          Quality of the picture; 80 is crf 10 for libx264. Takes a whole number from 0 to 100. Default:
          80
      --output-video-scale N
          Size of the video relative to the target. Without it as large as the processors make it. Takes
          a number from 0.25 to 8. (FaceFusion: 1.0)
      --output-video-fps N
          Frames a second; the length stays. Without it every frame keeps its own time. FaceFusion stops
          at 60. Takes a number from 1 to 240.
      --on-damage NAME
          What to do when the target is damaged: stop, or use what can be read. Takes one of: stop,
          continue. Default: stop (not in FaceFusion)
      --limit-megapixels N
          Larger pictures and videos are refused before they are decoded. Takes a number from 0.01 to
          1000. Default: 64 (not in FaceFusion)

    SAFEGUARDS:
      --consent-statement TEXT
          In your words: that the people shown are adults and have agreed. Kept in the audit log.
          (FaceFusion has no such option)

    EXECUTION:
      --execution-providers NAME…
          Where the networks run. A named provider that cannot start is an error; auto takes the best
          that can. Takes one or more of: auto, cuda, tensorrt, rocm, migraphx, coreml, openvino, qnn,
          directml, cpu, or a name of --execution-provider-library. Default: auto (FaceFusion: the first
          one that the runtime offers)
      --execution-provider-library NAME=PATH…
          Libraries with execution providers of their own, made for ONNX Runtime's plug-in interface,
          and the names that --execution-providers then knows them by. Takes one or more of the form
          NAME=PATH. (FaceFusion has no such option)
      --execution-device-ids ID…
          Cards to use, by number or UUID (nvidia-smi -L); of an instance of a divided card, its UUID.
          Takes one or more numbers (0, 1, …) or UUIDs (GPU-…, MIG-…). Default: 0
      --precision NAME
          Numbers inside the networks. fp16 is kept for a network only where it gives the same answer as
          fp32; auto is fp16 on cards with tensor cores, fp32 elsewhere. Takes one of: auto, fp32, fp16.
          Default: auto (not in FaceFusion)
      --gpu-memory-limit SIZE
          Most of a card's memory that may be taken. Without it whatever is free. Takes a size or a
          share, such as 8GB, 500MB or 80%. (FaceFusion has no such option)
      --cuda-tf32 NAME
          Whether fp32 networks may multiply with 10 bits of mantissa on cards of compute capability 8
          and newer. Takes one of: on, off. Default: on (not in FaceFusion)
      --cudnn-search NAME
          How cuDNN finds the algorithm of a convolution, before the first frame: by measuring all, by
          its guess, or always the same. Without it exhaustive, but default on cards of the GTX 16
          family. Takes one of: exhaustive, heuristic, default. (FaceFusion has no such option)
      --video-decoder NAME
          Who decodes videos: cuda is NVDEC on the first of the devices. Where it cannot, the CPU does.
          Takes one of: auto, cpu, cuda. Default: auto (not in FaceFusion)
      --video-memory-strategy NAME
          Models kept loaded between runs of one process: none, those that find and mask faces, all.
          Takes one of: strict, moderate, tolerant. Default: strict
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
