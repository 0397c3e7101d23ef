import func Foundation.cos
import func Foundation.sin

/// Complex signals, four next to each other: lane `i` of every element belongs to signal `i`.
struct ComplexLanes: Sendable {
  typealias Lanes = SIMD4<Double>
  static let laneCount = 4

  var real: [Lanes]
  var imaginary: [Lanes]

  init(count: Int) {
    real = Array(repeating: .zero, count: count)
    imaginary = Array(repeating: .zero, count: count)
  }

  /// Multiplies element by element.
  mutating func multiply(by other: ComplexLanes) {
    for index in real.indices {
      let (a, b) = (real[index], imaginary[index])
      real[index] = a * other.real[index] - b * other.imaginary[index]
      imaginary[index] = a * other.imaginary[index] + b * other.real[index]
    }
  }
}

/// The discrete Fourier transform of one length, X[k] = Σ x[j]·e^(−2πijk/n), of four complex signals at once in double
/// precision. Owned by one worker.
///
/// Stockham's scheme with factors 4, 2, 3, 5 and other primes up to 61; lengths with larger primes go through
/// Bluestein's convolution with a power of two.
final class FourierTransform {
  typealias Lanes = ComplexLanes.Lanes
  private static let largestFactor = 61

  let count: Int
  private let factors: [Int]
  /// e^(−2πik/n).
  private let roots: [SIMD2<Double>]
  private var scratch: ComplexLanes
  private let chirp: ChirpTransform?

  /// - Parameter count: 1 or more.
  init(count: Int) {
    precondition(count > 0, "a transform has a length")
    self.count = count
    let found = FourierTransform.factors(of: count)
    let isSmooth = (found.last ?? 1) <= FourierTransform.largestFactor
    factors = isSmooth ? found : []
    roots = isSmooth ? FourierTransform.roots(count) : []
    scratch = ComplexLanes(count: isSmooth ? count : 0)
    chirp = isSmooth ? nil : ChirpTransform(count: count)
  }

  /// In place.
  func forward(_ signal: inout ComplexLanes) {
    precondition(signal.real.count == count, "the signal has the transform's length")
    if let chirp { return chirp.forward(&signal) }
    var (length, stride) = (count, 1)
    for factor in factors {
      pass(signal, &scratch, factor, length, stride)
      swap(&signal, &scratch)
      length /= factor
      stride *= factor
    }
  }

  /// The way back, scaled by 1/n: the forward transform with real and imaginary parts exchanged.
  func inverse(_ signal: inout ComplexLanes) {
    swap(&signal.real, &signal.imaginary)
    forward(&signal)
    swap(&signal.real, &signal.imaginary)
    let scale = 1 / Double(count)
    for index in signal.real.indices {
      signal.real[index] *= scale
      signal.imaginary[index] *= scale
    }
  }

  /// One factor's step: `length` is what is left of the transform, `stride` what is done.
  private func pass(_ source: ComplexLanes, _ target: inout ComplexLanes, _ factor: Int, _ length: Int, _ stride: Int) {
    source.real.withUnsafeBufferPointer { xr in
      source.imaginary.withUnsafeBufferPointer { xi in
        target.real.withUnsafeMutableBufferPointer { yr in
          target.imaginary.withUnsafeMutableBufferPointer { yi in
            roots.withUnsafeBufferPointer { roots in
              let step = FourierStep(
                xr: xr, xi: xi, yr: yr, yi: yi, roots: roots, factor: factor, part: length / factor, stride: stride,
                unit: count / length)
              if factor == 4 { step.byFour() } else { step.byAny() }
            }
          }
        }
      }
    }
  }

  private static func factors(of count: Int) -> [Int] {
    var rest = count
    var factors: [Int] = []
    while rest % 4 == 0 {
      factors.append(4)
      rest /= 4
    }
    var divisor = 2
    while rest > 1 {
      while rest % divisor == 0 {
        factors.append(divisor)
        rest /= divisor
      }
      divisor += 1
      if divisor * divisor > rest, rest > 1 {
        factors.append(rest)
        rest = 1
      }
    }
    return factors.sorted()
  }

  static func roots(_ count: Int) -> [SIMD2<Double>] {
    (0..<count).map { SIMD2(cos(-2 * .pi * Double($0) / Double(count)), sin(-2 * .pi * Double($0) / Double(count))) }
  }
}

/// One step of Stockham's scheme, on borrowed memory.
private struct FourierStep {
  typealias Lanes = ComplexLanes.Lanes

  let xr: UnsafeBufferPointer<Lanes>
  let xi: UnsafeBufferPointer<Lanes>
  let yr: UnsafeMutableBufferPointer<Lanes>
  let yi: UnsafeMutableBufferPointer<Lanes>
  let roots: UnsafeBufferPointer<SIMD2<Double>>
  let factor: Int
  /// Groups of elements that are transformed together, a `factor` of them each.
  let part: Int
  let stride: Int
  /// Step in `roots` of the transform that is left.
  let unit: Int

  func byFour() {
    for q in 0..<part {
      let (first, second, third) = (roots[q &* unit], roots[2 &* q &* unit], roots[3 &* q &* unit])
      for r in 0..<stride {
        let at = r &+ stride &* q
        let next = stride &* part
        let (ar, ai) = (xr[at], xi[at])
        let (br, bi) = (xr[at &+ next], xi[at &+ next])
        let (cr, ci) = (xr[at &+ 2 &* next], xi[at &+ 2 &* next])
        let (dr, di) = (xr[at &+ 3 &* next], xi[at &+ 3 &* next])
        let (sumR, sumI) = (ar + cr, ai + ci)
        let (gapR, gapI) = (ar - cr, ai - ci)
        let (otherR, otherI) = (br + dr, bi + di)
        // The gap of b and d, turned by a quarter.
        let (turnR, turnI) = (bi - di, dr - br)
        let to = r &+ stride &* 4 &* q
        yr[to] = sumR + otherR
        yi[to] = sumI + otherI
        set(to &+ stride, gapR + turnR, gapI + turnI, first)
        set(to &+ 2 &* stride, sumR - otherR, sumI - otherI, second)
        set(to &+ 3 &* stride, gapR - turnR, gapI - turnI, third)
      }
    }
  }

  func byAny() {
    let turn = roots.count / factor
    for q in 0..<part {
      for j in 0..<factor {
        for r in 0..<stride {
          var real = Lanes.zero
          var imaginary = Lanes.zero
          for k in 0..<factor {
            let at = r &+ stride &* (q &+ part &* k)
            let root = roots[(j &* k) % factor &* turn]
            real += xr[at] * root.x - xi[at] * root.y
            imaginary += xr[at] * root.y + xi[at] * root.x
          }
          set(r &+ stride &* (factor &* q &+ j), real, imaginary, roots[j &* q &* unit])
        }
      }
    }
  }

  @inline(__always)
  private func set(_ index: Int, _ real: Lanes, _ imaginary: Lanes, _ turn: SIMD2<Double>) {
    yr[index] = real * turn.x - imaginary * turn.y
    yi[index] = real * turn.y + imaginary * turn.x
  }
}

/// A transform of any length as a convolution with a chirp (Bluestein).
private final class ChirpTransform {
  private let count: Int
  /// e^(−πik²/n).
  private let chirp: [SIMD2<Double>]
  private let transform: FourierTransform
  private let kernel: ComplexLanes
  private var work: ComplexLanes

  init(count: Int) {
    self.count = count
    let angles = (0..<count).map { -.pi * Double($0 * $0 % (2 * count)) / Double(count) }
    chirp = angles.map { SIMD2(cos($0), sin($0)) }
    var length = 1
    while length < 2 * count { length *= 2 }
    transform = FourierTransform(count: length)
    var kernel = ComplexLanes(count: length)
    for (index, value) in chirp.enumerated() {
      for place in [index, (length - index) % length] {
        kernel.real[place] = .init(repeating: value.x)
        kernel.imaginary[place] = .init(repeating: -value.y)
      }
    }
    transform.forward(&kernel)
    self.kernel = kernel
    work = ComplexLanes(count: length)
  }

  func forward(_ signal: inout ComplexLanes) {
    for index in work.real.indices {
      guard index < count else {
        (work.real[index], work.imaginary[index]) = (.zero, .zero)
        continue
      }
      (work.real[index], work.imaginary[index]) = turned(signal, index)
    }
    transform.forward(&work)
    work.multiply(by: kernel)
    transform.inverse(&work)
    for index in 0..<count { (signal.real[index], signal.imaginary[index]) = turned(work, index) }
  }

  private func turned(_ signal: ComplexLanes, _ index: Int) -> (ComplexLanes.Lanes, ComplexLanes.Lanes) {
    let (real, imaginary, turn) = (signal.real[index], signal.imaginary[index], chirp[index])
    return (real * turn.x - imaginary * turn.y, real * turn.y + imaginary * turn.x)
  }
}
