import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Safeguards

/// Models of a test; whatever is not among them is missing.
struct Shelf: ModelLoading {
  var models: [ModelID: TinyModel] = [:]

  func load(_ id: ModelID) throws -> [UInt8] {
    guard let model = models[id] else { throw ModelStoreError(.modelMissing, "The model \(id.rawValue) is missing.") }
    return model.bytes
  }

  func networks() throws -> FaceNetworks {
    try FaceNetworks(
      runtime: OnnxRuntime.open(), models: self, session: SessionOptions(providers: .list([.cpu])))
  }

  /// open_nsfw that always gives these numbers.
  static func openNsfw(_ output: [Float], side: Int = 224) -> TinyModel {
    .constant(
      input: ("input_0", [.named("n"), .fixed(side), .fixed(side), 3]),
      outputs: [("probabilities", [1, output.count], output)])
  }

  /// A published analyser that always gives this measure.
  static func analyser(_ model: ContentModel, measure: Float) -> TinyModel {
    let (shape, values): ([Int], [Float]) =
      switch model {
      case .nsfw1: ([1, 5, 1], [0, 0, 0, 0, measure])
      case .nsfw2: ([1, 2], [measure, 0])
      case .nsfw3: ([1, 4], [0, 0, measure, 0])
      }
    return .constant(
      input: ("input", [1, 3, .fixed(model.size.height), .fixed(model.size.width)]),
      outputs: [("output", shape, values)])
  }
}

@Suite struct ContentJudgeTests {
  private let frame = SyntheticFrame.frame(.gradient, size: PixelSize(width: 40, height: 30))

  private func judge(_ models: [ModelID: TinyModel], threshold: Double = 0.75) throws -> ContentJudge {
    try ContentJudge(networks: Shelf(models: models).networks(), threshold: threshold)
  }

  @Test func openNsfwFlagsAboveTheThreshold() throws {
    for (score, isFlagged) in [(Float(0), false), (0.75, false), (0.7500001, true), (1, true)] {
      let judgement = try judge([.openNsfw: Shelf.openNsfw([1 - score, score])]).judge(frame)
      #expect(judgement == ContentJudgement(isFlagged: isFlagged, measures: ["open_nsfw": Double(score)]))
    }
  }

  @Test func theAnalysersVoteWhenAllThreeAreThere() throws {
    var models: [ModelID: TinyModel] = [.openNsfw: Shelf.openNsfw([1, 0])]
    models["nsfw_1"] = Shelf.analyser(.nsfw1, measure: 0.5)
    models["nsfw_2"] = Shelf.analyser(.nsfw2, measure: 0.5)
    let two = try judge(models)
    #expect(!two.asksAnalysers)
    #expect(try two.judge(frame) == ContentJudgement(isFlagged: false, measures: ["open_nsfw": 0]))
    models["nsfw_3"] = Shelf.analyser(.nsfw3, measure: 2)
    let three = try judge(models)
    #expect(three.asksAnalysers)
    #expect(
      try three.judge(frame)
        == ContentJudgement(isFlagged: true, measures: ["open_nsfw": 0, "nsfw_1": 0.5, "nsfw_2": 0.5, "nsfw_3": 2]))
    models["nsfw_1"] = Shelf.analyser(.nsfw1, measure: 0.125)
    #expect(try !judge(models).judge(frame).isFlagged)
    models[.openNsfw] = Shelf.openNsfw([0, 1])
    #expect(try judge(models).judge(frame).isFlagged)
  }

  @Test func withoutOpenNsfwThereIsNoJudge() {
    #expect(throws: ModelStoreError.self) { try judge(["nsfw_1": Shelf.analyser(.nsfw1, measure: 0)]) }
  }

  @Test(arguments: [[0.5], [0, 0.5, 0.5], [0, .nan], [0, 1.5], [0, -0.1]] as [[Float]])
  func otherOutputsAreNamed(output: [Float]) throws {
    let judge = try judge([.openNsfw: Shelf.openNsfw(output)])
    #expect { try judge.judge(frame) } throws: { "\($0)".contains("open_nsfw") }
  }

  @Test func anotherInputIsNamed() {
    #expect { try judge([.openNsfw: Shelf.openNsfw([1, 0], side: 256)]) } throws: {
      ($0 as? FacesError)?.code == .unexpectedModel && "\($0)".contains("open_nsfw")
    }
  }

  // MARK: - The picture it looks at

  private func value(_ tensor: [Float], _ x: Int, _ y: Int, _ channel: Int) -> Float {
    tensor[(y * 224 + x) * 3 + channel]
  }

  @Test func theMiddleOf256LessTheMean() {
    let picture = SyntheticFrame.picture(.noise(seed: 3), size: PixelSize(width: 256, height: 256))
    let tensor = OpenNsfw.tensor(of: picture)
    #expect(tensor.count == 224 * 224 * 3)
    for (channel, mean) in [(0, Float(104)), (1, 117), (2, 123)] {
      for (x, y) in [(0, 0), (223, 223), (10, 200), (111, 7)] {
        #expect(value(tensor, x, y, channel) == Float(picture[x + 16, y + 16, channel]) - mean)
      }
    }
  }

  /// Four times too wide and twice too high: every value is the mean of eight pixels.
  @Test func everyPixelOfALargePictureCounts() {
    let picture = SyntheticFrame.picture(.noise(seed: 4), size: PixelSize(width: 1024, height: 512))
    let tensor = OpenNsfw.tensor(of: picture)
    for (x, y) in [(0, 0), (223, 100), (57, 223)] {
      var sum = 0
      for row in 0..<2 {
        for column in 0..<4 { sum += Int(picture[4 * (x + 16) + column, 2 * (y + 16) + row, 1]) }
      }
      #expect(abs(value(tensor, x, y, 1) + 117 - Float(sum) / 8) <= 0.5)
    }
  }

  /// Halving first gives the same but for rounding, and keeps the formats a video can have.
  @Test(arguments: [PixelFormat.rgb8, .yuv420, .yuv420p10])
  func aLargeFrameIsHalvedFirst(format: PixelFormat) {
    // Smooth, so that colours beyond what R, G, B can show are cut alike before and after.
    let frame = SyntheticFrame.frame(.gradient, size: PixelSize(width: 1024, height: 512), format: format)
    let small = OpenNsfw.picture(of: frame, FrameReduction())
    #expect(small.size == PixelSize(width: 512, height: 256))
    let (quick, whole) = (OpenNsfw.tensor(of: small), OpenNsfw.tensor(of: frame.bgrPicture()))
    #expect(zip(quick, whole).allSatisfy { abs($0 - $1) <= 2 })
  }

  @Test(arguments: [(256, 256), (511, 900), (1283, 771), (5, 900)])
  func framesOfAnySizeAreHalvedWithCare(width: Int, height: Int) {
    let size = PixelSize(width: width, height: height)
    let small = OpenNsfw.picture(of: SyntheticFrame.frame(.plain([0.2, 0.4, 0.6]), size: size), FrameReduction())
    #expect(small.width >= min(width, 256) && small.height >= min(height, 256))
    #expect((small[0, 0, 0], small[0, 0, 1], small[0, 0, 2]) == (153, 102, 51))
    if min(width, height) < 512 { #expect(small.size == size) }
  }

  @Test(arguments: [(1, 1), (3, 900), (900, 2), (256, 1), (255, 257)])
  func anySizeGivesAWholePicture(width: Int, height: Int) {
    let picture = SyntheticFrame.picture(
      .plain([0.2, 0.4, 0.6]), size: PixelSize(width: width, height: height))
    let tensor = OpenNsfw.tensor(of: picture)
    let expected: [Float] = [51 - 104, 102 - 117, 153 - 123]
    #expect(tensor.enumerated().allSatisfy { $1 == expected[$0 % 3] })
  }

  // MARK: - The real network

  /// Scores that ONNX Runtime for Python gave for the same pictures, made with NumPy.
  @Test(.enabled(if: SamplePhotos.networks != nil, Comment(rawValue: SamplePhotos.skipReason)))
  func theRealNetworkGivesItsScores() throws {
    let judge = try ContentJudge(networks: #require(SamplePhotos.networks), threshold: 0.8)
    let size = PixelSize(width: 256, height: 256)
    let grey = PixelBuffer8(size: size, channels: 3, samples: [UInt8](repeating: 128, count: size.area * 3))
    #expect(try abs(judge.score(of: grey) - 0.1975825) < 2e-3)
    var pattern: [UInt8] = []
    for row in 0..<256 {
      for column in 0..<256 {
        pattern += [2 * row + 13 * column, 5 * row + 11 * column, 7 * row + 3 * column].map { UInt8($0 % 256) }
      }
    }
    let bgr = PixelBuffer8(size: size, channels: 3, samples: pattern)
    #expect(try abs(judge.score(of: bgr) - 0.00055433) < 1e-4)
    // The same picture as a frame of R, G, B.
    let judgement = try judge.judge(Frame(bgr.reversingChannels()))
    #expect(abs((judgement.measures["open_nsfw"] ?? 1) - 0.00055433) < 1e-4 && !judgement.isFlagged)
  }
}
