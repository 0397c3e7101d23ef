public import Imaging
public import Inference

/// What the motion extractor sees in a face (vision.md §23, models.md §4.9).
public struct PortraitMotion: Sendable, Equatable {
  public var angles: PortraitAngles
  public var scale: Float
  public var translation: Point3
  public var expression: PortraitExpression
  /// The face's 21 points, upright and without expression.
  public var points: [Point3]

  /// - Throws: ``ProcessorsError`` `shape` for anything but 21 points.
  public init(
    angles: PortraitAngles, scale: Float, translation: Point3, expression: PortraitExpression, points: [Point3]
  ) throws {
    guard points.count == PortraitExpression.pointCount else {
      throw ProcessorsError(
        .shape, "A face in motion has \(points.count) points; \(PortraitExpression.pointCount) are needed.")
    }
    self.angles = angles
    self.scale = scale
    self.translation = translation
    self.expression = expression
    self.points = points
  }

  /// Reads the seven outputs of the motion extractor, in its order: pitch, yaw, roll, scale (one number each),
  /// translation (3), expression and points (21 × 3 each). Only the number of elements counts.
  ///
  /// - Throws: ``ProcessorsError`` `model` that names the output.
  public init(outputs: [Tensor], of model: String) throws {
    let names = ["pitch", "yaw", "roll", "scale", "translation", "expression", "motion points"]
    let counts = [1, 1, 1, 1, 3, 3 * PortraitExpression.pointCount, 3 * PortraitExpression.pointCount]
    guard outputs.count >= names.count else {
      throw ProcessorsError(.model, "The model \(model) gives \(outputs.count) outputs; \(names.count) are needed.")
    }
    let values = try names.indices.map { index in
      try PortraitTensors.floats(outputs[index], count: counts[index], what: names[index], model: model)
    }
    try self.init(
      angles: PortraitAngles(
        pitch: Double(values[0][0]), yaw: Double(values[1][0]), roll: Double(values[2][0])),
      scale: values[3][0], translation: PortraitTensors.points(values[4])[0],
      expression: PortraitExpression(offsets: PortraitTensors.points(values[5])),
      points: PortraitTensors.points(values[6]))
  }

  /// The points as they lie in the picture: scale · (points · rotation + expression) + translation.
  public func placed(_ expression: PortraitExpression, turned rotation: PortraitRotation) -> [Point3] {
    zip(points, expression.offsets).map { point, offset in (rotation.apply(point) + offset) * scale + translation }
  }

  /// The points as the motion extractor saw them.
  public var placed: [Point3] { placed(expression, turned: angles.rotation) }
}

/// Reading and writing the small tensors of the live portrait networks.
enum PortraitTensors {
  /// The numbers of an output.
  ///
  /// - Throws: ``ProcessorsError`` `model` for another number of elements, another type, or one that is not finite.
  static func floats(_ tensor: Tensor, count: Int, what: String, model: String) throws -> [Float] {
    guard tensor.count == count, tensor.type == .float32 || tensor.type == .float16 else {
      throw ProcessorsError(
        .model, "The model \(model) gives \(what) as \(tensor.type)\(tensor.shape); \(count) floats are needed.")
    }
    let values = tensor.floats
    guard values.allSatisfy(\.isFinite) else {
      throw ProcessorsError(
        .model, "The model \(model) gives \(what) that is not finite.",
        hint: "The model may be damaged: run `likeness models verify`.")
    }
    return values
  }

  /// x, y, z of one point after the other.
  static func points(_ values: [Float]) -> [Point3] {
    stride(from: 0, to: values.count - 2, by: 3).map { Point3(values[$0], values[$0 + 1], values[$0 + 2]) }
  }

  static func values(_ points: [Point3]) -> [Float] { points.flatMap { [$0.x, $0.y, $0.z] } }
}
