public import Imaging

/// What the face editor is to change, −1…1 each, 0 = nothing (vision.md §25).
public struct FaceEdits: Sendable, Equatable {
  public var expression: [ExpressionControl: Double]
  /// Below 0 closes, above 0 opens the eyes.
  public var eyeOpening: Double
  /// Below 0 closes, above 0 opens the lips.
  public var lipOpening: Double
  /// 20 degrees down for −1, up for 1.
  public var headPitch: Double
  /// 60 degrees for each end.
  public var headYaw: Double
  /// 15 degrees for each end.
  public var headRoll: Double

  public init(
    expression: [ExpressionControl: Double] = [:], eyeOpening: Double = 0, lipOpening: Double = 0,
    headPitch: Double = 0, headYaw: Double = 0, headRoll: Double = 0
  ) {
    self.expression = expression
    self.eyeOpening = eyeOpening
    self.lipOpening = lipOpening
    self.headPitch = headPitch
    self.headYaw = headYaw
    self.headRoll = headRoll
  }

  /// The options `face_editor_…`; what is not set is 0.
  public init(_ options: any OptionReading) {
    func value(_ name: String) -> Double { options.number("face_editor_\(name)") ?? 0 }
    self.init(
      expression: Dictionary(uniqueKeysWithValues: ExpressionControl.allCases.map { ($0, value($0.rawValue)) }),
      eyeOpening: value("eye_open_ratio"), lipOpening: value("lip_open_ratio"), headPitch: value("head_pitch"),
      headYaw: value("head_yaw"), headRoll: value("head_roll"))
  }

  /// The expression with all edits, within what faces do.
  public func apply(to expression: PortraitExpression) -> PortraitExpression {
    var edited = expression
    for control in ExpressionControl.allCases { control.apply(self.expression[control] ?? 0, to: &edited) }
    return edited.limited()
  }

  /// The angles turned by the edits, within the limits of the present ones.
  public func apply(to angles: PortraitAngles) -> PortraitAngles {
    func share(_ value: Double) -> Double { min(max(value, -1), 1) }
    return PortraitAngles(
      pitch: angles.pitch - 20 * share(headPitch), yaw: angles.yaw - 60 * share(headYaw),
      roll: angles.roll + 15 * share(headRoll)
    ).limited(to: angles.limits)
  }

  /// Where the edited points lie, before eyes and lips are opened and the face is stitched.
  public func points(of motion: PortraitMotion) -> [Point3] {
    motion.placed(apply(to: motion.expression), turned: apply(to: motion.angles).rotation)
  }
}

/// How far eyes and lips stand open: height by width (vision.md §25).
public struct PortraitOpenings: Sendable, Equatable {
  public let leftEye: Double
  public let rightEye: Double
  public let lips: Double

  /// - Parameter landmarks68: Set `68`, in any units.
  /// - Throws: ``ProcessorsError`` `shape` for another number of points.
  public init(landmarks68: [SIMD2<Double>]) throws {
    guard landmarks68.count == 68 else {
      throw ProcessorsError(.shape, "A face has \(landmarks68.count) landmarks; 68 are needed.")
    }
    func length(_ a: Int, _ b: Int) -> Double {
      let line = landmarks68[a] - landmarks68[b]
      return (line * line).sum().squareRoot()
    }
    leftEye = length(37, 40) / (length(39, 36) + 1e-6)
    rightEye = length(43, 46) / (length(45, 42) + 1e-6)
    lips = length(62, 66) / (length(54, 48) + 1e-6)
  }

  /// What the eye retargeter takes, 66 numbers: the points as seen, how open each eye is, and the goal.
  public func eyeInput(points: [Point3], opening: Double) -> [Float] {
    PortraitTensors.values(points) + [Float(leftEye), Float(rightEye), opening < 0 ? 0 : 0.6]
  }

  /// What the lip retargeter takes, 65 numbers: the points as seen, how open the lips are, and the goal.
  public func lipInput(points: [Point3], opening: Double) -> [Float] {
    PortraitTensors.values(points) + [Float(lips), opening < 0 ? 0 : 1]
  }
}
