import Imaging
import TestSupport
import Testing

/// The primitives against committed results of an independent program (`Fixtures/make_fixtures.py`).
@Suite struct FixtureTests {
  private func load(_ name: String) throws -> ParityCase { try ParityCase(folder: TestPaths.fixture(name)) }

  @Test func warpOfThreeTypes() throws {
    let test = try load("warp")
    let image = try test.picture8("image")
    let m = try test.matrix("matrix")
    let size = PixelSize(width: 36, height: 30)
    let floats = PixelBufferF(size: image.size, channels: 3, samples: image.samples.map { Float($0) })
    let doubles = PixelBuffer<Double>(size: image.size, channels: 3, samples: image.samples.map { Double($0) })
    for (border, name) in [(BorderMode.constant, "constant"), (.replicate, "replicate")] {
      try test.check("uint8_\(name)", warp(image, m, to: size, border: border))
      try test.check("float32_\(name)", warp(floats, m, to: size, border: border))
      test.expect(
        try test.compare("float64_\(name)", with: warp(doubles, m, to: size, border: border).samples))
    }
  }

  @Test func resizeIsExact() throws {
    let test = try load("resize")
    try test.check("resized", resize(try test.picture8("image"), to: PixelSize(width: 27, height: 45)))
  }

  @Test func estimation() throws {
    let test = try load("estimation")
    let points = try test.points("points")
    for row in try #require(test.values.first?.value.list) {
      let numbers = try #require(row["matrix"]).numbers
      let (index, side) = (Int(try #require(row["points_index"]?.number)), try #require(row["size"]?.number))
      let got = estimateTransform(
        from: points[index * 5..<index * 5 + 5].map { Point($0) }, template: .ffhq512,
        cropSize: PixelSize(width: Int(side), height: Int(side)))
      for corner in [SIMD2(0, 0), SIMD2(side, 0), SIMD2(side, side), SIMD2(0, side)] {
        let distance = got.inverted.apply(corner) - AffineTransform(rows: numbers).inverted.apply(corner)
        #expect(abs(distance.x) < 0.02 && abs(distance.y) < 0.02, "points \(index), crop \(side)")
      }
    }
  }

  @Test func suppression() throws {
    let test = try load("suppression")
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

  @Test func boxMasks() throws {
    let test = try load("box_mask")
    for (index, setting) in try #require(test.values.first?.value.list).enumerated() {
      let padding = try #require(setting["padding"]).numbers.map { Int($0) }
      let mask = boxMask(
        size: 48, blur: try #require(setting["blur"]?.number),
        padding: MaskPadding(top: padding[0], right: padding[1], bottom: padding[2], left: padding[3]))
      try test.check("mask_\(index)", mask)
    }
  }

  @Test func pasteOfThreeTypes() throws {
    let test = try load("paste")
    let frame = try test.picture8("frame")
    let crop = try test.picture8("crop")
    let mask = try test.pictureF("mask")
    let m = try test.matrix("matrix")
    let area = PasteArea(frame: frame.size, crop: crop.size, transform: m)
    test.expect(
      try test.compare(
        value: "rectangle", with: .list([area.x1, area.y1, area.x2, area.y2].map { .number(Double($0)) })))
    var result = frame
    pasteBack(frame: &result, crop: crop, mask: mask, transform: m)
    try test.check("uint8", result)
    result = frame
    let floats = PixelBufferF(size: crop.size, channels: 3, samples: crop.samples.map { Float($0) })
    pasteBack(frame: &result, crop: floats, mask: mask, transform: m)
    try test.check("float32", result)
    result = frame
    let doubles = PixelBuffer<Double>(size: crop.size, channels: 3, samples: crop.samples.map { Double($0) })
    pasteBack(frame: &result, crop: doubles, mask: mask, transform: m)
    try test.check("float64", result)
  }
}
