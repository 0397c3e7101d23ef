/// Bilinear samples at places all over a plane, eight at a time, for a whole row: first all places are put down, then all
/// samples are read, then the means are taken.
///
/// Reading is plain integer work, one place after the other, the rest whole vectors; between the passes what was stored
/// in one width has long reached the cache when it is loaded in another.
struct CarriedPixels {
  /// Bytes of memory for each place.
  static let bytesPerPlace = 5 * MemoryLayout<Int32>.size

  private let offsets: UnsafeMutablePointer<Int32>
  private let fractionsX: UnsafeMutablePointer<Float>
  private let fractionsY: UnsafeMutablePointer<Float>
  private let upper: UnsafeMutablePointer<UInt32>
  private let lower: UnsafeMutablePointer<UInt32>
  /// Groups of eight places.
  private(set) var count = 0

  /// - Parameters:
  ///   - memory: `length` times ``bytesPerPlace`` bytes.
  ///   - length: the most places there may be.
  init(memory: UnsafeMutableRawPointer, length: Int) {
    let size = length * MemoryLayout<Int32>.size
    offsets = memory.assumingMemoryBound(to: Int32.self)
    fractionsX = (memory + size).assumingMemoryBound(to: Float.self)
    fractionsY = (memory + 2 * size).assumingMemoryBound(to: Float.self)
    upper = (memory + 3 * size).assumingMemoryBound(to: UInt32.self)
    lower = (memory + 4 * size).assumingMemoryBound(to: UInt32.self)
  }

  // Transparent: the optimiser otherwise calls it, and every vector goes through memory.
  @_transparent
  mutating func add(_ taps: TapLanes) {
    let at = 8 &* count
    UnsafeMutableRawPointer(offsets + at).storeBytes(of: taps.upper, as: Int8x32.self)
    UnsafeMutableRawPointer(fractionsX + at).storeBytes(of: taps.fractionX, as: Float8.self)
    UnsafeMutableRawPointer(fractionsY + at).storeBytes(of: taps.fractionY, as: Float8.self)
    count &+= 1
  }

  /// Reads the neighbours of all places.
  func read<Sample: PairSample>(_ source: PaintSource, _: Sample.Type) {
    let (first, second) = (source.base, source.base + source.stride)
    for index in 0..<(8 &* count) {
      let offset = Int(offsets[index])
      upper[index] = Sample.word(first + offset)
      lower[index] = Sample.word(second + offset)
    }
  }

  /// The means of a group, in the order they were added.
  @_transparent
  func lanes<Sample: PairSample>(_ group: Int, _: Sample.Type) -> Float8 {
    let at = 8 &* group
    let (upperLeft, upperRight) = Sample.parts(UnsafeRawPointer(upper + at).loadUnaligned(as: SIMD8<UInt32>.self))
    let (lowerLeft, lowerRight) = Sample.parts(UnsafeRawPointer(lower + at).loadUnaligned(as: SIMD8<UInt32>.self))
    let fractionX = UnsafeRawPointer(fractionsX + at).loadUnaligned(as: Float8.self)
    return lanesBlend(
      lanesBlend(upperLeft, upperRight, fractionX), lanesBlend(lowerLeft, lowerRight, fractionX),
      UnsafeRawPointer(fractionsY + at).loadUnaligned(as: Float8.self))
  }
}
