/// Logarithm, exponential and powers of several floats at once; relative error of the powers below 2·10⁻⁶ over the
/// ranges used here (checked by tests).
enum FastMath {
  /// log2 of positive, normal floats.
  @inline(__always)
  static func log2(_ v: Float8) -> Float8 {
    let bits = unsafeBitCast(v, to: SIMD8<Int32>.self)
    // Exponent such that the mantissa lies in [2/3, 4/3).
    let exponent = (bits &- SIMD8(repeating: 0x3F2A_AAAB)) &>> SIMD8(repeating: 23)
    let mantissa = unsafeBitCast(bits &- (exponent &<< SIMD8(repeating: 23)), to: Float8.self)
    let one = Float8(repeating: 1)
    let z = (mantissa - one) / (mantissa + one)
    return logSeries(z) + lanesFloat(exponent)
  }

  /// 2/ln 2 · (z + z³/3 + z⁵/5 + …), the logarithm of (1 + z)/(1 − z) for |z| ≤ 1/5.
  @inline(__always)
  private static func logSeries(_ z: Float8) -> Float8 {
    let z2 = z * z
    var sum = Float8(repeating: 0.320598898)
    sum = Float8(repeating: 0.412198583).addingProduct(sum, z2)
    sum = Float8(repeating: 0.577078016).addingProduct(sum, z2)
    sum = Float8(repeating: 0.961796694).addingProduct(sum, z2)
    sum = Float8(repeating: 2.885390082).addingProduct(sum, z2)
    return sum * z
  }

  /// 2 to the power v, −126 < v < 127.
  @inline(__always)
  static func exp2(_ v: Float8) -> Float8 {
    let whole = lanesRound(v)
    let f = v - lanesFloat(whole)
    var sum = Float8(repeating: 1.54035304e-4)
    sum = Float8(repeating: 1.33335581e-3).addingProduct(sum, f)
    sum = Float8(repeating: 9.61812911e-3).addingProduct(sum, f)
    sum = Float8(repeating: 5.55041087e-2).addingProduct(sum, f)
    sum = Float8(repeating: 0.240226507).addingProduct(sum, f)
    sum = Float8(repeating: 0.693147181).addingProduct(sum, f)
    sum = Float8(repeating: 1).addingProduct(sum, f)
    return sum * unsafeBitCast((whole &+ SIMD8(repeating: 127)) &<< SIMD8(repeating: 23), to: Float8.self)
  }

  /// e to the power v.
  @inline(__always)
  static func exp(_ v: Float8) -> Float8 { exp2(v * Float8(repeating: 1.442695041)) }

  /// Natural logarithm of positive floats.
  @inline(__always)
  static func log(_ v: Float8) -> Float8 { log2(v) * Float8(repeating: 0.693147181) }

  /// Display value 0…1 to linear light: power 2.2, below 10⁻⁴ as 10⁻⁴.
  @inline(__always)
  static func linear(_ v: Float8) -> Float8 {
    let limited = lanesMin(lanesMax(v, Float8(repeating: 1e-4)), Float8(repeating: 1))
    return exp2(log2(limited) * Float8(repeating: 2.2))
  }

  /// Linear light to display value: power 1/2.2, below 10⁻⁵ as 10⁻⁵.
  @inline(__always)
  static func display(_ v: Float4) -> Float4 {
    let limited = lanesClamp(v, 1e-5, 1)
    return exp2(log2(Float8(lowHalf: limited, highHalf: limited)) * Float8(repeating: 1 / 2.2)).lowHalf
  }
}
