/// How models run on an NVIDIA card. None of the defaults was measured by us yet; each says where it comes from.
public struct CUDAOptions: Sendable, Hashable {
  /// How cuDNN finds the algorithm of a convolution. The search runs at the first run of each input shape, so it
  /// belongs into warm-up.
  public enum ConvolutionSearch: String, Sendable, Hashable, CaseIterable {
    /// Tries all and measures them: seconds at the first run, the fastest afterwards.
    case exhaustive = "EXHAUSTIVE"
    /// cuDNN's guess: no delay.
    case heuristic = "HEURISTIC"
    /// One fixed algorithm.
    case standard = "DEFAULT"
  }

  /// Matrix products and convolutions of float32 models with 10-bit mantissas (compute capability 8.0 and newer).
  /// On, as the runtime has it: the range stays that of float32, the error that of half precision.
  public var allowsTF32: Bool
  /// nil: exhaustive, but cuDNN's fixed choice where a GTX 16 card is in the machine (the peer's rule).
  public var convolutionSearch: ConvolutionSearch?
  /// Lets the search try algorithms that need much working memory. On, as the runtime has it: without it cuDNN is
  /// held to 32 MB and the fastest half-precision algorithms fall away. A memory limit still holds.
  public var usesMaximumWorkspace: Bool
  /// The most memory the runtime's arena may take, in bytes; nil: whatever is there.
  public var memoryLimit: Int?
  /// Lets the arena grow by what is asked for instead of by powers of two, which take up to twice the memory of the
  /// models. On: our shapes are fixed, so there is nothing to grow into, and several processes share a card.
  public var growsExactly: Bool
  /// Records the kernels of the first run and replays them: no launch costs. Only for sessions bound to fixed device
  /// tensors (``BoundSession``) whose nodes are all on the card.
  public var capturesGraph: Bool
  /// The driver's handle (`CUstream`) of the stream that everything of the session is queued on; nil: a stream of the
  /// runtime's own. It must outlive the session.
  public var stream: UInt?
  /// Whoever opens the session has asked the card's budget for all of it.
  var isCounted = false

  public init(
    allowsTF32: Bool = true, convolutionSearch: ConvolutionSearch? = nil, usesMaximumWorkspace: Bool = true,
    memoryLimit: Int? = nil, growsExactly: Bool = true, capturesGraph: Bool = false, stream: UInt? = nil
  ) {
    self.allowsTF32 = allowsTF32
    self.convolutionSearch = convolutionSearch
    self.usesMaximumWorkspace = usesMaximumWorkspace
    self.memoryLimit = memoryLimit
    self.growsExactly = growsExactly
    self.capturesGraph = capturesGraph
    self.stream = stream
  }

  /// Everything but the stream, which is no text.
  func runtimeOptions(device: String, convolutionSearch fallback: ConvolutionSearch) -> [String: String] {
    var values = [
      "device_id": device, "cudnn_conv_algo_search": (convolutionSearch ?? fallback).rawValue,
      "cudnn_conv_use_max_workspace": usesMaximumWorkspace ? "1" : "0", "use_tf32": allowsTF32 ? "1" : "0",
      "arena_extend_strategy": growsExactly ? "kSameAsRequested" : "kNextPowerOfTwo",
    ]
    if let memoryLimit { values["gpu_mem_limit"] = String(max(0, memoryLimit)) }
    if capturesGraph { values["enable_cuda_graph"] = "1" }
    return values
  }
}
