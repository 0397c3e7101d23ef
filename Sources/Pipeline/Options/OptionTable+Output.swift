import Media
import Processors

extension OptionTable {
  static let output = OptionGroup(
    "Output",
    [
      OptionSpec(
        "output-image-quality", section: "output_creation", .integer(0...100), default: "80",
        help: "Quality of JPEG and WebP pictures."),
      OptionSpec(
        "output-image-scale", section: "output_creation", .number(0.25...8), peer: "1.0",
        help: "Size of the picture relative to the target. Without it as large as the processors make it."),
      OptionSpec(
        "output-audio-encoder", section: "output_creation", .choice(["copy"] + AudioEncoder.allCases.map(\.rawValue)),
        default: "copy",
        peer: "the first one that FFmpeg offers",
        help: "copy keeps every track as it is where the container allows; a volume other than 100 needs an encoder."),
      OptionSpec(
        "output-audio-quality", section: "output_creation", .integer(0...100), default: "80",
        help: "Quality of re-encoded sound."),
      OptionSpec(
        "output-audio-volume", section: "output_creation", .integer(0...100), default: "100",
        help: "Loudness in percent; 0 leaves the sound out."),
    ] + encoding.options + [
      OptionSpec(
        "output-video-scale", section: "output_creation", .number(0.25...8), peer: "1.0",
        help: "Size of the video relative to the target. Without it as large as the processors make it."),
      OptionSpec(
        "output-video-fps", section: "output_creation", .number(1...240),
        help: "Frames a second; the length stays. Without it every frame keeps its own time. FaceFusion stops at 60."),
      OptionSpec(
        "on-damage", section: "output_creation", .choice(["stop", "continue"]), default: "stop", peer: "-",
        help: "What to do when the target is damaged: stop, or use what can be read."),
      limitMegapixels,
    ])

  static let encoding = OptionGroup(
    "Encoding",
    [
      OptionSpec(
        "output-video-encoder", section: "output_creation", .choice(VideoEncoder.allCases.map(\.rawValue)),
        help: "Without it the first of the list that fits the container and works on this machine."),
      OptionSpec(
        "output-video-preset", section: "output_creation", .choice(VideoPreset.allCases.map(\.rawValue)),
        default: "quick", peer: "veryfast",
        help: "Speed of the encoder against size of the file. quick is ours: veryfast without the searches that "
          + "save least."),
      OptionSpec(
        "output-video-quality", section: "output_creation", .integer(0...100), default: "80",
        help: "Quality of the picture; 80 is crf 10 for libx264."),
    ])

  static let limitMegapixels = OptionSpec(
    "limit-megapixels", section: "output_creation", .number(0.01...1000), default: "64", peer: "-",
    help: "Larger pictures and videos are refused before they are decoded.")

  static let misc = OptionGroup(
    "Messages",
    [
      OptionSpec(
        "log-level", section: "misc", .choice(["error", "warn", "info", "debug"]), default: "info",
        help: "Least important message shown. error and warn hide the progress as well."),
      OptionSpec(
        "log-format", section: "misc", .choice(["text", "json"]), default: "text", peer: "-",
        help: "json writes one object a line to stderr."),
    ])
}
