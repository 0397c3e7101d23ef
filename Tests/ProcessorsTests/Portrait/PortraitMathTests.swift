import Foundation
import Imaging
import Inference
import Testing

@testable import Processors

@Suite struct PortraitMathTests {
  /// Three plain turns, one after the other: about x, then y, then z.
  private func turned(_ p: [Double], _ angles: PortraitAngles) -> [Double] {
    func circle(_ degrees: Double) -> (Double, Double) { (cos(degrees * .pi / 180), sin(degrees * .pi / 180)) }
    let (cx, sx) = circle(angles.pitch)
    let a = [p[0], cx * p[1] - sx * p[2], sx * p[1] + cx * p[2]]
    let (cy, sy) = circle(angles.yaw)
    let b = [cy * a[0] + sy * a[2], a[1], -sy * a[0] + cy * a[2]]
    let (cz, sz) = circle(angles.roll)
    return [cz * b[0] - sz * b[1], sz * b[0] + cz * b[1], b[2]]
  }

  @Test(arguments: [(10.0, 20.0, 30.0), (0, 0, 0), (90, 0, 0), (-35, 70, -25), (5, -120, 179)])
  func aRotationIsThreeTurnsInARow(pitch: Double, yaw: Double, roll: Double) {
    let angles = PortraitAngles(pitch: pitch, yaw: yaw, roll: roll)
    for point in [Point3(1, 0, 0), Point3(0.3, -2, 0.5), Point3(-1, 1, 3)] {
      let image = angles.rotation.apply(point)
      let expected = turned([point.x, point.y, point.z].map(Double.init), angles)
      for axis in 0..<3 { #expect(abs(Double(image[axis]) - expected[axis]) < 2e-6) }
    }
  }

  @Test func limitsIncludeThePresentAngles() {
    let limits = PortraitAngles(pitch: -35, yaw: 0, roll: 38.32).limits
    #expect(limits.pitch == -35...30)
    #expect(limits.yaw == -60...60)
    #expect(limits.roll == -20...38.32)
    let kept = PortraitAngles(pitch: -80, yaw: 61, roll: 38).limited(to: limits)
    #expect(kept == PortraitAngles(pitch: -35, yaw: 60, roll: 38))
  }

  @Test func anExpressionIsKeptWithinWhatFacesDo() throws {
    let wild = try PortraitExpression(offsets: Array(repeating: Point3(1, -1, 1), count: 21)).limited()
    // Points 0 and 20 of the table of vision.md §23.
    #expect(wild.offsets[0] == Point3(4.46682945e-2, -8.12731311e-2, 4.08344204e-4))
    #expect(wild.offsets[20] == Point3(2.17450950e-2, -3.74363363e-2, 3.34241726e-2))
    #expect(PortraitExpression.neutral.limited() == .neutral)
    #expect(throws: ProcessorsError.self) { try PortraitExpression(offsets: [.zero]) }
  }

  @Test(arguments: [0.0, 50, 100])
  func theRestoredExpressionIsAShareOfBoth(factor: Double) throws {
    let target = try PortraitExpression(offsets: Array(repeating: Point3(-0.004, 0, 0), count: 21))
    let working = try PortraitExpression(offsets: Array(repeating: Point3(0.002, 0, 0), count: 21))
    let restored = ExpressionRestorerOptions(factor: factor, areas: [.upperFace]).restored(working, from: target)
    let share = factor / 100 * 1.2
    for index in 0..<21 {
      let isUpper = [1, 2, 6, 10, 11, 12, 13, 15, 16].contains(index)
      // Point 12 may go no further than 8.75749043e-4, point 8 no further than 2.85718683e-3.
      let limit = index == 12 ? 8.75749043e-4 : 1
      let expected = min(isUpper ? -0.004 * share + 0.002 * (1 - share) : 0.002, limit)
      #expect(abs(Double(restored.offsets[index].x) - expected) < 1e-8, "point \(index)")
    }
  }

  @Test func motionPlacesPoints() throws {
    let motion = try PortraitMotion(
      angles: PortraitAngles(pitch: 0, yaw: 0, roll: 90), scale: 2, translation: Point3(1, 2, 3),
      expression: .neutral, points: Array(repeating: Point3(0.5, 0.25, -1), count: 21))
    let placed = motion.placed
    #expect(placed.count == 21)
    // A quarter turn about z: (x, y) becomes (−y, x).
    let difference = placed[7] - Point3(1 - 0.5, 2 + 1, 3 - 2)
    #expect(abs(difference.x) < 1e-6 && abs(difference.y) < 1e-6 && abs(difference.z) < 1e-6)
  }

  private func outputs(
    points: [Int] = [1, 21, 3], pitch: Float = 4, count: Int = 7, type: ElementType = .float32
  ) -> [Tensor] {
    let shapes = [[], [1], [1, 1], [1, 1], [1, 3], [1, 21, 3], points]
    return shapes.prefix(count).enumerated().map { index, shape in
      let tensor = Tensor(shape: shape, type: index == 6 ? type : .float32)
      if index == 0 { tensor.floats = [pitch] }
      if index == 4 { tensor.floats = [1, 2, 3] }
      if index == 5 { tensor.floats = (0..<63).map { Float($0) } }
      return tensor
    }
  }

  @Test func motionIsReadFromTensors() throws {
    let motion = try PortraitMotion(outputs: outputs(), of: "tiny")
    #expect(motion.angles == PortraitAngles(pitch: 4, yaw: 0, roll: 0))
    #expect(motion.translation == Point3(1, 2, 3))
    #expect(motion.expression.offsets[20] == Point3(60, 61, 62))
    #expect(try PortraitMotion(outputs: outputs(points: [1, 63]), of: "tiny").points.count == 21)
  }

  @Test func anotherMotionIsAnErrorThatNamesIt() {
    let bad = [
      outputs(points: [1, 20, 3]), outputs(pitch: .nan), outputs(pitch: .infinity), outputs(count: 6),
      outputs(type: .int64),
    ]
    for tensors in bad {
      let error = #expect(throws: ProcessorsError.self) { try PortraitMotion(outputs: tensors, of: "tiny_motion") }
      #expect(error?.code == .model)
      #expect(error?.message.contains("tiny_motion") == true)
    }
  }
}
