import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

@Suite struct FrameEnhancerTests {
  private static func upscaler(_ name: String, _ model: TinyModel? = nil) throws -> FrameUpscaler {
    let kind = try FrameEnhancerModel.named(name)
    let tiny = model ?? EnhancerModels.repeating(edge: kind.tiling.edge, scale: kind.scale)
    return try FrameUpscaler(session: EnhancerModels.session(tiny), model: kind)
  }

  /// value / 255 · 255 in single precision, cut: what a network that adds nothing gives back.
  private static func through(_ value: UInt8) -> UInt8 { UInt8(Float(Double(value) / 255) * 255) }

  @Test(
    arguments: [
      ("real_web_photo_x4", 131, 67), ("real_web_photo_x4", 1, 1), ("real_esrgan_x2", 301, 250),
      ("realesrgan-x4plus", 150, 141), ("tghq_face_x8", 121, 9),
    ])
  func tilesAreNotScrambled(name: String, width: Int, height: Int) throws {
    let upscaler = try Self.upscaler(name)
    let frame = SyntheticFrame.picture(.noise(seed: 7), size: PixelSize(width: width, height: height))
    let result = try upscaler.enlarge(frame)
    let expected = TileGridTests.repeated(frame, upscaler.model.scale)
    #expect(result.size == expected.size)
    #expect(result.samples == expected.samples.map(Self.through))
  }

  /// The colours keep their places: red into the first plane and out of it again.
  @Test func planesAreRedGreenBlue() throws {
    var model = TinyModel(name: "planes")
    model.input("input", [1, 3, 64, 64])
    model.initializer("scales", shape: [4], floats: [1, 1, 4, 4])
    model.initializer("factors", shape: [1, 3, 1, 1], floats: [1, 0.5, 0])
    model.node("Mul", ["input", "factors"], ["tinted"])
    model.node("Resize", ["tinted", "", "scales"], ["output"], [("mode", .string("nearest"))])
    model.output("output", [1, 3, 256, 256])
    let frame = SyntheticFrame.picture(
      .plain([200.0 / 255, 100.0 / 255, 50.0 / 255]), size: PixelSize(width: 5, height: 4))
    let result = try Self.upscaler("real_web_photo_x4", model).enlarge(frame)
    #expect(Array(result.samples.prefix(3)) == [0, 50, 50])
  }

  @Test(arguments: [0.0, 0.3, 0.8, 1.0])
  func blendMixesWithThePlainEnlargement(blend: Double) throws {
    let frame = SyntheticFrame.picture(.noise(seed: 11), size: PixelSize(width: 70, height: 40))
    let result = try Self.upscaler("real_web_photo_x4").enlarge(frame, blend: blend)
    let plain = resize(frame, to: result.size)
    let network = TileGridTests.repeated(frame, 4)
    for index in stride(from: 0, to: result.samples.count, by: 17) {
      let share = Float(blend) * Float(Self.through(network.samples[index]))
      let exact = Double(Float(1 - blend)) * Double(plain.samples[index]) + Double(share)
      let expected = UInt8(Double(Float(exact)).rounded(.toNearestOrEven))
      if result.samples[index] != expected { Issue.record("sample \(index)") }
    }
  }

  /// A network that looks around each pixel: black around the frame makes its rim dark, its own edge does not.
  @Test(arguments: [("realesrgan-x4plus", false), ("real_web_photo_x4", true)])
  func theRimIsDarkOnlyWhereTheFrameLiesOnBlack(name: String, isDark: Bool) throws {
    let side = try FrameEnhancerModel.named(name).tiling.edge
    var model = TinyModel(name: "soft")
    model.input("input", [1, 3, .fixed(side), .fixed(side)])
    model.initializer("scales", shape: [4], floats: [1, 1, 4, 4])
    model.node(
      "AveragePool", ["input"], ["soft"],
      [("kernel_shape", .ints([5, 5])), ("pads", .ints([2, 2, 2, 2])), ("count_include_pad", .int(1))])
    model.node("Resize", ["soft", "", "scales"], ["output"], [("mode", .string("nearest"))])
    model.output("output", [1, 3, .fixed(4 * side), .fixed(4 * side)])
    let size = PixelSize(width: 57, height: 31)
    let result = try Self.upscaler(name, model).enlarge(PixelBuffer8(size: size, channels: 3, repeating: 200))
    let rim = [result[0, 60, 0], result[227, 60, 1], result[110, 0, 2], result[110, 123, 0], result[0, 0, 1]]
    #expect(rim.allSatisfy { isDark ? $0 < 130 : $0 >= 199 }, "\(rim)")
    #expect(result[110, 60, 0] >= 199)
  }

  @Test func valuesAreKeptWithinEightBits() throws {
    var model = TinyModel(name: "beyond")
    model.input("input", [1, 3, 64, 64])
    model.initializer("scales", shape: [4], floats: [1, 1, 4, 4])
    model.initializer("factor", shape: [1, 3, 1, 1], floats: [9, -9, 0.999])
    model.node("Mul", ["input", "factor"], ["large"])
    model.node("Resize", ["large", "", "scales"], ["output"], [("mode", .string("nearest"))])
    model.output("output", [1, 3, 256, 256])
    let frame = PixelBuffer8(size: PixelSize(width: 3, height: 3), channels: 3, repeating: 100)
    let result = try Self.upscaler("real_web_photo_x4", model).enlarge(frame)
    #expect(Array(result.samples.prefix(3)) == [99, 0, 255])
  }

  @Test func anotherFormOfModelIsNamed() throws {
    let wrong = [
      EnhancerModels.repeating(edge: 128, scale: 4), EnhancerModels.repeating(edge: 64, scale: 2),
      EnhancerModels.face(side: 64, factor: 1, shift: 0, takesWeight: true),
    ]
    for model in wrong {
      let error = try #require(throws: ProcessorsError.self) { try Self.upscaler("real_web_photo_x4", model) }
      #expect(error.code == .model)
      #expect(error.message.contains("tiny"))
    }
  }

  @Test func numbersThatAreNoneAreAnError() throws {
    var model = TinyModel(name: "log")
    model.input("input", [1, 3, 64, 64])
    model.initializer("scales", shape: [4], floats: [1, 1, 4, 4])
    model.initializer("one", shape: [1], floats: [1])
    model.node("Sub", ["input", "one"], ["negative"])
    model.node("Log", ["negative"], ["bad"])
    model.node("Resize", ["bad", "", "scales"], ["output"], [("mode", .string("nearest"))])
    model.output("output", [1, 3, 256, 256])
    let upscaler = try Self.upscaler("real_web_photo_x4", model)
    let frame = PixelBuffer8(size: PixelSize(width: 9, height: 9), channels: 3, repeating: 7)
    let error = try #require(throws: ProcessorsError.self) { try upscaler.enlarge(frame) }
    #expect(error.code == .model)
  }

  @Test func everyModelOfTheOptionIsThereWithItsScaleInItsName() throws {
    let models = FrameEnhancerModel.all
    #expect(models.count == 20)
    #expect(Set(models.map(\.name)).count == 20)
    for model in models where model != .realesrganX4plus {
      let stem = model.name.replacing("_fp16", with: "")
      #expect(stem.hasSuffix("x\(model.scale)"), "\(model.name)")
    }
    let error = try #require(throws: ProcessorsError.self) { try FrameEnhancerModel.named("no_such_x4") }
    #expect(error.code == .option)
    #expect(error.hint?.contains("span_kendata_x4") == true)
  }

  @Test func thePlanEnlargesPictureAndMask() throws {
    let networks = try EnhancerModels.networks(["real_web_photo_x4": EnhancerModels.repeating(edge: 64, scale: 4)])
    let plan = try FrameEnhancer(model: .named("real_web_photo_x4"), blend: 100, networks: networks)
    #expect(plan.scale == 4)
    #expect(plan.worksWithoutFaces)
    let size = PixelSize(width: 33, height: 21)
    let frame = SyntheticFrame.picture(.gradient, size: size)
    let mask = SyntheticFrame.picture(.noise(seed: 2), size: size, channels: 1)
    var work = PictureWork(picture: frame, mask: mask, target: frame, faces: [], chosen: [])
    let worker = try plan.makeWorker()
    #expect(try worker.process(&work) == 0)
    #expect(work.picture.size == PixelSize(width: 132, height: 84))
    #expect(work.mask == resize(mask, to: work.picture.size))
    #expect(work.target == frame)
    #expect(work.changed == nil)
    #expect(worker.timings.stages[.frameEnhance] != nil)
  }

  @Test(arguments: [-1, 101])
  func aBlendOutOfRangeIsRefused(blend: Int) throws {
    let networks = try EnhancerModels.networks([:])
    let error = try #require(throws: ProcessorsError.self) {
      try FrameEnhancer(model: .realesrganX4plus, blend: blend, networks: networks)
    }
    #expect(error.code == .option)
    #expect(error.message.contains("\(blend)"))
  }
}
