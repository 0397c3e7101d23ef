import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct ColorizerTests {
  private static func colorizer(
    _ model: FrameColorizerModel, shape: [Int], values: [Float], side: Int = 192, blend: Double = 1
  ) throws -> FrameColorizer {
    let tiny = TinyModel.constant(
      input: ("input", [1, 3, .named("h"), .named("w")]), outputs: [("colours", shape, values)])
    let session = try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: tiny.bytes, name: "painter", options: SessionOptions(providers: .list([.cpu]))
    )
    return try FrameColorizer(session: session, model: model, side: side, blend: blend)
  }

  private static func work(_ pixels: [UInt8]) -> PictureWork {
    let picture = PixelBuffer8(
      size: PixelSize(width: pixels.count / 3, height: 1), channels: 3, samples: pixels)
    return PictureWork(picture: picture, target: picture, faces: [], chosen: [])
  }

  /// Without a and b a picture turns into the grey of its own lightness.
  @Test func ddcolorKeepsTheLightness() throws {
    let colorizer = try Self.colorizer(.ddcolor, shape: [1, 2, 1, 1], values: [0, 0])
    var work = Self.work([77, 77, 77, 255, 255, 255, 0, 0, 255])
    _ = try colorizer.process(&work)
    #expect(Array(work.picture.samples.prefix(6)) == [77, 77, 77, 255, 255, 255])
    // Red of sRGB has the lightness 53.2, which is the grey 127.
    #expect(work.picture.samples.suffix(3).allSatisfy { abs(Int($0) - 127) <= 1 })
    #expect(work.changed == nil)
  }

  @Test func positiveAIsRedAndPositiveBIsYellow() throws {
    var red = Self.work([128, 128, 128])
    _ = try Self.colorizer(.ddcolorArtistic, shape: [1, 2, 1, 1], values: [60, 0]).process(&red)
    #expect(red.picture[0, 0, 2] > 180 && red.picture[0, 0, 1] < 100)
    var yellow = Self.work([128, 128, 128])
    _ = try Self.colorizer(.ddcolor, shape: [1, 2, 1, 1], values: [0, 60]).process(&yellow)
    #expect(yellow.picture[0, 0, 0] < 60 && yellow.picture[0, 0, 2] > 110)
  }

  /// Grey colours leave the blue channel as lightness: Lab's L of 8 bit, here 255 and 0.
  @Test func deoldifyTakesTheBlueChannelAsLightness() throws {
    let colorizer = try Self.colorizer(.deoldify, shape: [1, 3, 1, 1], values: [90, 90, 90])
    var work = Self.work([255, 0, 0, 0, 255, 255])
    _ = try colorizer.process(&work)
    #expect(work.picture.samples == [255, 255, 255, 0, 0, 0])
  }

  @Test func theBlendFadesAndNothingIsDoneAtZero() throws {
    let half = try Self.colorizer(.deoldifyStable, shape: [1, 3, 1, 1], values: [90, 90, 90], blend: 0.25)
    var work = Self.work([255, 0, 0])
    _ = try half.process(&work)
    #expect(work.picture.samples == [255, 64, 64])
    let none = try Self.colorizer(.deoldify, shape: [1, 3, 1, 1], values: [90, 90, 90], blend: 0)
    var untouched = Self.work([255, 0, 0])
    _ = try none.process(&untouched)
    #expect(untouched.picture == untouched.target && untouched.changed == [])
  }

  @Test func inputsAreGrey() {
    // 114 · blue + 587 · green + 299 · red in thousandths: 0.114 · 200 + 0.587 · 100 + 0.299 · 50 = 96.45.
    let picture = PixelBuffer8(size: PixelSize(width: 1, height: 1), channels: 3, samples: [200, 100, 50])
    #expect(FrameColorizerModel.deoldify.tensor(of: picture, side: 2) == Array(repeating: 96, count: 12))
    let unit = FrameColorizerModel.ddcolor.tensor(of: picture, side: 2)
    #expect(unit.count == 12 && unit.allSatisfy { abs($0 - 96.0 / 255) < 2e-3 })
  }

  @Test(arguments: [[1, 3, 1, 1], [2, 1, 1], [1, 2, 0, 1], [2, 2, 1, 1]])
  func otherOutputsAreRefused(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let colorizer = try Self.colorizer(.ddcolor, shape: shape, values: Array(repeating: 0, count: count))
    var work = Self.work([1, 2, 3])
    let error = try #require(throws: ProcessorsError.self) { try colorizer.process(&work) }
    #expect(error.code == .model && error.message.contains("painter"))
  }

  @Test func optionsBecomeAPlan() throws {
    let kind = ProcessorKind.frameColorizer
    #expect(kind.options.map(\.key) == ["frame_colorizer_model", "frame_colorizer_size", "frame_colorizer_blend"])
    for option in kind.options + ProcessorKind.backgroundRemover.options {
      let words = (option.defaultValue ?? "").split(separator: " ").map(String.init)
      #expect(option.firstBadValue(in: words) == nil)
    }
    let colour = ProcessorKind.backgroundRemover.options[1]
    #expect(colour.firstBadValue(in: ["0", "256"]) == "256")
    #expect(colour.firstBadValue(in: ["1", "2", "3", "4", "5"]) == "5")
    #expect(colour.firstBadValue(in: ["-1"]) == "-1")
    #expect(colour.takesSeveral)
  }
}
