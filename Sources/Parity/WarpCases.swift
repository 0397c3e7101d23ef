import Faces
import Imaging
import TestSupport

/// The group `warp`: estimated matrices, crops by points, box and shift, and matrix helpers (vision.md §4, 5).
enum WarpCases: ParityGroup {
  static let groups = ["warp"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    if run.hasInput("matrices") {
      try helpers(run, &outputs)
    } else if run.hasInput("boxes") {
      try boxCrops(run, &outputs)
    } else if let shift = try? run.parityCase.argument("translation").numbers, shift.count == 2 {
      let scale = try run.parityCase.argument("scale").numbers.first ?? 1
      let m = AffineTransform.scaling(scale, x: shift[0], y: shift[1])
      outputs.add("matrix", m.rows, as: .float64)
      try addCrop(run, "crop", m, border: .constant, &outputs)
    } else if run.hasInput("frame") {
      try pointCrop(run, &outputs)
    } else {
      for value in run.parityCase.values {
        outputs.add(value: value.name, .list(try (value.value.list ?? []).map { try estimated(run, $0) }))
      }
    }
    return outputs
  }

  /// The crop is taken with the case's own matrix, as the kit says; ours is compared beside it.
  private static func pointCrop(_ run: ParityRun, _ outputs: inout ParityOutputs) throws {
    let template: WarpTemplate = try ParityWords.value(run.text("template") ?? "")
    let crop = try run.parityCase.output("crop")
    let side = crop.shape[0]
    let ours = estimateTransform(
      from: try run.points("points"), template: template, cropSize: PixelSize(width: side, height: side))
    outputs.add("matrix", ours, cropSide: side)
    let given = try run.parityCase.numbers(run.parityCase.output("matrix"))
    try addCrop(run, "crop", AffineTransform(rows: given), border: .replicate, &outputs)
  }

  private static func boxCrops(_ run: ParityRun, _ outputs: inout ParityOutputs) throws {
    for (index, box) in try run.boxes("boxes").enumerated() {
      let crop = try run.parityCase.output("crop_\(index)")
      let m = AffineTransform.crop(box, to: PixelSize(width: crop.shape[1], height: crop.shape[0]))
      outputs.add("matrix_\(index)", m.rows, as: .float64)
      try addCrop(run, crop.name, m, border: .constant, &outputs)
    }
  }

  private static func addCrop(
    _ run: ParityRun, _ name: String, _ m: AffineTransform, border: BorderMode, _ outputs: inout ParityOutputs
  ) throws {
    let shape = try run.parityCase.output(name).shape
    let size = PixelSize(width: shape[1], height: shape[0])
    outputs.add(name, warp(try run.picture("frame"), m, to: size, border: border))
  }

  /// A row of a table: which five points, template (ffhq_512 where none is named) and size in, matrix out.
  private static func estimated(_ run: ParityRun, _ row: JSONValue) throws -> JSONValue {
    let points = try run.points("points")
    guard case .object(var fields) = row, let index = row["points_index"]?.number, let side = row["size"]?.number,
      points.count >= 5 * (Int(index) + 1)
    else { throw TestSupportError(.caseInvalid, "A row of \(run.parityCase.id) is not complete.") }
    let template: WarpTemplate = try ParityWords.value(row["template"]?.text ?? WarpTemplate.ffhq512.rawValue)
    let m = estimateTransform(
      from: Array(points[5 * Int(index)..<5 * Int(index) + 5]), template: template,
      cropSize: PixelSize(width: Int(side), height: Int(side)))
    fields["matrix"] = .list([[m.a, m.b, m.c], [m.d, m.e, m.f]].map { .list($0.map(JSONValue.number)) })
    return .object(fields)
  }

  // MARK: Helpers

  private static func helpers(_ run: ParityRun, _ outputs: inout ParityOutputs) throws {
    let matrices = try run.matrices("matrices")
    outputs.add("merged", AffineTransform.merged(matrices).rows, as: .float64)
    let moved = try run.exactPoints("points").map { matrices[0].apply($0) }
    outputs.add("points_transformed", moved.flatMap { [$0.x, $0.y] }, as: .float64)
    for value in run.parityCase.values {
      switch value.name {
      case "integer_points_transformed": outputs.add(value: value.name, try integerPoints(run))
      case "box_transformed":
        let box = matrices[1].apply(try boxes(run, "box")[0])
        outputs.add(value: value.name, numbers([box.x, box.y, box.z, box.w]))
      case "overlaps":
        let boxes = try boxes(run, "boxes")
        outputs.add(
          value: value.name, .list(boxes.map { box in numbers(boxes.map { boxOverlap(box, $0) }) }))
      case let name where name.hasPrefix("anchors_"): outputs.add(value: name, try anchors(name))
      default: break
      }
    }
  }

  /// Some rows of a detector's list of anchors, two for each cell: the first three, those around the end of the first
  /// row of cells, and the last. `anchors_stride8_two_20x20_rows` names stride and cells.
  private static func anchors(_ name: String) throws -> JSONValue {
    let words = name.split(separator: "_")
    let stride = words.first { $0.hasPrefix("stride") }.flatMap { Int($0.dropFirst("stride".count)) }
    let sides = words.map { $0.split(separator: "x").compactMap { Int($0) } }.first { $0.count == 2 }
    guard let stride, let sides else { throw TestSupportError(.caseInvalid, "\(name) names no stride and no cells.") }
    let row = 2 * sides[0]
    return .list(
      [0, 1, 2, row - 1, row, row + 1, row * sides[1] - 1].map { index in
        let anchor = DetectorGrid.anchor(index / 2, columns: sides[0], stride: stride)
        return numbers([anchor.x, anchor.y])
      })
  }

  private static func integerPoints(_ run: ParityRun) throws -> JSONValue {
    let m = AffineTransform(rows: try run.parityCase.argument("integer_matrix").numbers)
    let given = try run.parityCase.argument("integer_points").numbers
    let points = stride(from: 0, to: given.count - 1, by: 2).map {
      m.apply(PixelPoint(x: Int(given[$0]), y: Int(given[$0 + 1])))
    }
    return .list(points.map { numbers([Double($0.x), Double($0.y)]) })
  }

  private static func boxes(_ run: ParityRun, _ name: String) throws -> [SIMD4<Double>] {
    let sides = try run.parityCase.argument(name).numbers
    return stride(from: 0, to: sides.count - 3, by: 4).map {
      SIMD4(sides[$0], sides[$0 + 1], sides[$0 + 2], sides[$0 + 3])
    }
  }

  private static func numbers(_ values: [Double]) -> JSONValue { .list(values.map(JSONValue.number)) }
}
