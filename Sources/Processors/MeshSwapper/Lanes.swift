/// Eight floats: one AVX2 register.
typealias Float8 = SIMD8<Float>
/// R, G, B and one more.
typealias Float4 = SIMD4<Float>

// The library's `pointwiseMin` and `pointwiseMax` go lane by lane; a compare and a blend become one instruction.
@inline(__always)
func lanesMin(_ a: Float8, _ b: Float8) -> Float8 { a.replacing(with: b, where: b .< a) }
@inline(__always)
func lanesMax(_ a: Float8, _ b: Float8) -> Float8 { a.replacing(with: b, where: b .> a) }
@inline(__always)
func lanesMin(_ a: Float4, _ b: Float4) -> Float4 { a.replacing(with: b, where: b .< a) }
@inline(__always)
func lanesMax(_ a: Float4, _ b: Float4) -> Float4 { a.replacing(with: b, where: b .> a) }

@inline(__always)
func lanesClamp(_ v: Float4, _ low: Float, _ high: Float) -> Float4 {
  lanesMin(lanesMax(v, Float4(repeating: low)), Float4(repeating: high))
}

@inline(__always)
func clamp(_ v: Float, _ low: Float, _ high: Float) -> Float {
  let raised = v < low ? low : v
  return raised > high ? high : raised
}

/// a + (b − a) · t
@inline(__always)
func mix(_ a: Float4, _ b: Float4, _ t: Float) -> Float4 { a.addingProduct(b - a, Float4(repeating: t)) }
@inline(__always)
func mix(_ a: Float, _ b: Float, _ t: Float) -> Float { a.addingProduct(b - a, t) }

/// 1.5 · 2^23: a float of this size has steps of one, so its low bits are an integer.
private let integerBias: Float = 12_582_912
private let integerBits: Int32 = 0x4B40_0000

/// Rounds to the nearest integer, halves to even; |v| below 4 million. Conversion without the library's range traps.
@inline(__always)
func lanesRound(_ v: Float8) -> SIMD8<Int32> {
  unsafeBitCast(v + Float8(repeating: integerBias), to: SIMD8<Int32>.self) &- SIMD8<Int32>(repeating: integerBits)
}
@inline(__always)
func lanesRound(_ v: Float4) -> SIMD4<Int32> {
  unsafeBitCast(v + Float4(repeating: integerBias), to: SIMD4<Int32>.self) &- SIMD4<Int32>(repeating: integerBits)
}
@inline(__always)
func roundToInt(_ v: Float) -> Int { Int(Int32(bitPattern: (v + integerBias).bitPattern) &- integerBits) }

// The library's conversions between vectors of different elements stay calls; these become two instructions.

/// Floats of integers below 4 million.
@inline(__always)
func lanesFloat(_ v: SIMD8<Int32>) -> Float8 {
  unsafeBitCast(v &+ SIMD8<Int32>(repeating: integerBits), to: Float8.self) - Float8(repeating: integerBias)
}

/// Eight bytes as floats, 0…255.
@inline(__always)
func lanesFloat(_ v: SIMD8<UInt8>) -> Float8 {
  Float8(Float(v[0]), Float(v[1]), Float(v[2]), Float(v[3]), Float(v[4]), Float(v[5]), Float(v[6]), Float(v[7]))
}

/// A column or row number as a float.
@inline(__always)
func float(_ place: Int) -> Float { Float(Int32(truncatingIfNeeded: place)) }

/// Whole part (never below 0) and fraction of `v` ≥ 0 for a bilinear fetch. On whole numbers the fraction may be 1 with
/// the index one lower: the same value.
@inline(__always)
func lanesSplit(_ v: Float4) -> (index: SIMD4<Int32>, fraction: Float4) {
  let biased = (v - Float4(repeating: 0.5)) + Float4(repeating: integerBias)
  let index = unsafeBitCast(biased, to: SIMD4<Int32>.self) &- SIMD4<Int32>(repeating: integerBits)
  return (index, v - (biased - Float4(repeating: integerBias)))
}
@inline(__always)
func lanesSplit(_ v: Float8) -> (index: SIMD8<Int32>, fraction: Float8) {
  let biased = (v - Float8(repeating: 0.5)) + Float8(repeating: integerBias)
  let index = unsafeBitCast(biased, to: SIMD8<Int32>.self) &- SIMD8<Int32>(repeating: integerBits)
  return (index, v - (biased - Float8(repeating: integerBias)))
}
