public import Inference

/// Where the networks run that a worker makes for itself.
public struct WorkerPlace: Sendable {
  /// The card or device; nil = the one of the options.
  public var deviceID: Int?
  /// Whether the workers put their runs together.
  public var batching: Batching

  public init(deviceID: Int? = nil, batching: Batching = .off) {
    self.deviceID = deviceID
    self.batching = batching
  }
}

extension FaceNetworks {
  /// The place of the worker that is being made on this thread; nil outside of workers. Plans make their workers'
  /// networks without knowing of cards; who makes the workers says where they are.
  @TaskLocal public static var place: WorkerPlace?
}
