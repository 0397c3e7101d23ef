public import Imaging

extension VisibleLabel {
  /// Draws the label when `time` (seconds from the start; 0 for a picture) lies in its span. Parts outside the frame, of
  /// a frame smaller than planned, are left out.
  public func draw(on frame: Frame, time: Double) {
    guard isShown(at: time) else { return }
    let (black, white, neutral) = Self.codes(frame.format, frame.color)
    let planes = frame.planes
    switch frame.format.layout {
    case .interleavedRGB:
      let channels = frame.format.hasAlpha ? 4 : 3
      for channel in 0..<channels {
        let alpha = channel == 3
        blend(planes[0], frame, channel, of: channels, black: alpha ? white : black, white: white)
      }
    case .gray:
      blend(planes[0], frame, black: black, white: white)
      if frame.format.hasAlpha { opaque(planes[1], frame) }
    case .planarYUV(let shiftX, let shiftY):
      blend(planes[0], frame, black: black, white: white)
      for plane in planes[1...2] {
        blend(plane, frame, shiftX: shiftX, shiftY: shiftY, black: neutral, white: neutral)
      }
      if frame.format.hasAlpha { opaque(planes[3], frame) }
    }
  }

  /// Black and white of the picture's own range, and the chroma of both.
  static func codes(_ format: PixelFormat, _ color: ColorDescription) -> (black: Int, white: Int, neutral: Int) {
    let scale = 1 << (format.bitDepth - 8)
    let isFull = color.isFullRange || format.layout == .interleavedRGB
    return (isFull ? 0 : 16 * scale, isFull ? format.maximum : 235 * scale, 128 * scale)
  }

  private func opaque(_ plane: Frame.Plane, _ frame: Frame) {
    blend(plane, frame, black: frame.format.maximum, white: frame.format.maximum)
  }

  /// Plate and text on one channel of a plane; a shifted plane's samples take the mean of the pixels they stand for.
  private func blend(
    _ plane: Frame.Plane, _ frame: Frame, _ channel: Int = 0, of channels: Int = 1, shiftX: Int = 0, shiftY: Int = 0,
    black: Int, white: Int
  ) {
    let limit = Float(frame.format.maximum)
    let (left, top) = (area.x1 >> shiftX, area.y1 >> shiftY)
    let right = max(min(((area.x2 - 1) >> shiftX) + 1, plane.width), left)
    let bottom = max(min(((area.y2 - 1) >> shiftY) + 1, plane.height), top)
    for y in top..<bottom {
      for x in left..<right {
        let (kept, text) = shares(x, y, shiftX, shiftY)
        let place = x * channels + channel
        let added = text * Float(white) + (1 - kept - text) * Float(black)
        func blended(_ old: Float) -> Float { min((old * kept + added).rounded(), limit) }
        if frame.format.bytesPerSample == 1 {
          plane.row8(y)[place] = UInt8(blended(Float(plane.row8(y)[place])))
        } else {
          plane.row16(y)[place] = UInt16(blended(Float(plane.row16(y)[place])))
        }
      }
    }
  }

  /// How much of a sample stays picture, and how much becomes text; the rest is plate.
  private func shares(_ x: Int, _ y: Int, _ shiftX: Int, _ shiftY: Int) -> (kept: Float, text: Float) {
    var (kept, text) = (Float(0), Float(0))
    for row in (y << shiftY)..<((y + 1) << shiftY) {
      for column in (x << shiftX)..<((x + 1) << shiftX) {
        guard row >= area.y1, row < area.y2, column >= area.x1, column < area.x2 else {
          kept += 1
          continue
        }
        let ink = ink[(row - area.y1) * (area.x2 - area.x1) + column - area.x1]
        kept += (1 - ink) * Self.plateShare
        text += ink
      }
    }
    let count = Float(1 << (shiftX + shiftY))
    return (kept / count, text / count)
  }
}
