import Faces
import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct SwapNetworkTests {
  private static func network(
    _ name: String, side: Int? = nil, gain: Float = 1, amount: Float = 0
  ) throws -> SwapNetwork {
    let model = SwapScene.model(name)
    let models = TinySwappers(model, swapper: .swapper(model, gain: gain, amount: amount))
    return try SwapNetwork(model, session: models.networks.open(model.id), side: side ?? model.side)
  }

  /// A network that gives back its input gives back the crop, except where the peer forgets to undo the normalisation
  /// (simswap_256): there the output is taken as it is.
  @Test(arguments: NetworkSwapperModel.all)
  func whatTheNetworkGivesBackComesBack(model: NetworkSwapperModel) throws {
    let network = try Self.network(model.name)
    let crop = SwapScene.picture(width: model.side, height: model.side)
    try network.set(source: [Float](repeating: 0.5, count: network.source.count))
    try network.swap(crop)
    let samples = network.canvas.samples
    #expect(samples.count == crop.samples.count)
    var largest = 0.0
    for (at, level) in crop.samples.enumerated() {
      let color = 2 - at % 3
      var value = Double(level)
      if model.family == .simswap {
        value = min(max((value / 255 - model.mean[color]) / model.deviation[color], 0), 1) * 255
      }
      largest = max(largest, abs(samples[at] - value))
    }
    #expect(largest < 1e-3, "\(model.name)")
  }

  @Test(arguments: [1, 2, 3])
  func aBoostedCropIsPutTogetherFromWhatEveryRunGives(step: Int) throws {
    let network = try Self.network("inswapper_128", side: 128 * step, gain: 0.5, amount: 1)
    let crop = SwapScene.picture(width: 128 * step, height: 128 * step)
    #expect(network.tileCount == step * step)
    try network.set(source: [0.1, 0.2, 0.3] + [Float](repeating: 9, count: 509))
    try network.swap(crop)
    let samples = network.canvas.samples
    for at in stride(from: 0, to: samples.count, by: 997) {
      let expected = Double(crop.samples[at]) / 2 + 255 * 0.1 * Double(3 - at % 3)
      #expect(abs(samples[at] - min(expected, 255)) < 1e-3)
    }
  }

  @Test(arguments: ["inswapper_128", "hyperswap_1a_256"])
  func valuesBeyondTheRangeAreCut(name: String) throws {
    for (gain, level) in [(Float(100), 255.0), (-100, 0.0)] {
      let network = try Self.network(name, gain: gain)
      let crop = PixelBuffer8(
        size: PixelSize(width: network.side, height: network.side), channels: 3, repeating: 200)
      try network.swap(crop)
      #expect(network.canvas.samples.allSatisfy { $0 == level })
    }
  }

  @Test func aSideThatCannotBeDividedIsRefused() throws {
    let error = try #require(throws: ProcessorsError.self) { try Self.network("blendswap_256", side: 384) }
    #expect(error.code == .option)
    #expect(error.message.contains("384"))
  }

  @Test func anotherNumberOfSourceNumbersIsRefused() throws {
    let network = try Self.network("ghost_1_256")
    let error = try #require(throws: ProcessorsError.self) { try network.set(source: [1, 2, 3]) }
    #expect(error.code == .source)
    #expect(error.message.contains("512"))
  }

  @Test func numbersThatAreNotFiniteAreANamedError() throws {
    let network = try Self.network("hyperswap_1a_256", amount: 1)
    try network.set(source: [Float](repeating: .nan, count: 512))
    let error = try #require(throws: ProcessorsError.self) {
      try network.swap(SwapScene.picture(width: 256, height: 256))
    }
    #expect(error.code == .model)
    #expect(error.message.contains("hyperswap_1a_256") && error.message.contains("[1, 3, 256, 256]"))
  }

  @Test(arguments: [
    ("inswapper_128", "ghost_1_256"), ("uniface_256", "blendswap_256"), ("blendswap_256", "simswap_256"),
  ])
  func theFileOfAnotherModelIsRefused(name: String, file: String) throws {
    let model = SwapScene.model(name)
    var models = TinySwappers(model)
    models.files[model.id] = TinyModel.swapper(SwapScene.model(file)).bytes
    let session = try models.networks.open(model.id)
    let error = try #require(throws: ProcessorsError.self) {
      try SwapNetwork(model, session: session, side: model.side)
    }
    #expect(error.code == .model)
    #expect(error.message.contains(name) && error.message.contains("source float32[1×"))
  }

  @Test func aSourcePictureIsCutByItsOwnTemplate() throws {
    for name in ["blendswap_256", "uniface_256"] {
      let model = SwapScene.model(name)
      let form = try #require(model.family.sourceCrop)
      let picture = SwapScene.picture(width: form.side + 40, height: form.side + 30)
      let landmarks = form.template.points.map { Point(24, 16) + $0 * Float(form.side) }
      guard case .picture(let numbers) = try SwapSource.picture(model, of: picture, landmarks: landmarks) else {
        Issue.record("no picture")
        return
      }
      var largest: Float = 0
      for plane in 0..<3 {
        for y in stride(from: 0, to: form.side, by: 7) {
          for x in stride(from: 0, to: form.side, by: 5) {
            let expected = Float(picture[x + 24, y + 16, 2 - plane]) / 255
            largest = max(largest, abs(numbers[(plane * form.side + y) * form.side + x] - expected))
          }
        }
      }
      #expect(largest < 1.01 / 255, "the fitted square may miss a pixel's centre by a hair")
    }
    #expect(throws: ProcessorsError.self) {
      try SwapSource.picture(
        SwapScene.model("ghost_1_256"), of: SwapScene.picture(width: 9, height: 9), landmarks: [])
    }
  }
}
