import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport

@testable import Safeguards

/// An emulated card with the kernels of the marks.
struct MarkBench {
  let machine: EmulatedMachine
  let kernels: DeviceMarkKernels
  let imager: DeviceImager
  let stream: CUDAStream
  let pool: DeviceFramePool
  private let folder: TemporaryFolder

  init() throws {
    machine = try EmulatedMachine()
    folder = try TemporaryFolder()
    let context = try machine.context()
    kernels = try DeviceMarkKernels(on: context, compiler: machine.compiler, cacheFolder: folder.path)
    imager = try DeviceImager(on: context, compiler: machine.compiler, cacheFolder: folder.path)
    stream = try CUDAStream(on: context)
    pool = DeviceFramePool(on: context)
  }

  /// A copy of the frame on the card.
  func upload(_ frame: Frame, _ packing: ChromaPacking = .planes) throws -> DeviceFrame {
    let device = try pool.frame(size: frame.size, format: frame.format, color: frame.color)
    try device.upload(frame)
    guard packing != .planes else { return device }
    let pairs = try pool.frame(size: frame.size, format: frame.format, color: frame.color, packing: packing)
    try device.wait(on: stream)
    try imager.repack(device, into: pairs, on: stream)
    try stream.synchronize()
    return pairs
  }

  /// What the card holds; the alpha of `frame`.
  func download(_ device: DeviceFrame, _ frame: Frame) throws -> Frame {
    let copy = frame.copy()
    var planes = device
    if device.packing != .planes {
      planes = try pool.frame(size: frame.size, format: frame.format, color: frame.color)
      try imager.repack(device, into: planes, on: stream)
    }
    try stream.synchronize()
    try planes.bring(to: copy)
    return copy
  }

  static let formats: [(PixelFormat, ChromaPacking)] = [
    (.yuv420, .planes), (.yuv420, .nv12), (.yuv420p10, .planes), (.yuv420p10, .p010), (yuv(1, 0, 8), .planes),
    (yuv(1, 0, 12), .planes), (yuv(0, 0, 8), .planes), (yuv(0, 0, 16), .planes), (.rgb8, .planes), (.rgba8, .planes),
    (.rgb16, .planes), (.rgba16, .planes), (PixelFormat(layout: .gray, bitDepth: 8), .planes),
    (PixelFormat(layout: .gray, bitDepth: 16), .planes),
  ]

  private static func yuv(_ shiftX: Int, _ shiftY: Int, _ bitDepth: Int) -> PixelFormat {
    PixelFormat(layout: .planarYUV(chromaShiftX: shiftX, chromaShiftY: shiftY), bitDepth: bitDepth)
  }
}

extension Frame {
  /// All samples, alpha included, row by row.
  var allSamples: [Int] {
    let channels = format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1
    return planes.flatMap { plane in
      (0..<plane.height).flatMap { y in
        (0..<plane.width * channels).map { x in
          format.bytesPerSample == 1 ? Int(plane.row8(y)[x]) : Int(plane.row16(y)[x])
        }
      }
    }
  }

  /// How far the samples of two frames lie apart, at most.
  func distance(to other: Frame) -> Int {
    let (one, two) = (allSamples, other.allSamples)
    return one.count == two.count ? zip(one, two).reduce(0) { max($0, abs($1.0 - $1.1)) } : .max
  }
}
