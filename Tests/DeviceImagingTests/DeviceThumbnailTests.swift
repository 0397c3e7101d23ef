import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@Suite struct DeviceThumbnailTests {
  @Test(arguments: TestFormats.all)
  func theCardGivesTheProcessorsNumbers(_ format: PixelFormat) throws {
    let bench = try Bench()
    for (size, grid) in [((320, 180), (32, 18)), ((37, 21), (32, 32)), ((3, 2), (8, 5)), ((257, 131), (7, 3))] {
      let size = PixelSize(width: size.0, height: size.1)
      for (isFullRange, pattern) in [(false, SyntheticFrame.Pattern.noise(seed: 7)), (true, .gradient)] {
        let color = ColorDescription(matrixCode: 9, isFullRange: isFullRange)
        let frame = SyntheticFrame.frame(pattern, size: size, format: format, color: color)
        let device = try bench.pool.attach(frame)
        let got = try bench.imager.lumaThumbnail(of: device, columns: grid.0, rows: grid.1, on: bench.stream)
        #expect(got == frame.lumaThumbnail(columns: grid.0, rows: grid.1))
      }
    }
    #expect(bench.machine.counts.violations == 0)
  }

  @Test(arguments: [(PixelFormat.yuv420, ChromaPacking.nv12), (.yuv420p10, .p010)])
  func framesOfDecodersAreSeenAlike(_ format: PixelFormat, _ packing: ChromaPacking) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 2), size: PixelSize(width: 65, height: 33), format: format)
    let pairs = try DeviceFrame(size: frame.size, format: format, packing: packing, on: bench.imager.context)
    try bench.imager.repack(bench.pool.attach(frame), into: pairs, on: bench.stream)
    let got = try bench.imager.lumaThumbnail(of: pairs, columns: 16, rows: 9, on: bench.stream)
    #expect(got == frame.lumaThumbnail(columns: 16, rows: 9))
  }

  /// The values themselves, computed here.
  @Test func aCellIsTheMeanOfItsPixels() throws {
    let bench = try Bench()
    let frame = Frame(
      size: PixelSize(width: 8, height: 4), format: .yuv420, color: ColorDescription(isFullRange: true))
    for y in 0..<4 {
      for x in 0..<8 { frame.planes[0].row8(y)[x] = UInt8(10 * x + 4 * y) }
    }
    let device = try bench.pool.attach(frame)
    #expect(try bench.imager.lumaThumbnail(of: device, columns: 2, rows: 2, on: bench.stream) == [17, 57, 25, 65])
  }

  @Test func anEmptyFrameIsBlack() throws {
    let bench = try Bench()
    let device = try DeviceFrame(size: PixelSize(width: 0, height: 0), format: .yuv420, on: bench.imager.context)
    #expect(try bench.imager.lumaThumbnail(of: device, columns: 3, rows: 1, on: bench.stream) == [0, 0, 0])
  }
}
