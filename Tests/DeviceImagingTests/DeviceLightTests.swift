import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

/// The light of landmarker crops, and pictures that come and go with faces.
@Suite struct DeviceLightTests {
  private let size = PixelSize(width: 64, height: 48)

  private func picture(_ range: ClosedRange<UInt8>, seed: UInt64 = 3) -> PixelBuffer8 {
    var generator = SeededGenerator(seed: seed)
    return PixelBuffer8(
      size: size, channels: 3, samples: (0..<3 * size.area).map { _ in UInt8.random(in: range, using: &generator) })
  }

  /// What the processor makes of it.
  private func corrected(_ picture: PixelBuffer8, darkness: Int) -> PixelBuffer8 {
    var lab = labColors(picture)
    let light = stride(from: 0, to: lab.samples.count, by: 3).map { lab.samples[$0] }
    if light.reduce(0, { $0 + Int($1) }) < darkness * size.area {
      let equal = equalizeAdaptively(PixelBuffer8(size: size, channels: 1, samples: light))
      for pixel in 0..<size.area { lab.samples[3 * pixel] = equal.samples[pixel] }
    }
    return labToRGB(lab)
  }

  /// Bright, just above and just below the bound, dark, black, white.
  @Test(arguments: [20...250, 0...255, 30...140, 0...60, 0...0, 255...255] as [ClosedRange<UInt8>])
  func lightIsTheProcessorsBitByBit(_ range: ClosedRange<UInt8>) throws {
    let bench = try Bench()
    let picture = picture(range)
    let device = try DevicePicture(picture, on: bench.stream)
    let block = try bench.floats(3 * size.area)
    var kinds: Set<Bool> = []
    for darkness in [0, 30, 80, 256] {
      try bench.imager.correctLight(
        of: device, darkness: darkness, into: block.bytes, scale: 1 / 255, bias: 0.5, on: bench.stream)
      let wanted = corrected(picture, darkness: darkness)
      let planes = planarTensor(
        wanted, scale: SIMD3(repeating: 1 / 255), bias: SIMD3(repeating: 0.5))
      #expect(try bench.stream.elements(block.bytes, as: Float.self) == planes, "darkness \(darkness)")
      kinds.insert(wanted == corrected(picture, darkness: 0))
    }
    // Some of the bounds are above the crop's light; evening out shows unless there is one level alone.
    #expect(kinds.count == 2 || range.count == 1)
    #expect(bench.machine.counts.violations == 0)
  }

  @Test func lightOfOtherSidesIsRefused() throws {
    let bench = try Bench()
    let picture = try DevicePicture(size: PixelSize(width: 20, height: 16), on: bench.imager.context)
    let block = try bench.floats(3 * 320)
    let error = #expect(throws: InferenceError.self) {
      try bench.imager.correctLight(of: picture, darkness: 30, into: block.bytes, on: bench.stream)
    }
    #expect(error?.code == .tensorMismatch)
  }

  @Test(arguments: [0.8, 0.35, 0.0])
  func aPastedCropCanBeFaded(_ amount: Double) throws {
    let bench = try Bench()
    let picture = picture(0...255)
    let side = 24
    let crop = PixelSize(width: side, height: side)
    let transform = Imaging.AffineTransform(a: 0.7, b: 0.1, c: -9, d: -0.1, e: 0.7, f: -3)
    var generator = SeededGenerator(seed: 8)
    let planes = (0..<3 * crop.area).map { _ in Float.random(in: -1.1...1.1, using: &generator) }
    let mask = boxMask(size: side, blur: 0.4)
    let device = try DevicePicture(picture, on: bench.stream)
    let block = try bench.stream.makeMemory(planes)
    let area = try bench.imager.paste(
      DeviceCropNumbers(block.bytes, size: crop, levels: .bytes(PlanarBytes(.signed, rounds: true))),
      mask: DeviceMask(mask, on: bench.stream), into: device, transform: transform, amount: amount, on: bench.stream)
    var samples: [UInt8] = []
    for pixel in 0..<crop.area {
      for channel in [2, 1, 0] {
        let value = (min(max(planes[channel * crop.area + pixel], -1), 1) + 1) * 0.5 * 255
        samples.append(UInt8(value.rounded(.toNearestOrEven)))
      }
    }
    var pasted = picture
    pasteBack(
      frame: &pasted, crop: PixelBuffer8(size: crop, channels: 3, samples: samples), mask: mask, transform: transform)
    let wanted = zip(picture.samples, pasted.samples).map { before, now in
      Int((Double(before) * (1 - amount) + Double(now) * amount).rounded(.toNearestOrEven))
    }
    let result = try device.pixels(bench.stream).samples.map { Int($0) }
    let found = difference(result, wanted)
    #expect(found.largest <= 1 && found.count <= wanted.count / 100, "\(found)")
    #expect(amount > 0 ? result != picture.samples.map { Int($0) } : result == picture.samples.map { Int($0) })
    #expect(!area.isEmpty)
  }

  @Test func aFramesPictureIsMadeOnceUntilTheFrameIsWritten() throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 2), size: size, format: .yuv420)
    let device = try bench.pool.attach(frame)
    let before = bench.machine.counts.launches
    let first = try device.picture(by: bench.imager, on: bench.stream)
    #expect(try device.picture(by: bench.imager, on: bench.stream) === first)
    #expect(bench.machine.counts.launches == before + 1)
    #expect(difference(try first.pixels(bench.stream).samples, frame.bgrPicture().samples).largest <= 1)

    let other = SyntheticFrame.frame(.noise(seed: 9), size: size, format: .yuv420)
    try device.upload(other)
    let second = try device.picture(by: bench.imager, on: bench.stream)
    #expect(second === first)
    #expect(difference(try second.pixels(bench.stream).samples, other.bgrPicture().samples).largest <= 1)
  }

  @Test func aCutIsAPicture() throws {
    let bench = try Bench()
    let picture = picture(0...255)
    let turn = Imaging.AffineTransform(a: 0, b: 1, c: 0, d: -1, e: 0, f: 63)
    let size = PixelSize(width: 48, height: 64)
    let cut = try DevicePicture(size: size, from: bench.stream)
    try bench.imager.cut(
      DevicePicture(picture, on: bench.stream), turn, border: .constant, into: cut, on: bench.stream)
    #expect(try cut.pixels(bench.stream).samples == warp(picture, turn, to: size).samples)
  }
}
