import Imaging

@testable import Media

/// Sample values of a frame as an array, for comparisons: plane by plane, row by row.
func samples(_ frame: Frame) -> [[Int]] {
  let perPixel = frame.format.layout == .interleavedRGB ? (frame.format.hasAlpha ? 4 : 3) : 1
  return frame.planes.map { plane in
    var values: [Int] = []
    for y in 0..<plane.height {
      for x in 0..<plane.width * perPixel {
        values.append(frame.format.bitDepth > 8 ? Int(plane.row16(y)[x]) : Int(plane.row8(y)[x]))
      }
    }
    return values
  }
}

/// Mean of the first plane.
func mean(_ frame: Frame) -> Double {
  let values = samples(frame)[0]
  return Double(values.reduce(0, +)) / Double(values.count)
}

/// One pixel of an interleaved frame.
func pixel(_ frame: Frame, _ x: Int, _ y: Int) -> [Int] {
  let perPixel = frame.format.layout == .interleavedRGB ? (frame.format.hasAlpha ? 4 : 3) : 1
  return (0..<perPixel).map { channel in
    let index = x * perPixel + channel
    return frame.format.bitDepth > 8
      ? Int(frame.planes[0].row16(y)[index]) : Int(frame.planes[0].row8(y)[index])
  }
}

/// A frame filled by a function of x, y and channel (interleaved or grey).
func makeFrame(_ size: PixelSize, _ format: PixelFormat, _ value: (Int, Int, Int) -> Int) -> Frame {
  let frame = Frame(size: size, format: format, color: ColorDescription(isFullRange: true))
  let perPixel = format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1
  for y in 0..<size.height {
    for x in 0..<size.width {
      for channel in 0..<perPixel {
        let index = x * perPixel + channel
        if format.bitDepth > 8 {
          frame.planes[0].row16(y)[index] = UInt16(value(x, y, channel))
        } else {
          frame.planes[0].row8(y)[index] = UInt8(value(x, y, channel))
        }
      }
    }
  }
  return frame
}

/// Sets every luma sample of a planar frame.
func fillLuma(_ frame: Frame, _ value: UInt8) {
  let plane = frame.planes[0]
  for y in 0..<plane.height {
    for x in 0..<plane.width { plane.row8(y)[x] = value }
  }
}

/// Fills every plane with bytes that differ from place to place.
func fill(_ frame: Frame) {
  for (index, plane) in frame.planes.enumerated() {
    let bytes = plane.width * frame.format.bytesPerPixelOfPlane
    for y in 0..<plane.height {
      for x in 0..<bytes { plane.row8(y)[x] = UInt8(truncatingIfNeeded: x * 7 + y * 13 + index * 101 + x * y) }
    }
  }
}

/// Every pixel of `to` is the pixel of `from` that the orientation names.
func isTurned(_ from: Frame.Plane, _ to: Frame.Plane, _ format: PixelFormat, _ orientation: Orientation) -> Bool {
  let bytes = format.bytesPerPixelOfPlane
  let size = PixelSize(width: from.width, height: from.height)
  for y in 0..<to.height {
    for x in 0..<to.width {
      let place = orientation.storedPosition(x: x, y: y, stored: size)
      for byte in 0..<bytes where to.row8(y)[x * bytes + byte] != from.row8(place.y)[place.x * bytes + byte] {
        return false
      }
    }
  }
  return true
}
