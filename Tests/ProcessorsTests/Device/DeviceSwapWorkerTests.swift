import CUDATestSupport
import DeviceImaging
import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// The face swapper of a run with frames on a card.
@Suite struct DeviceSwapWorkerTests {
  private struct NoModels: ModelLoading {
    func load(_ id: ModelID) throws -> [UInt8] { [] }
  }

  private let bench: DeviceBench
  private let golden: GoldenCase

  init() throws {
    bench = try DeviceBench()
    golden = try GoldenCase("collins_on_hopper_112")
  }

  private func worker() throws -> FaceSwapperWorker {
    let networks = FaceNetworks(
      runtime: try OnnxRuntime.open(), models: NoModels(), session: SessionOptions(providers: .list([.cpu])))
    let plan = try FaceSwapper(
      sources: SourceSet([GoldenCase("hopper_on_collins_200").sourceFace()]), options: SwapOptions(),
      masks: FaceMaskOptions(types: [.box]), networks: networks)
    return try #require(plan.makeWorker() as? FaceSwapperWorker)
  }

  /// Runs the three steps; the frame's host planes afterwards.
  private func run(_ worker: FaceSwapperWorker, _ frame: Frame, _ meshes: [[Point3]]) throws -> Int {
    let faces = meshes.map { mesh in
      Face(box: FaceTopology.box(of: mesh), detectorScore: 1, landmarkerScore: 1, landmarks5: [], mesh: mesh)
    }
    let input = FaceFrame(frame: frame, index: 0, time: 0, faces: faces, chosen: faces)
    try worker.prepare(input)
    try worker.advance(input)
    return try worker.finish(input)
  }

  /// The host's frame gets what the card has painted, and only that is carried down.
  @Test func framesOnTheCardComeBackPainted() throws {
    let (small, mesh) = golden.target
    let frame = SyntheticFrame.frame(.gradient, size: PixelSize(width: 320, height: 200))
    for y in 0..<112 {
      frame.planes[0].row8(y + 40).advanced(by: 360).update(from: small.planes[0].row8(y), count: 336)
    }
    let yuv = frame.made(.yuv420)
    let moved = mesh.map { $0 + Point3(120, 40, 0) }
    let worker = try worker()
    let onHost = yuv.copy()
    #expect(try run(worker, onHost, [moved]) == 1)

    let stream = try CUDAStream(on: bench.machine.context())
    try worker.use(stream, compiler: bench.machine.compiler, cacheFolder: bench.folder.path)
    let onCard = yuv.copy()
    let pool = DeviceFramePool(on: stream.context)
    try pool.attach(onCard)
    #expect(pool.transfer.counts.uploads == 1 && pool.transfer.counts.uploadedBytes >= 320 * 200 * 3 / 2)
    let before = stream.counts
    // A face that cannot be used is left out.
    #expect(try run(worker, onCard, [Array(moved.dropLast()), moved]) == 1)
    let counts = stream.counts - before
    // Parameters, and the first time the mask of all faces.
    #expect(counts.uploads == 2)
    // What has changed follows when it is asked for, in one copy.
    #expect(counts.downloads == 0 && pool.transfer.counts.downloads == 0)
    #expect(!onCard.isHostComplete)
    try onCard.complete()
    #expect(pool.transfer.counts.downloads == 1)
    #expect(pool.transfer.counts.downloadedBytes < 320 * 200 / 2)
    let difference = FrameDifference(onCard, onHost)
    #expect(difference.maximum <= 1, "\(difference)")
    // The card's planes hold the same.
    let device = try #require(onCard.device as? DeviceFrame)
    let copy = yuv.copy()
    try device.bring(to: copy)
    #expect(FrameDifference(copy, onCard).different == 0)
  }

  /// A frame that is not on the card is worked on by the processor, as is every frame once the card is let go.
  @Test func otherFramesStayWithTheProcessor() throws {
    let (frame, mesh) = golden.target
    let worker = try worker()
    let expected = frame.copy()
    _ = try run(worker, expected, [mesh])
    let stream = try CUDAStream(on: bench.machine.context())
    try worker.use(stream, compiler: bench.machine.compiler, cacheFolder: bench.folder.path)
    let plain = frame.copy()
    #expect(try run(worker, plain, [mesh]) == 1)
    #expect(plain.bytes == expected.bytes)
    try worker.use(nil, compiler: bench.machine.compiler, cacheFolder: nil)
    let attached = frame.copy()
    try DeviceFramePool(on: stream.context).attach(attached)
    let launches = stream.counts.launches
    #expect(try run(worker, attached, [mesh]) == 1)
    #expect(stream.counts.launches == launches)
    #expect(attached.bytes == expected.bytes)
    // No faces, nothing to do.
    try worker.use(stream, compiler: bench.machine.compiler, cacheFolder: bench.folder.path)
    #expect(try run(worker, attached, []) == 0)
  }
}

/// The occlusion network's answers that never leave the card.
@Suite struct DeviceOcclusionTests {
  /// A network that calls dark places hidden: the mean of the three colours.
  private struct Shelf: ModelLoading {
    func load(_: ModelID) throws -> [UInt8] {
      var model = TinyModel(name: "occluder")
      model.input("image", [1, 3, 128, 128])
      model.node("ReduceMean", ["image"], ["visible"], [("axes", .ints([1])), ("keepdims", .int(1))])
      model.output("visible", [1, 1, 128, 128])
      return model.bytes
    }
  }

  private let bench: DeviceBench
  private let session = SessionOptions(providers: .list([.cpu]))

  init() throws { bench = try DeviceBench() }

  private func worker(_ types: Set<FaceMaskType>, _ cards: CardNetworks?) throws -> any FrameProcessing {
    let networks = FaceNetworks(runtime: try OnnxRuntime.open(), models: Shelf(), session: session, card: cards)
    return try FaceSwapper(
      sources: SourceSet([GoldenCase("hopper_on_collins_200").sourceFace()]), options: SwapOptions(),
      masks: FaceMaskOptions(types: types), networks: networks
    ).makeWorker()
  }

  private func swap(_ worker: any FrameProcessing, _ frame: Frame, _ mesh: [Point3]) throws {
    let face = Face(box: FaceTopology.box(of: mesh), detectorScore: 1, landmarkerScore: 1, landmarks5: [], mesh: mesh)
    let input = FaceFrame(frame: frame, index: 0, time: 0, faces: [face], chosen: [face])
    try worker.prepare(input)
    try worker.advance(input)
    #expect(try worker.finish(input) == 1)
  }

  @Test func theMaskStaysOnTheCard() throws {
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    let (expected, unmasked) = (frame.copy(), frame.copy())
    try swap(worker([.box, .occlusion], nil), expected, mesh)
    try swap(worker([.box], nil), unmasked, mesh)
    #expect(FrameDifference(expected, unmasked).maximum > 16)

    let stream = try CUDAStream(on: bench.machine.context())
    let imager = try DeviceImager(
      on: stream.context, compiler: bench.machine.compiler, cacheFolder: bench.folder.path)
    let cards = CardNetworks(
      runtime: try OnnxRuntime.open(), models: Shelf(), session: session, imagers: [imager], capacity: 2,
      isHostMemory: true)
    let worker = try worker([.box, .occlusion], cards)
    let onCard = try #require(worker as? any DeviceFrameProcessing)
    try onCard.use(stream, compiler: bench.machine.compiler, cacheFolder: bench.folder.path)
    let pool = DeviceFramePool(on: stream.context)
    for number in 0..<2 {
      let copy = frame.copy()
      try pool.attach(copy)
      let (before, downloads) = (stream.counts, cards.copies.downloads)
      try swap(worker, copy, mesh)
      // Parameters alone go up, in the first frame the box mask with them; nothing comes down.
      #expect((stream.counts - before).uploads == (number == 0 ? 2 : 1))
      #expect((stream.counts - before).uploadedBytes < (number == 0 ? 100_000 : 40_000))
      #expect((stream.counts - before).downloads == 0 && cards.copies.downloads == downloads)
      try stream.synchronize()
      try copy.complete()
      let difference = FrameDifference(copy, expected)
      #expect(difference.maximum <= 2, "frame \(number): \(difference)")
    }
    #expect(cards.statistics["likeness_occluder_128"]?.requests == 2)
    #expect(bench.machine.counts.violations == 0)
  }
}

/// The kernels' sources with NVIDIA's own compiler, where it is installed; it needs no card.
@Suite struct MeshKernelSourceTests {
  static let compiler = try? KernelCompiler.open()

  @Test(
    .enabled(if: compiler != nil, "NVIDIA's compiler (NVRTC) is not installed; name it in LIKENESS_NVRTC_PATH"),
    arguments: MeshKernels.names)
  func compileWithoutWarnings(_ name: String) throws {
    let compiler = try #require(Self.compiler)
    for architecture in [75, 80, 90] where compiler.architectures.contains(architecture) {
      let compiled = try compiler.compile(MeshKernels.source(name), for: .binary(architecture))
      #expect(!compiled.image.isEmpty)
      #expect(compiled.log == "", "sm_\(architecture)")
    }
  }
}
