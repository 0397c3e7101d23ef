import Imaging
import Testing

@testable import Faces

@Suite struct DetectorViewTests {
  static let size640 = PixelSize(width: 640, height: 640)

  static func near(_ a: Point, _ b: Point, _ tolerance: Float = 1e-3) -> Bool {
    abs(a.x - b.x) < tolerance && abs(a.y - b.y) < tolerance
  }

  @Test func aLargeFrameIsShrunkAndFilledUp() {
    let view = DetectorView(
      frame: PixelSize(width: 1920, height: 1080), margin: DetectorMargin(), angle: 0,
      fitting: DetectorViewTests.size640, multiple: 32)
    #expect(view.inputSize == PixelSize(width: 640, height: 384))
    // The frame's corners are the corners of the 640 × 360 picture: pixel edges meet pixel edges.
    #expect(DetectorViewTests.near(view.transform.apply(Point(-0.5, -0.5)), Point(-0.5, -0.5)))
    #expect(DetectorViewTests.near(view.transform.apply(Point(1919.5, 1079.5)), Point(639.5, 359.5)))
  }

  @Test func aSmallFrameIsNotEnlarged() {
    let view = DetectorView(
      frame: PixelSize(width: 97, height: 33), margin: DetectorMargin(), angle: 0,
      fitting: DetectorViewTests.size640, multiple: 32)
    #expect(view.inputSize == PixelSize(width: 128, height: 64))
    #expect(view.transform.scale == 1)
  }

  @Test func onePixelIsAFrame() {
    let view = DetectorView(
      frame: PixelSize(width: 1, height: 1), margin: DetectorMargin(), angle: 90,
      fitting: DetectorViewTests.size640, multiple: 32)
    #expect(view.inputSize == PixelSize(width: 32, height: 32))
    let long = DetectorView(
      frame: PixelSize(width: 5000, height: 1), margin: DetectorMargin(), angle: 0,
      fitting: DetectorViewTests.size640, multiple: 32)
    #expect(long.inputSize == PixelSize(width: 640, height: 32))
  }

  @Test func theLetterboxLiesInTheMiddle() {
    let square = PixelSize(width: 192, height: 192)
    let view = DetectorView(
      frame: PixelSize(width: 1920, height: 1080), margin: DetectorMargin(), angle: 0, letterboxed: square)
    #expect(DetectorViewTests.near(view.transform.apply(Point(-0.5, -0.5)), Point(-0.5, 41.5)))
    #expect(DetectorViewTests.near(view.transform.apply(Point(1919.5, 1079.5)), Point(191.5, 149.5)))
    let small = DetectorView(
      frame: PixelSize(width: 96, height: 96), margin: DetectorMargin(), angle: 0, letterboxed: square)
    #expect(small.transform.scale == 2)
  }

  @Test(arguments: [
    (0, Point(0, 0), Point(3, 2)), (90, Point(0, 3), Point(2, 0)), (180, Point(3, 2), Point(0, 0)),
    (270, Point(2, 0), Point(0, 3)),
  ])
  func quarterTurnsKeepEveryPixel(angle: Int, first: Point, last: Point) {
    let view = DetectorView(
      frame: PixelSize(width: 4, height: 3), margin: DetectorMargin(), angle: angle,
      fitting: DetectorViewTests.size640, multiple: 32)
    #expect(DetectorViewTests.near(view.transform.apply(Point(0, 0)), first))
    #expect(DetectorViewTests.near(view.transform.apply(Point(3, 2)), last))
  }

  @Test(arguments: [0, 90, 180, 270])
  func findsComeBackWhereTheyWere(angle: Int) {
    let view = DetectorView(
      frame: PixelSize(width: 1000, height: 700),
      margin: DetectorMargin(top: 10, right: 20, bottom: 30, left: 40), angle: angle,
      fitting: DetectorViewTests.size640, multiple: 32)
    let points = [Point(100, 120), Point(180, 120), Point(140, 160), Point(110, 200), Point(170, 200)]
    let seen = points.map { view.transform.apply($0) + Point(0.5, 0.5) }
    let box = Box(around: [Point(90, 80), Point(190, 220)].map { view.transform.apply($0) + Point(0.5, 0.5) })
    let face = view.inFrame(DetectedFace(box: box, score: 0.8, points: seen))
    for (found, expected) in zip(face.points, points) { #expect(DetectorViewTests.near(found, expected, 0.01)) }
    #expect(DetectorViewTests.near(Point(face.box.x1, face.box.y1), Point(90, 80), 0.01))
    #expect(DetectorViewTests.near(Point(face.box.x2, face.box.y2), Point(190, 220), 0.01))
    #expect(face.score == 0.8)
  }

  @Test func marginsAreTruncatedShares() {
    // 1 percent of half of 333 is 1.665: one pixel at the left.
    let view = DetectorView(
      frame: PixelSize(width: 333, height: 100), margin: DetectorMargin(left: 1), angle: 0,
      fitting: DetectorViewTests.size640, multiple: 32)
    #expect(view.transform.c == 1)
    let half = DetectorView(
      frame: PixelSize(width: 200, height: 100), margin: DetectorMargin(top: 100, bottom: 100), angle: 0,
      fitting: DetectorViewTests.size640, multiple: 32)
    #expect(half.transform.f == 50)
    #expect(half.inputSize == PixelSize(width: 224, height: 224))
  }
}
