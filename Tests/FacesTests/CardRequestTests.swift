import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import ModelStore
import Synchronization
import TestSupport
import Testing

@testable import Faces

/// What others ask of networks on an emulated card: several inputs, answers that stay there.
@Suite struct CardRequestTests {
  private static let side = 16
  private static let size = PixelSize(width: side, height: side)
  private let folder: TemporaryFolder
  private let runtime: OnnxRuntime
  private let machine: EmulatedMachine
  private let shelf: Shelf

  /// Models by name, and how often they were loaded.
  private final class Shelf: ModelLoading {
    private let models: [ModelID: [UInt8]]
    private let counted = Mutex(0)

    init(_ models: [ModelID: [UInt8]]) { self.models = models }

    var loads: Int { counted.withLock { $0 } }

    func load(_ id: ModelID) throws -> [UInt8] {
      counted.withLock { $0 += 1 }
      return models[id] ?? []
    }
  }

  init() throws {
    folder = try TemporaryFolder()
    runtime = try OnnxRuntime.open()
    machine = try EmulatedMachine([.init(), .init(mark: 2)])
    shelf = Shelf(["swap": Self.swap, .centerface: Self.centerFace])
  }

  /// A stand-in for a swapper: the crop times three numbers of the source, and a mask of its own.
  private static var swap: [UInt8] {
    var model = TinyModel(name: "swap")
    model.input("target", [1, 3, .fixed(side), .fixed(side)])
    model.input("source", [1, 3, 1, 1])
    model.node("Mul", ["target", "source"], ["output"])
    model.node("GlobalAveragePool", ["target"], ["mask"])
    model.output("output", [1, 3, .fixed(side), .fixed(side)])
    model.output("mask", [1, 3, 1, 1])
    return model.bytes
  }

  /// A stand-in for the detector: four maps a quarter of the picture's size.
  private static var centerFace: [UInt8] {
    var model = TinyModel(name: "centerface")
    model.input("input", [1, 3, .named("h"), .named("w")])
    model.node("AveragePool", ["input"], ["small"], [("kernel_shape", .ints([4, 4])), ("strides", .ints([4, 4]))])
    model.node("ReduceMean", ["small"], ["one"], [("axes", .ints([1])), ("keepdims", .int(1))])
    model.node("Identity", ["one"], ["heatmap"])
    for (name, count) in [("scale", 2), ("offset", 2), ("landmarks", 10)] {
      model.node("Concat", Array(repeating: "one", count: count), [name], [("axis", .int(1))])
    }
    for (name, count) in [("heatmap", 1), ("scale", 2), ("offset", 2), ("landmarks", 10)] {
      model.output(name, [1, .fixed(count), .named("rows"), .named("columns")])
    }
    return model.bytes
  }

  private func imager(_ card: Int = 0) throws -> DeviceImager {
    try DeviceImager(on: machine.context(card), compiler: machine.compiler, cacheFolder: folder.path)
  }

  private func networks(_ imagers: [DeviceImager], memoryLimit: Int? = nil) -> CardNetworks {
    CardNetworks(
      runtime: runtime, models: shelf,
      session: SessionOptions(providers: .list([.cpu]), cuda: CUDAOptions(memoryLimit: memoryLimit)),
      imagers: imagers, capacity: 4, isHostMemory: true)
  }

  private static func picture(_ seed: UInt64, _ stream: CUDAStream) throws -> DevicePicture {
    let frame = SyntheticFrame.frame(.noise(seed: seed), size: PixelSize(width: 40, height: 30), format: .rgb8)
    return try DevicePicture(frame.bgrPicture(), on: stream)
  }

  private static let transform = Imaging.AffineTransform(a: 0.5, b: 0.1, c: -2, d: -0.1, e: 0.5, f: 1)

  /// The crop as the network gets it, made beside it.
  private func crop(_ picture: DevicePicture, _ imager: DeviceImager, _ stream: CUDAStream) throws -> [Float] {
    let memory = try DeviceMemory(byteCount: 12 * Self.size.area, on: imager.context)
    try imager.crop(
      [DeviceCrop(picture, Self.transform)],
      into: DeviceCropTarget(
        memory.bytes, size: Self.size, order: .rgb, scale: SIMD3(repeating: 1 / 255), bias: SIMD3(0, 1, 2)),
      on: stream)
    return try stream.elements(memory.bytes)
  }

  private func input(_ picture: DevicePicture, _ imager: DeviceImager) -> DeviceInput {
    imager.input(
      [DeviceCrop(picture, Self.transform)], size: Self.size, order: .rgb, scale: SIMD3(repeating: 1 / 255),
      bias: SIMD3(0, 1, 2))
  }

  private static func source(_ factor: Float) -> DeviceConstant {
    DeviceConstant(Tensor(shape: [1, 3, 1, 1], elements: [factor, 2 * factor, 3 * factor]))
  }

  // MARK: Answers on the card

  @Test func cropsGoInAndPicturesStay() throws {
    let imager = try imager()
    let cards = networks([imager])
    let network = try #require(
      try cards.network("swap", CardForm(outputsOnCard: true)).network(ordinal: imager.context.device.ordinal))
    let stream = try CUDAStream(on: imager.context)
    let sources = [Self.source(2), Self.source(-1)]
    let pictures = try (1...3).map { try Self.picture(UInt64($0), stream) }
    let ready = try CUDAEvent(on: imager.context)
    try ready.record(on: stream)
    let requests = try pictures.enumerated().map { index, picture in
      try network.request(
        ["target": input(picture, network.imager), "source": .constant(sources[index % 2])],
        outputs: ["output": .card], after: [ready])
    }
    let answers = try network.run(requests)
    #expect(cards.copies.downloads == 0)
    for (index, answer) in answers.enumerated() {
      let factor: Float = index % 2 == 0 ? 2 : -1
      let crop = try crop(pictures[index], imager, stream)
      #expect(answer.host.allSatisfy { $0 == nil })
      #expect(answer.card[1] == nil)
      let output = try #require(answer.card[0])
      try output.wait(on: stream)
      let values: [Float] = try stream.elements(output.bytes)
      let expected = crop.enumerated().map { $1 * factor * Float($0 / Self.size.area + 1) }
      #expect(values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
    }
  }

  /// As the tiles of one enlarged face.
  @Test func severalAnswersLieTogether() throws {
    let imager = try imager()
    let network = try #require(try networks([imager]).network("swap", CardForm()).networks.first)
    let stream = try CUDAStream(on: imager.context)
    let picture = try Self.picture(5, stream)
    let tile = 12 * Self.size.area
    let block = try DeviceMemory(byteCount: 4 * tile, on: imager.context)
    let answers = try network.run(
      (0..<4).map { index in
        try network.request(
          ["target": input(picture, imager), "source": .constant(Self.source(Float(index)))],
          outputs: ["output": .into(block.bytes(at: index * tile, count: tile))])
      })
    for answer in answers { try answer.wait(on: stream) }
    let crop = try crop(picture, imager, stream)
    let values: [Float] = try stream.elements(block.bytes)
    for index in 0..<4 {
      let first = values[index * crop.count..<index * crop.count + Self.size.area]
      #expect(zip(first, crop).allSatisfy { abs($0 - $1 * Float(index)) <= 1e-5 })
    }
  }

  @Test func namesThatAreNotThereAreRefused() throws {
    let imager = try imager()
    let network = try #require(try networks([imager]).network("swap", CardForm()).networks.first)
    let (target, source) = (DeviceInput.host(Tensor(shape: [1, 3, 16, 16])), DeviceInput.constant(Self.source(1)))
    let wrong: [([String: DeviceInput], [String: DevicePlace])] = [
      (["target": target], [:]), (["target": target, "embedding": source], [:]),
      (["target": target, "source": source, "weight": source], [:]),
      (["target": target, "source": source], ["picture": .card]),
    ]
    for (inputs, outputs) in wrong {
      let error = #expect(throws: FacesError.self) { try network.request(inputs, outputs: outputs) }
      #expect(error?.code == .unexpectedModel)
    }
    let request = try network.request(["target": target, "source": source])
    #expect(try network.run(request).host.map { $0?.shape } == [[1, 3, 16, 16], [1, 3, 1, 1]])
  }

  // MARK: Cards

  @Test func everyCardHasItsOwn() throws {
    let imagers = [try imager(0), try imager(1)]
    let cards = networks(imagers)
    let group = try cards.network("swap", CardForm())
    #expect(group.network(ordinal: 2) == nil)
    for imager in imagers {
      let ordinal = imager.context.device.ordinal
      let network = try #require(group.network(ordinal: ordinal))
      #expect(network.ordinal == ordinal)
      let stream = try CUDAStream(on: imager.context)
      let picture = try Self.picture(3, stream)
      let answer = try network.run(
        network.request(["target": input(picture, imager), "source": .constant(Self.source(1))]))
      let crop = try crop(picture, imager, stream)
      #expect(answer.host[0]?.floats.first == crop.first)
    }
    // One answer each, in one piece: the mask lies 256 bytes behind the picture.
    #expect(cards.copies.downloads == 2)
    #expect(cards.copies.launches == 2)
    #expect(cards.reports.map(\.model) == ["swap"])
    #expect(cards.budget(ordinal: 0) !== cards.budget(ordinal: 1))
    #expect(cards.budget(ordinal: 2) == nil)
  }

  @Test func whatDoesNotFitNamesTheBudget() throws {
    let cards = networks([try imager()], memoryLimit: 1 << 20)
    let error = #expect(throws: InferenceError.self) { try cards.network("swap", CardForm()) }
    #expect(error?.code == .overBudget)
    #expect(error?.message.contains("--gpu-memory-limit leaves 1.0 MB") == true)
  }

  /// Every worker asks; the model is loaded for the first of them alone.
  @Test func whatDoesNotFitItsFormIsTriedOnce() throws {
    let cards = networks([try imager()])
    for _ in 0..<3 {
      let error = #expect(throws: InferenceError.self) { try cards.network(.centerface, CardForm()) }
      #expect(error?.code == .tensorMismatch)
    }
    #expect(shelf.loads == 1)
    #expect(cards.reports.isEmpty)
  }

  @Test func whatIsMadeAfterTheStopIsStoppedToo() throws {
    let cards = networks([try imager()])
    cards.stop(CancellationError())
    let network = try #require(try cards.network("swap", CardForm()).networks.first)
    let request = try network.request([
      "target": .host(Tensor(shape: [1, 3, 16, 16])), "source": .constant(Self.source(1)),
    ])
    #expect(throws: CancellationError.self) { try network.run(request) }
  }

  // MARK: Before the first frame

  @Test func preparedNetworksAreThere() throws {
    let imager = try imager()
    let cards = networks([imager])
    try cards.prepare("swap", CardForm())
    #expect(shelf.loads == 1)
    _ = try cards.network("swap", CardForm())
    // Where answers go is each request's own business.
    _ = try cards.network("swap", CardForm(outputsOnCard: true))
    #expect(shelf.loads == 1)
    #expect(cards.reports.count == 1)
  }

  @Test func theDetectorIsPreparedForTheFramesOfAClip() throws {
    let imager = try imager()
    let cards = networks([imager])
    let networks = FaceNetworks(
      runtime: runtime, models: shelf, session: SessionOptions(providers: .list([.cpu])), card: cards)
    var options = FaceOptions()
    options.detectorModel = .centerface
    options.detectorAngles = [0, 90, 180]
    try networks.prepare(options, for: PixelSize(width: 100, height: 60))
    #expect(cards.reports.map(\.model) == ["centerface", "centerface"])
    let frame = SyntheticFrame.frame(
      .noise(seed: 6), size: PixelSize(width: 100, height: 60), format: .yuv420)
    try DeviceFramePool(on: imager.context).attach(frame)
    _ = try networks.detector(options).detect(in: frame)
    #expect(cards.statistics["centerface"]?.requests ?? 0 > 0)
    #expect(cards.reports.count == 2)
  }
}
