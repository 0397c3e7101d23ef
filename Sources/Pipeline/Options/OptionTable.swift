public import Processors

/// Options that belong together, under one heading of the help.
public struct OptionGroup: Sendable {
  public let title: String
  public let options: [OptionSpec]

  public init(_ title: String, _ options: [OptionSpec]) {
    self.title = title
    self.options = options
  }
}

/// Every option of the program, by group. Names, values and defaults are FaceFusion's where it has the option.
public enum OptionTable {
  /// Options of `run`.
  public static let run: [OptionGroup] =
    [paths, processors] + faces + ProcessorRegistry.all.map { OptionGroup($0.title, $0.options) }
    + [trim, output, safeguards, execution, misc]

  /// Options of `benchmark`: its own, and those of the runs that it measures.
  public static let benchmark: [OptionGroup] =
    [measurement] + faces + [
      OptionGroup(ProcessorKind.faceSwapper.title, ProcessorKind.faceSwapper.options), encoding, execution, misc,
    ]

  static let measurement = OptionGroup(
    "Benchmark",
    [
      OptionSpec(
        "models", section: nil, .choice(["open", "full"]), default: "open", peer: "-",
        help: "full builds the published networks with random weights, at their real cost and without a download, and "
          + "measures them alone and in the program, at 1080p where --benchmark-resolutions says nothing else. On a "
          + "processor a frame takes seconds: give few --benchmark-frames."),
      OptionSpec(
        "model-thinness", section: nil, .integer(1...64), default: "1", peer: "-",
        help: "For --models full: divides the networks' channels, to try the benchmark itself out."),
      OptionSpec(
        "benchmark-mode", section: "benchmark", .choice(["warm", "cold"]), default: "warm",
        help: "warm makes one run first that does not count."),
      OptionSpec(
        "benchmark-resolutions", section: "benchmark", .choices(Benchmark.resolutions),
        default: "360p 720p 1080p 2160p", peer: "240p", help: "Clips to make."),
      OptionSpec(
        "benchmark-cycle-count", section: "benchmark", .integer(1...10), default: "3", peer: "5",
        help: "Timed runs of each clip."),
      OptionSpec(
        "benchmark-frames", section: nil, .integer(1...10000), default: "150", peer: "-",
        help: "Frames of a clip, 30 a second."),
      OptionSpec(
        "sample", section: nil, .path, peer: "-",
        help: "Portrait that the clips show. Without it Samples/collins.png above the program or the working folder."),
      OptionSpec(
        "source-path", section: nil, .path, peer: "-",
        help: "Photo of the face put in; without it hopper.jpg beside the portrait, else the portrait."),
      OptionSpec("json", section: nil, .flag, peer: "-", help: "Print JSON instead of tables."),
      OptionSpec("report", section: nil, .path, peer: "-", help: "Write JSON to this file as well."),
      configPath,
    ])

  /// Options of `faces`.
  public static let faceListing: [OptionGroup] = [drawing, detector, landmarker, recognizer, ordering, execution, misc]

  static let drawing = OptionGroup(
    "Files",
    [
      OptionSpec(
        "frame-number", section: nil, .integer(0...Int(Int32.max)), default: "0", peer: "-",
        help: "Which frame of a video is looked at, counted from 0."),
      OptionSpec("draw", section: nil, .path, peer: "-", help: "Write the picture with the faces drawn to this file."),
      configPath, limitMegapixels,
    ])

  static let configPath = OptionSpec(
    "config-path", section: nil, .path, peer: "facefusion.ini",
    help: "Options as an ini file. Without it likeness.ini of the working folder is read, else facefusion.ini.")

  static let whoseDefaults = OptionSpec(
    "defaults", section: nil, .choice(["likeness", "facefusion"]), default: "likeness", peer: "-",
    help: "Whose defaults hold where they differ. facefusion needs the models that FaceFusion takes by itself.")

  static let paths = OptionGroup(
    "Files",
    [
      OptionSpec(
        "source-paths", aliases: ["source"], short: "s", section: "paths", .paths,
        help: "Photos, folders of photos, or clips of the person whose face is put in. The best match is used."),
      OptionSpec(
        "target-path", aliases: ["target"], short: "t", section: "paths", .path,
        help: "The photo or video whose faces are replaced."),
      OptionSpec(
        "output-path", aliases: ["output"], short: "o", section: "paths", .path,
        help: "The result. An existing file is replaced once the run has succeeded."),
      OptionSpec(
        "temp-path", section: "paths", .path, peer: "the system's folder",
        help: "Folder for the unfinished output; without it the unfinished output lies beside the result."),
      configPath, whoseDefaults,
      OptionSpec("report", section: nil, .path, peer: "-", help: "Write the summary to this file as JSON."),
    ])

  static let processors = OptionGroup(
    "Processors",
    [
      OptionSpec(
        "processors", section: "processors", .choices(ProcessorRegistry.all.map(\.name)), default: "face_swapper",
        help: "What is done to each frame, in this order.")
    ])

  static let safeguards = OptionGroup(
    "Safeguards",
    [
      OptionSpec(
        "consent-statement", section: nil, .text, peer: "-",
        help: "In your words: that the people shown are adults and have agreed. Kept in the audit log.")
    ])

  static let trim = OptionGroup(
    "Part of the video",
    [
      OptionSpec(
        "trim-frame-start", section: "frame_extraction", .integer(0...Int(Int32.max)),
        help: "First frame, counted from 0."),
      OptionSpec(
        "trim-frame-end", section: "frame_extraction", .integer(0...Int(Int32.max)),
        help: "Frame after the last one; the video may end before."),
    ])
}
