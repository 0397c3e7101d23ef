/// Eight floats, integers and the like: one AVX2 register.
typealias Float8 = SIMD8<Float>
typealias Int8x32 = SIMD8<Int32>

/// 0, 1 … 7. Computed: a stored global would be read through a once-only initialiser in the hot loops.
@inline(__always)
var laneIndices: Float8 { Float8(0, 1, 2, 3, 4, 5, 6, 7) }

// The library's `pointwiseMin` and `pointwiseMax` go lane by lane; a compare and a blend become one instruction.
@inline(__always)
func lanesMin(_ a: Float8, _ b: Float8) -> Float8 { a.replacing(with: b, where: b .< a) }

@inline(__always)
func lanesMax(_ a: Float8, _ b: Float8) -> Float8 { a.replacing(with: b, where: b .> a) }

@inline(__always)
func lanesMin(_ a: Int8x32, _ b: Int8x32) -> Int8x32 { a.replacing(with: b, where: b .< a) }

@inline(__always)
func lanesClamp(_ v: Float8, _ low: Float8, _ high: Float8) -> Float8 { lanesMin(lanesMax(v, low), high) }

@inline(__always)
func lanesMix(_ a: Float8, _ b: Float8, _ t: Float8) -> Float8 { a.addingProduct(b - a, t) }

/// The same of whole vectors: a fused product goes lane by lane, and not everywhere does the optimiser join the lanes again.
@_transparent
func lanesBlend(_ a: Float8, _ b: Float8, _ t: Float8) -> Float8 { a + (b - a) * t }

/// a0 b0 a1 b1 … Built from whole vectors: taking lanes apart one by one makes the compiler split the whole kernel.
@inline(__always)
func lanesInterleave(_ a: Float8, _ b: Float8) -> SIMD16<Float> {
  var result = SIMD16<Float>()
  result.evenHalf = a
  result.oddHalf = b
  return result
}

/// Eight vectors (r, g, b, 0) from three planes.
@inline(__always)
func lanesToPixels(_ red: Float8, _ green: Float8, _ blue: Float8) -> SIMD32<Float> {
  var result = SIMD16<Double>()
  result.evenHalf = unsafeBitCast(lanesInterleave(red, green), to: SIMD8<Double>.self)
  result.oddHalf = unsafeBitCast(lanesInterleave(blue, .zero), to: SIMD8<Double>.self)
  return unsafeBitCast(result, to: SIMD32<Float>.self)
}

/// 1.5 · 2^23: a float of this size has steps of one, so its low bits are an integer.
@inline(__always)
private var integerBias: Float { 12_582_912 }
@inline(__always)
private var integerBits: Int32 { 0x4B40_0000 }

/// Rounds to the nearest integer, halves to even; |v| below 4 million. Conversion without the library's range traps.
@inline(__always)
func lanesRound(_ v: Float8) -> Int8x32 {
  unsafeBitCast(v + Float8(repeating: integerBias), to: Int8x32.self) &- Int8x32(repeating: integerBits)
}

/// Rounds to the nearest integer, halves to even; |v| below 4 million.
@inline(__always)
func scalarRound(_ v: Float) -> Int { Int(Int32(bitPattern: (v + integerBias).bitPattern) &- integerBits) }

/// Whether all lanes are at least `limit`.
@inline(__always)
func lanesReach(_ v: Float8, _ limit: Float) -> Bool {
  lanesAreZero(Float8.zero.replacing(with: 1, where: v .< Float8(repeating: limit)))
}

/// Whether all lanes are 0. The library's `any` is a call of its own; `all` becomes one instruction.
@inline(__always)
func lanesAreZero(_ v: Float8) -> Bool { all(v .== 0) }

// The library's operators of a vector and a single value go lane by lane, and the optimiser joins the lanes only in part:
// in inner loops the single value is repeated.

// The library converts vectors of integers with generic code that is not always put in line. The ways below are made of
// whole-vector operations and of eight equal scalar ones, which the optimiser joins into one instruction.

/// Floats from integers below 2^23: put as the low bits of 2^23, then taken off it.
@inline(__always)
func lanesFloat(_ v: SIMD8<UInt32>) -> Float8 {
  unsafeBitCast(v | SIMD8(repeating: 0x4B00_0000), to: Float8.self) - Float8(repeating: 8_388_608)
}

/// The words at eight offsets in bytes.
@inline(__always)
private func gather<Word: FixedWidthInteger & BitwiseCopyable>(
  _ base: UnsafeRawPointer, _ o: Int8x32, as: Word.Type
) -> SIMD8<UInt32> {
  @inline(__always) func at(_ lane: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: (base + Int(o[lane])).loadUnaligned(as: Word.self))
  }
  return SIMD8(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7))
}

/// A sample that can be read at eight places at once.
protocol GatherSample: Sendable, Equatable {
  /// The samples at `base + offset`; offsets in bytes.
  static func singles(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> Float8
  /// Eight samples, `step` apart.
  static func lanes(_ from: UnsafePointer<Self>, step: Int) -> Float8
  var float: Float { get }
}

/// Reads neighbours in a row: two samples in one load, for eight places at once.
protocol PairSample: GatherSample, BitwiseCopyable, FixedWidthInteger, UnsignedInteger {
  /// The samples at `base + offset` and the one after it; offsets in bytes.
  static func pairs(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> (Float8, Float8)
  /// A sample and the one after it, in one word.
  static func word(_ from: UnsafeRawPointer) -> UInt32
  /// Such words taken apart.
  static func parts(_ words: SIMD8<UInt32>) -> (Float8, Float8)
  /// Writes the low bits of eight integers, `step` samples apart.
  static func store(_ values: Int8x32, _ to: UnsafeMutablePointer<Self>, step: Int)
}

extension PairSample {
  @inline(__always)
  static func lanes(_ p: UnsafePointer<Self>, step: Int) -> Float8 {
    @inline(__always) func at(_ lane: Int) -> UInt32 { UInt32(truncatingIfNeeded: p[lane &* step]) }
    return lanesFloat(SIMD8(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)))
  }

  @inline(__always)
  static func singles(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> Float8 {
    lanesFloat(gather(base, offsets, as: Self.self))
  }

  @inline(__always)
  var float: Float { Float(Int32(truncatingIfNeeded: self)) }
}

extension UInt8: PairSample {
  @inline(__always)
  static func pairs(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> (Float8, Float8) {
    parts(gather(base, offsets, as: UInt16.self))
  }

  @inline(__always)
  static func word(_ from: UnsafeRawPointer) -> UInt32 { UInt32(from.loadUnaligned(as: UInt16.self)) }

  @inline(__always)
  static func parts(_ words: SIMD8<UInt32>) -> (Float8, Float8) {
    (lanesFloat(words & SIMD8(repeating: 0xFF)), lanesFloat(words &>> SIMD8(repeating: 8)))
  }

  @inline(__always)
  static func store(_ values: Int8x32, _ p: UnsafeMutablePointer<UInt8>, step: Int) {
    let bytes = unsafeBitCast(values, to: SIMD32<UInt8>.self)
    p[0] = bytes[0]
    p[step] = bytes[4]
    p[2 &* step] = bytes[8]
    p[3 &* step] = bytes[12]
    p[4 &* step] = bytes[16]
    p[5 &* step] = bytes[20]
    p[6 &* step] = bytes[24]
    p[7 &* step] = bytes[28]
  }
}

extension UInt16: PairSample {
  @inline(__always)
  static func pairs(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> (Float8, Float8) {
    parts(gather(base, offsets, as: UInt32.self))
  }

  @inline(__always)
  static func word(_ from: UnsafeRawPointer) -> UInt32 { from.loadUnaligned(as: UInt32.self) }

  @inline(__always)
  static func parts(_ words: SIMD8<UInt32>) -> (Float8, Float8) {
    (lanesFloat(words & SIMD8(repeating: 0xFFFF)), lanesFloat(words &>> SIMD8(repeating: 16)))
  }

  @inline(__always)
  static func store(_ values: Int8x32, _ p: UnsafeMutablePointer<UInt16>, step: Int) {
    let words = unsafeBitCast(values, to: SIMD16<UInt16>.self)
    p[0] = words[0]
    p[step] = words[2]
    p[2 &* step] = words[4]
    p[3 &* step] = words[6]
    p[4 &* step] = words[8]
    p[5 &* step] = words[10]
    p[6 &* step] = words[12]
    p[7 &* step] = words[14]
  }
}

extension Float: GatherSample {
  @inline(__always)
  static func singles(_ base: UnsafeRawPointer, _ o: Int8x32) -> Float8 {
    @inline(__always) func at(_ lane: Int) -> Float { (base + Int(o[lane])).loadUnaligned(as: Float.self) }
    return Float8(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7))
  }

  /// The floats at `base + offset` and the ones after them; offsets in bytes.
  @inline(__always)
  static func pairs(_ base: UnsafeRawPointer, _ o: Int8x32) -> (Float8, Float8) {
    @inline(__always) func at(_ lane: Int) -> UInt64 { (base + Int(o[lane])).loadUnaligned(as: UInt64.self) }
    let words = SIMD8<UInt64>(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7))
    let floats = unsafeBitCast(words, to: SIMD16<Float>.self)
    return (floats.evenHalf, floats.oddHalf)
  }

  @inline(__always)
  static func lanes(_ p: UnsafePointer<Float>, step: Int) -> Float8 {
    if step == 1 { return UnsafeRawPointer(p).loadUnaligned(as: Float8.self) }
    @inline(__always) func at(_ lane: Int) -> Float { p[lane &* step] }
    return Float8(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7))
  }

  @inline(__always)
  var float: Float { self }
}

/// Eight pixels of three bytes, each in the low bytes of a word with something above.
@inline(__always)
func pixelWords(_ pixels: UnsafePointer<UInt8>) -> SIMD8<UInt32> {
  let base = UnsafeRawPointer(pixels)
  @inline(__always) func at(_ offset: Int) -> UInt32 { (base + offset).loadUnaligned(as: UInt32.self) }
  // The last one without the byte beyond it.
  return SIMD8(at(0), at(3), at(6), at(9), at(12), at(15), at(18), at(20) &>> 8)
}

/// Writes eight pixels of three bytes, given in the low bytes of words with nothing above: two at a time as six bytes.
@inline(__always)
func storePixels(_ words: SIMD8<UInt32>, _ pixels: UnsafeMutablePointer<UInt8>) {
  let pairs = unsafeBitCast(words, to: SIMD4<UInt64>.self)
  let six = (pairs & 0xFF_FFFF) | ((pairs &>> 8) & 0xFFFF_FF00_0000)
  let target = UnsafeMutableRawPointer(pixels)
  target.storeBytes(of: six[0], as: UInt64.self)
  (target + 6).storeBytes(of: six[1], as: UInt64.self)
  (target + 12).storeBytes(of: six[2], as: UInt64.self)
  // The last one without the two bytes beyond it.
  (target + 18).storeBytes(of: UInt32(truncatingIfNeeded: six[3]), as: UInt32.self)
  (target + 22).storeBytes(of: UInt16(truncatingIfNeeded: six[3] &>> 32), as: UInt16.self)
}
