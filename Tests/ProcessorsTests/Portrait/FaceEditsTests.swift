import Imaging
import Testing

@testable import Processors

/// Options given as a dictionary.
struct GivenOptions: OptionReading {
  let values: [String: [String]]

  init(_ values: [String: [String]] = [:]) { self.values = values }

  func strings(_ key: String) -> [String] { values[key] ?? [] }
}

@Suite struct FaceEditsTests {
  /// Which values a control changes, as "point.axis amount" of the full value.
  private func effect(_ control: ExpressionControl, _ value: Double) -> [String: Float] {
    var expression = PortraitExpression.neutral
    control.apply(value, to: &expression)
    var effect: [String: Float] = [:]
    for (point, offset) in expression.offsets.enumerated() {
      for (axis, letter) in ["x", "y", "z"].enumerated() where offset[axis] != 0 {
        effect["\(point).\(letter)"] = offset[axis]
      }
    }
    return effect
  }

  @Test func controlsMoveThePointsOfTheTable() {
    #expect(effect(.eyebrowDirection, 1) == ["1.y": 0.015, "2.y": -0.02])
    #expect(effect(.eyebrowDirection, -1) == ["1.x": 0.015, "2.x": -0.02, "1.y": -0.005, "2.y": 0.005])
    #expect(effect(.eyeGazeHorizontal, -0.5) == ["11.x": -0.01, "15.x": -0.0075])
    #expect(effect(.mouthPout, 1) == ["19.y": -0.022, "19.z": 0.025, "20.z": -0.002])
    #expect(effect(.mouthPout, -1) == ["19.y": -0.022, "19.z": -0.025, "20.z": 0.002])
    #expect(effect(.mouthPositionHorizontal, -1) == ["19.x": -0.05, "20.x": -0.04])
    #expect(effect(.mouthPositionVertical, 1) == ["19.y": -0.04, "20.y": -0.02])
    #expect(effect(.mouthPositionVertical, -1) == ["19.y": 0.05, "20.y": 0.04])
  }

  @Test(arguments: ExpressionControl.allCases)
  func aControlGrowsWithItsValueAndZeroIsNothing(control: ExpressionControl) {
    #expect(effect(control, 0).isEmpty)
    for sign in [-1.0, 1] {
      let (whole, half) = (effect(control, sign), effect(control, sign / 2))
      #expect(!whole.isEmpty)
      #expect(Set(whole.keys) == Set(half.keys))
      for (place, amount) in whole { #expect(abs(amount - 2 * (half[place] ?? 0)) < 1e-8) }
    }
  }

  @Test func editsAreKeptWithinWhatFacesDo() {
    let edits = FaceEdits(expression: [.mouthSmile: 1, .mouthGrim: 1])
    let edited = edits.apply(to: .neutral)
    // 20.y: −0.015 − 0.06 is below the least of the table; 17.y: 0.01 is not.
    #expect(edited.offsets[20].y == -3.74363363e-2)
    #expect(edited.offsets[17].y == 0.01)
  }

  @Test func headTurnsWithinItsLimits() {
    let edits = FaceEdits(headPitch: 0.5, headYaw: -1, headRoll: 1)
    let angles = edits.apply(to: PortraitAngles(pitch: 5, yaw: 10, roll: 15))
    #expect(angles == PortraitAngles(pitch: -5, yaw: 60, roll: 20))
    #expect(FaceEdits().apply(to: PortraitAngles(pitch: 40, yaw: 0, roll: -30)).roll == -30)
  }

  @Test func optionsAreRead() {
    let edits = FaceEdits(
      GivenOptions([
        "face_editor_mouth_smile": ["0.8"], "face_editor_eye_open_ratio": ["-0.5"], "face_editor_head_yaw": ["0.4"],
        "face_editor_lip_open_ratio": ["0.25"],
      ]))
    #expect(edits.expression[.mouthSmile] == 0.8)
    #expect(edits.expression[.mouthGrim] == 0)
    #expect(edits.eyeOpening == -0.5 && edits.lipOpening == 0.25 && edits.headYaw == 0.4 && edits.headPitch == 0)
  }

  @Test func openingsAreHeightByWidth() throws {
    let openings = try PortraitOpenings(landmarks68: TinyScene.landmarks68.map { SIMD2<Double>($0) })
    #expect(abs(openings.leftEye - 2.0 / 8) < 1e-6)
    #expect(abs(openings.rightEye - 2.0 / 8) < 1e-6)
    #expect(abs(openings.lips - 2.0 / 20) < 1e-6)
    #expect(throws: ProcessorsError.self) { try PortraitOpenings(landmarks68: [SIMD2(0, 0)]) }
  }

  @Test func retargetersAreToldTheGoal() throws {
    let openings = try PortraitOpenings(landmarks68: TinyScene.landmarks68.map { SIMD2<Double>($0) })
    let points = (0..<21).map { Point3(Float($0), 0.5, -1) }
    for (value, eyeGoal, lipGoal) in [(-0.1, Float(0), Float(0)), (0, 0.6, 1), (0.7, 0.6, 1)] {
      let eyes = openings.eyeInput(points: points, opening: value)
      let lips = openings.lipInput(points: points, opening: value)
      #expect(eyes.count == 66 && lips.count == 65)
      #expect(Array(eyes[60..<63]) == [20, 0.5, -1])
      #expect(eyes[65] == eyeGoal && lips[64] == lipGoal)
      #expect(abs(eyes[63] - 0.25) < 1e-6 && abs(lips[63] - 0.1) < 1e-6)
    }
  }
}
