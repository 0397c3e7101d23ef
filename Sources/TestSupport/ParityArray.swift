import Foundation

/// One array of a parity case: raw little-endian numbers, row-major. Outputs may be stored on a grid only.
public struct ParityArray: Sendable, Hashable, Codable {
  public enum NumberType: String, Sendable, Hashable, Codable {
    case uint8, int16, int32, int64, float32, float64

    public var byteCount: Int {
      switch self {
      case .uint8: 1
      case .int16: 2
      case .int32, .float32: 4
      case .int64, .float64: 8
      }
    }

    var isInteger: Bool { self != .float32 && self != .float64 }
  }

  /// stored = full[start::step] on every axis.
  public struct Grid: Sendable, Hashable, Codable {
    public let start: [Int]
    public let step: [Int]
    public let storedShape: [Int]

    enum CodingKeys: String, CodingKey {
      case start, step
      case storedShape = "stored_shape"
    }
  }

  /// Facts about the whole array where only a grid of it is stored.
  public struct Full: Sendable, Hashable, Codable {
    public let mean: Double?
    public let std: Double?
    public let min: Double?
    public let max: Double?
    /// CRC-32 of the little-endian bytes, 8 hex digits; integer types only.
    public let crc32: String?
  }

  public let name: String
  public let dtype: NumberType
  public let shape: [Int]
  public let file: String
  public let bytes: Int
  public let description: String?
  public let grid: Grid?
  public let full: Full?
  public let tolerance: ParityTolerance?

  public init(name: String, dtype: NumberType, shape: [Int], file: String, tolerance: ParityTolerance? = nil) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
    self.file = file
    bytes = shape.reduce(1, *) * dtype.byteCount
    description = nil
    grid = nil
    full = nil
    self.tolerance = tolerance
  }

  /// Elements of the whole array.
  public var count: Int { shape.reduce(1, *) }
  /// Shape of what the file holds.
  public var storedShape: [Int] { grid?.storedShape ?? shape }

  /// The part of a whole array that the grid stores; the array itself when there is no grid.
  public func onGrid(_ values: [Double]) -> [Double] {
    guard let grid else { return values }
    var indices = [0]
    for axis in shape.indices {
      let positions = stride(from: grid.start[axis], to: shape[axis], by: grid.step[axis])
      indices = indices.flatMap { base in positions.map { base * shape[axis] + $0 } }
    }
    return indices.map { values[$0] }
  }

  /// Little-endian bytes of numbers in this type; integers are rounded and kept within the type's range.
  public static func encode(_ values: [Double], as type: NumberType) -> [UInt8] {
    switch type {
    case .uint8: return encodeIntegers(values, UInt8.self)
    case .int16: return encodeIntegers(values, Int16.self)
    case .int32: return encodeIntegers(values, Int32.self)
    case .int64: return encodeIntegers(values, Int64.self)
    case .float32: return values.flatMap { littleEndian(Float($0).bitPattern) }
    case .float64: return values.flatMap { littleEndian($0.bitPattern) }
    }
  }

  static func decode(_ data: [UInt8], as type: NumberType) -> [Double] {
    let size = type.byteCount
    return stride(from: 0, to: data.count / size * size, by: size).map { offset in
      var bits: UInt64 = 0
      for index in 0..<size { bits |= UInt64(data[offset + index]) << UInt64(8 * index) }
      switch type {
      case .uint8: return Double(bits)
      case .int16: return Double(Int16(truncatingIfNeeded: bits))
      case .int32: return Double(Int32(truncatingIfNeeded: bits))
      case .int64: return Double(Int64(truncatingIfNeeded: bits))
      case .float32: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      case .float64: return Double(bitPattern: bits)
      }
    }
  }

  private static func encodeIntegers<Number: FixedWidthInteger>(_ values: [Double], _: Number.Type) -> [UInt8] {
    values.flatMap { value in
      littleEndian(Number(exactly: value.rounded()) ?? (value > 0 ? Number.max : Number.min))
    }
  }

  private static func littleEndian<Bits: FixedWidthInteger>(_ bits: Bits) -> [UInt8] {
    stride(from: 0, to: Bits.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: bits >> Bits($0)) }
  }
}
