/// The values of `--precision`.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  /// Half precision on cards of compute capability 7.0 and newer (tensor cores), single precision elsewhere.
  case auto
  /// The numbers of the file.
  case fp32
  /// Half precision inside of the network, kept only when it gives the same answer (``PrecisionCheck``).
  case fp16

  /// What to use on this provider and device; `capability` is nil where there is no NVIDIA card.
  public func resolved(provider: ExecutionProvider, capability: ComputeCapability?) -> Precision {
    guard self == .auto else { return self }
    guard provider.usesCUDA, let capability, capability.major >= 7 else { return .fp32 }
    return .fp16
  }
}
