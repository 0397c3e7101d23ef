/// The number type of a tensor; the raw value is the runtime's.
public enum ElementType: Int32, Sendable, Hashable {
  case float32 = 1
  case uint8 = 2
  case int32 = 6
  case int64 = 7
  /// Half precision, stored as 16 raw bits.
  case float16 = 10
  case float64 = 11

  public var byteCount: Int {
    switch self {
    case .float32, .int32: return 4
    case .uint8: return 1
    case .int64, .float64: return 8
    case .float16: return 2
    }
  }
}

/// One input or output of a model as the file states it.
public struct TensorInfo: Sendable, Hashable, CustomStringConvertible {
  public let name: String
  /// Sizes of the dimensions; -1 where the model leaves one open.
  public let shape: [Int]
  public let type: ElementType

  public init(name: String, shape: [Int], type: ElementType) {
    self.name = name
    self.shape = shape
    self.type = type
  }

  public var isDynamic: Bool { shape.contains(-1) }

  public var description: String { "\(name) \(type)\(TensorInfo.text(shape))" }

  /// True when a tensor of this shape fits: same rank, and same size wherever the model fixes one.
  public func accepts(_ other: [Int]) -> Bool {
    guard other.count == shape.count else { return false }
    for (own, given) in zip(shape, other) where own != -1 && own != given { return false }
    return true
  }

  static func text(_ shape: [Int]) -> String {
    "[" + shape.map { $0 == -1 ? "?" : String($0) }.joined(separator: "×") + "]"
  }
}
