import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport

/// An emulated card with the kernels loaded.
struct Bench {
  let machine: EmulatedMachine
  let imager: DeviceImager
  let stream: CUDAStream
  let pool: DeviceFramePool

  init(memory: Int = 1 << 28) throws {
    machine = try EmulatedMachine([.init(memory: memory)])
    let folder = try TemporaryFolder()
    imager = try DeviceImager(on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    stream = try CUDAStream(on: imager.context)
    pool = DeviceFramePool(on: imager.context)
  }

  /// A block of floats.
  func floats(_ count: Int) throws -> DeviceMemory { try DeviceMemory(byteCount: 4 * count, on: imager.context) }

  /// What a stage on the card has made of the frame.
  func downloaded(_ device: DeviceFrame) throws -> Frame {
    let frame = Frame(size: device.size, format: device.format, color: device.color)
    try device.bring(to: frame)
    try stream.synchronize()
    return frame
  }
}

/// All kinds of frames, with sizes that cut chroma cells.
enum TestFormats {
  static let all: [PixelFormat] = [
    .yuv420, .yuv420p10, yuv(1, 1, 12), yuv(1, 1, 16), yuv(1, 0, 8), yuv(1, 0, 10), yuv(0, 0, 8), yuv(0, 0, 16),
    yuv(2, 0, 8), .rgb8, .rgba8, .rgb16, PixelFormat(layout: .gray, bitDepth: 8),
    PixelFormat(layout: .gray, bitDepth: 16),
  ]

  static func yuv(_ shiftX: Int, _ shiftY: Int, _ bitDepth: Int) -> PixelFormat {
    PixelFormat(layout: .planarYUV(chromaShiftX: shiftX, chromaShiftY: shiftY), bitDepth: bitDepth)
  }
}

extension Frame {
  /// The samples of all planes but alpha, row by row.
  var colorSamples: [Int] {
    let count: Int
    if case .planarYUV = format.layout { count = 3 } else { count = 1 }
    let channels = format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1
    return planes.prefix(count).flatMap { plane in
      (0..<plane.height).flatMap { y in
        (0..<plane.width * channels).map { x in
          format.bytesPerSample == 1 ? Int(plane.row8(y)[x]) : Int(plane.row16(y)[x])
        }
      }
    }
  }
}

/// The largest difference of two lists, and how many differ.
func difference<Number: BinaryInteger>(_ one: [Number], _ other: [Number]) -> (largest: Int, count: Int) {
  guard one.count == other.count else { return (.max, .max) }
  var (largest, count) = (0, 0)
  for (a, b) in zip(one, other) where a != b {
    largest = max(largest, abs(Int(a) - Int(b)))
    count += 1
  }
  return (largest, count)
}

func difference(_ one: [Float], _ other: [Float]) -> Float {
  guard one.count == other.count else { return .infinity }
  return zip(one, other).map { abs($0 - $1) }.max() ?? 0
}
