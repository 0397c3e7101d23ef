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

  /// Adds the mirror image in linear light.
  private func mix(
    _ columns: Range<Int>, places: RowPlaces, gains: UnsafePointer<Float4>, into lit: UnsafeMutablePointer<Float4>
  ) {
    let (mirror, shares) = (places.mirror, places.share)
    let one = Float4(repeating: 1)
    for x in columns {
      let share = shares[x]
      guard share > LitTexture.leastMirror else { continue }
      let other = SourceTexture.fetch(pixels, Int(mirror.offset[x]), stride, mirror.x[x], mirror.y[x])
      let litMirror = lanesMax(other, Float4(repeating: LitTexture.floor)) * gains[x]
      let direct = lit[x]
      // Taylor series of the mean of powers around the mean, in the spread and skew of the two values; within 0.3 % for
      // the spreads that are let through.
      let mean = lanesMax(direct + (litMirror - direct) * share, Float4(repeating: LitTexture.darkest))
      let apart = (litMirror - direct) / mean
      let spread = apart * apart * (share * (1 - share))
      if all(spread .<= Float4(repeating: 0.12)) {
        let power = spread * (Float4(repeating: 1.32) + apart * (0.088 - share * 0.176))
        lit[x] = mean * (one + power * (Float4(repeating: 0.454_545) - power * 0.124))
      } else {
        lit[x] = powerMean(direct, litMirror, share)
      }
    }
  }

  @inline(never)
  private func powerMean(_ direct: Float4, _ mirror: Float4, _ share: Float) -> Float4 {
    let both = lanesMax(Float8(lowHalf: direct, highHalf: mirror), Float8(repeating: 1e-9))
    let linear = FastMath.exp2(FastMath.log2(both) * 2.2)
    return FastMath.display(linear.lowHalf + (linear.highHalf - linear.lowHalf) * share)
  }
}
