import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@Suite struct DeviceTransferTests {
  private let size = PixelSize(width: 200, height: 120)

  @Test(arguments: TestFormats.all)
  func aFrameGoesUpInOneCopyAndDownInOne(_ format: PixelFormat) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 8), size: size, format: format)
    let device = try bench.pool.attach(frame)
    #expect(bench.pool.transfer.counts.uploads == 1)
    let copy = Frame(size: size, format: format)
    try device.bring(to: copy)
    #expect(copy.colorSamples == frame.colorSamples)
    #expect(bench.pool.transfer.counts.downloads == 1)
    let small = Frame(size: size, format: format)
    try device.bring(PixelRectangle(x1: 30, y1: 20, x2: 61, y2: 55), to: small)
    let counts = bench.pool.transfer.counts
    #expect(counts.downloads == 2 && bench.machine.counts.violations == 0)
    // Only the part, cells rounded outwards.
    #expect(counts.downloadedBytes - counts.uploadedBytes < counts.uploadedBytes / 8)
    #expect(small.planes[0].row8(40)[(format.layout == .interleavedRGB ? 3 : 1) * format.bytesPerSample * 2] == 0)
  }

  @Test func aFrameOnTheCardAloneComesInOneCopyIntoPinnedMemory() throws {
    let bench = try Bench()
    let picture = SyntheticFrame.frame(.noise(seed: 2), size: size, format: .yuv420)
    let device = try bench.pool.frame(size: size, format: .yuv420, color: .init())
    try device.upload(picture)
    let frame = bench.pool.hostFrame(of: device)
    #expect(!frame.hasHost)
    #expect(frame.colorSamples == picture.colorSamples)
    #expect(bench.pool.transfer.counts.downloads == 1)
    // As on the card, so that no row was moved.
    #expect(frame.planes[0].stride == device.planes[0].pitch)
    // A change comes alone.
    frame.noteDeviceChange(in: PixelRectangle(x1: 0, y1: 0, x2: 10, y2: 10))
    try frame.complete()
    let counts = bench.pool.transfer.counts
    #expect(counts.downloads == 2 && counts.downloadedBytes < device.planes.reduce(0) { $0 + $1.bytes.count } + 1000)
    #expect(frame.colorSamples == picture.colorSamples)
  }

  @Test(arguments: [PixelFormat.yuv420, .yuv420p10, .rgb8])
  func aFrameOnTheCardAloneIsLookedAtThere(_ format: PixelFormat) throws {
    let bench = try Bench()
    let pool = DeviceFramePool(on: bench.imager.context, imager: bench.imager)
    let picture = SyntheticFrame.frame(.noise(seed: 6), size: size, format: format)
    let device = try pool.frame(size: size, format: format, color: .init())
    try device.upload(picture)
    let frame = pool.hostFrame(of: device)
    let expected = picture.lumaThumbnail(columns: 9, rows: 5)
    #expect(frame.lumaThumbnail(columns: 9, rows: 5) == expected)
    #expect(!frame.hasHost && pool.transfer.counts.downloads == 0)
    #expect(pool.transfer.lookCounts.downloads == 1 && pool.transfer.lookCounts.downloadedBytes == 45)
    // A card that cannot gives it to the host.
    bench.machine.fail("cuLaunchKernel", result: 701)
    #expect(frame.lumaThumbnail(columns: 9, rows: 5) == expected)
    #expect(frame.hasHost && pool.transfer.counts.downloads == 1)
  }

  @Test func pinnedMemoryIsUsedAgain() throws {
    let bench = try Bench()
    var addresses: Set<UnsafeMutableRawPointer> = []
    for seed in 0..<4 {
      let device = try bench.pool.frame(size: size, format: .yuv420, color: .init())
      try device.upload(SyntheticFrame.frame(.noise(seed: UInt64(seed)), size: size, format: .yuv420))
      let frame = bench.pool.hostFrame(of: device)
      addresses.insert(frame.planes[0].base)
    }
    #expect(addresses.count == 1)
  }

  @Test func memoryOfOthersCannotBeBrought() throws {
    let bench = try Bench()
    let own = try bench.pool.frame(size: size, format: .yuv420, color: .init())
    let foreign = DeviceFrame(size: size, format: .yuv420, color: .init(), planes: own.planes, owner: own)
    let error = #expect(throws: InferenceError.self) { try foreign.bring(to: Frame(size: size, format: .yuv420)) }
    #expect(error?.code == .tensorMismatch)
  }

  @Test func aCopyThatFailsIsNotTheLast() throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 8), size: size, format: .yuv420)
    let device = try bench.pool.attach(frame)
    bench.machine.fail("cuMemcpyDtoHAsync_v2", result: 700)
    frame.noteDeviceChange(in: PixelRectangle(x1: 0, y1: 0, x2: 200, y2: 120))
    #expect(frame.planes.count == 3)
    #expect(throws: InferenceError.self) { try frame.complete() }
    let copy = Frame(size: size, format: .yuv420)
    try device.bring(to: copy)
    #expect(copy.colorSamples == frame.colorSamples)
  }
}
