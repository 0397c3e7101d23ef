import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

@Suite struct FaceEnhancerTests {
  private static let points = [
    Point(60, 55), Point(95, 52), Point(78, 72), Point(64, 92), Point(94, 90),
  ]

  private static func face(_ points: [Point]) -> Face {
    Face(
      box: Box(x1: 40, y1: 30, x2: 115, y2: 110), detectorScore: 1, landmarkerScore: 1, landmarks5: points,
      landmarks5From68: points, landmarks68: [], landmarks68From5: [], angle: 0)
  }

  private static func worker(
    _ model: FaceEnhancerModel = .gpenBfr256, _ tiny: TinyModel = EnhancerModels.face(side: 256, factor: 1, shift: 0.5),
    blend: Int = 100, weight: Double = 0.5, blur: Double = 0.3
  ) throws -> any PictureProcessing {
    let masks = FaceMaskOptions(types: [.box], blur: blur)
    let options = FaceEnhancerOptions(model: model, blend: blend, weight: weight, masks: masks)
    return try FaceEnhancer(options: options, networks: EnhancerModels.networks([model.id: tiny])).makeWorker()
  }

  private static func work(_ faces: [Face], _ picture: PixelBuffer8? = nil) -> PictureWork {
    let target = SyntheticFrame.picture(.gradient, size: PixelSize(width: 160, height: 140))
    return PictureWork(picture: picture ?? target, target: target, faces: faces, chosen: faces)
  }

  // MARK: The network

  @Test func theTensorIsFromMinusOneToOne() {
    let crop = PixelBuffer8(size: PixelSize(width: 2, height: 1), channels: 3, samples: [0, 51, 255, 128, 127, 1])
    let values = FaceRestorer.tensor(of: crop).floats
    let expected = [255, 1, 51, 127, 0, 128].map { Float((Double($0) / 255 - 0.5) / 0.5) }
    #expect(values == expected)
  }

  @Test func thePictureIsClippedAndRounded() throws {
    let values: [Float] = [-3, 0.25, 7, 0, -1, 1]
    let picture = try FaceRestorer.picture(ofOutput: values, size: PixelSize(width: 2, height: 1))
    // Planes R, G, B of two pixels. (0.25 + 1) / 2 · 255 = 159.375; (0 + 1) / 2 · 255 = 127.5, to the even 128.
    #expect(picture.samples == [0, 255, 0, 255, 128, 159])
    for bad in [Float.nan, .infinity] {
      let error = try #require(throws: ProcessorsError.self) {
        try FaceRestorer.picture(ofOutput: [0, 0, bad], size: PixelSize(width: 1, height: 1))
      }
      #expect(error.code == .model)
    }
    let error = try #require(throws: ProcessorsError.self) {
      try FaceRestorer.picture(ofOutput: [0, 0], size: PixelSize(width: 1, height: 1))
    }
    #expect(error.code == .shape)
  }

  @Test func onlyANetworkWithAWeightHearsIt() throws {
    let crop = PixelBuffer8(size: PixelSize(width: 256, height: 256), channels: 3, repeating: 102)
    for takesWeight in [true, false] {
      let model = EnhancerModels.face(side: 256, factor: 0, shift: 0, takesWeight: takesWeight)
      let restorer = try FaceRestorer(session: EnhancerModels.session(model), model: .gpenBfr256)
      #expect(restorer.takesWeight == takesWeight)
      for weight in [0, 0.3, 1.0] {
        let expected: Float = takesWeight ? Float(weight) : 0
        #expect(try restorer.rawOutput(for: crop, weight: weight)[77] == expected)
        let level = UInt8(((expected + 1) / 2 * 255).rounded(.toNearestOrEven))
        #expect(try restorer.restore(crop, weight: weight).samples.allSatisfy { $0 == level })
      }
    }
  }

  @Test func anotherFormOfModelIsNamed() throws {
    for model in [
      EnhancerModels.face(side: 128, factor: 1, shift: 0), EnhancerModels.repeating(edge: 256, scale: 2),
    ] {
      let error = try #require(throws: ProcessorsError.self) {
        try FaceRestorer(session: EnhancerModels.session(model), model: .gpenBfr256)
      }
      #expect(error.code == .model)
    }
    let restorer = try FaceRestorer(
      session: EnhancerModels.session(EnhancerModels.broken(side: 256)), model: .gpenBfr256)
    let size = PixelSize(width: 256, height: 256)
    let broken = try #require(throws: ProcessorsError.self) {
      try restorer.restore(PixelBuffer8(size: size, channels: 3, repeating: 5), weight: 0)
    }
    #expect(broken.code == .model)
    let wrongCrop = try #require(throws: ProcessorsError.self) {
      try restorer.restore(PixelBuffer8(size: PixelSize(width: 8, height: 8), channels: 3, repeating: 5), weight: 0)
    }
    #expect(wrongCrop.code == .shape)
  }

  @Test func everyModelHasItsTemplateAndSize() throws {
    #expect(FaceEnhancerModel.allCases.count == 10)
    for model in FaceEnhancerModel.allCases {
      #expect(model.template == (model == .gpenBfr256 ? .arcface128 : .ffhq512), "\(model)")
      #expect(try FaceEnhancerModel.named(model.rawValue) == model)
    }
    let sides: [FaceEnhancerModel: Int] = [.gpenBfr256: 256, .gpenBfr1024: 1024, .gpenBfr2048: 2048]
    for model in FaceEnhancerModel.allCases { #expect(model.side == sides[model] ?? 512, "\(model)") }
    let error = try #require(throws: ProcessorsError.self) { try FaceEnhancerModel.named("gfpgan_9") }
    #expect(error.code == .option)
  }

  // MARK: The processor

  @Test func theFaceIsChangedAndNothingElse() throws {
    var work = Self.work([Self.face(Self.points)])
    let before = work.picture
    let worker = try Self.worker()
    #expect(try worker.process(&work) == 1)
    let changed = try #require(work.changed)
    #expect(changed.count == 1)
    var brighter = 0
    for y in 0..<before.height {
      for x in 0..<before.width {
        let isInside = changed.contains { ($0.x1..<$0.x2).contains(x) && ($0.y1..<$0.y2).contains(y) }
        for channel in 0..<3 {
          let difference = Int(work.picture[x, y, channel]) - Int(before[x, y, channel])
          if !isInside, difference != 0 { Issue.record("pixel \(x), \(y) lies outside and changed") }
          if difference > 30 { brighter += 1 }
        }
      }
    }
    // The network brightens by a quarter of the range; the middle of the face shows it whole.
    #expect(brighter > 3000)
    let middle = Int(work.picture[78, 72, 1]) - Int(before[78, 72, 1])
    #expect((60...66).contains(middle), "\(middle)")
  }

  @Test(arguments: [0, 25, 50, 75])
  func blendFadesFromThePictureBefore(blend: Int) throws {
    var whole = Self.work([Self.face(Self.points)])
    var faded = Self.work([Self.face(Self.points)])
    let before = whole.picture
    _ = try Self.worker().process(&whole)
    let count = try Self.worker(blend: blend).process(&faded)
    #expect(count == (blend == 0 ? 0 : 1))
    let share = Double(blend) / 100
    for index in before.samples.indices {
      let exact = (1 - share) * Double(before.samples[index]) + share * Double(whole.picture.samples[index])
      if faded.picture.samples[index] != UInt8(exact.rounded(.toNearestOrEven)) { Issue.record("sample \(index)") }
    }
  }

  @Test func facesOutsideOfThePictureAreLeftOut() throws {
    let away = Self.points.map { Point($0.x + 900, $0.y - 700) }
    var work = Self.work([Self.face(away)])
    let before = work.picture
    #expect(try Self.worker().process(&work) == 0)
    #expect(work.picture == before)
    #expect(work.changed?.isEmpty == true)
  }

  @Test(arguments: [FaceEnhancerModel.gpenBfr256, .realesrganX4plus])
  func aFaceWithoutItsPointsIsAnError(model: FaceEnhancerModel) throws {
    let edge = FrameEnhancerModel.realesrganX4plus.tiling.edge
    let tiny =
      model == .gpenBfr256
      ? EnhancerModels.face(side: 256, factor: 1, shift: 0) : EnhancerModels.repeating(edge: edge, scale: 4)
    for points in [[], Self.points.map { Point($0.x, .nan) }] {
      var work = Self.work([Self.face(points)])
      let worker = try Self.worker(model, tiny)
      let error = try #require(throws: ProcessorsError.self) { try worker.process(&work) }
      #expect(error.code == .shape)
    }
  }

  @Test func facesFollowAnEnlargedPicture() throws {
    let small = Self.work([Self.face(Self.points)])
    let large = resize(small.target, to: PixelSize(width: 320, height: 280))
    var work = Self.work([Self.face(Self.points)], large)
    #expect(try Self.worker().process(&work) == 1)
    let middle = Int(work.picture[156, 144, 1]) - Int(large[156, 144, 1])
    #expect((60...66).contains(middle), "\(middle)")
  }

  // MARK: The open upscaler

  @Test func theUpscalersCropFollowsTheFacesSize() {
    for (zoom, side) in [(0.4, 128), (1.2, 256), (3.0, 512), (20.0, 512)] as [(Float, Int)] {
      let points = Self.points.map { Point($0.x * zoom, $0.y * zoom) }
      #expect(FaceEnhancerModel.realesrganX4plus.cropSide(for: points) == side, "zoom \(zoom)")
      #expect(FaceEnhancerModel.gfpgan14.cropSide(for: points) == 512)
    }
  }

  @Test func theUpscalersPictureIsReducedToTheCrop() throws {
    let edge = FrameEnhancerModel.realesrganX4plus.tiling.edge
    let worker = try Self.worker(.realesrganX4plus, EnhancerModels.repeating(edge: edge, scale: 4))
    var work = Self.work([Self.face(Self.points.map { Point($0.x * 0.6, $0.y * 0.6) })])
    let before = work.picture
    #expect(try worker.process(&work) == 1)
    // Repeating pixels and taking their mean again changes nothing but by the crop's resampling.
    let largest = zip(before.samples, work.picture.samples).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(largest <= 4, "\(largest)")
  }

  @Test func optionsOutOfRangeAreRefused() throws {
    let networks = try EnhancerModels.networks([:])
    for options in [FaceEnhancerOptions(blend: 120), FaceEnhancerOptions(weight: 1.5)] {
      let error = try #require(throws: ProcessorsError.self) {
        try FaceEnhancer(options: options, networks: networks)
      }
      #expect(error.code == .option)
    }
  }
}
