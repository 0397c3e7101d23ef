import Imaging
import TestSupport
import Testing

@Suite struct GeometryTests {
  private let points: [Point] = [
    Point(410.2, 300.5), Point(505.7, 298.1), Point(459.0, 350.9), Point(420.3, 402.8), Point(498.6, 400.4),
  ]

  /// Measured on the peer (spec vision §35).
  @Test(arguments: [
    (WarpTemplate.arcface128, 256, 0.772177736, -0.010994437, -222.337950, -131.921425, [290, 162, 626, 498]),
    (.ffhq512, 512, 1.316005798, -0.019866722, -340.193036, -163.082391, [260, 114, 655, 509]),
    (.arcface112v2, 112, 0.386088868, -0.005497219, -119.168975, -65.960713, [311, 162, 605, 456]),
  ])
  func checkValues(
    template: WarpTemplate, side: Int, a: Double, b: Double, c: Double, f: Double, rectangle: [Int]
  ) {
    let size = PixelSize(width: side, height: side)
    let m = estimateTransform(from: points, template: template, cropSize: size)
    for (got, expected, limit) in [
      (m.a, a, 2e-5), (m.b, b, 2e-5), (m.c, c, 5e-3), (m.d, -b, 2e-5), (m.e, a, 2e-5), (m.f, f, 5e-3),
    ] {
      #expect(abs(got - expected) < limit)
    }
    let area = PasteArea(frame: PixelSize(width: 1280, height: 720), crop: size, transform: m)
    #expect([area.x1, area.y1, area.x2, area.y2] == rectangle)
  }

  @Test func unitCropTakesEveryPoint() {
    let m = estimateTransform(from: points, template: .ffhq512, cropSize: PixelSize(width: 1, height: 1))
    #expect(abs(m.a - 0.00257032744) < 1e-7)
    #expect(abs(m.c + 0.664444255) < 1e-5)
  }

  @Test func exactSimilarityIsFound() {
    let truth = makeTransform(degrees: 21, scale: 0.8, x: 30, y: -12)
    let m = estimateTransform(from: points, to: points.map { truth.apply($0) })
    for (got, expected) in zip(m.rows, truth.rows) { #expect(abs(got - expected) < 1e-4) }
  }

  @Test func farPointIsLeftOut() {
    let truth = makeTransform(degrees: 5, scale: 2, x: 1, y: 2)
    var targets = points.map { truth.apply($0) }
    targets[4].x += 900
    let m = estimateTransform(from: points, to: targets)
    for (got, expected) in zip(m.rows, truth.rows) { #expect(abs(got - expected) < 1e-3) }
  }

  @Test func coincidingPointsGiveNoExtent() {
    let m = estimateTransform(
      from: Array(repeating: Point(3, 4), count: 5), template: .ffhq512, cropSize: PixelSize(width: 64, height: 64))
    #expect(m.rows.allSatisfy { $0.isFinite })
    #expect(m.determinant == 0)
  }

  @Test(arguments: WarpTemplate.allCases)
  func templatesLieInTheCrop(template: WarpTemplate) {
    #expect(template.points.count == 5)
    #expect(template.points.allSatisfy { $0.x > 0.3 && $0.x < 0.7 && $0.y > 0.35 && $0.y < 0.9 })
    #expect(template.points[0].x < template.points[2].x && template.points[2].x < template.points[1].x)
  }

  @Test(arguments: [
    (90, [0.0, 1, 0, -1, 0, 40]), (180, [-1, 0, 40, 0, -1, 30]), (270, [0, -1, 30, 1, 0, 0]), (0, [1, 0, 0, 0, 1, 0]),
    (-90, [0, -1, 30, 1, 0, 0]),
  ])
  func quarterTurns(degrees: Int, rows: [Double]) {
    let (m, size) = AffineTransform.rotation(degrees: degrees, of: PixelSize(width: 40, height: 30))
    #expect(size == (degrees % 180 == 0 ? PixelSize(width: 40, height: 30) : PixelSize(width: 30, height: 40)))
    for (got, expected) in zip(m.rows, rows) { #expect(abs(got - expected) < 1e-9) }
  }

  @Test func freeRotationKeepsTheMiddle() {
    let (m, size) = AffineTransform.rotation(degrees: 30, of: PixelSize(width: 100, height: 50))
    let middle = m.apply(SIMD2(50.0, 25))
    #expect(size == PixelSize(width: 111, height: 93))
    #expect(abs(middle.x - 111.6025 / 2) < 1e-3 && abs(middle.y - 93.3013 / 2) < 1e-3)
    #expect(abs(m.scale - 1) < 1e-12)
  }

  @Test func boxesAndPoints() {
    let m = AffineTransform.crop(Box(x1: 10, y1: 20, x2: 30, y2: 60), to: PixelSize(width: 100, height: 80))
    #expect(m.apply(Point(10, 20)) == Point(0, 0))
    #expect(m.apply(Point(30, 60)) == Point(100, 80))
    let flat = AffineTransform.crop(Box(x1: 1, y1: 1, x2: 1, y2: 5), to: PixelSize(width: 10, height: 10))
    #expect(flat.rows.allSatisfy { $0.isFinite })
    let turned = AffineTransform.rotation(degrees: 90, of: PixelSize(width: 100, height: 100)).transform
    #expect(turned.apply(Box(x1: 0, y1: 10, x2: 5, y2: 30)) == Box(x1: 10, y1: 95, x2: 30, y2: 100))
    #expect(Box(x1: 5, y1: 1, x2: 2, y2: 0).normalized == Box(x1: 2, y1: 0, x2: 5, y2: 1))
    let scaled = scaleAboutNose([Point(0, 0), Point(4, 0), Point(2, 2)], by: 0.5)
    #expect(scaled == [Point(1, 1), Point(3, 1), Point(2, 2)])
    #expect(AffineTransform.merged([]).rows == AffineTransform.identity.rows)
    let round = AffineTransform(a: 0.5, b: 0, c: 0, d: 0, e: 0.5, f: 1)
    #expect(round.apply(PixelPoint(x: 5, y: 7)) == PixelPoint(x: 2, y: 4))
  }

  @Test func inverseUndoes() {
    let m = makeTransform(degrees: 40, scale: 3, x: 7, y: -9)
    let there = m.then(m.inverted)
    for (got, expected) in zip(there.rows, AffineTransform.identity.rows) { #expect(abs(got - expected) < 1e-12) }
  }

  @Test func fittingSizes() {
    #expect(PixelSize(width: 1920, height: 1080).fitted(into: PixelSize(width: 640, height: 640)).height == 360)
    #expect(PixelSize(width: 426, height: 226).fitted(into: PixelSize(width: 448, height: 448)).height == 237)
    let small = PixelSize(width: 100, height: 50)
    #expect(small.restricted(to: PixelSize(width: 640, height: 640)) == small)
    #expect(marginPixels(percent: 100, of: 480) == 240)
    #expect(marginPixels(percent: 33, of: 101) == 16)
    #expect(marginPixels(percent: -5, of: 101) == 0)
  }

  @Test func placingCutsAtTheEdges() {
    let image = PixelBuffer8(size: PixelSize(width: 2, height: 2), channels: 1, samples: [1, 2, 3, 4])
    let size = PixelSize(width: 3, height: 3)
    #expect(place(image, x: 1, y: 1, on: size).samples == [0, 0, 0, 0, 1, 2, 0, 3, 4])
    #expect(place(image, x: -1, y: 2, on: size).samples == [0, 0, 0, 0, 0, 0, 2, 0, 0])
    #expect(place(image, x: 9, y: 0, on: size).samples == Array(repeating: 0, count: 9))
  }

  @Test func suppressionKeepsTheBest() {
    let boxes = [
      Box(x1: 0, y1: 0, x2: 10, y2: 10), Box(x1: 1, y1: 0, x2: 11, y2: 10), Box(x1: 20, y1: 0, x2: 30, y2: 10),
      Box(x1: 0, y1: 0, x2: 0, y2: 10),
    ]
    let kept = nonMaximumSuppression(
      boxes: boxes, scores: [0.8, 0.9, 0.5, 0.95], scoreThreshold: 0.5, overlapThreshold: 0.4)
    #expect(kept == [3, 1])
    #expect(
      nonMaximumSuppression(boxes: boxes, scores: [0.9, 0.9, 0.9, 0.1], scoreThreshold: 0.5, overlapThreshold: 0.9)
        == [0, 1, 2])
    let none: [Box] = []
    #expect(nonMaximumSuppression(boxes: none, scores: [], scoreThreshold: 0, overlapThreshold: 0).isEmpty)
  }

  @Test func hullAndFillOfSimpleShapes() {
    let square = [(1, 1), (4, 1), (4, 4), (1, 4), (2, 2), (1, 1), (3, 1)].map { PixelPoint(x: $0.0, y: $0.1) }
    #expect(Set(convexHull(square)) == Set(square.prefix(4)))
    var mask = PixelBufferF(size: PixelSize(width: 6, height: 6), channels: 1, repeating: 0)
    fillPolygon(convexHull(square), in: &mask)
    #expect(mask.samples.reduce(0, +) == 16)
    fillPolygon([PixelPoint(x: -50, y: -50), PixelPoint(x: 90, y: -50), PixelPoint(x: 20, y: 90)], in: &mask, value: 2)
    #expect(mask.samples.filter { $0 == 2 }.count == 36)
    var dot = PixelBufferF(size: PixelSize(width: 3, height: 3), channels: 1, repeating: 0)
    fillPolygon([PixelPoint(x: 1, y: 1)], in: &dot)
    fillPolygon([], in: &dot)
    #expect(dot.samples == [0, 0, 0, 0, 1, 0, 0, 0, 0])
  }
}
