import Faces
import ModelStore
import TestSupport
import Testing

@testable import Processors

@Suite struct IdentityTests {
  private static let values = TinySwappers.ramp
  private static let normalized = TinySwappers.ramp.map { $0 / 7 }
  private static func length(_ values: [Float]) -> Double {
    values.map { Double($0) * Double($0) }.reduce(0, +).squareRoot()
  }

  private static func converted(_ name: String, _ models: TinySwappers? = nil) throws -> [Float] {
    let model = SwapScene.model(name)
    let converter = try IdentityConverter(model, networks: (models ?? TinySwappers(model)).networks)
    return try converter.convert(values: values, normalized: normalized)
  }

  private static func areClose(_ a: [Float], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs(Double($0) - $1) < 1e-6 * max(1, abs($1)) }
  }

  @Test func eachFamilyTakesTheIdentityInItsOwnForm() throws {
    let raw = Self.values.map { Double($0) }
    let length = Self.length(Self.values)
    #expect(try Self.converted("hyperswap_1b_256") == Self.normalized)
    #expect(try Self.areClose(Self.converted("ghost_2_256"), raw.map { $0 * 2 }))
    #expect(try Self.areClose(Self.converted("hififace_unofficial_256"), raw.map { $0 / length }))
    #expect(try Self.areClose(Self.converted("simswap_unofficial_512"), raw.map { $0 / length }))
    #expect(try Self.areClose(Self.converted("inswapper_128"), raw.reversed().map { $0 / length }))
  }

  @Test func anIdentityOfAnotherRecogniserIsRefused() throws {
    let model = SwapScene.model("hyperswap_1a_256")
    let converter = try IdentityConverter(model, networks: TinySwappers(model).networks)
    let error = try #require(throws: ProcessorsError.self) {
      try converter.convert(Embedding([Float](repeating: 1, count: 128)))
    }
    #expect(error.code == .source)
    #expect(error.message.contains("128"))
  }

  @Test func aSwapperWithoutTheMatrixIsRefused() throws {
    let model = SwapScene.model("inswapper_128")
    var models = TinySwappers(model)
    var swapper = TinyModel.swapper(model)
    swapper.initializer("bias", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])
    models.files[model.id] = swapper.bytes
    let error = try #require(throws: ProcessorsError.self) { try Self.converted("inswapper_128", models) }
    #expect(error.code == .model)
    #expect(error.message.contains("inswapper_128") && error.message.contains("[512, 512]"))
  }

  @Test func aConverterOfAnotherFormIsRefused() throws {
    var models = TinySwappers(SwapScene.model("ghost_1_256"))
    models.files["crossface_ghost"] = TinyModel.addOne(shape: [1, 512]).bytes
    let error = try #require(throws: ProcessorsError.self) { try Self.converted("ghost_1_256", models) }
    #expect(error.code == .model)
    #expect(error.message.contains("crossface_ghost"))
  }

  @Test(arguments: [(0.0, 0.35), (0.25, 0.175), (0.5, 0), (0.8, -0.21), (1, -0.35)])
  func theWeightMixesTheTargetIn(weight: Double, share: Double) {
    let balance = IdentityBalance(weight: weight)
    #expect(abs(Double(balance.share) - share) < 1e-7)
    #expect(balance.isNeutral == (weight == 0.5))
    let source = Self.normalized
    let target = Self.values.map { 1 - $0 }
    for family in NetworkSwapperModel.Family.allCases {
      let unit = family == .ghost ? 1 : Self.length(target)
      let mixes = family != .blendswap && family != .uniface
      let expected = zip(source, target).map { own, other in
        mixes ? Double(own) * (1 - share) + Double(other) / unit * share : Double(own)
      }
      #expect(Self.areClose(balance.mix(source, target, family: family), expected), "\(family)")
    }
  }

  @Test func aNeutralWeightNeverLooksAtTheTarget() {
    let target = [Float](repeating: .nan, count: 512)
    #expect(IdentityBalance(weight: 0.5).mix(Self.values, target, family: .inswapper) == Self.values)
  }

  @Test func severalSourcesGiveTheMeanIdentity() throws {
    let model = SwapScene.model("hyperswap_1a_256")
    let picture = SwapScene.picture(width: 60, height: 60)
    func source(_ embedding: [Float]?) -> SourcePicture {
      SourcePicture(
        name: "a.png", picture: picture,
        face: SwapScene.face(model, x: 5, y: 5, side: 50, embedding: embedding))
    }
    let one = [Float](repeating: 1, count: 512)
    let recognized = [Float](repeating: -3, count: 256) + [Float](repeating: 4, count: 256)
    let networks = try TinySwappers(model, identity: recognized).networks
    // The second has the open recogniser's identity only, so ArcFace is asked for the picture.
    let sources = [source(one), source([Float](repeating: 1, count: 128))]
    guard case .identity(let mean) = try SwapSource(model, sources: sources, networks: networks) else {
      Issue.record("no identity")
      return
    }
    let unit = 1 / 512.0.squareRoot()
    let length = (256 * 9.0 + 256 * 16.0).squareRoot()
    #expect(Self.areClose(mean, recognized.map { (unit + Double($0) / length) / 2 }))
    #expect(throws: ProcessorsError.self) { try SwapSource(model, sources: [], networks: networks) }
  }
}
