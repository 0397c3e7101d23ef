import DeviceImaging
import Imaging
import Inference

/// A frame on the card with chroma in pairs, filled from a planar one without the program's help.
struct PackedFrame {
  let frame: DeviceFrame
  let stream: CUDAStream
  private let lift: Int

  init(_ planar: Frame, _ packing: ChromaPacking, on context: CUDAContext) throws {
    stream = try CUDAStream(on: context)
    frame = try DeviceFrame(
      size: planar.size, format: planar.format, color: planar.color, packing: packing, on: context)
    lift = packing == .p010 ? 6 : 0
    let bytes = planar.format.bytesPerSample
    for (number, plane) in frame.planes.enumerated() {
      var rows = [UInt8](repeating: 0, count: plane.pitch * plane.height)
      for y in 0..<plane.height {
        for x in 0..<plane.width {
          for part in 0...number {
            let value = PackedFrame.sample(planar, number + part, x, y) << lift
            let at = y * plane.pitch + (x * (number + 1) + part) * bytes
            rows[at] = UInt8(value & 255)
            if bytes == 2 { rows[at + 1] = UInt8(value >> 8) }
          }
        }
      }
      try stream.upload(rows, to: plane.bytes)
    }
  }

  /// The frame's samples in planes.
  func unpacked(like planar: Frame) throws -> Frame {
    let result = Frame(size: planar.size, format: planar.format, color: planar.color)
    let bytes = planar.format.bytesPerSample
    for (number, plane) in frame.planes.enumerated() {
      let rows = try stream.elements(plane.bytes, as: UInt8.self)
      for y in 0..<plane.height {
        for x in 0..<plane.width {
          for part in 0...number {
            let at = y * plane.pitch + (x * (number + 1) + part) * bytes
            let target = result.planes[number + part]
            if bytes == 1 {
              target.row8(y)[x] = rows[at]
            } else {
              target.row16(y)[x] = (UInt16(rows[at]) | UInt16(rows[at + 1]) << 8) >> UInt16(lift)
            }
          }
        }
      }
    }
    return result
  }

  private static func sample(_ frame: Frame, _ plane: Int, _ x: Int, _ y: Int) -> Int {
    frame.format.bytesPerSample == 1
      ? Int(frame.planes[plane].row8(y)[x]) : Int(frame.planes[plane].row16(y)[x])
  }
}
