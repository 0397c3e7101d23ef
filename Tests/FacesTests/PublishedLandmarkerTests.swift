import Imaging
import Inference
import TestSupport
import Testing

@testable import Faces

@Suite struct PublishedLandmarkerTests {
  /// s = 195 / 190; (256 − (380 + 530) s) / 2 and the same down.
  @Test func theCropOfABox() {
    let crop = LandmarkerCrop(box: Box(x1: 380, y1: 240, x2: 530, y2: 430), angle: 0)
    #expect(abs(crop.shift.a - 1.0263157895) < 1e-9)
    #expect(abs(crop.shift.c + 338.97368421) < 1e-7)
    #expect(abs(crop.shift.f + 215.81578947) < 1e-7)
    #expect(crop.turn == .identity)
    // A box without extent counts as one pixel.
    #expect(LandmarkerCrop(box: Box(x1: 5, y1: 5, x2: 5, y2: 5), angle: 0).shift.a == 195)
  }

  @Test(arguments: [0, 90, 180, 270])
  func pointsFindTheWayBack(angle: Int) {
    let crop = LandmarkerCrop(box: Box(x1: 30, y1: 40, x2: 130, y2: 200), angle: angle)
    let points = [Point(80, 120), Point(31, 199)]
    let back = crop.inPicture(points.map { crop.turn.apply(crop.shift.apply($0)) })
    for (a, b) in zip(points, back) { #expect(abs(a.x - b.x) < 1e-3 && abs(a.y - b.y) < 1e-3) }
  }

  @Test func turnedFacesStandUpright() {
    // A bright upper half; the head lies to the right (its top at 90 degrees clockwise).
    var picture = PixelBuffer8(size: PixelSize(width: 200, height: 200), channels: 3, repeating: 60)
    for y in 0..<200 { for x in 100..<200 { for channel in 0..<3 { picture[x, y, channel] = 200 } } }
    let crop = LandmarkerCrop(box: Box(x1: 20, y1: 20, x2: 180, y2: 180), angle: 90).cut(from: picture)
    #expect(crop.size == PixelSize(width: 256, height: 256))
    #expect(crop[128, 60] > 180)
    #expect(crop[128, 200] < 80)
  }

  @Test func onlyDarkCropsAreEqualised() {
    func ramp(_ top: Int) -> PixelBuffer8 {
      PixelBuffer8(
        size: PixelSize(width: 256, height: 256), channels: 3,
        samples: (0..<256 * 256).flatMap { index -> [UInt8] in
          [UInt8](repeating: UInt8(index % 256 * top / 256), count: 3)
        })
    }
    let (bright, dark) = (ramp(200), ramp(40))
    #expect(LandmarkerCrop.corrected(bright) == labToRGB(labColors(bright)))
    let result = LandmarkerCrop.corrected(dark)
    func sum(_ picture: PixelBuffer8) -> Int { picture.samples.reduce(0) { $0 + Int($1) } }
    #expect(sum(result) > sum(dark) * 6 / 5)
    // The way through Lab alone: gray stays gray.
    #expect(Difference(LandmarkerCrop.corrected(bright).samples, bright.samples).maximum <= 2)
  }

  @Test func planesKeepTheirOrder() {
    let crop = PixelBuffer8(
      size: PixelSize(width: 256, height: 256), channels: 3,
      samples: (0..<256 * 256).flatMap { _ -> [UInt8] in [51, 102, 204] })
    let tensor = LandmarkerCrop.tensor(of: crop)
    for (plane, value) in [0.2, 0.4, 0.8].enumerated() {
      #expect(abs(tensor[plane * 65536 + 999] - Float(value)) < 1e-6)
    }
  }

  @Test func readingTwoDFan4() throws {
    let rows: [Float] = (0..<68).flatMap { index -> [Float] in [Float(index) / 2, 32, 7] }
    var maps = [Float](repeating: -1, count: 68 * 16)
    for index in 0..<68 { maps[index * 16 + index % 16] = index < 34 ? 0.2 : 0.7 }
    let found = try PublishedLandmarkerModel.twoDFan4.read([
      Tensor(shape: [1, 68, 3], elements: rows), Tensor(shape: [1, 68, 4, 4], elements: maps),
    ])
    #expect(found.points[10] == Point(20, 128))
    #expect(abs(found.score - 0.5) < 1e-5)
  }

  @Test func readingPeppaWutz() throws {
    let rows: [Float] = (0..<68).flatMap { index -> [Float] in [Float(index), 16, 2] }
    let found = try PublishedLandmarkerModel.peppaWutz.read([Tensor(shape: [1, 204], elements: rows)])
    #expect(found.points[5] == Point(20, 64))
    #expect(found.score == 1)
  }

  @Test func wrongOutputsAreNamed() {
    func fails(_ model: PublishedLandmarkerModel, naming words: [String], _ outputs: [Tensor]) -> Bool {
      throwsFacesError(.unexpectedModel, naming: words) { _ = try model.read(outputs) }
    }
    let points = Tensor(shape: [1, 68, 2])
    #expect(fails(.twoDFan4, naming: ["2dfan4", "1 outputs"], [points]))
    #expect(fails(.twoDFan4, naming: ["2dfan4", "[1, 67, 2]"], [Tensor(shape: [1, 67, 2]), points]))
    #expect(fails(.peppaWutz, naming: ["peppa_wutz", "[1, 68, 2]"], [points]))
    let damaged = Tensor(shape: [1, 68, 3], elements: [Float](repeating: .nan, count: 204))
    #expect(fails(.peppaWutz, naming: ["peppa_wutz", "nan"], [damaged]))
  }

  @Test func theSurerOneIsHeard() {
    func scored(_ score: Float) -> ScoredLandmarks { ScoredLandmarks(points: [Point(score, 0)], score: score) }
    typealias Choice = PublishedLandmarker
    #expect(Choice.choose(fan: scored(0.5), peppa: scored(0.65))?.score == 0.5)
    #expect(Choice.choose(fan: scored(0.5), peppa: scored(0.75))?.score == 0.75)
    #expect(Choice.choose(fan: scored(0), peppa: nil)?.score == 0)
    #expect(Choice.choose(fan: nil, peppa: scored(0.3))?.score == 0.3)
    #expect(Choice.choose(fan: nil, peppa: scored(0.1)) == nil)
  }
}
