import Foundation
import Imaging
import TestSupport
import Testing

@testable import Processors

@Suite struct Similarity3Tests {
  private func turned(_ point: Point3, yaw: Double, roll: Double, scale: Double, shift: SIMD3<Double>) -> Point3 {
    let p = SIMD3<Double>(point)
    let a = SIMD3(cos(yaw) * p.x + sin(yaw) * p.z, p.y, -sin(yaw) * p.x + cos(yaw) * p.z)
    let b = SIMD3(cos(roll) * a.x - sin(roll) * a.y, sin(roll) * a.x + cos(roll) * a.y, a.z)
    return Point3(scale * b + shift)
  }

  @Test(arguments: [(0.0, 0.0), (0.6, 0.2), (-1.1, 3.0), (0.1, -1.6), (3.14159265, 0)])
  func findsTheTransformThatWasApplied(_ yaw: Double, _ roll: Double) throws {
    let topology = try SwapTopology.shared.get()
    let shift = SIMD3(12.0, -40, 7)
    let moved = topology.canonical.map { turned($0, yaw: yaw, roll: roll, scale: 2.5, shift: shift) }
    let fit = Similarity3(from: topology.canonical, to: moved, over: topology.rigid)
    #expect(abs(fit.scale - 2.5) < 1e-5)
    for (from, to) in zip(topology.canonical, moved) {
      let difference = fit.apply(SIMD3<Double>(from)) - SIMD3<Double>(to)
      #expect((difference * difference).sum().squareRoot() < 1e-3)
    }
  }

  /// The mirror image of a face cannot be reached by turning it: the fit must stay a rotation.
  @Test func neverReflects() throws {
    let topology = try SwapTopology.shared.get()
    let mirrored = topology.canonical.map { Point3(-$0.x, $0.y, $0.z) }
    let fit = Similarity3(from: topology.canonical, to: mirrored, over: topology.rigid)
    let (a, b, c) = fit.rows
    let cross = SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    #expect(abs((cross * c).sum() - 1) < 1e-9)
  }

  @Test func noOtherTurnFitsNoisyPointsBetter() throws {
    let topology = try SwapTopology.shared.get()
    var generator = SeededGenerator(seed: 4)
    let noisy = topology.canonical.map { point in
      turned(point, yaw: 0.3, roll: -0.4, scale: 1.2, shift: .zero)
        + Point3(generator.unit() * 6 - 3, generator.unit() * 6 - 3, generator.unit() * 6 - 3)
    }
    let fit = Similarity3(from: topology.canonical, to: noisy, over: topology.rigid)
    let fitted = topology.rigid.map { fit.apply(SIMD3<Double>(topology.canonical[$0])) }
    let middle = fitted.reduce(.zero, +) / Double(fitted.count)
    func error(_ turn: Double) -> Double {
      zip(fitted, topology.rigid).reduce(0) { sum, pair in
        let p = pair.0 - middle
        let turned = SIMD3(cos(turn) * p.x - sin(turn) * p.y, sin(turn) * p.x + cos(turn) * p.y, p.z) + middle
        let difference = turned - SIMD3<Double>(noisy[pair.1])
        return sum + (difference * difference).sum()
      }
    }
    #expect(error(0) > 0)
    for turn in [-0.02, -0.005, 0.005, 0.02] { #expect(error(turn) > error(0)) }
  }

  @Test func eigenpairOfAKnownMatrix() {
    let matrix = SymmetricMatrix4(SIMD4(2, 1, 0, 0), SIMD4(1, 2, 0, 0), SIMD4(0, 0, -5, 0), SIMD4(0, 0, 0, 1))
    let (value, vector) = matrix.largestEigenpair()
    #expect(abs(value - 3) < 1e-12)
    #expect(abs(abs(vector[0]) - 0.5.squareRoot()) < 1e-12)
    #expect(abs(vector[0] - vector[1]) < 1e-12)
  }
}
