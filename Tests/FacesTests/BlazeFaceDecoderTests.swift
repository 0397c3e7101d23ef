import Foundation
import Imaging
import Testing

@testable import Faces

@Suite struct BlazeFaceDecoderTests {
  static let count = BlazeFaceDecoder.anchorCount

  static func decode(_ change: (inout [Float], inout [Float]) -> Void, threshold: Float = 0.5) -> [DetectedFace] {
    var rows = [Float](repeating: 0, count: count * BlazeFaceDecoder.rowLength)
    var logits = [Float](repeating: -10, count: count)
    change(&rows, &logits)
    return BlazeFaceDecoder.decode(rows: rows, logits: logits, threshold: threshold)
  }

  static let anchors: [(index: Int, cell: Point)] = [
    (0, Point(0, 0)), (47, Point(47, 0)), (48, Point(0, 1)), (2303, Point(47, 47)),
  ]

  @Test(arguments: anchors)
  func anchorsAreTheGridsCentres(index: Int, cell: Point) {
    let anchor = BlazeFaceDecoder.anchor(index) * 48
    #expect(abs(anchor.x - cell.x - 0.5) < 1e-4)
    #expect(abs(anchor.y - cell.y - 0.5) < 1e-4)
  }

  @Test func aRowIsAddedToItsAnchor() throws {
    let index = 48 * 2 + 3
    let faces = BlazeFaceDecoderTests.decode { rows, logits in
      logits[index] = 0.4
      let row: [Float] = [2, -4, 30, 40, -8, -6, 8, -6, 0, 1, 0, 9, -15, 0, 15, 0]
      for (offset, value) in row.enumerated() { rows[index * 16 + offset] = value }
    }
    let face = try #require(faces.first)
    #expect(faces.count == 1)
    // The anchor: (3.5, 2.5) · 4 input pixels.
    #expect(face.box == Box(x1: 1, y1: -14, x2: 31, y2: 26))
    #expect(face.points[0] == Point(6, 4))
    #expect(face.points[1] == Point(22, 4))
    #expect(face.points[2] == Point(14, 11))
    #expect(abs(face.points[3].x - (14 - 16 * 0.415)) < 1e-4)
    #expect(abs(face.points[4].x - (14 + 16 * 0.415)) < 1e-4)
    #expect(face.points[3].y == 19)
    #expect(abs(face.score - 1 / (1 + exp(-0.4))) < 1e-6)
  }

  @Test func logitsAreClippedAndNoNumbersSkipped() {
    let faces = BlazeFaceDecoderTests.decode { rows, logits in
      logits[0] = 1e30
      logits[1] = .nan
      logits[2] = 5
      rows[2 * 16 + 7] = .nan
    }
    #expect(faces.count == 1)
    #expect(faces[0].score == 1)
  }

  @Test(arguments: [Float(0.05), 0.5, 0.65, 0.95])
  func theLogitOfAThresholdIsItsInverse(threshold: Float) {
    #expect(abs(BlazeFaceDecoder.score(logit: BlazeFaceDecoder.logit(threshold: threshold)) - threshold) < 1e-6)
  }

  @Test func extremeThresholds() {
    #expect(BlazeFaceDecoder.logit(threshold: 0) == -.infinity)
    #expect(BlazeFaceDecoder.logit(threshold: 1) == .infinity)
  }

  @Test func wrongCountsGiveNothing() {
    #expect(BlazeFaceDecoder.decode(rows: [1], logits: [1], threshold: 0.5).isEmpty)
  }
}
