import Imaging
import Inference
import Testing

@testable import Faces

/// Outputs of published detectors, given and read back.
@Suite struct DetectorDecodingTests {
  private let square = PixelSize(width: 160, height: 160)
  /// A picture of 320 × 240: reduced by 2.
  private let fit = DetectorFit(
    picture: PixelSize(width: 320, height: 240), canvas: PixelSize(width: 160, height: 160))

  /// Nine outputs of a detector of two anchors a cell, zero but for the scores and rows named.
  private func distances(
    scores: [(level: Int, place: Int, score: Float)], rows: [Float] = [1, 2, 3, 4], offset: Float = 0.5
  ) -> [Tensor] {
    let counts = [800, 200, 50]
    var outputs = counts.map { [Float](repeating: 0, count: $0) }
    for (level, place, score) in scores { outputs[level][place] = score }
    let boxes = counts.map { count in (0..<count).flatMap { _ in rows } }
    let points = counts.map { [Float](repeating: offset, count: 10 * $0) }
    var tensors: [Tensor] = []
    for (width, values) in [(1, outputs), (4, boxes), (10, points)] {
      for (count, numbers) in zip(counts, values) {
        tensors.append(Tensor(shape: [count, width], elements: numbers))
      }
    }
    return tensors
  }

  @Test func fittingNeverEnlargesAndCutsSides() {
    #expect(fit.fitted == PixelSize(width: 160, height: 120))
    #expect(fit.ratio == SIMD2(2, 2))
    let small = DetectorFit(picture: PixelSize(width: 100, height: 20), canvas: square)
    #expect(small.fitted == PixelSize(width: 100, height: 20))
    #expect(small.ratio == SIMD2(1, 1))
    let odd = DetectorFit(picture: PixelSize(width: 333, height: 100), canvas: square)
    #expect(odd.fitted == PixelSize(width: 160, height: 48))
    #expect(odd.ratio == SIMD2<Double>(2.08125, 100.0 / 48))
    #expect(DetectorFit(picture: PixelSize(width: 4000, height: 1), canvas: square).fitted.height == 1)
  }

  @Test(arguments: [PublishedDetectorModel.retinaface, .scrfd])
  func distancesFromAnchors(model: PublishedDetectorModel) throws {
    // Place 45 of stride 8 is the second anchor of cell 22: column 2, row 1.
    let finds = try model.decode(distances(scores: [(0, 45, 0.5), (2, 7, 0.9)]), fit: fit, score: 0.5)
    #expect(finds.scores == [0.5, 0.9])
    // The anchor lies at 16, 8; distances are 8, 16, 24, 32; the picture is twice as large.
    #expect(finds.boxes[0] == SIMD4<Double>(16, -16, 80, 80))
    #expect(finds.points[0] == [SIMD2<Double>](repeating: SIMD2(40, 24), count: 5))
    #expect(finds.boxes[1] == SIMD4<Double>(128, -128, 384, 256))
  }

  @Test func theFirstPlaceAloneDoesNotCount() throws {
    let alone = try PublishedDetectorModel.scrfd.decode(distances(scores: [(1, 0, 0.9)]), fit: fit, score: 0.5)
    #expect(alone.isEmpty)
    let both = try PublishedDetectorModel.scrfd.decode(
      distances(scores: [(1, 0, 0.9), (1, 1, 0.8), (2, 0, 0.7)]), fit: fit, score: 0.5)
    #expect(both.scores == [0.9, 0.8])
  }

  private func columns(_ faces: [Int: [Float]], count: Int = 30) -> [Tensor] {
    var numbers = [Float](repeating: 0, count: 20 * count)
    for (place, values) in faces {
      for (row, value) in values.enumerated() { numbers[row * count + place] = value }
    }
    return [Tensor(shape: [1, 20, count], elements: numbers)]
  }

  @Test func columnsOfYoloFace() throws {
    let points: [Float] = (0..<5).flatMap { index -> [Float] in [Float(10 + index), Float(20 + index), 0.1] }
    let sure = [50, 60, 20, 10, 0.6] as [Float] + points
    let unsure = [50, 60, 20, 10, 0.5] as [Float] + points
    let finds = try PublishedDetectorModel.yoloFace.decode(
      columns([3: sure, 9: unsure]), fit: fit, score: 0.5)
    // A score of exactly the option is not enough here.
    #expect(finds.scores == [0.6])
    #expect(finds.boxes == [SIMD4<Double>(80, 110, 120, 130)])
    let expected: [SIMD2<Double>] = (0..<5).map { SIMD2<Double>(20, 40) + Double(2 * $0) }
    #expect(finds.points[0] == expected)
    let first = [50, 60, 20, 10, 0.9] as [Float] + points
    #expect(try PublishedDetectorModel.yoloFace.decode(columns([0: first]), fit: fit, score: 0.5).isEmpty)
  }

  @Test func centersOfYunet() throws {
    let counts = [400, 100, 25]
    func tensors(_ width: Int, _ fill: (Int) -> [Float]) -> [Tensor] {
      counts.enumerated().map { level, count in
        var numbers = [Float](repeating: 0, count: width * count)
        for (index, value) in fill(level).enumerated() { numbers[width * 23 + index] = value }
        return Tensor(shape: [1, count, width], elements: numbers)
      }
    }
    var outputs = tensors(1) { $0 == 0 ? [0.8] : [] }
    outputs += tensors(1) { $0 == 0 ? [0.75] : [] }
    outputs += tensors(4) { _ in [0.5, 0.25, 0, 1] }
    outputs += tensors(10) { _ in [Float](repeating: 1, count: 10) }
    let finds = try PublishedDetectorModel.yunet.decode(outputs, fit: fit, score: 0.6)
    // Cell 23 of stride 8: column 3, row 1. The score is the product, without a root.
    #expect(finds.scores == [Float(0.8) * 0.75])
    let half: Double = 4 * 2.718281828459045
    let expected = SIMD4<Double>(24, 10 - half, 32, 10 + half) * 2
    let box = try #require(finds.boxes.first)
    for index in 0..<4 { #expect(abs(box[index] - expected[index]) < 1e-5) }
    #expect(finds.points[0] == [SIMD2<Double>](repeating: SIMD2(64, 32), count: 5))
  }

  @Test func wrongOutputsAreNamed() {
    func fails(_ model: PublishedDetectorModel, naming words: [String], _ outputs: [Tensor]) -> Bool {
      throwsFacesError(.unexpectedModel, naming: words) { _ = try model.decode(outputs, fit: fit, score: 0.5) }
    }
    #expect(fails(.scrfd, naming: ["scrfd_2.5g", "output 3"], Array(distances(scores: []).prefix(3))))
    #expect(fails(.scrfd, naming: ["scrfd_2.5g", "800"], distances(scores: []).reversed()))
    #expect(fails(.retinaface, naming: ["retinaface_10g", "score", "nan"], distances(scores: [(0, 7, .nan)])))
    #expect(
      fails(
        .retinaface, naming: ["position", "inf"], distances(scores: [(0, 7, 0.9)], rows: [.infinity, 0, 0, 0])))
    #expect(fails(.yoloFace, naming: ["yoloface_8n", "[1, 19, 30]"], [Tensor(shape: [1, 19, 30])]))
    #expect(fails(.yunet, naming: ["yunet_2023_mar"], []))
    #expect(fails(.yoloFace, naming: ["int64"], [Tensor(shape: [1, 20, 30], type: .int64)]))
  }
}
