/// Where the memory of a tensor lies.
public enum MemoryPlace: Sendable, Hashable, CustomStringConvertible {
  /// Plain memory of the process.
  case host
  /// Memory of the NVIDIA card that the driver counts as `device`.
  case cuda(device: Int)

  public var description: String {
    switch self {
    case .host: "host memory"
    case .cuda(let device): "memory of the card \(device)"
    }
  }
}
