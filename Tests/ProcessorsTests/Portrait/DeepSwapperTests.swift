import Faces
import Foundation
import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct DeepSwapperTests {
  private static let side = 64

  /// Draws B, G, R = 1, 0.5, 0 and shows all of it but the first row.
  private func networks(
    morph: [Int]? = [1], face: [Int] = [1, side, side, 3], mask: [Float]? = nil
  ) -> TinyNetworks {
    var inputs = [(name: "in_face:0", shape: face)]
    if let morph { inputs.append((name: "morph_value:0", shape: morph)) }
    let (side, shape) = (Self.side, [1, Self.side, Self.side, 1])
    let rows: [Float] = (0..<side).map { $0 == 0 ? -0.1 : 1.1 }
    return TinyNetworks(models: [
      "custom/tiny": .spread(
        inputs: inputs,
        outputs: [
          (name: "out_face_mask:0", shape: shape, from: [1, side, 1, 1], values: mask ?? rows),
          (name: "out_celeb_face:0", shape: [1, side, side, 3], from: [3], values: [1.2, 0.5, -0.5]),
          (name: "out_celeb_face_mask:0", shape: shape, from: [1], values: [1]),
        ])
    ])
  }

  private func swapper(_ networks: TinyNetworks, masks: FaceMaskOptions = TinyScene.masks) throws -> DeepSwapper {
    try DeepSwapper(
      networks: networks.networks(), options: .init(model: DeepSwapperModel(id: "custom/tiny")), masks: masks)
  }

  @Test(arguments: [[1], [], [1, 1], nil] as [[Int]?])
  func theModelsFaceAndItsMask(morph: [Int]?) throws {
    let network = try DeepSwapperNetwork(session: networks(morph: morph).session("custom/tiny"))
    #expect(network.size == PixelSize(width: Self.side, height: Self.side))
    #expect(network.hasMorph == (morph != nil))
    let crop = PixelBuffer8(size: network.size, channels: 3, repeating: 90)
    let swapped = try network.swap(crop, morph: 1)
    #expect((0..<3).map { swapped.picture[10, 20, $0] } == [255, 127, 0])
    // Three rows are gone after two erosions; the blur sees them once more mirrored at the edge.
    let weights = (-25...25).map { exp(-Double($0 * $0) / (2 * 6.25 * 6.25)) }
    for row in [0, 2, 3, 10, 30] {
      let shown = (-25...25).map { abs(row + $0) > 2 ? weights[$0 + 25] : 0 }.reduce(0, +)
      #expect(abs(Double(swapped.mask[32, row]) - shown / weights.reduce(0, +)) < 1e-5)
    }
  }

  /// A flat crop stays as it is; an edge is overdrawn on both sides.
  @Test func sharpeningOverdrawsEdges() {
    var crop = PixelBuffer8(size: PixelSize(width: 40, height: 8), channels: 3, repeating: 100)
    #expect(DeepSwapperNetwork.sharpened(crop) == crop)
    for y in 0..<8 {
      for x in 20..<40 { for channel in 0..<3 { crop[x, y, channel] = 140 } }
    }
    let sharpened = DeepSwapperNetwork.sharpened(crop)
    #expect(sharpened[19, 4] < 95 && sharpened[20, 4] > 145)
    #expect(sharpened[2, 4] == 100 && sharpened[37, 4] == 140)
  }

  @Test func theFaceIsPastedWithinTheMasks() throws {
    var work = TinyScene.work()
    #expect(try swapper(networks()).process(&work) == 1)
    #expect(work.picture != TinyScene.picture)
    #expect(work.changed?.count == 1)
    let outside = try #require(work.changed?.first)
    #expect(work.picture[min(outside.x2 + 1, 159), 60, 0] == 100)
  }

  /// Without one of its areas nothing of the face is shown: the hull of the mouth does not reach the eyes.
  @Test func anAreaMaskHoldsTheFaceBack() throws {
    let masks = FaceMaskOptions(types: [.area], areas: [.mouth])
    let result = try swapper(networks(), masks: masks)
      .swap(TinyScene.picture, points: TinyScene.points, landmarks68: TinyScene.landmarks68)
    let eye = result.patch.transform.apply(TinyScene.points[0])
    #expect(result.patch.mask[Int(eye.x), Int(eye.y)] == 0)
    let whole = try swapper(networks())
      .swap(TinyScene.picture, points: TinyScene.points, landmarks68: TinyScene.landmarks68)
    #expect(whole.patch.mask[Int(eye.x), Int(eye.y)] > 0.5)
  }

  @Test func networksOfAnotherFormAreNamed() throws {
    let bad = [
      networks(face: [1, 3, Self.side, Self.side]), networks(face: [1, Self.side, 32, 3]), networks(morph: [2]),
    ]
    for networks in bad {
      let error = #expect(throws: ProcessorsError.self) { try swapper(networks) }
      #expect(error?.code == .model)
      #expect(error?.message.contains("custom/tiny") == true)
    }
  }

  @Test func aMaskThatIsNoNumberIsNamed() throws {
    let swapper = try swapper(networks(mask: Array(repeating: .nan, count: Self.side)))
    var work = TinyScene.work()
    let error = #expect(throws: ProcessorsError.self) { try swapper.process(&work) }
    #expect(error?.code == .model)
    #expect(work.picture == TinyScene.picture)
  }

  @Test func cropsOfAnotherSizeAreRefused() throws {
    let network = try DeepSwapperNetwork(session: networks().session("custom/tiny"))
    #expect(throws: ProcessorsError.self) { try network.swap(TinyScene.picture, morph: 1) }
    #expect(throws: ProcessorsError.self) {
      try DeepSwapperNetwork.mask(
        of: Tensor(shape: [1, 8, 8, 1]), and: Tensor(shape: [1, 9, 8, 1]), size: network.size)
    }
  }

  @Test func modelsAreNamedByVendor() throws {
    let model = try DeepSwapperModel(id: "iperov/elon_musk_224")
    #expect(model.vendor == "iperov" && model.name == "elon_musk_224" && model.id == DeepSwapperModel.fallback)
    #expect(try DeepSwapperOptions(GivenOptions()).model == model)
    #expect(try DeepSwapperOptions(GivenOptions(["deep_swapper_model": ["custom/mine"]])).model.id == "custom/mine")
    for id in ["", "elon_musk_224", "nobody/elon_224", "iperov/", "iperov/../x", "iperov/a/b", "custom/.hidden"] {
      let error = #expect(throws: ProcessorsError.self) { try DeepSwapperModel(id: id) }
      #expect(error?.code == .option)
      #expect(error?.message.contains("\"\(id)\"") == true)
    }
  }
}
