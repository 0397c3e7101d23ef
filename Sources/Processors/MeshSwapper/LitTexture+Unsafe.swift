/// A photo as it looks in the target's shape and light, a row of the frame at a time.
struct LitTexture {
  let fields: UnsafePointer<Float8>
  /// By triangle: whether the mirror image shows anywhere on it.
  let isMixed: UnsafePointer<Bool>
  let pixels: UnsafePointer<UInt32>
  /// Pixels from one row of the photo to the next.
  let stride: Int
  /// Largest places in the photo.
  let limit: SIMD2<Float>

  /// Below this share the mirror image changes no 8-bit value.
  static let leastMirror: Float = 1 / 4096
  /// The display value of linear 10⁻⁵.
  static let darkest: Float = 0.005_336_699
  /// The 8-bit display value of linear 10⁻⁴ to the power 2.2, below which linear light is cut.
  private static let floor: Float = 255e-4

  /// Fills `lit` with display values, not yet limited to 0…1. Gains are those of 8-bit display values.
  func paint(
    _ columns: Range<Int>, places: RowPlaces, gains: UnsafePointer<Float4>, mirrorGains: UnsafePointer<Float4>,
    into lit: UnsafeMutablePointer<Float4>
  ) {
    let photo = places.photo
    let floor = Float8(repeating: LitTexture.floor)
    @inline(__always) func direct(_ x: Int) -> Float4 {
      SourceTexture.fetch(pixels, Int(photo.offset[x]), stride, photo.x[x], photo.y[x])
    }
    var x = columns.lowerBound
    while x &+ 1 < columns.upperBound {
      let both = Float8(lowHalf: direct(x), highHalf: direct(x &+ 1))
      let gain = UnsafeRawPointer(gains + x).loadUnaligned(as: Float8.self)
      UnsafeMutableRawPointer(lit + x).storeBytes(of: lanesMax(both, floor) * gain, as: Float8.self)
      x &+= 2
    }
    if x < columns.upperBound { lit[x] = lanesMax(direct(x), floor.lowHalf) * gains[x] }
    for run in 0..<places.mixedCount {
      mix(places.mixed(run), places: places, gains: mirrorGains, into: lit)
    }
  }

  /// Adds the mirror image in linear light, two pixels at a time, an even column and the one after it; what has no
  /// partner goes twice.
  private func mix(
    _ columns: Range<Int>, places: RowPlaces, gains: UnsafePointer<Float4>, into lit: UnsafeMutablePointer<Float4>
  ) {
    let (mirror, shares) = (places.mirror, places.share)
    @inline(__always) func fetch(_ x: Int) -> Float4 {
      SourceTexture.fetch(pixels, Int(mirror.offset[x]), stride, mirror.x[x], mirror.y[x])
    }
    for even in Swift.stride(from: columns.lowerBound & ~1, to: columns.upperBound, by: 2) {
      let (x, next) = (max(even, columns.lowerBound), min(even &+ 1, columns.upperBound &- 1))
      guard max(shares[x], shares[next]) > LitTexture.leastMirror else { continue }
      let share = Float8(lowHalf: Float4(repeating: shares[x]), highHalf: Float4(repeating: shares[next]))
      let other = Float8(lowHalf: fetch(x), highHalf: fetch(next))
      let gain = Float8(lowHalf: gains[x], highHalf: gains[next])
      let litMirror = lanesMax(other, Float8(repeating: LitTexture.floor)) * gain
      let direct = Float8(lowHalf: lit[x], highHalf: lit[next])
      let mean = LitTexture.mean(direct, litMirror, share)
      if let mean {
        (lit[x], lit[next]) = (mean.lowHalf, mean.highHalf)
      } else {
        (lit[x], lit[next]) = (
          powerMean(direct.lowHalf, litMirror.lowHalf, shares[x]),
          powerMean(direct.highHalf, litMirror.highHalf, shares[next])
        )
      }
    }
  }

  /// Taylor series of the mean of powers around the mean, in the spread and skew of the two values; within 0.3 % for the
  /// spreads that are let through, nil for others.
  @inline(__always)
  private static func mean(_ direct: Float8, _ mirror: Float8, _ share: Float8) -> Float8? {
    let one = Float8(repeating: 1)
    let apart = mirror - direct
    let mean = lanesMax(direct + apart * share, Float8(repeating: LitTexture.darkest))
    let part = apart / mean
    let spread = part * part * (share * (one - share))
    guard all(spread .<= Float8(repeating: 0.12)) else { return nil }
    let power =
      spread * (Float8(repeating: 1.32) + part * (Float8(repeating: 0.088) - share * Float8(repeating: 0.176)))
    return mean * (one + power * (Float8(repeating: 0.454_545) - power * Float8(repeating: 0.124)))
  }

  @inline(never)
  private func powerMean(_ direct: Float4, _ mirror: Float4, _ share: Float) -> Float4 {
    let both = lanesMax(Float8(lowHalf: direct, highHalf: mirror), Float8(repeating: 1e-9))
    let linear = FastMath.exp2(FastMath.log2(both) * 2.2)
    return FastMath.display(linear.lowHalf + (linear.highHalf - linear.lowHalf) * share)
  }
}
