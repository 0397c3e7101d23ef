import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@testable import Safeguards

@Suite struct DeviceWatermarkTests {
  private static let id = WatermarkID(value: 0x0123_4567_89AB_CDEF)
  private static let chips = Result { WatermarkChips(key: try testKey(5)) }
  /// Tiles take longest.
  private static let tiles: [Int: WatermarkTile] = {
    guard let chips = try? chips.get() else { return [:] }
    return [128, 160].reduce(into: [:]) { $0[$1] = WatermarkTile(chips: chips, id: id, period: $1) }
  }()

  /// The frame marked on the processor, and on the card.
  private func marked(
    _ frame: Frame, _ packing: ChromaPacking = .planes, period: Int = 128, on bench: MarkBench
  ) throws -> (host: Frame, card: Frame) {
    let tile = try #require(Self.tiles[period])
    let host = frame.copy()
    try WatermarkEmbedder(tile: tile, size: frame.size, format: frame.format).mark(host)
    let watermark = try DeviceWatermark(
      tile: tile, size: frame.size, format: frame.format, kernels: bench.kernels, on: bench.stream)
    let device = try bench.upload(frame, packing)
    try watermark.mark(device, on: bench.stream)
    return (host, try bench.download(device, frame))
  }

  private static let pictures: [(String, TestPicture)] = [
    ("textured", .textured(171, 163)), ("busy", .textured(129, 67, grain: 60)),
    ("flat", TestPicture(width: 77, height: 45) { _, _ in 120 }),
    ("black and white", TestPicture(width: 96, height: 90) { x, _ in x < 48 ? 0 : 255 }),
    ("smallest", .textured(8, 8)), ("low", .textured(137, 9)), ("narrow", .textured(9, 50)),
    ("block", .textured(64, 24)),
  ]

  @Test(arguments: MarkBench.formats)
  func theCardMarksAsTheProcessor(_ format: PixelFormat, _ packing: ChromaPacking) throws {
    let bench = try MarkBench()
    for (name, picture) in Self.pictures {
      let frame = picture.frame(format)
      let (host, card) = try marked(frame, packing, on: bench)
      #expect(host.distance(to: frame) > 0, "\(name)")
      #expect(card.allSamples == host.allSamples, "\(name)")
    }
    #expect(bench.machine.counts.violations == 0)
  }

  /// Noise over the whole range, where the mark is cut off; a tile larger than the picture, and one that is cut.
  @Test(arguments: [PixelFormat.yuv420, .rgba8, .rgb16], [128, 160])
  func otherTilesAndNoiseAreMarkedAlike(_ format: PixelFormat, _ period: Int) throws {
    let bench = try MarkBench()
    let size = PixelSize(width: 141, height: 165)
    let frame = SyntheticFrame.frame(.noise(seed: 3), size: size, format: format)
    let (host, card) = try marked(frame, period: period, on: bench)
    #expect(card.allSamples == host.allSamples)
  }

  @Test func photographsAreMarkedAlike() throws {
    let photo = try #require(SamplePhotos.photo("hopper.jpg", filter: "scale=160:-1"))
    let bench = try MarkBench()
    let picture = photo.toPixelBuffer8()
    for format in [PixelFormat.yuv420, .rgb8, .yuv420p10] {
      let (host, card) = try marked(Frame(picture, format: format), on: bench)
      #expect(card.allSamples == host.allSamples)
    }
  }

  @Test(arguments: [(PixelFormat.yuv420, ChromaPacking.nv12), (.yuv420p10, .p010), (.rgba8, .planes)])
  func theDetectorReadsTheMarkOfTheCard(_ format: PixelFormat, _ packing: ChromaPacking) throws {
    let bench = try MarkBench()
    let plain = TestPicture.textured(171, 163).frame(format)
    let plan = WatermarkPlan(key: try testKey(5), id: Self.id)
    let watermark = try plan.makeDeviceWatermark(
      size: plain.size, format: format, kernels: bench.kernels, on: bench.stream)
    let device = try bench.upload(plain, packing)
    try watermark.mark(device, on: bench.stream)
    let card = try bench.download(device, plain)
    var detector = WatermarkDetector(key: try testKey(5))
    detector.add(card)
    let found = detector.finding()
    #expect(found.outcome == .found && found.id == Self.id && found.confidence <= -9)
    let host = plain.copy()
    try plan.makeEmbedder(size: plain.size, format: format).mark(host)
    let quality = TestPicture(card).psnr(to: TestPicture(plain))
    #expect(quality >= 42 && quality == TestPicture(host).psnr(to: TestPicture(plain)))
  }

  /// A frame after the other with the same memory: nothing is left of the one before.
  @Test func framesFollowEachOther() throws {
    let bench = try MarkBench()
    let tile = try #require(Self.tiles[128])
    let size = PixelSize(width: 100, height: 60)
    let watermark = try DeviceWatermark(
      tile: tile, size: size, format: .yuv420, kernels: bench.kernels, on: bench.stream)
    let embedder = WatermarkEmbedder(tile: tile, size: size, format: .yuv420)
    for grain in [60.0, 0, 8] {
      let frame = TestPicture.textured(100, 60, grain: grain).frame(.yuv420)
      let device = try bench.upload(frame)
      let before = bench.stream.counts
      try watermark.mark(device, on: bench.stream)
      let carried = bench.stream.counts - before
      #expect(carried.uploads == 0 && carried.downloads == 0 && carried.launches == 6)
      let card = try bench.download(device, frame)
      try embedder.mark(frame)
      #expect(card.allSamples == frame.allSamples)
    }
  }

  /// Whichever launch fails, the frame is as it was, so that it can be marked on the processor.
  @Test(arguments: 0..<6)
  func aLaunchThatFailsLeavesTheFrameAlone(_ launch: Int) throws {
    let bench = try MarkBench()
    let frame = TestPicture.textured(60, 50).frame(.yuv420)
    let tile = try #require(Self.tiles[128])
    let watermark = try DeviceWatermark(
      tile: tile, size: frame.size, format: .yuv420, kernels: bench.kernels, on: bench.stream)
    let device = try bench.upload(frame)
    // 701: too many resources asked for.
    bench.machine.fail("cuLaunchKernel", skip: launch, result: 701)
    #expect(throws: InferenceError.self) { try watermark.mark(device, on: bench.stream) }
    #expect(try bench.download(device, frame).allSamples == frame.allSamples)
  }

  @Test func otherFramesAreRefusedAndTinyOnesLeftAlone() throws {
    let bench = try MarkBench()
    let tile = try #require(Self.tiles[128])
    let tiny = TestPicture.textured(7, 30).frame(.yuv420)
    let watermark = try DeviceWatermark(
      tile: tile, size: tiny.size, format: .yuv420, kernels: bench.kernels, on: bench.stream)
    let device = try bench.upload(tiny)
    try watermark.mark(device, on: bench.stream)
    #expect(try bench.download(device, tiny).allSamples == tiny.allSamples)
    for other in [TestPicture.textured(8, 30).frame(.yuv420), TestPicture.textured(7, 30).frame(.yuv420p10)] {
      let device = try bench.upload(other)
      let error = #expect(throws: SafeguardsError.self) { try watermark.mark(device, on: bench.stream) }
      #expect(error?.code == .marking)
    }
  }

  @Test func aCardWithoutRoomSaysSo() throws {
    let bench = try MarkBench()
    let tile = try #require(Self.tiles[128])
    bench.machine.fail("cuMemAlloc_v2", result: 2)
    let error = #expect(throws: InferenceError.self) {
      try DeviceWatermark(
        tile: tile, size: PixelSize(width: 64, height: 64), format: .rgb8, kernels: bench.kernels, on: bench.stream)
    }
    #expect(error?.code == .deviceOutOfMemory)
  }
}
