import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

private let turned = Imaging.AffineTransform(a: 0.41, b: 0.22, c: 3.25, d: -0.2, e: 0.4, f: 9.5)
private let outside = Imaging.AffineTransform(a: 1.4, b: 0.1, c: 12, d: -0.1, e: 1.3, f: -25)

@Suite struct FrameCropTests {
  private let size = PixelSize(width: 61, height: 47)
  private let crop = PixelSize(width: 24, height: 19)

  /// The processor's crop.
  private func expected(
    _ frame: Frame, _ transform: Imaging.AffineTransform, _ target: DeviceCropTarget
  ) -> [Float] {
    var numbers = [Float](repeating: 0, count: 3 * crop.area)
    numbers.withUnsafeMutableBufferPointer {
      frame.sampleTensor(
        transform, size: crop, order: target.order, layout: target.layout, scale: target.scale, bias: target.bias,
        border: target.border, into: $0)
    }
    return numbers
  }

  @Test(arguments: TestFormats.all)
  func cropsOfAllFormatsAreTheProcessors(_ format: PixelFormat) throws {
    let bench = try Bench()
    for (index, color) in [
      ColorDescription(), ColorDescription(matrixCode: 1, isFullRange: true), ColorDescription(matrixCode: 9),
    ].enumerated() {
      let frame = SyntheticFrame.frame(.noise(seed: UInt64(index)), size: size, format: format, color: color)
      let device = try bench.pool.attach(frame)
      let memory = try bench.floats(2 * 3 * crop.area)
      for border in [BorderMode.replicate, .constant] {
        let target = DeviceCropTarget(
          memory.bytes, size: crop, order: .bgr, scale: SIMD3(1 / 255, 2 / 255, 1), bias: SIMD3(0, -1, 3),
          border: border)
        try bench.imager.crop(
          [DeviceCrop(device, turned), DeviceCrop(device, outside)], into: target, on: bench.stream)
        let numbers = try bench.stream.elements(memory.bytes, as: Float.self)
        let wanted = expected(frame, turned, target) + expected(frame, outside, target)
        // In levels of the last channel; 8 bit are exact.
        #expect(difference(numbers, wanted) <= 1e-4, "\(format) \(border)")
      }
    }
    #expect(bench.machine.counts.violations == 0)
  }

  @Test func cropsAreInterleavedOrHalfWhereWanted() throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 9), size: size, format: .yuv420)
    let device = try bench.pool.attach(frame)
    let memory = try bench.floats(3 * crop.area)
    var target = DeviceCropTarget(memory.bytes, size: crop, layout: .interleaved)
    try bench.imager.crop([DeviceCrop(device, turned)], into: target, on: bench.stream)
    let whole = expected(frame, turned, target)
    #expect(difference(try bench.stream.elements(memory.bytes), whole) <= 1e-4)

    target.element = .float16
    target.scale = SIMD3(repeating: 1 / 255)
    try bench.imager.crop([DeviceCrop(device, turned)], into: target, on: bench.stream)
    let halves = try bench.stream.elements(memory.bytes(at: 0, count: 6 * crop.area), as: UInt16.self)
    let wanted = expected(frame, turned, target).map { Float(halfBits: $0.halfBits) }
    #expect(difference(halves.map(Float.init(halfBits:)), wanted) <= 0.0005)
  }

  @Test func manyCropsOfManyFramesGoIntoOneTensor() throws {
    let bench = try Bench()
    let frames = (0..<11).map {
      SyntheticFrame.frame(.noise(seed: $0), size: size, format: $0 % 2 == 0 ? .yuv420 : .rgb8)
    }
    let devices = try frames.map { try bench.pool.attach($0) }
    // More crops than one launch takes, of more frames than one launch takes.
    var places: [(frame: Int, transform: Imaging.AffineTransform)] = []
    for index in 0..<70 {
      let (x, y) = (Double(-index % 9), Double(-index % 5))
      places.append((index * 7 % 11, Imaging.AffineTransform(a: 0.5, b: 0, c: x, d: 0, e: 0.5, f: y)))
    }
    let memory = try bench.floats(places.count * 3 * crop.area)
    let target = DeviceCropTarget(memory.bytes, size: crop)
    let before = bench.stream.counts
    try bench.imager.crop(places.map { DeviceCrop(devices[$0.frame], $0.transform) }, into: target, on: bench.stream)
    let launches = (bench.stream.counts - before).launches
    #expect(launches > 2 && launches < 12)
    let numbers = try bench.stream.elements(memory.bytes, as: Float.self)
    let wanted = places.flatMap { expected(frames[$0.frame], $0.transform, target) }
    #expect(difference(numbers, wanted) <= 1e-4)
  }

  @Test func tensorsThatAreTooSmallAreRefused() throws {
    let bench = try Bench()
    let device = try DeviceFrame(size: size, format: .yuv420, on: bench.imager.context)
    let memory = try bench.floats(3 * crop.area)
    let target = DeviceCropTarget(memory.bytes, size: crop)
    let error = #expect(throws: InferenceError.self) {
      try bench.imager.crop([DeviceCrop(device, turned), DeviceCrop(device, turned)], into: target, on: bench.stream)
    }
    #expect(error?.code == .tensorMismatch)
    var bytes = target
    bytes.element = .uint8
    #expect(throws: InferenceError.self) {
      try bench.imager.crop([DeviceCrop(device, turned)], into: bytes, on: bench.stream)
    }
  }

  @Test func aTransformWithoutInverseShowsOnePixel() throws {
    let bench = try Bench()
    let frame = SyntheticFrame.frame(.noise(seed: 1), size: size, format: .rgb8)
    let device = try bench.pool.attach(frame)
    let memory = try bench.floats(3 * crop.area)
    let target = DeviceCropTarget(memory.bytes, size: crop)
    let flat = Imaging.AffineTransform(a: 0, b: 0, c: 4, d: 0, e: 0, f: 5)
    try bench.imager.crop([DeviceCrop(device, flat)], into: target, on: bench.stream)
    #expect(difference(try bench.stream.elements(memory.bytes), expected(frame, flat, target)) <= 1e-4)
  }
}
