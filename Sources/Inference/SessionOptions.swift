/// How a model is loaded and run.
public struct SessionOptions: Sendable, Hashable {
  public enum ProviderChoice: Sendable, Hashable {
    /// The first available provider that starts, in the order of ``ExecutionProvider``.
    case auto
    /// These, in order of preference; each must be there and start. What none of them takes runs on the CPU.
    case list([ExecutionProvider])
  }

  public var providers: ProviderChoice
  /// The card or device, 0 the first.
  public var deviceID: Int
  /// Threads inside one operator, 1… ; with 1 a run stays on the calling thread and frames run side by side.
  public var intraOpThreads: Int
  /// Single options of a provider, under the runtime's own names; they win over ours.
  public var providerOptions: [ExecutionProvider: [String: String]]
  /// Where TensorRT, MIGraphX and CoreML keep compiled models; nil = `cache/onnxruntime-<version>` in Likeness' home.
  public var cacheFolder: String?
  /// Sessions of the same bytes and options share one loaded model (weights once in memory) where the provider allows
  /// several runs at a time. Each session still has tensors, names and cancellation of its own.
  public var sharesModel: Bool
  /// After each run, look for infinity and "not a number" in float outputs and throw instead of going on.
  public var checksFinite: Bool
  /// The number type that the model's inside is computed in.
  public var precision: Precision
  /// Float inputs and outputs become half precision, whatever the inside is computed in: for crops that are made on a
  /// card. A model where that cannot be done keeps them; see ``InferenceSession/inputs``.
  public var halfInterface: Bool
  /// Shapes, by input name, of the input that half and single precision are compared with; needed for models that
  /// leave sizes open and do not take pictures of 256 × 256.
  public var warmUpShapes: [String: [Int]]
  public var cuda: CUDAOptions
  /// Whether the sessions of one model put their runs together.
  public var batching: Batching

  public init(
    providers: ProviderChoice = .auto, deviceID: Int = 0, intraOpThreads: Int = 1,
    providerOptions: [ExecutionProvider: [String: String]] = [:], cacheFolder: String? = nil, sharesModel: Bool = true,
    checksFinite: Bool = false, precision: Precision = .auto, halfInterface: Bool = false,
    warmUpShapes: [String: [Int]] = [:], cuda: CUDAOptions = CUDAOptions(),
    batching: Batching = .off
  ) {
    self.providers = providers
    self.deviceID = deviceID
    self.intraOpThreads = intraOpThreads
    self.providerOptions = providerOptions
    self.cacheFolder = cacheFolder
    self.sharesModel = sharesModel
    self.checksFinite = checksFinite
    self.precision = precision
    self.halfInterface = halfInterface
    self.warmUpShapes = warmUpShapes
    self.cuda = cuda
    self.batching = batching
  }
}
