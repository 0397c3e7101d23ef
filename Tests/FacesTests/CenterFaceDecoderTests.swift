import Imaging
import Testing

@testable import Faces

@Suite struct CenterFaceDecoderTests {
  /// Maps of a 4 × 3 grid that are empty but for what a test puts in.
  struct Maps {
    var heat = [Float](repeating: 0, count: 12)
    var scale = [Float](repeating: 0, count: 24)
    var offset = [Float](repeating: 0, count: 24)
    var landmarks = [Float](repeating: 0, count: 120)

    func decode(threshold: Float = 0.5) -> [DetectedFace] {
      CenterFaceDecoder.decode(
        heat: heat, scale: scale, offset: offset, landmarks: landmarks, columns: 4, rows: 3, threshold: threshold)
    }
  }

  @Test func emptyMapsHoldNoFace() {
    #expect(Maps().decode().isEmpty)
  }

  @Test func oneCellGivesBoxAndPointsOfTheFormula() throws {
    var maps = Maps()
    let cell = 1 * 4 + 2  // column 2, row 1
    maps.heat[cell] = 0.75
    maps.scale[cell] = 1  // log height
    maps.scale[12 + cell] = 0  // log width
    maps.offset[cell] = 0.25  // y
    maps.offset[12 + cell] = -0.25  // x
    for point in 0..<5 {
      maps.landmarks[2 * point * 12 + cell] = Float(point) / 10  // y
      maps.landmarks[(2 * point + 1) * 12 + cell] = 1 - Float(point) / 10  // x
    }
    let face = try #require(maps.decode().first)
    let height = 4 * Float(2.7182817)
    #expect(face.score == 0.75)
    #expect(abs(face.box.center.x - 9) < 1e-5)
    #expect(abs(face.box.center.y - 7) < 1e-5)
    #expect(abs(face.box.width - 4) < 1e-5)
    #expect(abs(face.box.height - height) < 1e-4)
    #expect(abs(face.points[3].x - (7 + 4 * 0.7)) < 1e-5)
    #expect(abs(face.points[3].y - (7 - height / 2 + height * 0.3)) < 1e-4)
  }

  @Test func theThresholdItselfIsNotEnough() {
    var maps = Maps()
    maps.heat[0] = 0.5
    #expect(maps.decode().isEmpty)
    maps.heat[0] = Float(0.5).nextUp
    #expect(maps.decode().count == 1)
  }

  @Test func theFirstCellAloneCounts() {
    var maps = Maps()
    maps.heat[0] = 0.9
    #expect(maps.decode().map(\.score) == [0.9])
  }

  @Test func noNumberIsNoFace() {
    var maps = Maps()
    maps.heat[3] = .nan
    maps.heat[4] = 0.9
    maps.scale[4] = .infinity
    maps.heat[5] = 0.9
    maps.landmarks[5] = .nan
    maps.heat[6] = 0.8
    #expect(maps.decode().map(\.score) == [0.8])
  }

  @Test func cellsComeRowByRow() {
    var maps = Maps()
    for (cell, heat) in [(1, Float(0.6)), (4, 0.9), (11, 0.7)] { maps.heat[cell] = heat }
    #expect(maps.decode().map(\.score) == [0.6, 0.9, 0.7])
  }

  @Test func wrongCountsGiveNothing() {
    let few = CenterFaceDecoder.decode(
      heat: [1], scale: [0], offset: [0, 0], landmarks: [Float](repeating: 0, count: 10), columns: 1, rows: 1,
      threshold: 0.5)
    #expect(few.isEmpty)
  }

  @Test func aStormOfFindsIsCutToTheBest() {
    let cells = 64 * 64
    let heat = (0..<cells).map { 0.5 + Float($0 + 1) / Float(3 * cells) }
    let faces = CenterFaceDecoder.decode(
      heat: heat, scale: [Float](repeating: 0, count: 2 * cells), offset: [Float](repeating: 0, count: 2 * cells),
      landmarks: [Float](repeating: 0, count: 10 * cells), columns: 64, rows: 64, threshold: 0.5)
    #expect(faces.count == CenterFaceDecoder.maximumCandidates)
    #expect(faces.map(\.score).min() == heat[cells - CenterFaceDecoder.maximumCandidates])
  }
}
