import func Foundation.cbrt
import func Foundation.pow

/// CIE Lab (sRGB with gamma, D65) of B, G, R floats 0…1: L 0…100, a and b as they are (spec vision §2.8).
///
/// Values outside 0…1 are cut. As in the peer's library each colour is looked up in a lattice of 33³ colours, its place
/// cut to 1/512 and mixed linearly; the result is equal to the peer's bit by bit and up to 0.4 off the formula.
public func labFromBGR(_ image: PixelBufferF) -> PixelBufferF {
  precondition(image.channels == 3, "a colour conversion takes three channels")
  var result = image
  result.samples.withUnsafeMutableBufferPointer { samples in
    LabLattice.shared.colors.withUnsafeBufferPointer { colors in
      for at in stride(from: 0, to: samples.count, by: 3) {
        let lab = LabLattice.color(samples[at &+ 2], samples[at &+ 1], samples[at], colors)
        samples[at] = lab.x
        samples[at &+ 1] = lab.y
        samples[at &+ 2] = lab.z
      }
    }
  }
  return result
}

/// The way back from ``labFromBGR(_:)``, by the formula: B, G, R within 0…1.
public func bgrFromLab(_ image: PixelBufferF) -> PixelBufferF {
  precondition(image.channels == 3, "a colour conversion takes three channels")
  var result = image
  result.samples.withUnsafeMutableBufferPointer { samples in
    GammaCurve.shared.codes.withUnsafeBufferPointer { codes in
      for at in stride(from: 0, to: samples.count, by: 3) {
        let light = linearColor(samples[at], samples[at &+ 1], samples[at &+ 2])
        samples[at] = GammaCurve.code(light.z, codes)
        samples[at &+ 1] = GammaCurve.code(light.y, codes)
        samples[at &+ 2] = GammaCurve.code(light.x, codes)
      }
    }
  }
  return result
}

/// Lab of 33 × 33 × 33 colours in whole numbers: L · 2¹⁴/100, (a + 128) · 2¹⁴/256, (b + 128) · 2¹⁴/256.
private struct LabLattice: Sendable {
  static let shared = LabLattice()
  private static let count = 33
  private static let base: Float = 16384

  /// Red slowest, blue fastest.
  let colors: [SIMD4<Int16>]

  private init() {
    let light = (0..<Self.count).map { step -> Double in
      let code = Double(step) / Double(Self.count - 1)
      return code <= 0.04045 ? code / 12.92 : pow((code + 0.055) / 1.055, 2.4)
    }
    var colors: [SIMD4<Int16>] = []
    colors.reserveCapacity(Self.count * Self.count * Self.count)
    for red in light {
      for green in light {
        for blue in light { colors.append(Self.entry(red, green, blue)) }
      }
    }
    self.colors = colors
  }

  private static func entry(_ red: Double, _ green: Double, _ blue: Double) -> SIMD4<Int16> {
    func f(_ value: Double) -> Double { value > 216.0 / 24389 ? cbrt(value) : value * 841 / 108 + 16.0 / 116 }
    let x = f((0.412453 * red + 0.357580 * green + 0.180423 * blue) / 0.950456)
    let luminance = 0.212671 * red + 0.715160 * green + 0.072169 * blue
    let y = f(luminance)
    let z = f((0.019334 * red + 0.119193 * green + 0.950227 * blue) / 1.088754)
    let lightness = luminance > 216.0 / 24389 ? 116 * y - 16 : luminance * 24389 / 27
    func whole(_ value: Double) -> Int16 { Int16((value * Double(base)).rounded(.toNearestOrEven)) }
    return SIMD4(whole(lightness / 100), whole((500 * (x - y) + 128) / 256), whole((200 * (y - z) + 128) / 256), 0)
  }

  /// The mix of the eight lattice colours around a colour, weights in 1/4096.
  @inline(__always)
  static func color(
    _ red: Float, _ green: Float, _ blue: Float, _ colors: UnsafeBufferPointer<SIMD4<Int16>>
  ) -> SIMD4<Float> {
    let place = SIMD4(whole(red), whole(green), whole(blue), 0)
    let cell = place &>> 9
    let next = cell &+ SIMD4<Int32>(1, 1, 1, 0).replacing(with: 0, where: cell .>= 32)
    let far = (place &>> 5) & 15
    let near = 16 &- far
    func corner(_ red: Int32, _ green: Int32, _ blue: Int32, _ weight: Int32) -> SIMD4<Int32> {
      SIMD4<Int32>(truncatingIfNeeded: colors[Int((red &* 33 &+ green) &* 33 &+ blue)]) &* weight
    }
    func edge(_ red: Int32, _ green: Int32, _ weight: Int32) -> SIMD4<Int32> {
      corner(red, green, cell.z, weight &* near.z) &+ corner(red, green, next.z, weight &* far.z)
    }
    let upper = edge(cell.x, cell.y, near.x &* near.y) &+ edge(cell.x, next.y, near.x &* far.y)
    let lower = edge(next.x, cell.y, far.x &* near.y) &+ edge(next.x, next.y, far.x &* far.y)
    let sum = (upper &+ lower &+ 2048) &>> 12
    return SIMD4<Float>(sum) / base * SIMD4(100, 256, 256, 0) - SIMD4(0, 128, 128, 0)
  }

  @inline(__always)
  private static func whole(_ value: Float) -> Int32 {
    value.isNaN ? 0 : Int32((min(max(value, 0), 1) * base).rounded(.toNearestOrEven))
  }
}

/// Linear light R, G, B of a Lab colour.
@inline(__always)
private func linearColor(_ lightness: Float, _ a: Float, _ b: Float) -> SIMD3<Float> {
  func inverse(_ f: Float) -> Float { f <= 6 / 29 ? (f - 16 / 116) / 7.787 : f * f * f }
  let isDark = lightness <= 8
  let dark = lightness / 903.3
  let f = isDark ? 7.787 * dark + 16 / 116 : (lightness + 16) / 116
  let y = isDark ? dark : f * f * f
  let x = inverse(f + a / 500) * 0.950456
  let z = inverse(f - b / 200) * 1.088754
  return SIMD3(3.240479, -0.969256, 0.055648) * x + SIMD3(-1.53715, 1.875991, -0.204043) * y
    + SIMD3(-0.498535, 0.041556, 1.057311) * z
}

/// The sRGB code of linear light, from a table; within 2e-6 of the formula.
private struct GammaCurve: Sendable {
  static let shared = GammaCurve()
  private static let steps = 16384

  let codes: [Float]

  private init() {
    codes = (0...Self.steps + 1).map { step in
      let light = Double(step) / Double(Self.steps)
      return Float(light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055)
    }
  }

  @inline(__always)
  static func code(_ light: Float, _ codes: UnsafeBufferPointer<Float>) -> Float {
    let place = light.isNaN ? 0 : min(max(light, 0), 1) * Float(steps)
    let step = Int(place)
    return codes[step] + (codes[step &+ 1] - codes[step]) * (place - Float(step))
  }
}
