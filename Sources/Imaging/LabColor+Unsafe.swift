import func Foundation.cbrt
import func Foundation.pow

/// 8-bit CIE Lab of R, G, B pixels (sRGB with gamma, D65): L · 255/100, a + 128, b + 128 (spec vision §2.8).
///
/// Computed in the peer's fixed point and equal to it bit by bit. The channels are taken as R, G, B whatever they hold;
/// the peer's landmarker passes B, G, R.
public func labColors(_ image: PixelBuffer8) -> PixelBuffer8 {
  let tables = LabTables.shared
  return tables.linear.withUnsafeBufferPointer { linear in
    tables.curve.withUnsafeBufferPointer { curve in
      convert(image) { tables.lab($0, $1, $2, linear, curve) }
    }
  }
}

/// The way back from ``labColors(_:)``, equal to the peer bit by bit as well.
public func labToRGB(_ image: PixelBuffer8) -> PixelBuffer8 {
  let tables = LabTables.shared
  return tables.code.withUnsafeBufferPointer { code in
    tables.lightness.withUnsafeBufferPointer { lightness in
      convert(image) { tables.rgb($0, $1, $2, code, lightness) }
    }
  }
}

@inline(__always)
private func convert(
  _ image: PixelBuffer8, _ body: (UInt8, UInt8, UInt8) -> (UInt8, UInt8, UInt8)
) -> PixelBuffer8 {
  precondition(image.channels == 3, "a colour conversion takes three channels")
  let length = image.samples.count
  let samples = [UInt8](unsafeUninitializedCapacity: length) { target, count in
    image.samples.withUnsafeBufferPointer { source in
      for at in stride(from: 0, to: length, by: 3) {
        (target[at], target[at &+ 1], target[at &+ 2]) = body(source[at], source[at &+ 1], source[at &+ 2])
      }
    }
    count = length
  }
  return PixelBuffer8(size: image.size, channels: 3, samples: samples)
}

/// A row of a 3 × 3 matrix.
package struct LabRow: Sendable {
  package let a: Int
  package let b: Int
  package let c: Int

  fileprivate init(_ values: [Double]) { (a, b, c) = (rounded(values[0]), rounded(values[1]), rounded(values[2])) }

  @inline(__always)
  fileprivate func times(_ x: Int, _ y: Int, _ z: Int) -> Int { a &* x &+ b &* y &+ c &* z }
}

/// Look-up tables of the fixed-point conversion. Linear light has 11 bits, the way to Lab 15, the way back 14.
package struct LabTables: Sendable {
  package static let shared = LabTables()

  /// Linear light · 2040 of an sRGB code, and the code of linear light in 1/4096.
  package let linear: [Int32]
  package let code: [UInt8]
  /// Lab's f · 32768 of X, Y or Z in 1/2040.
  package let curve: [Int32]
  /// f(Y) · 16384 and Y · 16384 of an 8-bit L.
  package let lightness: [SIMD2<Int32>]
  /// In 1/4096.
  package let toXYZ: (LabRow, LabRow, LabRow)
  package let toRGB: (LabRow, LabRow, LabRow)

  private static let base = 1 << 14
  /// White point D65 and the sRGB primaries (IEC 61966-2-1).
  private static let white = [0.950456, 1, 1.088754]

  private init() {
    linear = (0..<256).map { code in
      let value = Double(code) / 255
      return Int32(rounded(2040 * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))))
    }
    code = (0..<4096).map { step in
      let light = Double(step) / 4096
      return UInt8(rounded(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055)))
    }
    curve = (0..<3072).map { step in
      let value = Double(step) / 2040
      return Int32(rounded(32768 * (value < 0.008856 ? value * 7.787 + 16.0 / 116 : cutToSingle(cbrt(value)))))
    }
    lightness = (0..<256).map { step in
      let scaled = Double(step) * 100 / 255
      let f = (scaled + 16) / 116
      let curved = step <= 20 ? 16.0 / 116 + Double(step) * 5 / 1479 : f
      let light = step <= 20 ? scaled * 27 / 24389 : f * f * f
      return SIMD2(
        Int32(rounded(Double(Self.base) * curved)), Int32(rounded(Double(Self.base) * light)))
    }
    let forward = [
      [0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227],
    ]
    let backward = [
      [3.240479, -1.53715, -0.498535], [-0.969256, 1.875991, 0.041556], [0.055648, -0.204043, 1.057311],
    ]
    let toXYZ = forward.enumerated().map { row, values in LabRow(values.map { 4096 * $0 / Self.white[row] }) }
    let toRGB = backward.map { row in LabRow(row.enumerated().map { 4096 * $1 * Self.white[$0] }) }
    self.toXYZ = (toXYZ[0], toXYZ[1], toXYZ[2])
    self.toRGB = (toRGB[0], toRGB[1], toRGB[2])
  }

  @inline(__always)
  fileprivate func lab(
    _ red: UInt8, _ green: UInt8, _ blue: UInt8, _ linear: UnsafeBufferPointer<Int32>,
    _ curve: UnsafeBufferPointer<Int32>
  ) -> (UInt8, UInt8, UInt8) {
    let light = (Int(linear[Int(red)]), Int(linear[Int(green)]), Int(linear[Int(blue)]))
    @inline(__always) func f(_ row: LabRow) -> Int {
      Int(curve[descaled(row.times(light.0, light.1, light.2), 12)])
    }
    let (x, y, z) = (f(toXYZ.0), f(toXYZ.1), f(toXYZ.2))
    let middle = 128 << 15
    return (
      byte(descaled(296 &* y &- 1_336_934, 15)), byte(descaled(500 &* (x &- y) &+ middle, 15)),
      byte(descaled(200 &* (y &- z) &+ middle, 15))
    )
  }

  @inline(__always)
  fileprivate func rgb(
    _ l: UInt8, _ a: UInt8, _ b: UInt8, _ code: UnsafeBufferPointer<UInt8>,
    _ lightness: UnsafeBufferPointer<SIMD2<Int32>>
  ) -> (UInt8, UInt8, UInt8) {
    let (f, y) = (Int(lightness[Int(l)].x), Int(lightness[Int(l)].y))
    // a/500 and b/200 in 1/16384, the offset of 128 taken off.
    let fromA = ((5 &* Int(a) &* 53687 &+ 128) &>> 13) &- 128 &* Self.base / 500
    let fromB = ((Int(b) &* 41943 &+ 16) &>> 9) &- 128 &* Self.base / 200 &+ 1
    let (x, z) = (cube(f &+ fromA), cube(f &- fromB))
    @inline(__always) func channel(_ row: LabRow) -> UInt8 {
      code[min(max(descaled(row.times(x, y, z), 14), 0), 4095)]
    }
    return (channel(toRGB.0), channel(toRGB.1), channel(toRGB.2))
  }

  /// The inverse of f in 1/16384: linear up to 6/29, the third power above.
  @inline(__always)
  private func cube(_ value: Int) -> Int {
    if value <= 3390 { return floorDivided(value &* 108, 841) &- Self.base &* 16 / 116 &* 108 / 841 }
    // Above 0 a division by 2^14 is a shift.
    return (((value &* value) &>> 14) &* value) &>> 14
  }
}

/// The nearest number of single precision that is not above. The peer's cube roots are cut like this, which decides where
/// one lies just above a half (step 49).
private func cutToSingle(_ value: Double) -> Double {
  let nearest = Float(value)
  return Double(Double(nearest) > value ? nearest.nextDown : nearest)
}

private func rounded(_ value: Double) -> Int { Int(value.rounded(.toNearestOrEven)) }

@inline(__always)
private func descaled(_ value: Int, _ bits: Int) -> Int { (value &+ (1 &<< (bits &- 1))) &>> bits }

@inline(__always)
private func floorDivided(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }

@inline(__always)
private func byte(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: min(max(value, 0), 255)) }
