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

/// A sample that can be read at eight places at once.
protocol GatherSample: Sendable, Equatable {
  /// The samples at `base + offset`; offsets in bytes.
  static func singles(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> Float8
}

/// Reads neighbours in a row: two samples in one load, for eight places at once.
protocol PairSample: GatherSample, FixedWidthInteger, UnsignedInteger {
  /// The samples at `base + offset` and the one after it; offsets in bytes.
  static func pairs(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> (Float8, Float8)
}

@inline(__always)
private func gather<Word: BitwiseCopyable & SIMDScalar>(
  _ base: UnsafeRawPointer, _ o: Int8x32, as: Word.Type
) -> SIMD8<Word> {
  @inline(__always) func at(_ lane: Int) -> Word { (base + Int(o[lane])).loadUnaligned(as: Word.self) }
  return SIMD8(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7))
}

extension UInt8: PairSample {
  @inline(__always)
  static func pairs(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> (Float8, Float8) {
    let words = gather(base, offsets, as: UInt16.self)
    return (
      Float8(Int8x32(truncatingIfNeeded: words & 0xFF)), Float8(Int8x32(truncatingIfNeeded: words &>> 8))
    )
  }

  @inline(__always)
  static func singles(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> Float8 {
    Float8(Int8x32(truncatingIfNeeded: gather(base, offsets, as: UInt8.self)))
  }
}

extension UInt16: PairSample {
  @inline(__always)
  static func pairs(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> (Float8, Float8) {
    let words = gather(base, offsets, as: UInt32.self)
    return (
      Float8(Int8x32(truncatingIfNeeded: words & 0xFFFF)), Float8(Int8x32(truncatingIfNeeded: words &>> 16))
    )
  }

  @inline(__always)
  static func singles(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> Float8 {
    Float8(Int8x32(truncatingIfNeeded: gather(base, offsets, as: UInt16.self)))
  }
}

extension Float: GatherSample {
  @inline(__always)
  static func singles(_ base: UnsafeRawPointer, _ offsets: Int8x32) -> Float8 {
    gather(base, offsets, as: Float.self)
  }
}

/// Whether a lane is not 0. The library's `any` is a call of its own; `all` becomes one instruction.
@inline(__always)
func lanesAreZero(_ v: Float8) -> Bool { all(v .== 0) }

/// Eight bytes, `step` apart. Written out, because lanes picked by a variable go through memory.
@inline(__always)
func lanesLoad(_ p: UnsafePointer<UInt8>, step: Int) -> Float8 {
  let bytes = SIMD8(
    p[0], p[step], p[2 &* step], p[3 &* step], p[4 &* step], p[5 &* step], p[6 &* step], p[7 &* step])
  return Float8(Int8x32(truncatingIfNeeded: bytes))
}

/// The low bytes of eight integers, `step` apart.
@inline(__always)
func lanesStore(_ v: Int8x32, _ p: UnsafeMutablePointer<UInt8>, step: Int) {
  let bytes = SIMD8<UInt8>(truncatingIfNeeded: v)
  p[0] = bytes[0]
  p[step] = bytes[1]
  p[2 &* step] = bytes[2]
  p[3 &* step] = bytes[3]
  p[4 &* step] = bytes[4]
  p[5 &* step] = bytes[5]
  p[6 &* step] = bytes[6]
  p[7 &* step] = bytes[7]
}
