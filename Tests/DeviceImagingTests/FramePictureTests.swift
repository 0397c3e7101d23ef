import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@Suite struct DeviceFramePictureTests {
  private let size = PixelSize(width: 45, height: 33)

  @Test(arguments: TestFormats.all)
  func picturesOfFramesAreTheProcessors(_ format: PixelFormat) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 8), size: size, format: format)
    let device = try bench.pool.attach(frame)
    let picture = try DevicePicture(size: size, on: bench.imager.context)
    try bench.imager.read(device, into: picture, on: bench.stream)
    #expect(difference(try picture.pixels(bench.stream).samples, frame.bgrPicture().samples).largest <= 1)
    // A part leaves the rest alone.
    let part = try DevicePicture(SyntheticFrame.picture(.plain([0.2]), size: size), on: bench.stream)
    try bench.imager.read(
      device, PixelRectangle(x1: 7, y1: 3, x2: 20, y2: 99), into: part, on: bench.stream)
    let (pixels, all) = try (part.pixels(bench.stream), picture.pixels(bench.stream))
    for y in 0..<size.height {
      for x in 0..<size.width {
        let isInside = x >= 7 && x < 20 && y >= 3
        #expect(pixels[x, y, 1] == (isInside ? all[x, y, 1] : 51))
      }
    }
  }

  @Test(arguments: TestFormats.all)
  func changesAreCarriedIntoTheFrame(_ format: PixelFormat) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 2), size: size, format: format)
    let device = try bench.pool.attach(frame)
    let old = frame.bgrPicture()
    var new = old
    var generator = SeededGenerator(seed: 77)
    for y in 9..<33 {
      for x in 11..<45 where (x + y) % 5 != 0 {
        for channel in 0..<3 { new[x, y, channel] = UInt8.random(in: 0...255, using: &generator) }
      }
    }
    let parts = [PixelRectangle(x1: 11, y1: 9, x2: 20, y2: 20), PixelRectangle(x1: 15, y1: 12, x2: 60, y2: 60)]
    let (before, after) = try (DevicePicture(old, on: bench.stream), DevicePicture(new, on: bench.stream))
    let changed = try bench.imager.change(device, from: before, to: after, in: parts, on: bench.stream)
    #expect(changed == PixelRectangle(x1: 11, y1: 9, x2: 45, y2: 33))
    let wanted = frame.copy()
    wanted.change(from: old, to: new, in: parts)
    let got = try bench.downloaded(device)
    let difference = difference(got.colorSamples, wanted.colorSamples)
    #expect(difference.largest <= 1, "\(format): \(difference)")
    #expect(difference.count * 100 <= got.colorSamples.count, "\(format): \(difference)")
    // Outside of the rectangle every bit is kept; only the rectangle needs to come down.
    let partly = frame.copy()
    try device.bring(changed, to: partly)
    try bench.stream.synchronize()
    #expect(partly.colorSamples == got.colorSamples)
  }

  @Test func nothingChangedIsNothingDone() throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 2), size: size, format: .yuv420)
    let device = try bench.pool.attach(frame)
    let picture = try DevicePicture(frame.bgrPicture(), on: bench.stream)
    #expect(try bench.imager.change(device, from: picture, to: picture, in: [], on: bench.stream).isEmpty)
    #expect(bench.stream.counts.launches == 0)
    try bench.imager.change(device, from: picture, to: picture, on: bench.stream)
    #expect(try bench.downloaded(device).colorSamples == frame.colorSamples)
    let small = try DevicePicture(size: PixelSize(width: 4, height: 4), on: bench.imager.context)
    #expect(throws: InferenceError.self) { try bench.imager.change(device, from: small, to: picture, on: bench.stream) }
  }

  @Test(arguments: TestFormats.all)
  func windowsArePastedAsDifferences(_ format: PixelFormat) throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.gradient, size: size, format: format)
    let device = try bench.pool.attach(frame)
    let side = 20
    let transform = Imaging.AffineTransform(a: 0.6, b: 0.11, c: -4.3, d: -0.11, e: 0.6, f: -1.2)
    let windows = [UInt64(1), 2].map { seed in
      SyntheticFrame.floatPicture(.noise(seed: seed), size: PixelSize(width: side, height: side))
    }
    let mask = SyntheticFrame.floatPicture(
      .noise(seed: 3), size: PixelSize(width: side, height: side), channels: 1
    ).samples.enumerated().map { $0.offset % 7 == 0 ? 0 : $0.element }
    let blocks = try windows.map { window -> DeviceMemory in
      var planes: [Float] = []
      for channel in 0..<3 {
        for pixel in 0..<side * side { planes.append(window.samples[3 * pixel + channel]) }
      }
      return try bench.stream.makeMemory(planes)
    }
    let maskBlock = try bench.stream.makeMemory(mask)
    let changed = try bench.imager.addDifference(
      new: blocks[0].bytes, old: blocks[1].bytes, mask: maskBlock.bytes, side: side, transform, to: device,
      on: bench.stream)
    let wanted = frame.copy()
    let values = windows.map { window -> FloatWindow in
      var result = FloatWindow(side: side)
      for index in 0..<side * side {
        result.storage[index] = SIMD4(
          window.samples[3 * index], window.samples[3 * index + 1], window.samples[3 * index + 2], 0)
      }
      return result
    }
    wanted.addDifference(new: values[0], old: values[1], mask: mask, transform)
    let got = try bench.downloaded(device)
    #expect(difference(got.colorSamples, wanted.colorSamples).largest <= 1)
    #expect(difference(got.colorSamples, frame.colorSamples).count > 100)
    let partly = frame.copy()
    try device.bring(changed, to: partly)
    try bench.stream.synchronize()
    #expect(partly.colorSamples == got.colorSamples)
    #expect(changed.x2 < size.width)
  }

  @Test(arguments: TestFormats.all.filter { !$0.hasAlpha })
  func framesAreMadeOfPictures(_ format: PixelFormat) throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 12), size: size)
    let device = try DeviceFrame(size: size, format: format, on: bench.imager.context)
    try bench.imager.write(DevicePicture(picture.reversingChannels(), on: bench.stream), into: device, on: bench.stream)
    let wanted = Frame(picture, format: format)
    #expect(difference(try bench.downloaded(device).colorSamples, wanted.colorSamples).largest <= 1)
    #expect(bench.machine.counts.violations == 0)
  }
}
