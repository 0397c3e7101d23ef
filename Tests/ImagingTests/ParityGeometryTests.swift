import Imaging
import TestSupport
import Testing

/// Suppression, matrices, crops and pastes against values measured on the peer.
@Suite(.enabled(if: ParityKit.isPresent, ParityKit.reason))
struct ParityGeometryTests {
  @Test(arguments: ["nms_11", "nms_12"])
  func suppression(id: String) throws {
    let test = try ParityKit.load(id)
    let numbers = try test.numbers(try test.input("boxes"))
    let boxes = stride(from: 0, to: numbers.count, by: 4).map {
      SIMD4(numbers[$0], numbers[$0 + 1], numbers[$0 + 2], numbers[$0 + 3])
    }
    let kept = nonMaximumSuppression(
      boxes: boxes, scores: try test.floats(try test.input("scores")),
      scoreThreshold: Float(try test.number("score_threshold")),
      overlapThreshold: Float(try test.number("iou_threshold")))
    test.expect(try test.compare(value: "kept_indices", with: .list(kept.map { .number(Double($0)) })))
  }

  @Test func suppressionThresholds() throws {
    let test = try ParityKit.load("nms_threshold_table")
    for row in try #require(test.values.first?.value.list) {
      let threshold = suppressionThreshold(
        angleCount: Int(try #require(row["angle_count"]?.number)), isManyModels: row["model"]?.text == "many")
      #expect(threshold == Float(try #require(row["threshold"]?.number)))
    }
  }

  private func corners(_ m: AffineTransform, _ side: Double) -> [SIMD2<Double>] {
    [SIMD2(0, 0), SIMD2(side, 0), SIMD2(side, side), SIMD2(0, side)].map { m.inverted.apply($0) }
  }

  @Test(arguments: ["warp_matrices_all_templates_a", "warp_matrices_outliers_a"])
  func estimation(id: String) throws {
    let test = try ParityKit.load(id)
    let points = try test.points("points")
    for row in try #require(test.values.first?.value.list) {
      let start = Int(try #require(row["points_index"]?.number)) * 5
      let template = try #require(WarpTemplate(rawValue: row["template"]?.text ?? "ffhq_512"))
      let side = try #require(row["size"]?.number)
      let expected = AffineTransform(rows: try #require(row["matrix"]).numbers)
      let got = estimateTransform(
        from: points[start..<start + 5].map { Point($0) }, template: template,
        cropSize: PixelSize(width: Int(side), height: Int(side)))
      for (a, b) in zip(corners(got, side), corners(expected, side)) {
        #expect(abs(a.x - b.x) < 0.02 && abs(a.y - b.y) < 0.02, "\(id) points \(start / 5) side \(side)")
      }
    }
  }

  @Test(arguments: [
    "warp_arcface_112_v1_m11", "warp_arcface_112_v2_tq", "warp_arcface_128_two", "warp_dfl_whole_face_m11",
    "warp_ffhq_512_rot", "warp_mtcnn_512_tq", "warp_styleganex_384_m11",
  ])
  func cropByPoints(id: String) throws {
    let test = try ParityKit.load(id)
    let name = try test.text("template")
    let template = try #require(WarpTemplate(rawValue: name))
    let side = Int(try test.number("size"))
    let size = PixelSize(width: side, height: side)
    let m = estimateTransform(
      from: try test.points("points").map { Point($0) }, template: template, cropSize: size)
    test.expect(try test.compare("matrix", with: m.rows, cropSide: Double(side)))
    let given = AffineTransform(rows: try test.numbers(try test.output("matrix")))
    try test.check("crop", warp(try test.picture8("frame"), given, to: size, border: .replicate))
  }

  @Test func cropByBox() throws {
    let test = try ParityKit.load("warp_bounding_box")
    let boxes = try test.numbers(try test.input("boxes")).map { Float($0) }
    let size = PixelSize(width: 96, height: 96)
    for index in 0..<2 {
      let at = index * 4
      let box = Box(x1: boxes[at], y1: boxes[at + 1], x2: boxes[at + 2], y2: boxes[at + 3])
      let m = AffineTransform.crop(box, to: size)
      test.expect(try test.compare("matrix_\(index)", with: m.rows))
      try test.check("crop_\(index)", warp(try test.picture8("frame"), m, to: size))
    }
  }

  @Test func cropByTranslation() throws {
    let test = try ParityKit.load("warp_translation")
    let shift = try test.argument("translation").numbers
    let scale = try test.argument("scale").numbers[0]
    let m = AffineTransform.scaling(scale, x: shift[0], y: shift[1])
    test.expect(try test.compare("matrix", with: m.rows))
    try test.check("crop", warp(try test.picture8("frame"), m, to: PixelSize(width: 256, height: 256)))
  }

  @Test func helpers() throws {
    let test = try ParityKit.load("matrix_helpers")
    let numbers = try test.numbers(try test.input("matrices"))
    let matrices = (0..<3).map { AffineTransform(rows: Array(numbers[$0 * 6..<$0 * 6 + 6])) }
    test.expect(try test.compare("merged", with: AffineTransform.merged(matrices).rows))
    let first = matrices[0]
    let moved = try test.points("points").map { first.apply($0) }.flatMap { [$0.x, $0.y] }
    test.expect(try test.compare("points_transformed", with: moved))

    let whole = AffineTransform(rows: try test.argument("integer_matrix").numbers)
    let integers = try test.argument("integer_points").numbers
    let images = stride(from: 0, to: integers.count, by: 2)
      .map { whole.apply(PixelPoint(x: Int(integers[$0]), y: Int(integers[$0 + 1]))) }
    test.expect(
      try test.compare(
        value: "integer_points_transformed",
        with: .list(images.map { .list([.number(Double($0.x)), .number(Double($0.y))]) })))

    // Boxes are single precision here, so the kit's 1e-9 becomes 1e-4 pixels.
    let box = try test.argument("box").numbers.map { Float($0) }
    let movedBox = matrices[1].apply(Box(x1: box[0], y1: box[1], x2: box[2], y2: box[3]))
    let expected = try #require(test.values.first { $0.name == "box_transformed" }?.value.numbers)
    for (a, b) in zip([movedBox.x1, movedBox.y1, movedBox.x2, movedBox.y2], expected) {
      #expect(abs(Double(a) - b) < 1e-4)
    }
    let corners = try test.argument("boxes").numbers.map { Float($0) }
    let boxes = stride(from: 0, to: corners.count, by: 4)
      .map { Box(x1: corners[$0], y1: corners[$0 + 1], x2: corners[$0 + 2], y2: corners[$0 + 3]) }
    let overlaps = try #require(test.values.first { $0.name == "overlaps" }?.value.numbers)
    for (index, value) in overlaps.enumerated() {
      #expect(abs(Double(boxes[index / 4].overlap(boxes[index % 4])) - value) < 1e-6)
    }
  }

  @Test(arguments: ["paste_u8", "paste_float32", "paste_float64", "paste_out_of_frame"])
  func paste(id: String) throws {
    let test = try ParityKit.load(id)
    var frame = try test.picture8("frame")
    let mask = try test.pictureF("mask")
    let m = try test.matrix("matrix")
    let area = PasteArea(frame: frame.size, crop: mask.size, transform: m)
    test.expect(try test.compare("paste_matrix", with: area.transform.rows))
    test.expect(
      try test.compare(
        value: "rectangle", with: .list([area.x1, area.y1, area.x2, area.y2].map { .number(Double($0)) })))
    switch try test.text("crop_type") {
    case "uint8": pasteBack(frame: &frame, crop: try test.picture8("crop"), mask: mask, transform: m)
    case "float32": pasteBack(frame: &frame, crop: try test.pictureF("crop"), mask: mask, transform: m)
    default: pasteBack(frame: &frame, crop: try test.pictureD("crop"), mask: mask, transform: m)
    }
    try test.check("result", frame)
  }

  @Test func pasteRectangles() throws {
    let test = try ParityKit.load("paste_rectangles")
    let numbers = try test.numbers(try test.input("matrices"))
    let areas = stride(from: 0, to: numbers.count, by: 6).map { start in
      PasteArea(
        frame: PixelSize(width: 320, height: 240), crop: PixelSize(width: 128, height: 128),
        transform: AffineTransform(rows: Array(numbers[start..<start + 6])))
    }
    let rows = areas.map { area -> JSONValue in
      .list([area.x1, area.y1, area.x2, area.y2].map { .number(Double($0)) })
    }
    test.expect(try test.compare(value: "rectangles", with: .list(rows)))
  }
}
