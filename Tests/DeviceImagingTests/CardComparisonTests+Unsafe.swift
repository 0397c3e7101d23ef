import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

/// The kernels of frames against the processor's code in one table: on the emulated card always, on a real one where there
/// is one.
@Suite struct CardComparisonTests {
  @Test func theEmulatedCardAgrees() throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    let imager = try DeviceImager(on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    let rows = try CardComparison(imager).rows()
    #expect(rows.count == 5 * CardComparison.formats.count)
    for row in rows { #expect(row.largest <= 1, "\(row.text)") }
    #expect(machine.counts.violations == 0)
  }

  @Test(.enabled(if: RealCard.context != nil, "this machine has no NVIDIA card with NVRTC"))
  func theRealCardAgrees() throws {
    let context = try #require(RealCard.context)
    let folder = try TemporaryFolder()
    let rows = try CardComparison(DeviceImager(on: context, cacheFolder: folder.path)).rows()
    print("\(context.device.name), largest difference to the processor in code values:")
    for row in rows {
      print(row.text)
      #expect(row.largest <= 1, "\(row.text)")
    }
  }
}

/// One table of differences, in code values of 8 bits, or of the frame's own depth for changes of frames.
struct CardComparison {
  struct Row {
    let operation: String
    let format: PixelFormat
    let largest: Double

    var text: String { "\(operation), \(format): \(largest)" }
  }

  static let formats: [PixelFormat] = [
    .yuv420, .yuv420p10, TestFormats.yuv(1, 0, 8), TestFormats.yuv(0, 0, 16), .rgb8, .rgb16,
  ]

  private let imager: DeviceImager
  private let stream: CUDAStream
  private let pool: DeviceFramePool
  private let size = PixelSize(width: 333, height: 251)
  private let turned = Imaging.AffineTransform(a: 0.41, b: 0.22, c: 3.25, d: -0.2, e: 0.4, f: 9.5)

  init(_ imager: DeviceImager) throws {
    self.imager = imager
    stream = try CUDAStream(on: imager.context)
    pool = DeviceFramePool(on: imager.context)
  }

  func rows() throws -> [Row] {
    try CardComparison.formats.flatMap { format in
      let frame = SyntheticFrame.frame(.noise(seed: 31), size: size, format: format)
      let device = try pool.attach(frame)
      try device.wait(on: stream)
      return [
        Row(operation: "up and down", format: format, largest: try carried(device, frame)),
        Row(operation: "crop", format: format, largest: try crop(device, frame)),
        Row(operation: "picture", format: format, largest: try picture(device, frame)),
        Row(operation: "thumbnail", format: format, largest: try thumbnail(device, frame)),
        Row(operation: "change", format: format, largest: try change(device, frame)),
      ]
    }
  }

  private func carried(_ device: DeviceFrame, _ frame: Frame) throws -> Double {
    let copy = Frame(size: size, format: frame.format)
    try device.bring(to: copy)
    return Double(difference(copy.colorSamples, frame.colorSamples).largest)
  }

  private func crop(_ device: DeviceFrame, _ frame: Frame) throws -> Double {
    let side = PixelSize(width: 128, height: 128)
    let memory = try DeviceMemory(byteCount: 12 * side.area, on: imager.context)
    let target = DeviceCropTarget(memory.bytes, size: side)
    try imager.crop([DeviceCrop(device, turned)], into: target, on: stream)
    var wanted = [Float](repeating: 0, count: 3 * side.area)
    wanted.withUnsafeMutableBufferPointer {
      frame.sampleTensor(
        turned, size: side, order: target.order, layout: target.layout, scale: target.scale, bias: target.bias,
        border: target.border, into: $0)
    }
    return Double(difference(try stream.elements(memory.bytes), wanted))
  }

  private func picture(_ device: DeviceFrame, _ frame: Frame) throws -> Double {
    let picture = try DevicePicture(size: size, on: imager.context)
    try imager.read(device, into: picture, on: stream)
    return Double(difference(try picture.pixels(stream).samples, frame.bgrPicture().samples).largest)
  }

  private func thumbnail(_ device: DeviceFrame, _ frame: Frame) throws -> Double {
    let small = try imager.lumaThumbnail(of: device, columns: 32, rows: 18, on: stream)
    return Double(difference(small, frame.lumaThumbnail(columns: 32, rows: 18)).largest)
  }

  /// Changes the frame.
  private func change(_ device: DeviceFrame, _ frame: Frame) throws -> Double {
    let old = frame.bgrPicture()
    var new = old
    for y in 20..<200 {
      for x in 30..<300 where (x + y) % 5 != 0 {
        for channel in 0..<3 { new[x, y, channel] = UInt8((x * 7 + y * 3 + channel * 50) % 256) }
      }
    }
    try imager.change(device, from: DevicePicture(old, on: stream), to: DevicePicture(new, on: stream), on: stream)
    try device.markWritten(on: stream)
    let (got, wanted) = (Frame(size: size, format: frame.format), frame.copy())
    try device.bring(to: got)
    wanted.change(from: old, to: new, in: nil)
    return Double(difference(got.colorSamples, wanted.colorSamples).largest)
  }
}
