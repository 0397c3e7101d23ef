import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Faces

@Suite struct PublishedDetectorTests {
  private let side = PixelSize(width: 160, height: 160)

  /// A detector that sees one face at the same place of its canvas, whatever it looks at: box 32, 16 … 64, 80.
  private func network(score: Float = 0.9, model: PublishedDetectorModel = .scrfd) throws -> PublishedDetectorNetwork {
    let counts = [800, 200, 50]
    var outputs: [(name: String, shape: [Int], values: [Float])] = []
    for (part, width) in [(0, 1), (1, 4), (2, 10)] {
      for (level, count) in counts.enumerated() {
        var values = [Float](repeating: 0, count: width * count)
        // Stride 16, second anchor of cell 23: column 3, row 2, at (48, 32).
        if level == 1 {
          let row: [Float] = [[score], [1, 1, 1, 3], [0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1]][part]
          values.replaceSubrange(width * 47..<width * 48, with: row)
        }
        outputs.append(("o\(part)_\(level)", [count, width], values))
      }
    }
    return try PublishedDetectorNetwork(
      session: StandInNetworks.constant(side: 160, outputs), model: model, size: side)
  }

  private func detector(
    _ networks: [PublishedDetectorNetwork], margin: DetectorMargin = DetectorMargin(), angles: [Int] = [0],
    score: Float = 0.5
  ) -> PublishedFaceDetector {
    PublishedFaceDetector(networks: networks, margin: margin, angles: angles, score: score)
  }

  @Test func findsComeBackInPicturePixels() throws {
    let picture = PixelBuffer8(size: PixelSize(width: 320, height: 200), channels: 3, repeating: 9)
    let face = try #require(try detector([network()]).detect(in: picture).first)
    #expect(face.score == 0.9)
    #expect(face.box == Box(x1: 64, y1: 32, x2: 128, y2: 160))
    #expect(face.points == [Point(96, 64), Point(128, 64), Point(112, 80), Point(96, 96), Point(128, 96)])
    #expect(try detector([network()], score: 0).detect(in: picture).isEmpty)
    #expect(try detector([network()], score: 0.95).detect(in: picture).isEmpty)
  }

  @Test func marginsAreTakenOff() throws {
    let picture = PixelBuffer8(size: PixelSize(width: 100, height: 80), channels: 3, repeating: 9)
    // 10 % of half the height, 40 % of half the width; the padded picture of 120 × 84 is not reduced.
    let face = try #require(
      try detector([network()], margin: DetectorMargin(top: 10, left: 40)).detect(in: picture).first)
    #expect(face.box == Box(x1: 12, y1: 12, x2: 44, y2: 76))
    #expect(face.points[0] == Point(28, 28))
    let padded = DetectorMargin(top: 10, right: 58, bottom: 0, left: 40).padded(picture)
    #expect((padded.left, padded.top) == (20, 4))
    // 58 % of half of 100 is cut to 28, as in the peer: 0.005 · 58 lies below 0.29.
    #expect(padded.picture.size == PixelSize(width: 148, height: 84))
    #expect(padded.picture[19, 4] == 0)
    #expect(padded.picture[20, 4] == 9)
    #expect(padded.picture[20, 3] == 0)
  }

  @Test func turnedPicturesAreTurnedBack() throws {
    let picture = PixelBuffer8(size: PixelSize(width: 100, height: 120), channels: 3, repeating: 9)
    // Counter-clockwise by 90: x' = y, y' = width − x.
    let face = try #require(try detector([network()], angles: [90]).detect(in: picture).first)
    #expect(face.box == Box(x1: 20, y1: 32, x2: 84, y2: 64))
    #expect(face.points[1] == Point(68, 64))
    let both = try detector([network()], angles: [0, 90]).candidates(in: picture)
    #expect(both.boxes == [SIMD4(32, 16, 64, 80), SIMD4(20, 32, 84, 64)])
  }

  @Test func severalNetworksSuppressMoreStrictly() throws {
    let picture = PixelBuffer8(size: side, channels: 3, repeating: 9)
    let two = detector([try network(score: 0.6), try network(score: 0.8)])
    #expect(try two.candidates(in: picture).scores == [0.6, 0.8])
    #expect(try two.detect(in: picture).map(\.score) == [0.8])
  }

  @Test func framesAreLookedAtAsPictures() throws {
    let frame = SyntheticFrame.frame(.gradient, size: PixelSize(width: 320, height: 200), format: .yuv420)
    let detector = try detector([network()])
    #expect(try detector.detect(in: frame) == detector.detect(in: frame.bgrPicture()))
  }

  @Test(arguments: PublishedDetectorModel.allCases)
  func inputsAreBlueGreenRed(model: PublishedDetectorModel) {
    let picture = PixelBuffer8(
      size: PixelSize(width: 2, height: 1), channels: 3, samples: [10, 20, 30, 40, 50, 60])
    let tensor = model.tensor(of: picture, canvas: PixelSize(width: 3, height: 2))
    let bytes: [Float] = [10, 40, 0, 0, 0, 0, 20, 50, 0, 0, 0, 0, 30, 60, 0, 0, 0, 0]
    #expect(
      tensor.floats
        == bytes.map { value in
          switch model {
          case .retinaface, .scrfd: (value - 127.5) / 128
          case .yoloFace: value / 255
          case .yunet: value
          }
        })
  }

  @Test func theCanvasForgetsTheLastPicture() {
    let tensor = Tensor(shape: [1, 3, 2, 2])
    let canvas = DetectorCanvas(
      tensor: tensor, size: PixelSize(width: 2, height: 2), table: PublishedDetectorModel.yunet.inputTable)
    canvas.fill(with: PixelBuffer8(size: PixelSize(width: 2, height: 2), channels: 3, repeating: 7))
    canvas.fill(with: PixelBuffer8(size: PixelSize(width: 1, height: 1), channels: 3, repeating: 8))
    #expect(tensor.floats == [8, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0])
  }

  @Test func wrongNetworksAreNamed() throws {
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["stand-in", "9 are needed"]) {
        let session = try StandInNetworks.constant(side: 160, [("score", [1], [0])])
        _ = try PublishedDetectorNetwork(session: session, model: .retinaface, size: side)
      })
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["stand-in", "640"]) {
        let session = try StandInNetworks.constant(side: 160, [("score", [1], [0])])
        _ = try PublishedDetectorNetwork(
          session: session, model: .yoloFace, size: PixelSize(width: 640, height: 640))
      })
    let short = try PublishedDetectorNetwork(
      session: StandInNetworks.constant(side: 160, [("o", [1, 20], [Float](repeating: 1, count: 20))]),
      model: .yoloFace, size: side)
    let black = PixelBuffer8(size: side, channels: 3, repeating: 0)
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["yoloface_8n", "[1, 20]"]) {
        _ = try short.candidates(in: black, margin: DetectorMargin(), score: 0.5)
      })
  }

  @Test func manyMeansThePublishedThree() {
    #expect(FaceDetectorModel.many.published == [.retinaface, .scrfd, .yoloFace])
    #expect(FaceDetectorModel.many.sizes == [PixelSize(width: 640, height: 640)])
    #expect(FaceDetectorModel.openMany.published.isEmpty)
    #expect(FaceDetectorModel.scrfd.sizes.map(\.width) == [160, 320, 480, 512, 640])
    #expect(FaceRecognizerModel.auto.resolved(landmarker: .twoDFan4) == .arcFace)
    #expect(FaceRecognizerModel.auto.resolved(landmarker: .faceMesh478) == .dlib)
    #expect(FaceRecognizerModel.auto.resolved(landmarker: .faceMesh468, needsArcFace: true) == .arcFace)
    #expect(FaceRecognizerModel.dlib.resolved(landmarker: .many) == .dlib)
  }
}
