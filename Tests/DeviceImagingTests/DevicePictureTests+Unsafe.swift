import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

private let turned = Imaging.AffineTransform(a: 0.61, b: 0.22, c: -8.25, d: -0.22, e: 0.61, f: 4.5)
private let outside = Imaging.AffineTransform(a: 1.4, b: 0.1, c: 12, d: -0.1, e: 1.3, f: -25)

@Suite struct DevicePictureTests {
  private let size = PixelSize(width: 64, height: 50)
  private let crop = PixelSize(width: 32, height: 32)

  @Test func cropsAreTheProcessorsBitByBit() throws {
    let bench = try Bench()
    let pictures = (0..<3).map { SyntheticFrame.picture(.noise(seed: $0), size: size) }
    let devices = try pictures.map { try DevicePicture($0, on: bench.stream) }
    let places = [(0, turned), (2, outside), (1, turned), (0, outside)]
    let memory = try bench.floats(places.count * 3 * crop.area)
    for border in [BorderMode.replicate, .constant] {
      for isReversed in [false, true] {
        let (scale, bias) = (SIMD3<Float>(1 / 127.5, 1 / 128, 1), SIMD3<Float>(-1, -0.5, 0))
        let target = DeviceCropTarget(
          memory.bytes, size: crop, order: isReversed ? .rgb : .bgr, scale: scale, bias: bias, border: border)
        try bench.imager.crop(places.map { DeviceCrop(devices[$0.0], $0.1) }, into: target, on: bench.stream)
        let wanted = places.flatMap { place in
          planarTensor(
            warp(pictures[place.0], place.1, to: crop, border: border), reversing: isReversed, scale: scale, bias: bias)
        }
        // One level at most, and hardly anywhere.
        let numbers = try bench.stream.elements(memory.bytes, as: Float.self)
        #expect(difference(numbers, wanted) <= 1.01)
        #expect(zip(numbers, wanted).filter { $0 != $1 }.count <= wanted.count / 200)
      }
    }
  }

  @Test func cropsCanStayBytes() throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 5), size: size)
    let target = try DevicePicture(size: crop, on: bench.imager.context)
    try bench.imager.crop(
      [DeviceCrop(DevicePicture(picture, on: bench.stream), turned)],
      into: DeviceCropTarget(target.bytes, size: crop, element: .uint8, order: .bgr, layout: .interleaved),
      on: bench.stream)
    let wanted = warp(picture, turned, to: crop, border: .replicate)
    #expect(difference(try target.pixels(bench.stream).samples, wanted.samples).largest <= 1)
  }

  /// What a network might give: numbers a little beyond 0…1, in planes.
  private func numbers(_ count: Int, low: Float, high: Float) -> [Float] {
    var generator = SeededGenerator(seed: 31)
    return (0..<count).map { _ in Float.random(in: low...high, using: &generator) }
  }

  private func mask() -> PixelBufferF {
    var mask = boxMask(size: crop.width, blur: 0.3)
    for y in 12..<16 {
      for x in 3..<9 { mask[x, y] = 0 }
    }
    return mask
  }

  /// The crop as an interleaved B, G, R picture of levels.
  private func levels(_ planes: [Float], _ level: (Float, Int) -> Float) -> [Float] {
    var samples: [Float] = []
    for pixel in 0..<crop.area {
      for channel in [2, 1, 0] { samples.append(level(planes[channel * crop.area + pixel], channel)) }
    }
    return samples
  }

  @Test(arguments: [true, false])
  func cropsOfFloatsArePasted(_ isHalf: Bool) throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 6), size: size)
    var planes = numbers(3 * crop.area, low: -0.1, high: 1.1)
    if isHalf { planes = planes.map { Float(halfBits: $0.halfBits) } }
    let block = try isHalf ? bench.stream.makeMemory(planes.map(\.halfBits)) : bench.stream.makeMemory(planes)
    let device = try DevicePicture(picture, on: bench.stream)
    let area = try bench.imager.paste(
      DeviceCropNumbers(block.bytes, size: crop, levels: .unit, isHalf: isHalf),
      mask: DeviceMask(mask(), on: bench.stream), into: device, transform: turned, on: bench.stream)
    var wanted = picture
    let crop = PixelBufferF(
      size: crop, channels: 3, samples: levels(planes) { value, _ in min(max(value, 0), 1) * 255 })
    pasteBack(frame: &wanted, crop: crop, mask: mask(), transform: turned)
    let result = difference(try device.pixels(bench.stream).samples, wanted.samples)
    #expect(result.largest <= 1 && result.count <= wanted.samples.count / 200, "\(result)")
    #expect(area == PixelRectangle(PasteArea(frame: size, crop: self.crop, transform: turned)))
    #expect(difference(wanted.samples, picture.samples).count > 500)
  }

  @Test(arguments: [
    PlanarBytes(.unit, rounds: false), PlanarBytes(.unit, rounds: true), PlanarBytes(.signed, rounds: false),
    PlanarBytes(.signed, rounds: true),
  ])
  func cropsOfBytesArePasted(_ bytes: PlanarBytes) throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 6), size: size)
    let planes = numbers(3 * crop.area, low: -1.2, high: 1.2)
    let device = try DevicePicture(picture, on: bench.stream)
    let block = try bench.stream.makeMemory(planes)
    try bench.imager.paste(
      DeviceCropNumbers(block.bytes, size: crop, levels: .bytes(bytes)), mask: DeviceMask(mask(), on: bench.stream),
      into: device, transform: outside, on: bench.stream)
    var samples = [UInt8](repeating: 0, count: 3 * crop.area)
    samples.withUnsafeMutableBufferPointer { samples in
      planes.withUnsafeBufferPointer { planes in
        guard let samples = samples.baseAddress, let planes = planes.baseAddress else { return }
        bytes.put(planes + 2 * crop.area, planes + crop.area, planes, count: crop.area, to: samples)
      }
    }
    var wanted = picture
    pasteBack(
      frame: &wanted, crop: PixelBuffer8(size: crop, channels: 3, samples: samples), mask: mask(), transform: outside)
    let result = difference(try device.pixels(bench.stream).samples, wanted.samples)
    #expect(result.largest <= 1 && result.count <= wanted.samples.count / 200, "\(result)")
  }

  @Test func cropsInDoublePrecisionArePastedOnTheirGrid() throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 6), size: size)
    let planes = numbers(3 * crop.area, low: -1.1, high: 1.1)
    let (scale, mean) = (SIMD3<Double>(0.5, 0.4, 0.6), SIMD3<Double>(0.5, 0.45, 0.4))
    let device = try DevicePicture(picture, on: bench.stream)
    let block = try bench.stream.makeMemory(planes)
    try bench.imager.paste(
      DeviceCropNumbers(block.bytes, size: crop, levels: .double(scale: scale, mean: mean)),
      mask: DeviceMask(mask(), on: bench.stream), into: device, transform: turned, on: bench.stream)
    var samples: [Double] = []
    for pixel in 0..<crop.area {
      for channel in [2, 1, 0] {
        let level = Double(planes[channel * crop.area + pixel]) * scale[channel] + mean[channel]
        samples.append(min(max(level, 0), 1) * 255)
      }
    }
    var wanted = picture
    pasteBack(
      frame: &wanted, crop: PixelBuffer<Double>(size: crop, channels: 3, samples: samples), mask: mask(),
      transform: turned)
    let result = difference(try device.pixels(bench.stream).samples, wanted.samples)
    #expect(result.largest <= 1 && result.count <= wanted.samples.count / 200, "\(result)")
  }

  @Test func aCropOfInterleavedPartsIsPutTogether() throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 6), size: size)
    let whole = numbers(3 * crop.area, low: 0, high: 1)
    // Four pictures of half the size, as pixel boost makes them.
    var parts: [Float] = []
    for row in 0..<2 {
      for column in 0..<2 {
        for channel in 0..<3 {
          for y in 0..<16 {
            let start: Int = channel * crop.area + (2 * y + row) * 32 + column
            for x in 0..<16 { parts.append(whole[start + 2 * x]) }
          }
        }
      }
    }
    let mask = try DeviceMask(mask(), on: bench.stream)
    let (one, other) = try (DevicePicture(picture, on: bench.stream), DevicePicture(picture, on: bench.stream))
    let (block, blocks) = try (bench.stream.makeMemory(whole), bench.stream.makeMemory(parts))
    try bench.imager.paste(
      DeviceCropNumbers(block.bytes, size: crop, levels: .unit), mask: mask, into: one, transform: turned,
      on: bench.stream)
    try bench.imager.paste(
      DeviceCropNumbers(blocks.bytes, size: crop, levels: .unit, phases: 2), mask: mask, into: other,
      transform: turned, on: bench.stream)
    #expect(try one.pixels(bench.stream) == other.pixels(bench.stream))
    #expect(try one.pixels(bench.stream) != picture)
  }

  @Test func cropsBesideThePictureChangeNothing() throws {
    let bench = try Bench()
    let picture = SyntheticFrame.picture(.noise(seed: 6), size: size)
    let device = try DevicePicture(picture, on: bench.stream)
    let block = try bench.floats(3 * crop.area)
    let mask = try DeviceMask(mask(), on: bench.stream)
    let numbers = DeviceCropNumbers(block.bytes, size: crop, levels: .unit)
    let far = Imaging.AffineTransform(a: 1, b: 0, c: 500, d: 0, e: 1, f: 0)
    #expect(try bench.imager.paste(numbers, mask: mask, into: device, transform: far, on: bench.stream).isEmpty)
    #expect(try device.pixels(bench.stream) == picture)
    let small = try DeviceMask(size: PixelSize(width: 4, height: 4), on: bench.imager.context)
    #expect(throws: InferenceError.self) {
      try bench.imager.paste(numbers, mask: small, into: device, transform: turned, on: bench.stream)
    }
  }
}
