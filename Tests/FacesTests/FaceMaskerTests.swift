import Foundation
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Faces

/// Masks of tiny networks whose answers the tests decide.
@Suite struct FaceMaskerTests {
  /// Networks by name; books what is asked for.
  private final class Shelf: ModelLoading, @unchecked Sendable {
    private let lock = NSLock()
    private var asked: [ModelID] = []
    let models: [ModelID: TinyModel]

    init(_ models: [ModelID: TinyModel]) { self.models = models }

    var loaded: [ModelID] { lock.withLock { asked } }

    func load(_ id: ModelID) throws -> [UInt8] {
      lock.withLock { asked.append(id) }
      guard let model = models[id] else { throw FacesError(code: .unexpectedModel, message: "no \(id.rawValue)") }
      return model.bytes
    }
  }

  private func masker(
    _ models: [ModelID: TinyModel], _ options: FaceMaskOptions,
    honoring types: Set<FaceMaskType> = Set(FaceMaskType.allCases)
  ) throws -> FaceMasker {
    try FaceMasker(networks: networks(Shelf(models)), options: options, honoring: types)
  }

  private func networks(_ shelf: Shelf) throws -> FaceNetworks {
    FaceNetworks(
      runtime: try OnnxRuntime.open(), models: shelf, session: SessionOptions(providers: .list([.cpu])))
  }

  /// An occluder that gives one value everywhere, on a small grid of its own.
  private func xseg(_ value: Float) -> TinyModel {
    .constant(
      input: ("input", [.named("batch"), 256, 256, 3]),
      outputs: [("mask", [1, 8, 8, 1], [Float](repeating: value, count: 64))])
  }

  /// A parser of three classes on 4 × 4 cells: skin (1) in the left half, class 2 in the right, the rest 0.
  private func parser() -> TinyModel {
    let scores = (0..<3).flatMap { number in
      (0..<16).map { cell -> Float in number == (cell % 4 < 2 ? 1 : 2) ? 3 : -1 }
    }
    return .constant(input: ("input", [1, 3, 512, 512]), outputs: [("out", [1, 3, 4, 4], scores)])
  }

  private let crop = SyntheticFrame.picture(.noise(seed: 4), size: PixelSize(width: 96, height: 96))

  @Test(arguments: [(Float(0.7), Float(0.4)), (0.4, 0), (1.5, 1), (-2, 0), (0.5, 0)])
  func anOccludersValueIsCutAndItsUpperHalfStretched(value: Float, expected: Float) throws {
    let masker = try masker(["xseg_1": xseg(value)], FaceMaskOptions(types: [.occlusion], occluderModel: .xseg1))
    let mask = try masker.occlusionMask(of: crop)
    #expect(mask.size == crop.size)
    #expect(mask.samples.allSatisfy { abs($0 - expected) < 1e-5 })
  }

  @Test func manyIsTheLeastOfThree() throws {
    let models: [ModelID: TinyModel] = ["xseg_1": xseg(0.9), "xseg_2": xseg(0.6), "xseg_3": xseg(0.8)]
    let masker = try masker(models, FaceMaskOptions(types: [.occlusion], occluderModel: .many))
    let mask = try masker.occlusionMask(of: crop)
    #expect(mask.samples.allSatisfy { abs($0 - 0.2) < 1e-5 })
  }

  /// The network that gives its input's first channel back shows what it was given.
  @Test func xsegSeesBlueGreenRedChannelsLast() throws {
    var model = TinyModel()
    model.input("input", [1, 256, 256, 3])
    model.initializer("from", shape: [1], ints: [0])
    model.initializer("to", shape: [1], ints: [1])
    model.initializer("axis", shape: [1], ints: [3])
    model.node("Slice", ["input", "from", "to", "axis"], ["mask"])
    model.output("mask", [1, 256, 256, 1])
    let picture = SyntheticFrame.picture(.noise(seed: 9), size: PixelSize(width: 256, height: 256))
    let occluder = try FaceOccluder(session: StandInNetworks.session(model), form: .xseg)
    let mask = try occluder.visible(in: picture)
    for pixel in 0..<picture.size.area { #expect(mask.samples[pixel] == Float(picture.samples[3 * pixel]) / 255) }
    #expect(FaceOccluder.tensor(of: picture, form: .xseg) == picture.samples.map { Float($0) / 255 })
  }

  @Test func ourOccluderSeesPlanesOfRedGreenBlueAndIsSpread() throws {
    var model = TinyModel()
    model.input("input", [1, 3, 128, 128])
    model.initializer("from", shape: [1], ints: [0])
    model.initializer("to", shape: [1], ints: [1])
    model.initializer("axis", shape: [1], ints: [1])
    model.node("Slice", ["input", "from", "to", "axis"], ["visible"])
    model.output("visible", [1, 1, 128, 128])
    let picture = SyntheticFrame.picture(.noise(seed: 2), size: PixelSize(width: 128, height: 128))
    let occluder = try FaceOccluder(session: StandInNetworks.session(model), form: .likeness)
    let mask = try occluder.visible(in: picture)
    for pixel in 0..<picture.size.area {
      let red = Float(picture.samples[3 * pixel + 2]) / 255
      #expect(abs(mask.samples[pixel] - min(max((red - 0.25) * 2, 0), 1)) < 1e-6)
    }
  }

  @Test func regionsAreWhereTheParserSeesThem() throws {
    let options = FaceMaskOptions(types: [.region], parserModel: .bisenetResnet18, regions: [.skin, .nose])
    let masker = try masker(["bisenet_resnet_18": parser()], options)
    let mask = try masker.regionMask(of: crop)
    #expect(mask.size == crop.size)
    #expect(mask[5, 48] == 1 && mask[90, 48] == 0)
    let floats = PixelBufferF(size: crop.size, channels: 3, samples: crop.samples.map { Float($0) })
    let doubles = PixelBuffer<Double>(size: crop.size, channels: 3, samples: crop.samples.map { Double($0) })
    #expect(try masker.regionMask(of: floats) == mask)
    #expect(try masker.regionMask(of: doubles) == mask)
  }

  @Test func theParsersInputIsNormalised() {
    let picture = SyntheticFrame.picture(.noise(seed: 1), size: PixelSize(width: 6, height: 5))
    let tensor = FaceParser.tensor(of: picture)
    let (mean, deviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    for plane in 0..<3 {
      for pixel in 0..<30 {
        let value = (Double(picture.samples[3 * pixel + 2 - plane]) / 255 - mean[plane]) / deviation[plane]
        #expect(abs(Double(tensor[30 * plane + pixel]) - value) < 1e-5)
      }
    }
  }

  @Test func ofEqualClassesTheFirstCounts() throws {
    var random = SeededGenerator(seed: 5)
    let (classes, size) = (7, PixelSize(width: 19, height: 6))
    let scores = (0..<classes * size.area).map { _ in Float(Int.random(in: 0..<4, using: &random)) }
    let regions: Set<FaceMaskRegion> = [.leftEyebrow, .leftEye, .glasses]
    let mask = try #require(FaceParser.chosen(regions, scores: scores, classes: classes, size: size))
    for pixel in 0..<size.area {
      let column = (0..<classes).map { scores[$0 * size.area + pixel] }
      let winner = column.firstIndex(of: column.max() ?? 0)
      #expect(mask.samples[pixel] == (regions.contains { $0.parserClass == winner } ? 1 : 0))
    }
    #expect(FaceParser.chosen(regions, scores: [1], classes: 2, size: size) == nil)
    let nothing = [Float](repeating: .nan, count: size.area)
    #expect(FaceParser.chosen(regions, scores: nothing, classes: 1, size: size) == nil)
  }

  @Test func onlyWhatIsNeededIsLoaded() throws {
    let shelf = Shelf(["xseg_2": xseg(1), "bisenet_resnet_34": parser()])
    let networks = try networks(shelf)
    _ = try FaceMasker(networks: networks, options: FaceMaskOptions(types: [.box, .area], occluderModel: .xseg2))
    #expect(shelf.loaded.isEmpty)
    let all = FaceMaskOptions(types: Set(FaceMaskType.allCases), occluderModel: .xseg2)
    _ = try FaceMasker(networks: networks, options: all, honoring: [.box, .occlusion])
    #expect(shelf.loaded == ["xseg_2"])
    _ = try FaceMasker(networks: networks, options: all)
    #expect(shelf.loaded == ["xseg_2", "xseg_2", "bisenet_resnet_34"])
    let late = try FaceMasker(networks: networks, options: FaceMaskOptions(types: [.box], occluderModel: .xseg2))
    _ = try late.occlusionMask(of: crop)
    _ = try late.regionMask(of: crop)
    #expect(shelf.loaded.count == 5)
  }

  @Test func modelsOfAnotherFormAreNamed() throws {
    let planar = TinyModel.constant(input: ("input", [1, 3, 256, 256]), outputs: [("mask", [1], [1])])
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["xseg_1", "256, 256, 3"]) {
        _ = try masker(["xseg_1": planar], FaceMaskOptions(types: [.occlusion], occluderModel: .xseg1))
      })
    for (shape, values) in [([1, 3], [Float(1), 1, 1]), ([1, 2, 2, 1], [0, .nan, 0, 1])] {
      let model = TinyModel.constant(input: ("input", [1, 256, 256, 3]), outputs: [("mask", shape, values)])
      let masker = try masker(["xseg_3": model], FaceMaskOptions(types: [.occlusion], occluderModel: .xseg3))
      #expect(
        throwsFacesError(.unexpectedModel, naming: ["xseg_3"]) { _ = try masker.occlusionMask(of: crop) })
    }
    let flat = TinyModel.constant(
      input: ("input", [1, 3, 512, 512]), outputs: [("out", [1, 19], .init(repeating: 0, count: 19))])
    let options = FaceMaskOptions(types: [.region])
    let parser = try masker(["bisenet_resnet_34": flat], options)
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["bisenet_resnet_34", "[1, 19]"]) {
        _ = try parser.regionMask(of: crop)
      })
  }

  @Test func areaAndBox() throws {
    let masker = try masker([:], FaceMaskOptions(types: [.box, .area], areas: [.mouth]))
    var points = [Point](repeating: Point(10, 10), count: 68)
    for index in 48..<68 { points[index] = index % 2 == 0 ? Point(40, 60) : Point(90, 2 * Float(index) - 56) }
    let mask = masker.areaMask(size: 128, landmarks68: points)
    #expect(mask == Imaging.areaMask(points: points, areas: [.mouth], size: 128))
    #expect(mask.samples.contains { $0 > 0.9 })
    #expect(masker.areaMask(size: 32, landmarks68: []).samples.allSatisfy { $0 == 0 })
    let padding = MaskPadding(top: 10, right: 0, bottom: 0, left: 20)
    #expect(
      masker.boxMask(size: 64, blur: 0.2, padding: padding) == Imaging.boxMask(size: 64, blur: 0.2, padding: padding))
    #expect(masker.combined([mask, mask]) == mask)
  }
}
