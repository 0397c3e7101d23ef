/// Random numbers for the weights of a network, evenly spread around a mean; the same in every run.
public struct RandomWeights: Sendable, Hashable {
  public var seed: UInt64
  public var mean: Float
  /// Standard deviation.
  public var deviation: Float

  public init(seed: UInt64, mean: Float = 0, deviation: Float) {
    self.seed = seed
    self.mean = mean
    self.deviation = deviation
  }

  private static let chunkSize = 1 << 14

  /// Appends so many numbers as the four bytes of each, in the processor's order (little-endian wherever Likeness runs,
  /// as ONNX wants it).
  func append(count: Int, to bytes: inout [UInt8]) {
    var generator = SeededGenerator(seed: seed)
    // Even numbers from -1 to 1 have a deviation of 1/√3.
    let scale = deviation * Float(3).squareRoot() * 0x1p-31
    var chunk = [Float](repeating: 0, count: min(Self.chunkSize, count + count & 1))
    var left = count
    while left > 0 {
      let size = min(left, Self.chunkSize)
      for index in stride(from: 0, to: size, by: 2) {
        let bits = generator.next()
        chunk[index] = mean + Float(Int32(truncatingIfNeeded: bits)) * scale
        chunk[index + 1] = mean + Float(Int32(truncatingIfNeeded: bits >> 32)) * scale
      }
      chunk.withUnsafeBytes { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<(4 * size)])) }
      left -= size
    }
  }
}

extension [Float] {
  /// The four bytes of each number, in the processor's order.
  var littleEndianBytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
