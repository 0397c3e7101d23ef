import Imaging

/// The controls of the face editor that change the expression (vision.md §25).
public enum ExpressionControl: String, Sendable, Hashable, CaseIterable {
  case eyebrowDirection = "eyebrow_direction"
  case eyeGazeHorizontal = "eye_gaze_horizontal"
  case eyeGazeVertical = "eye_gaze_vertical"
  case mouthGrim = "mouth_grim"
  case mouthPout = "mouth_pout"
  case mouthPurse = "mouth_purse"
  case mouthSmile = "mouth_smile"
  case mouthPositionHorizontal = "mouth_position_horizontal"
  case mouthPositionVertical = "mouth_position_vertical"

  /// Adds the control's effect to an expression.
  ///
  /// - Parameter value: −1…1; 0 changes nothing.
  public func apply(_ value: Double, to expression: inout PortraitExpression) {
    guard value != 0 else { return }
    for step in value > 0 ? pushed : pulled {
      let present = Double(expression.offsets[step.point][step.axis])
      expression.offsets[step.point][step.axis] = Float(present + step.amount * value)
    }
  }

  /// A share of the value that is added to one coordinate of one point.
  private struct Step {
    let point: Int
    /// 0 = x, 1 = y, 2 = z.
    let axis: Int
    let amount: Double

    init(_ point: Int, _ axis: Int, _ amount: Double) {
      self.point = point
      self.axis = axis
      self.amount = amount
    }
  }

  /// For values above 0.
  private var pushed: [Step] {
    switch self {
    case .eyebrowDirection: [Step(1, 1, 0.015), Step(2, 1, -0.02)]
    case .eyeGazeHorizontal: [Step(11, 0, 0.015), Step(15, 0, 0.02)]
    case .eyeGazeVertical, .mouthPositionHorizontal: pulled
    case .mouthGrim: [Step(17, 2, -0.005), Step(19, 2, 0.01), Step(20, 1, -0.06), Step(20, 2, -0.03)]
    case .mouthPout: [Step(19, 1, -0.022), Step(19, 2, 0.025), Step(20, 2, -0.002)]
    case .mouthPurse: [Step(19, 1, -0.04), Step(19, 2, -0.02)]
    case .mouthSmile:
      [
        Step(3, 1, -0.0045), Step(7, 1, -0.0045), Step(14, 1, -0.025), Step(17, 1, 0.01), Step(17, 2, 0.004),
        Step(20, 1, -0.015),
      ]
    case .mouthPositionVertical: [Step(19, 1, -0.04), Step(20, 1, -0.02)]
    }
  }

  /// For values below 0.
  private var pulled: [Step] {
    switch self {
    case .eyebrowDirection: [Step(1, 0, -0.015), Step(2, 0, 0.02), Step(1, 1, 0.005), Step(2, 1, -0.005)]
    case .eyeGazeHorizontal: [Step(11, 0, 0.02), Step(15, 0, 0.015)]
    case .eyeGazeVertical:
      [
        Step(1, 1, 0.0025), Step(2, 1, -0.0025), Step(11, 1, -0.01), Step(13, 1, -0.005), Step(15, 1, -0.01),
        Step(16, 1, -0.005),
      ]
    case .mouthGrim: [Step(19, 1, -0.05), Step(19, 2, -0.02), Step(20, 2, -0.03)]
    case .mouthPout: [Step(19, 1, 0.022), Step(19, 2, 0.025), Step(20, 2, -0.002)]
    case .mouthPurse: [Step(14, 1, -0.02), Step(17, 2, 0.01), Step(19, 2, -0.015), Step(20, 2, -0.002)]
    case .mouthSmile:
      [
        Step(3, 1, 0.0045), Step(7, 1, 0.0045), Step(14, 1, -0.02), Step(17, 1, 0.003), Step(19, 1, 0.02),
        Step(19, 2, -0.005), Step(20, 2, 0.01),
      ]
    case .mouthPositionHorizontal: [Step(19, 0, 0.05), Step(20, 0, 0.04)]
    case .mouthPositionVertical: [Step(19, 1, -0.05), Step(20, 1, -0.04)]
    }
  }
}
