import Foundation
import TestSupport
import Testing

@testable import Processors

@Suite struct FourierTransformTests {
  private func noise(_ count: Int, seed: UInt64) -> ComplexLanes {
    var generator = SeededGenerator(seed: seed)
    var signal = ComplexLanes(count: count)
    for index in 0..<count {
      for lane in 0..<4 {
        signal.real[index][lane] = Double(generator.unit()) - 0.5
        signal.imaginary[index][lane] = Double(generator.unit()) - 0.5
      }
    }
    return signal
  }

  private func largestGap(_ a: ComplexLanes, _ b: ComplexLanes) -> Double {
    zip(a.real + a.imaginary, b.real + b.imaginary).map { first, second in
      (0..<4).map { abs(first[$0] - second[$0]) }.max() ?? 0
    }.max() ?? 0
  }

  /// Whole lengths of small factors, primes, and lengths that need the chirp.
  @Test(arguments: [1, 2, 3, 4, 5, 8, 12, 16, 30, 61, 64, 67, 97, 120, 134, 201, 320])
  func equalsThePlainSum(count: Int) {
    let signal = noise(count, seed: UInt64(count))
    var expected = ComplexLanes(count: count)
    for bin in 0..<count {
      for index in 0..<count {
        let angle = -2 * Double.pi * Double(bin * index % count) / Double(count)
        let (a, b) = (signal.real[index], signal.imaginary[index])
        expected.real[bin] += a * cos(angle) - b * sin(angle)
        expected.imaginary[bin] += a * sin(angle) + b * cos(angle)
      }
    }
    var result = signal
    FourierTransform(count: count).forward(&result)
    #expect(largestGap(result, expected) < 1e-10)
  }

  @Test(arguments: [7, 128, 800, 7680, 211 * 8])
  func theWayBackGivesTheSignal(count: Int) {
    let signal = noise(count, seed: 5)
    let transform = FourierTransform(count: count)
    var result = signal
    for _ in 0..<2 {
      transform.forward(&result)
      transform.inverse(&result)
    }
    #expect(largestGap(result, signal) < 1e-11)
  }
}
