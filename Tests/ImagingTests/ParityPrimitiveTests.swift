import Imaging
import TestSupport
import Testing

/// The library calls behind everything, against values measured on the peer.
@Suite(.enabled(if: ParityKit.isPresent, ParityKit.reason))
struct ParityPrimitiveTests {
  private let size75 = PixelSize(width: 75, height: 60)
  private let size230 = PixelSize(width: 230, height: 190)

  @Test func bilinear8() throws {
    let test = try ParityKit.load("primitive_resize_bilinear_u8_a")
    let image = try test.picture8("image")
    for size in [size75, size230, PixelSize(width: 68, height: 52)] {
      let result = try test.compare("resized_\(size)", with: resize(image, to: size).samples)
      test.expect(result)
      #expect(result.difference.maximum == 0, "8-bit bilinear is bit-exact")
    }
  }

  @Test func bilinearFloat() throws {
    let test = try ParityKit.load("primitive_resize_bilinear_float_a")
    let plane = try test.pictureF("plane")
    for size in [size75, size230] { try test.check("resized_\(size)", resize(plane, to: size)) }
  }

  @Test func area() throws {
    let test = try ParityKit.load("primitive_resize_area_a")
    let image = try test.picture8("image")
    for (width, height) in [(68, 52), (67, 53), (16, 16), (190, 150)] {
      let size = PixelSize(width: width, height: height)
      try test.check("resized_\(size)", resize(image, to: size, mode: .area))
    }
  }

  @Test func cubic() throws {
    let test = try ParityKit.load("primitive_resize_cubic")
    try test.check(
      "resized_u8", resize(try test.picture8("image"), to: PixelSize(width: 200, height: 150), mode: .cubic))
    try test.check(
      "resized_float", resize(try test.pictureF("difference"), to: PixelSize(width: 90, height: 90), mode: .cubic))
  }

  @Test func warpTypes() throws {
    let test = try ParityKit.load("primitive_warp_affine_types_a")
    let image = try test.picture8("image")
    let m = try test.matrix("matrix")
    let size = PixelSize(width: 120, height: 100)
    let floats = PixelBufferF(size: image.size, channels: 3, samples: image.samples.map { Float($0) })
    let doubles = PixelBuffer<Double>(size: image.size, channels: 3, samples: image.samples.map { Double($0) })
    for (border, name) in [(BorderMode.constant, "constant"), (.replicate, "replicate")] {
      try test.check("uint8_\(name)", warp(image, m, to: size, border: border))
      try test.check("float32_\(name)", warp(floats, m, to: size, border: border))
      test.expect(
        try test.compare("float64_\(name)", with: warp(doubles, m, to: size, border: border).samples))
    }
  }

  @Test func gaussian() throws {
    let test = try ParityKit.load("primitive_gaussian_a")
    let plane = try test.pictureF("plane")
    for (sigma, name) in [(5.0, "5"), (6.25, "6_25"), (9.5, "9_5")] {
      try test.check("blur_\(name)", gaussianBlur(plane, sigma: sigma))
    }
    let result = try test.compare("blur_u8_2", with: gaussianBlur(try test.picture8("image"), sigma: 2).samples)
    test.expect(result)
    #expect(result.difference.maximum == 0, "8-bit blur is bit-exact")
  }

  @Test func hullAndFill() throws {
    let test = try ParityKit.load("primitive_hull_fill_a")
    let numbers = try test.numbers(try test.input("points"))
    var filled: [Float] = []
    var corners: [JSONValue] = []
    for start in stride(from: 0, to: numbers.count, by: 28) {
      let points = stride(from: start, to: start + 28, by: 2).map {
        PixelPoint(x: Int(numbers[$0]), y: Int(numbers[$0 + 1]))
      }
      let hull = convexHull(points)
      var mask = PixelBufferF(size: PixelSize(width: 96, height: 96), channels: 1, repeating: 0)
      fillPolygon(hull, in: &mask)
      filled += mask.samples
      let sorted = hull.sorted { $0.x != $1.x ? $0.x < $1.x : $0.y < $1.y }
      corners.append(.list(sorted.map { .list([.number(Double($0.x)), .number(Double($0.y))]) }))
    }
    let result = try test.compare("filled", with: filled)
    test.expect(result)
    #expect(result.difference.maximum == 0, "the fill is pixel-exact")
    test.expect(try test.compare(value: "hull_vertices_sorted", with: .list(corners)))
  }

  @Test func erosionAndWeightedSums() throws {
    let test = try ParityKit.load("primitive_erode_weighted_hist")
    try test.check("eroded", erode(try test.pictureF("plane"), iterations: 2))
    let image = try test.picture8("image")
    let other = try test.picture8("image_2")
    for (amount, name) in [(Float(0.25), "25"), (0.5, "50"), (0.8, "80"), (1, "100")] {
      try test.check("blend_\(name)", blend(image, other, amount: amount))
    }
  }

  @Test func grey() throws {
    let test = try ParityKit.load("primitive_colour_lab_hsv")
    var image = try test.picture8("image")
    // The kit's pictures are B, G, R; ours R, G, B.
    for at in stride(from: 0, to: image.samples.count, by: 3) { image.samples.swapAt(at, at + 2) }
    try test.check("grey_u8", grayscale(image))
  }

  @Test(arguments: [
    "prep_restrict_a", "prep_restrict_b", "prep_restrict_unchanged", "prep_fit_contain_shrink",
    "prep_fit_contain_enlarge", "prep_fit_cover_a",
  ])
  func fitting(id: String) throws {
    let test = try ParityKit.load(id)
    let resolution = try test.option("resolution").numbers
    let size = PixelSize(width: Int(resolution[0]), height: Int(resolution[1]))
    let frame = try test.picture8("frame")
    let make = id.contains("restrict") ? restrict : id.contains("contain") ? fitContain : fitCover
    try test.check("frame_out", make(frame, size))
  }

  @Test func tensors() throws {
    func check(_ id: String, _ make: (PixelBuffer8) -> [Float]) throws {
      let test = try ParityKit.load(id)
      test.expect(try test.compare("tensor", with: make(try test.picture8("frame"))))
    }
    let one = SIMD3<Float>(repeating: 1)
    try check("prep_tensor_yolo_face") { frame in
      let size = PixelSize(width: 640, height: 640)
      return planarTensor(place(restrict(frame, to: size), on: size), scale: one / 255, bias: .zero)
    }
    try check("prep_tensor_retinaface") { frame in
      let size = PixelSize(width: 320, height: 320)
      return planarTensor(place(restrict(frame, to: size), on: size), scale: one / 128, bias: one * (-127.5 / 128))
    }
    try check("prep_tensor_nsfw_1") { frame in
      let canvas = fitContain(frame, to: PixelSize(width: 640, height: 640))
      return planarTensor(canvas, reversing: true, scale: one / 255, bias: .zero)
    }
    try check("prep_tensor_nsfw_2") { frame in
      let canvas = fitContain(frame, to: PixelSize(width: 384, height: 384))
      return planarTensor(canvas, reversing: true, scale: one / 127.5, bias: -one)
    }
  }
}
