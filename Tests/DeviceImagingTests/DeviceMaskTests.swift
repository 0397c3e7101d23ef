import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@Suite struct DeviceMaskTests {
  @Test(
    arguments: [(128, 0.3), (64, 0), (97, 1), (20, 0.05)], [MaskPadding.none, MaskPadding(top: 20, right: 3, left: 60)])
  func boxesAreTheProcessors(_ form: (size: Int, blur: Double), _ padding: MaskPadding) throws {
    let bench = try Bench()
    let mask = try bench.imager.boxMask(size: form.size, blur: form.blur, padding: padding, on: bench.stream)
    let wanted = boxMask(size: form.size, blur: form.blur, padding: padding)
    #expect(difference(try mask.pixels(bench.stream).samples, wanted.samples) <= 1e-6)
    #expect(bench.machine.counts.liveBlocks == 1)
  }

  @Test(arguments: [0.8, 5, 30])
  func blursAreTheProcessors(_ sigma: Double) throws {
    let bench = try Bench()
    let mask = SyntheticFrame.floatPicture(.noise(seed: 2), size: PixelSize(width: 51, height: 34), channels: 1)
    let device = try DeviceMask(mask, on: bench.stream)
    try bench.imager.blur(device, sigma: sigma, on: bench.stream)
    #expect(difference(try device.pixels(bench.stream).samples, gaussianBlur(mask, sigma: sigma).samples) <= 1e-6)
    try bench.imager.blur(device, sigma: 0, on: bench.stream)
    #expect(throws: InferenceError.self) { try bench.imager.blur(device, sigma: 200, on: bench.stream) }
  }

  @Test func softMasksAreTheProcessors() throws {
    let bench = try Bench()
    var mask = PixelBufferF(size: PixelSize(width: 40, height: 40), channels: 1, repeating: 0)
    for y in 10..<30 {
      for x in 8..<27 { mask[x, y] = 1 }
    }
    let device = try DeviceMask(mask, on: bench.stream)
    try bench.imager.soften(device, on: bench.stream)
    #expect(difference(try device.pixels(bench.stream).samples, softenedMask(mask).samples) <= 1e-5)
  }

  @Test func theSmallestOfAllMasksIsKept() throws {
    let bench = try Bench()
    let size = PixelSize(width: 31, height: 9)
    let masks = (0..<4 as Range<UInt64>).map { seed -> PixelBufferF in
      var mask = SyntheticFrame.floatPicture(.noise(seed: seed), size: size, channels: 1)
      mask.samples = mask.samples.map { $0 * 1.4 - 0.1 }
      return mask
    }
    let devices = try masks.map { try DeviceMask($0, on: bench.stream) }
    let combined = try bench.imager.combine(devices, on: bench.stream)
    #expect(try combined.pixels(bench.stream) == combineMasks(masks))
    let other = try DeviceMask(size: PixelSize(width: 3, height: 3), on: bench.imager.context)
    #expect(throws: InferenceError.self) { try bench.imager.combine([devices[0], other], on: bench.stream) }
    #expect(throws: InferenceError.self) { try bench.imager.combine([], on: bench.stream) }
  }
}
