import Imaging
import Testing

@testable import Processors

@Suite struct NetworkSwapperModelTests {
  /// The table of models.md §4.1 once more, written down by hand.
  private static let table: [(String, String, String, Int, Double, [Int])] = [
    ("blendswap_256", "blendswap", "ffhq_512", 256, 0, [256, 384, 512, 768, 1024]),
    ("ghost_1_256", "ghost", "arcface_112_v1", 256, 0.5, [256, 512, 768, 1024]),
    ("ghost_2_256", "ghost", "arcface_112_v1", 256, 0.5, [256, 512, 768, 1024]),
    ("ghost_3_256", "ghost", "arcface_112_v1", 256, 0.5, [256, 512, 768, 1024]),
    ("hififace_unofficial_256", "hififace", "mtcnn_512", 256, 0.5, [256, 512, 768, 1024]),
    ("hyperswap_1a_256", "hyperswap", "arcface_128", 256, 0.5, [256, 512, 768, 1024]),
    ("hyperswap_1b_256", "hyperswap", "arcface_128", 256, 0.5, [256, 512, 768, 1024]),
    ("hyperswap_1c_256", "hyperswap", "arcface_128", 256, 0.5, [256, 512, 768, 1024]),
    ("inswapper_128", "inswapper", "arcface_128", 128, 0, [128, 256, 384, 512, 768, 1024]),
    ("inswapper_128_fp16", "inswapper", "arcface_128", 128, 0, [128, 256, 384, 512, 768, 1024]),
    ("simswap_256", "simswap", "arcface_112_v1", 256, 0.485, [256, 512, 768, 1024]),
    ("simswap_unofficial_512", "simswap", "arcface_112_v1", 512, 0, [512, 768, 1024]),
    ("uniface_256", "uniface", "ffhq_512", 256, 0.5, [256, 512, 768, 1024]),
  ]

  @Test func allThirteenAreThereInOrder() {
    #expect(NetworkSwapperModel.all.map(\.name) == Self.table.map(\.0))
    for row in Self.table {
      let model = SwapScene.model(row.0)
      #expect(model.family.rawValue == row.1)
      #expect(model.template.rawValue == row.2)
      #expect(model.side == row.3)
      #expect(model.mean.x == row.4)
      #expect(model.boostSides == row.5)
    }
    #expect(SwapScene.model("simswap_256").mean == SIMD3(0.485, 0.456, 0.406))
    #expect(SwapScene.model("simswap_256").deviation == SIMD3(0.229, 0.224, 0.225))
    #expect(NetworkSwapperModel(named: "likeness_mesh") == nil)
  }

  @Test func everyListedBoostGivesWholeTiles() throws {
    for model in NetworkSwapperModel.all {
      #expect(try model.cropSide(boost: nil) == model.side)
      for asked in model.boostSides {
        let side = try model.cropSide(boost: "\(asked)x\(asked)")
        #expect(side % model.side == 0)
        #expect(side >= asked && side < asked + model.side)
      }
    }
    #expect(try SwapScene.model("blendswap_256").cropSide(boost: "384x384") == 512)
    #expect(try SwapScene.model("simswap_unofficial_512").cropSide(boost: "768x768") == 1024)
  }

  @Test(
    arguments: [
      ("simswap_unofficial_512", "256x256", "512x512, 768x768, 1024x1024"),
      ("ghost_1_256", "384x384", "256x256, 512x512"),
      ("inswapper_128", "128", "128x128"), ("uniface_256", "big", "256x256"),
    ])
  func anotherBoostIsRefusedWithTheSizesThereAre(name: String, boost: String, sizes: String) throws {
    let model = SwapScene.model(name)
    let error = try #require(throws: ProcessorsError.self) { try model.cropSide(boost: boost) }
    #expect(error.code == .option)
    #expect(error.message.contains(boost) && error.message.contains(name))
    #expect(error.hint?.contains(sizes) == true)
  }

  @Test func theOptionsWordsAreThoseOfAllModels() {
    #expect(
      NetworkSwapperModel.allBoosts == ["128x128", "256x256", "384x384", "512x512", "768x768", "1024x1024"])
  }
}
