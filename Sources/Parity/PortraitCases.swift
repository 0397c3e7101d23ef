import Faces
import Imaging
import Inference
import Processors
import TestSupport

/// The group `portrait`: live portrait maths, expression restorer and face editor (vision.md §23 to §25).
enum PortraitCases: ParityGroup {
  static let groups = ["portrait"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    if run.hasInput("working_frame") { return try restoredFrame(run) }
    if run.hasInput("frame") { return try editedFrame(run) }
    if run.hasInput("target_expression") { return try restoredPoints(run) }
    if run.hasInput("motion_points") { return try editedPoints(run) }
    if let controls = try? run.parityCase.argument("control_and_value") { return try deltas(controls) }
    return try rotations(run)
  }

  // MARK: Tables

  private static func rotations(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    for expected in run.parityCase.values {
      let rows = try (expected.value.list ?? []).map { row -> JSONValue in
        let angles = try angles(row["pitch_yaw_roll"])
        let rotation = angles.rotation.rows
        let limits = angles.limits
        let raised = PortraitAngles(pitch: angles.pitch + 40, yaw: angles.yaw + 40, roll: angles.roll + 40)
          .limited(to: limits)
        return .object([
          "pitch_yaw_roll": numbers([angles.pitch, angles.yaw, angles.roll]),
          "matrix": .list([rotation.0, rotation.1, rotation.2].map { numbers([$0.x, $0.y, $0.z].map(Double.init)) }),
          "limits": numbers([limits.pitch, limits.yaw, limits.roll].flatMap { [$0.lowerBound, $0.upperBound] }),
          "limited_plus_40": numbers([raised.pitch, raised.yaw, raised.roll]),
        ])
      }
      outputs.add(value: expected.name, .list(rows))
    }
    return outputs
  }

  private static func numbers(_ values: [Double]) -> JSONValue { .list(values.map(JSONValue.number)) }

  private static func deltas(_ controls: JSONValue) throws -> ParityOutputs {
    let points = try (controls.list ?? []).flatMap { pair -> [Point3] in
      guard let name = pair.list?.first?.text, let value = pair.list?.last?.number else {
        throw TestSupportError(.caseInvalid, "\(pair) is no control with its value.")
      }
      var expression = PortraitExpression.neutral
      try control(name).apply(value, to: &expression)
      return expression.offsets
    }
    var outputs = ParityOutputs()
    outputs.add("deltas", values(points))
    return outputs
  }

  private static func control(_ name: String) throws -> ExpressionControl {
    if let control = ExpressionControl(rawValue: name) { return control }
    throw TestSupportError(.caseInvalid, "\"\(name)\" is no control of the face editor.")
  }

  // MARK: Points

  private static func restoredPoints(_ run: ParityRun) throws -> ParityOutputs {
    let target = try PortraitExpression(offsets: points(run, "target_expression"))
    let motion = try motion(run, expression: "working_expression")
    var outputs = ParityOutputs()
    for (index, values) in runs(run) {
      let options = ExpressionRestorerOptions(CaseOptions(values))
      let restored = options.restored(motion.expression, from: target)
      outputs.add("points_target_\(index)", self.values(motion.placed(restored, turned: motion.angles.rotation)))
      outputs.add("points_working_\(index)", self.values(motion.placed))
    }
    outputs.add("limited_expression", values(target.limited().offsets))
    return outputs
  }

  private static func editedPoints(_ run: ParityRun) throws -> ParityOutputs {
    let motion = try motion(run, expression: "expression")
    let openings = try openings(run)
    let retargeting = try PortraitRetargeting(networks: run.networks())
    var outputs = ParityOutputs()
    for (index, values) in runs(run) {
      let edits = FaceEdits(CaseOptions(values))
      let target = motion.placed
      let source = try retargeting.opened(edits.points(of: motion), target: target, openings: openings, edits: edits)
      outputs.add("eye_input_\(index)", openings.eyeInput(points: target, opening: edits.eyeOpening))
      outputs.add("lip_input_\(index)", openings.lipInput(points: target, opening: edits.lipOpening))
      outputs.add("stitcher_source_\(index)", self.values(source))
      outputs.add("generator_source_\(index)", self.values(try retargeting.stitched(source, target: target)))
      outputs.add("generator_target_\(index)", self.values(target))
    }
    outputs.add(
      value: "distance_ratios",
      .object([
        "left_eye": .number(openings.leftEye), "right_eye": .number(openings.rightEye),
        "lips": .number(openings.lips),
      ]))
    return outputs
  }

  /// The arguments `run_0`, `run_1`, … or, where there are none, the case's own options as run 0.
  private static func runs(_ run: ParityRun) -> [(Int, [String: JSONValue])] {
    let runs = run.parityCase.arguments.compactMap { argument -> (Int, [String: JSONValue])? in
      guard argument.name.hasPrefix("run_"), let index = Int(argument.name.dropFirst(4)),
        case .object(let values) = argument.value
      else { return nil }
      return (index, run.parityCase.options.merging(values) { $1 })
    }
    return runs.isEmpty ? [(0, run.parityCase.options)] : runs
  }

  private static func motion(_ run: ParityRun, expression: String) throws -> PortraitMotion {
    let translation = try points(run, "translation")
    return try PortraitMotion(
      angles: angles(run.parityCase.argument("pitch_yaw_roll")),
      scale: Float(run.parityCase.argument("scale").number ?? 1), translation: translation[0],
      expression: PortraitExpression(offsets: points(run, expression)), points: points(run, "motion_points"))
  }

  private static func angles(_ value: JSONValue?) throws -> PortraitAngles {
    guard let numbers = value?.numbers, numbers.count == 3 else {
      throw TestSupportError(.caseInvalid, "\(value ?? .null) is no pitch, yaw and roll.")
    }
    return PortraitAngles(pitch: numbers[0], yaw: numbers[1], roll: numbers[2])
  }

  private static func points(_ run: ParityRun, _ name: String) throws -> [Point3] {
    let array = try run.parityCase.input(name)
    let numbers = try run.parityCase.floats(array)
    guard !numbers.isEmpty, numbers.count % 3 == 0 else {
      throw TestSupportError(.caseInvalid, "\(name) of the shape \(array.shape) has no points of 3 numbers.")
    }
    return stride(from: 0, to: numbers.count, by: 3).map { Point3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) }
  }

  private static func values(_ points: [Point3]) -> [Float] { points.flatMap { [$0.x, $0.y, $0.z] } }

  private static func openings(_ run: ParityRun) throws -> PortraitOpenings {
    let numbers = try run.parityCase.numbers(run.parityCase.input("points_68"))
    return try PortraitOpenings(
      landmarks68: stride(from: 0, to: numbers.count - 1, by: 2).map { SIMD2(numbers[$0], numbers[$0 + 1]) })
  }
}

// MARK: - Whole processors

extension PortraitCases {
  private static func restoredFrame(_ run: ParityRun) throws -> ParityOutputs {
    let options = CaseOptions(run.parityCase.options)
    let restorer = try ExpressionRestorer(
      networks: run.networks(), options: ExpressionRestorerOptions(options), masks: FaceMaskOptions(options))
    let target = try run.picture("target_frame")
    let points = try run.points("points_5_68")
    var work = PictureWork(picture: try run.picture("working_frame"), target: target, faces: [], chosen: [])
    let restored = try restorer.restore(work.picture, points: points, from: target, targetPoints: points)
    var outputs = ParityOutputs()
    outputs.add(
      "input_target", PortraitNetworks.tensor(of: try ExpressionRestorer.crop(target, points: points).picture).floats)
    outputs.add(
      "input_working",
      PortraitNetworks.tensor(of: try ExpressionRestorer.crop(work.picture, points: points).picture).floats
    )
    outputs.add("points_generator_source", values(restored.source))
    outputs.add("points_generator_target", values(restored.target))
    add(restored.patch, &work, to: &outputs)
    return outputs
  }

  private static func editedFrame(_ run: ParityRun) throws -> ParityOutputs {
    let options = CaseOptions(run.parityCase.options)
    let editor = try FaceEditor(
      networks: run.networks(), edits: FaceEdits(options), masks: FaceMaskOptions(options))
    let frame = try run.picture("frame")
    let points = try run.points("points_5_68")
    var work = PictureWork(picture: frame, target: frame, faces: [], chosen: [])
    let patch = try editor.edit(frame, points: points, openings: openings(run))
    var outputs = ParityOutputs()
    outputs.add("input_tensor", PortraitNetworks.tensor(of: try FaceEditor.crop(frame, points: points).picture).floats)
    add(patch, &work, to: &outputs)
    return outputs
  }

  private static func add(_ patch: FacePatch<UInt8>, _ work: inout PictureWork, to outputs: inout ParityOutputs) {
    outputs.add("matrix", patch.transform, cropSide: patch.crop.width)
    outputs.add("crop_result", patch.crop)
    outputs.add("mask", patch.mask)
    patch.paste(into: &work)
    outputs.add("result", work.picture)
  }
}
