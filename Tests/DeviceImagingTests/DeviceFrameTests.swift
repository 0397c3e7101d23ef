import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@Suite struct DeviceFrameTests {
  private let size = PixelSize(width: 37, height: 21)

  @Test(arguments: TestFormats.all)
  func whatGoesUpComesBack(_ format: PixelFormat) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 3), size: size, format: format)
    let device = try bench.pool.attach(frame)
    #expect(frame.device as? DeviceFrame === device)
    #expect(try bench.downloaded(device).colorSamples == frame.colorSamples)
    #expect(bench.machine.counts.violations == 0)
  }

  @Test(arguments: [PixelFormat.yuv420, .yuv420p10, .rgb8, TestFormats.yuv(1, 0, 8)])
  func aRectangleComesBackInWholeCells(_ format: PixelFormat) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 4), size: size, format: format)
    let device = try bench.pool.attach(frame)
    let target = Frame(size: size, format: format)
    try device.bring(PixelRectangle(x1: 5, y1: 3, x2: 20, y2: 400), to: target)
    try bench.stream.synchronize()
    let (left, right, top) = format == .rgb8 ? (5, 20, 3) : (4, 20, format.layout == frame420 ? 2 : 3)
    let step = format == .rgb8 ? 3 : 1
    for y in 0..<size.height {
      for x in 0..<size.width * step {
        let isInside = y >= top && x >= left * step && x < right * step
        let (had, got) =
          format.bytesPerSample == 1
          ? (Int(frame.planes[0].row8(y)[x]), Int(target.planes[0].row8(y)[x]))
          : (Int(frame.planes[0].row16(y)[x]), Int(target.planes[0].row16(y)[x]))
        #expect(got == (isInside ? had : 0))
      }
    }
    if format == .yuv420 {
      #expect(target.planes[1].row8(1)[2] == frame.planes[1].row8(1)[2])
      #expect(target.planes[2].row8(10)[9] == frame.planes[2].row8(10)[9])
      #expect(target.planes[1].row8(0)[2] == 0 && target.planes[1].row8(1)[1] == 0)
    }
  }

  private let frame420 = PixelFormat.yuv420.layout

  @Test func memoryOfFramesIsUsedAgain() throws {
    let bench = try Bench()
    var addresses: Set<UInt64> = []
    for seed in 0..<5 {
      let frame = SyntheticFrame.frame(.noise(seed: UInt64(seed)), size: size, format: .yuv420)
      let device = try bench.pool.attach(frame)
      addresses.insert(device.planes[0].bytes.address)
      try bench.stream.synchronize()
    }
    #expect(addresses.count == 1)
    // The other block is the pinned one of the copies.
    #expect(bench.machine.counts.liveBlocks == 2)
    bench.pool.releaseAll()
    #expect(bench.machine.counts.liveBlocks == 1)
  }

  @Test func framesShareTheBudgetOfTheirCard() throws {
    let bench = try Bench()
    let budget = DeviceBudget.shared(for: bench.imager.context, limit: .bytes(300_000))
    let (wide, narrow) = (PixelSize(width: 384, height: 256), PixelSize(width: 256, height: 384))
    func frame(_ size: PixelSize) throws -> DeviceFrame {
      try bench.pool.frame(size: size, format: .yuv420, color: ColorDescription())
    }
    let before = budget.available
    var one: DeviceFrame? = try frame(wide)
    #expect(budget.available <= before - 384 * 256 * 3 / 2)
    let error = #expect(throws: InferenceError.self) { try (frame(wide), frame(wide)) }
    #expect(error?.code == .overBudget)
    #expect(error?.message.contains("A frame on the card needs") == true)
    // What is kept for frames of one size makes room for another.
    one = nil
    #expect(try one == nil && frame(narrow).size == narrow)
  }

  @Test func keptMemoryMakesRoomForOtherSizes() throws {
    let bench = try Bench(memory: 20_000)
    func frame(_ width: Int) throws -> DeviceFrame {
      try bench.pool.frame(size: PixelSize(width: width, height: 32), format: .yuv420, color: .init())
    }
    // Each takes 8 KiB or more; three do not fit.
    _ = try frame(128)
    let one = try frame(256)
    #expect(one.planes.count == 3)
    let error = #expect(throws: InferenceError.self) { try frame(300) }
    #expect(error?.code == .overBudget)
  }

  @Test(arguments: [(PixelFormat.yuv420, ChromaPacking.nv12), (.yuv420p10, .p010)])
  func chromaInPairsIsTheSamePicture(_ format: PixelFormat, _ packing: ChromaPacking) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 5), size: size, format: format)
    let planes = try bench.pool.attach(frame)
    let pairs = try DeviceFrame(size: size, format: format, packing: packing, on: bench.imager.context)
    #expect(pairs.planes.count == 2)
    try bench.imager.repack(planes, into: pairs, on: bench.stream)
    if format == .yuv420 {
      let chroma = try bench.stream.elements(pairs.planes[1].bytes, as: UInt8.self)
      #expect(chroma[2] == frame.planes[1].row8(0)[1] && chroma[3] == frame.planes[2].row8(0)[1])
    } else {
      let luma = try bench.stream.elements(pairs.planes[0].bytes, as: UInt16.self)
      #expect(luma[7] == frame.planes[0].row16(0)[7] << 6)
    }
    let back = try DeviceFrame(size: size, format: format, on: bench.imager.context)
    try bench.imager.repack(pairs, into: back, on: bench.stream)
    #expect(try bench.downloaded(back).colorSamples == frame.colorSamples)
    // Both show the same picture.
    let (one, other) = try (
      DevicePicture(size: size, on: bench.imager.context), DevicePicture(size: size, on: bench.imager.context)
    )
    try bench.imager.read(planes, into: one, on: bench.stream)
    try bench.imager.read(pairs, into: other, on: bench.stream)
    #expect(try one.pixels(bench.stream) == other.pixels(bench.stream))
  }

  @Test func framesOfOtherKindsAreRefused() throws {
    let bench = try Bench()
    let device = try DeviceFrame(size: size, format: .yuv420, on: bench.imager.context)
    for other in [
      Frame(size: PixelSize(width: 8, height: 8), format: .yuv420), Frame(size: size, format: .rgb8),
    ] {
      #expect(throws: InferenceError.self) { try device.upload(other) }
      #expect(throws: InferenceError.self) { try device.bring(to: other) }
    }
    let pairs = try DeviceFrame(size: size, format: .yuv420, packing: .nv12, on: bench.imager.context)
    #expect(throws: InferenceError.self) {
      try pairs.upload(Frame(size: size, format: .yuv420))
    }
    let gray = try DeviceFrame(size: size, format: PixelFormat(layout: .gray, bitDepth: 8), on: bench.imager.context)
    #expect(throws: InferenceError.self) { try bench.imager.repack(gray, into: device, on: bench.stream) }
  }
}
