import Inference
import Media
import Processors

extension OptionTable {
  static let execution = OptionGroup(
    "Execution",
    [
      OptionSpec(
        "execution-providers", section: "execution", .form(ExecutionForms.providers), default: "auto",
        peer: "the first one that the runtime offers",
        help: "Where the networks run. A named provider that cannot start is an error; auto takes the best that can."),
      OptionSpec(
        "execution-provider-library", section: "execution", .form(ExecutionForms.library), peer: "-",
        help:
          "Libraries with execution providers of their own, made for ONNX Runtime's plug-in interface, and the names "
          + "that --execution-providers then knows them by."),
      OptionSpec(
        "execution-device-ids", section: "execution", .form(ExecutionForms.devices), default: "0",
        help: "Cards to use, by number or UUID (nvidia-smi -L); of an instance of a divided card, its UUID."),
      OptionSpec(
        "precision", section: "execution", .choice(Precision.allCases.map(\.rawValue)),
        default: Precision.auto.rawValue, peer: "-",
        help:
          "Numbers inside the networks. fp16 is kept for a network only where it gives the same answer as fp32; auto "
          + "is fp16 on cards with tensor cores, fp32 elsewhere."),
      OptionSpec(
        "gpu-memory-limit", section: "execution", .form(ExecutionForms.memory), peer: "-",
        help: "Most of a card's memory that may be taken. Without it whatever is free."),
      OptionSpec(
        "cuda-tf32", section: "execution", .choice(["on", "off"]), default: "on", peer: "-",
        help: "Whether fp32 networks may multiply with 10 bits of mantissa on cards of compute capability 8 and newer."),
      OptionSpec(
        "cudnn-search", section: "execution", .choice(ExecutionForms.searches.map(\.name)), peer: "-",
        help:
          "How cuDNN finds the algorithm of a convolution, before the first frame: by measuring all, by its guess, or "
          + "always the same. Without it exhaustive, but default on cards of the GTX 16 family."),
      OptionSpec(
        "video-decoder", section: "execution", .choice(VideoDecoder.allCases.map(\.rawValue)), default: "auto",
        peer: "-",
        help: "Who decodes videos: cuda is NVDEC on the first of the devices. Where it cannot, the CPU does."),
      OptionSpec(
        "video-memory-strategy", section: "memory", .choice(MemoryStrategy.allCases.map(\.rawValue)),
        default: "strict",
        help: "Models kept loaded between runs of one process: none, those that find and mask faces, all."),
      OptionSpec(
        "execution-thread-count", section: "execution", .integer(1...32), peer: "8",
        help: "Frames worked on at the same time. Without it the number of cores."),
      OptionSpec(
        "onnxruntime-path", section: nil, .path, peer: "-",
        help: "The ONNX Runtime library. Without it: the environment, the cache folder, the system."),
      OptionSpec(
        "models-path", section: nil, .path, peer: "-",
        help: "A folder of models brought by hand: a file there is used before the one in Likeness' own folder."),
    ])
}

/// What the options of a device take.
enum ExecutionForms {
  /// Built-in names, and whatever a library is given as; which ones are known is checked with all options at hand.
  static let providers = OptionForm(
    placeholder: "NAME…", takesSeveral: true,
    description: "one or more of: "
      + (["auto"] + ExecutionProvider.allCases.map(\.rawValue)).joined(separator: ", ")
      + ", or a name of --execution-provider-library"
  ) { $0.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) } }

  static let library = OptionForm(
    placeholder: "NAME=PATH…", takesSeveral: true, description: "one or more of the form NAME=PATH"
  ) { (try? ProviderPlugin(text: $0)) != nil }

  static let devices = OptionForm(
    placeholder: "ID…", takesSeveral: true, description: "one or more numbers (0, 1, …) or UUIDs (GPU-…, MIG-…)"
  ) { text in
    if let number = Int(text) { return number >= 0 }
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, ["gpu", "mig"].contains(parts[0].lowercased()) else { return false }
    return parts[1].allSatisfy { $0.isHexDigit || $0 == "-" }
  }

  static let memory = OptionForm(
    placeholder: "SIZE", takesSeveral: false, description: "a size or a share, such as 8GB, 500MB or 80%"
  ) { (try? MemoryLimit(text: $0)) != nil }

  /// As users write them.
  static let searches: [(name: String, search: CUDAOptions.ConvolutionSearch)] = [
    ("exhaustive", .exhaustive), ("heuristic", .heuristic), ("default", .standard),
  ]
}
