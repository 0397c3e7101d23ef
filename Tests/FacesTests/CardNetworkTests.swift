import CUDATestSupport
import DeviceImaging
import Dispatch
import Imaging
import Inference
import ModelStore
import Synchronization
import TestSupport
import Testing

@testable import Faces

/// Networks on an emulated card: its memory is the host's, so the processor's runtime reads it in place.
@Suite struct CardNetworkTests {
  private let size = PixelSize(width: 80, height: 60)
  private let side = 16
  private let runtime: OnnxRuntime
  private let options = SessionOptions(providers: .list([.cpu]))
  private let machine: EmulatedMachine
  private let imager: DeviceImager
  private let models: Shelf

  /// The means of the three colours, and the crop itself.
  private struct Shelf: ModelLoading {
    let bytes: [UInt8]

    func load(_: ModelID) throws -> [UInt8] { bytes }
  }

  init() throws {
    runtime = try OnnxRuntime.open()
    machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    imager = try DeviceImager(on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    var model = TinyModel(name: "means")
    model.input("crop", [1, 3, .fixed(side), .fixed(side)])
    model.node("GlobalAveragePool", ["crop"], ["means"])
    model.node("Identity", ["crop"], ["copy"])
    model.output("means", [1, 3, 1, 1])
    model.output("copy", [1, 3, .fixed(side), .fixed(side)])
    models = Shelf(bytes: model.bytes)
  }

  private func cards(capacity: Int = 4) -> CardNetworks {
    CardNetworks(
      runtime: runtime, models: models, session: options, imagers: [imager], capacity: capacity,
      isHostMemory: true)
  }

  private func network(_ cards: CardNetworks?, border: BorderMode = .constant) throws -> PictureNetwork {
    try PictureNetwork(
      session: InferenceSession(runtime: runtime, bytes: models.bytes, name: "means", options: options),
      inputSize: PixelSize(width: side, height: side), outputs: ["means": [1, 3, 1, 1], "copy": [1, 3, side, side]],
      scale: SIMD3(1 / 255, 2 / 255, 1 / 255), bias: SIMD3(0, -1, 0.5), border: border,
      card: cards.map { ($0, "means") })
  }

  private func answer(_ network: PictureNetwork) -> [Float] {
    let means = network.withOutput("means") { values in (0..<3).map { values[$0] } } ?? []
    let copy = network.withOutput("copy") { values in (0..<3 * side * side).map { values[$0] } } ?? []
    return means + copy
  }

  private static let transforms = [
    Imaging.AffineTransform(a: 0.3, b: 0.1, c: -4, d: -0.1, e: 0.3, f: 2),
    Imaging.AffineTransform(a: 0.2, b: 0, c: 0, d: 0, e: 0.2, f: 2),
    Imaging.AffineTransform(a: 1, b: 0, c: 7, d: 0, e: 1, f: -12),
  ]

  @Test(arguments: [PixelFormat.yuv420, .yuv420p10, .rgb8], [BorderMode.constant, .replicate])
  func aFrameOnTheCardIsAnsweredThereAlike(_ format: PixelFormat, _ border: BorderMode) throws {
    let cards = cards()
    let (onCard, onHost) = try (network(cards, border: border), network(nil, border: border))
    let frame = SyntheticFrame.frame(.noise(seed: 6), size: size, format: format)
    let pool = DeviceFramePool(on: imager.context)
    try pool.attach(frame)
    let before = machine.counts
    for transform in Self.transforms {
      try onCard.run(frame, transform)
      try onHost.run(frame, transform)
      let (one, other) = (answer(onCard), answer(onHost))
      #expect(one.count == 3 + 3 * side * side)
      #expect(zip(one, other).allSatisfy { abs($0 - $1) <= 1e-4 })
    }
    // The crops were cut there, and nothing went up again.
    #expect(machine.counts.launches - before.launches == Self.transforms.count)
    #expect(machine.counts.uploads == before.uploads)
    #expect(cards.statistics["means"]?.requests == Self.transforms.count)
  }

  @Test func aFrameOfTheHostIsAnsweredByTheWorkersOwnSession() throws {
    let cards = cards()
    let network = try network(cards)
    let frame = SyntheticFrame.frame(.noise(seed: 6), size: size, format: .yuv420)
    try network.run(frame, Self.transforms[0])
    let first = answer(network)
    #expect(cards.statistics["means"]?.requests == 0)
    try DeviceFramePool(on: imager.context).attach(frame)
    try network.run(frame, Self.transforms[1])
    #expect(answer(network) != first)
    try frame.leaveDevice()
    try network.run(frame, Self.transforms[0])
    #expect(answer(network) == first)
    #expect(cards.statistics["means"]?.requests == 1)
  }

  @Test(arguments: [1, 4])
  func workersShareOneNetworkAndGetTheirOwnAnswers(_ capacity: Int) throws {
    let cards = cards(capacity: capacity)
    let pool = DeviceFramePool(on: imager.context)
    let frames = try (0..<6).map { seed in
      let frame = SyntheticFrame.frame(.noise(seed: UInt64(seed)), size: size, format: .yuv420)
      try pool.attach(frame)
      return frame
    }
    let host = try network(nil)
    let expected = try frames.map { frame in
      try host.run(frame, Self.transforms[0])
      return answer(host)
    }
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { worker in
      do {
        let network = try network(cards)
        for round in 0..<8 {
          let index = (worker * 2 + round) % frames.count
          try network.run(frames[index], Self.transforms[0])
          let isRight = zip(answer(network), expected[index]).allSatisfy { abs($0 - $1) <= 1e-4 }
          if !isRight { failures.withLock { $0.append("worker \(worker), round \(round)") } }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(cards.statistics["means"]?.requests == 24)
    #expect(machine.counts.violations == 0)
  }

  @Test func workThatWasStoppedSaysWhy() throws {
    let cards = cards()
    let network = try network(cards)
    let frame = SyntheticFrame.frame(.noise(seed: 1), size: size, format: .yuv420)
    try DeviceFramePool(on: imager.context).attach(frame)
    cards.stop(CancellationError())
    #expect(throws: CancellationError.self) { try network.run(frame, Self.transforms[0]) }
  }

  @Test func anotherModelIsRefused() throws {
    let error = #expect(throws: FacesError.self) {
      try PictureNetwork(
        session: InferenceSession(runtime: runtime, bytes: models.bytes, name: "means", options: options),
        inputSize: PixelSize(width: side, height: side), outputs: ["boxes": [1, 3]], scale: .one, bias: .zero,
        border: .constant, card: (cards(), "means"))
    }
    #expect(error?.code == .unexpectedModel)
  }
}
