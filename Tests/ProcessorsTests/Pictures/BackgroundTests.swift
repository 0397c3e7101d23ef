import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct BackgroundTests {
  private static func session(_ model: TinyModel) throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: model.bytes, name: "cutter", options: SessionOptions(providers: .list([.cpu]))
    )
  }

  /// Gives these outputs whatever it sees.
  private static func remover(
    _ name: String, _ outputs: [(shape: [Int], values: [Float])], fill: BackgroundColor = .clear,
    despill: BackgroundColor = .clear
  ) throws -> BackgroundRemover {
    let model = try BackgroundModel.named(name)
    let side = TinyModel.Dimension.fixed(model.side)
    return try BackgroundRemover(
      session: session(
        .constant(
          input: ("input", [1, .fixed(model.planeCount), side, side]),
          outputs: outputs.enumerated().map { ("output\($0.offset)", $0.element.shape, $0.element.values) })),
      model: model, fill: fill, despill: despill)
  }

  private static func work(_ pixels: [[UInt8]], mask: [UInt8]? = nil) -> PictureWork {
    let size = PixelSize(width: pixels.count, height: 1)
    let picture = PixelBuffer8(size: size, channels: 3, samples: pixels.flatMap { $0 })
    return PictureWork(
      picture: picture, mask: mask.map { PixelBuffer8(size: size, channels: 1, samples: $0) }, target: picture,
      faces: [], chosen: [])
  }

  @Test(
    arguments: [
      ([], nil), ([5], [5, 5, 5, 255]), ([5, 6], [5, 6, 5, 255]), ([5, 6, 7], [5, 6, 7, 255]),
      ([5, 6, 7, 8], [5, 6, 7, 8]),
    ] as [([Int], [Int]?)])
  func coloursTakeOneToFourNumbers(given: [Int], expected: [Int]?) {
    let color = BackgroundColor(given)
    #expect(color.map { [$0.red, $0.green, $0.blue, $0.alpha] } == expected)
  }

  @Test func theMaskBecomesAlphaAndTheSmallerOneCounts() throws {
    let remover = try Self.remover("modnet", [([1, 1, 1, 4], [-1, 0.25, 0.999, 7])])
    var work = Self.work([[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]], mask: [255, 255, 9, 200])
    #expect(try remover.process(&work) == 0)
    #expect(work.mask?.samples == [0, 63, 9, 200])
    #expect(work.picture == work.target && work.changed == [])
  }

  @Test func theFillShinesThroughByTheMask() throws {
    let remover = try Self.remover(
      "silueta", [([1, 1, 1, 3], [0, 0.6, 1])], fill: BackgroundColor(red: 200, green: 100, blue: 0, alpha: 255))
    var work = Self.work([[10, 20, 30], [11, 21, 31], [10, 20, 30]])
    _ = try remover.process(&work)
    // 0.6 of 255 is 153 and 40 percent of the fill.
    #expect(work.picture.samples == [0, 100, 200, 6, 52, 98, 10, 20, 30])
    #expect(work.changed == nil)
  }

  @Test func clothingClassesAreAllSubject() throws {
    let remover = try Self.remover(
      "u2net_cloth", [([1, 3, 1, 4], [5, 1, 1, 2, 4, 2, 0, 2, 4, 0, 3, 2])])
    var work = Self.work([[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]])
    _ = try remover.process(&work)
    #expect(work.mask?.samples == [0, 255, 255, 0])
  }

  @Test func aGreenScreenModelBringsItsColours() throws {
    let remover = try Self.remover(
      "corridor_key_1024", [([1, 1, 1, 2], [1, 0]), ([1, 3, 1, 2], [0.5, 2, 0.25, -1, 1, 0.1])])
    var work = Self.work([[9, 9, 9], [0, 255, 0]])
    _ = try remover.process(&work)
    #expect(work.picture.samples == [255, 63, 127, 25, 0, 255])
    #expect(work.mask?.samples == [255, 0])
  }

  @Test func theCoarseMatteIsDarkWhereItIsGreen() {
    let pixels: [UInt8] = [0, 255, 0, 100, 151, 100, 90, 80, 10, 10, 60, 200]
    let picture = PixelBuffer8(size: PixelSize(width: 4, height: 1), channels: 3, samples: pixels)
    let expected: [Float] = [0, 0.6, 1, 1]
    #expect(zip(BackgroundModel.coarseMatte(of: picture).samples, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func inputsAreStretchedAndNormalised() throws {
    let model = try BackgroundModel.named("rmbg_2.0")
    let picture = PixelBuffer8(
      size: PixelSize(width: 3, height: 2), channels: 3, samples: Array(repeating: 51, count: 18))
    let tensor = model.tensor(of: picture)
    #expect(tensor.count == 3 * 1024 * 1024)
    let means = [0.485, 0.456, 0.406]
    let deviations = [0.229, 0.224, 0.225]
    let count = 1024 * 1024
    for plane in 0..<3 {
      let expected = Float((0.2 - means[plane]) / deviations[plane])
      let values = tensor[plane * count..<(plane + 1) * count]
      #expect(values.allSatisfy { $0 == expected })
    }
  }

  @Test func despillingPullsAChannelToTheOthersMean() {
    var picture = PixelBuffer8(size: PixelSize(width: 2, height: 1), channels: 3, samples: [50, 200, 70, 90, 20, 30])
    BackgroundColor(red: 0, green: 255, blue: 0, alpha: 255).despill(&picture)
    #expect(picture.samples == [50, 60, 70, 90, 20, 30])
    BackgroundColor(red: 0, green: 10, blue: 20, alpha: 51).despill(&picture)
    // Blue: 90 → 90 + (25 − 90) · 0.2; green of the first stands at the mean.
    #expect(picture.samples == [50, 60, 70, 77, 20, 30])
  }

  @Test(
    arguments: [
      ("modnet", [([1, 2, 3, 3], 18)]), ("u2net_cloth", [([1, 1, 2, 2], 4)]), ("u2net_cloth", [([4, 2, 2], 16)]),
      ("corridor_key_1024", [([1, 1, 2, 2], 4)]), ("corridor_key_1024", [([1, 1, 2, 2], 4), ([1, 1, 2, 2], 4)]),
    ] as [(String, [([Int], Int)])])
  func otherOutputsAreRefused(name: String, outputs: [([Int], Int)]) throws {
    let remover = try Self.remover(name, outputs.map { ($0.0, Array(repeating: 0.5, count: $0.1)) })
    var work = Self.work([[1, 2, 3]])
    let error = try #require(throws: ProcessorsError.self) { try remover.process(&work) }
    #expect(error.code == .model && error.message.contains("cutter"))
  }

  @Test func otherInputsAndNamesAreRefused() throws {
    let session = try Self.session(.identity())
    let error = try #require(throws: ProcessorsError.self) {
      try BackgroundRemover(session: session, model: .named("modnet"))
    }
    #expect(error.code == .model && error.message.contains("[1, 3, 512, 512]"))
    #expect(throws: ProcessorsError.self) { try BackgroundModel.named("mod_net") }
    #expect(BackgroundModel.all.count == 15)
  }
}
