import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@Suite struct DeviceResizeTests {
  private static let sizes = [
    PixelSize(width: 32, height: 24), PixelSize(width: 64, height: 48), PixelSize(width: 41, height: 77),
    PixelSize(width: 128, height: 96), PixelSize(width: 9, height: 5), PixelSize(width: 200, height: 30),
  ]

  @Test(arguments: sizes, [ResizeMode.bilinear, .area, .cubic])
  func picturesAreResizedAsOnTheProcessor(_ size: PixelSize, _ mode: ResizeMode) throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 4), size: PixelSize(width: 64, height: 48))
    let target = try DevicePicture(size: size, on: bench.imager.context)
    try bench.imager.resize(DevicePicture(picture, on: bench.stream), into: target, mode: mode, on: bench.stream)
    let result = difference(
      try target.pixels(bench.stream).samples, resize(picture, to: size, mode: mode).samples)
    #expect(result.largest <= (mode == .bilinear ? 0 : 1), "\(size) \(mode): \(result)")
    #expect(bench.machine.counts.violations == 0)
  }

  @Test(arguments: sizes, [ResizeMode.bilinear, .area, .cubic])
  func masksAreResizedAsOnTheProcessor(_ size: PixelSize, _ mode: ResizeMode) throws {
    let bench = try Bench()
    let mask = SyntheticFrame.floatPicture(.noise(seed: 4), size: PixelSize(width: 64, height: 48), channels: 1)
    let target = try DeviceMask(size: size, on: bench.imager.context)
    try bench.imager.resize(DeviceMask(mask, on: bench.stream), into: target, mode: mode, on: bench.stream)
    #expect(difference(try target.pixels(bench.stream).samples, resize(mask, to: size, mode: mode).samples) <= 1e-5)
  }
}
