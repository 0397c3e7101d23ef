import Imaging

/// Straightforward double-precision versions of the frame kernels, pixel by pixel, to hold the fast ones against.
enum PlainReference {
  /// One sample of a plane as a number.
  static func sample(_ frame: Frame, plane: Int, x: Int, y: Int) -> Double {
    frame.format.bytesPerSample == 1 ? Double(frame.planes[plane].row8(y)[x]) : Double(frame.planes[plane].row16(y)[x])
  }

  static func setSample(_ frame: Frame, plane: Int, x: Int, y: Int, to value: Int) {
    if frame.format.bytesPerSample == 1 {
      frame.planes[plane].row8(y)[x] = UInt8(value)
    } else {
      frame.planes[plane].row16(y)[x] = UInt16(value)
    }
  }

  /// Whether every sample of one plane is the same in both frames.
  static func isEqual(_ a: Frame, _ b: Frame, plane: Int) -> Bool {
    let channels = a.format.layout == .interleavedRGB ? (a.format.hasAlpha ? 4 : 3) : 1
    let extent = a.planes[plane]
    return (0..<extent.height).allSatisfy { y in
      (0..<extent.width * channels).allSatisfy { x in
        sample(a, plane: plane, x: x, y: y) == sample(b, plane: plane, x: x, y: y)
      }
    }
  }

  /// (kr, kb, luma offset, luma scale, chroma offset, chroma scale)
  static func constants(_ frame: Frame) -> (Double, Double, Double, Double, Double, Double) {
    let (kr, kb): (Double, Double)
    switch frame.color.matrix(height: frame.size.height) {
    case .bt601: (kr, kb) = (0.299, 0.114)
    case .bt709: (kr, kb) = (0.2126, 0.0722)
    case .bt2020: (kr, kb) = (0.2627, 0.0593)
    }
    let unit = Double(1 << (frame.format.bitDepth - 8))
    let maximum = Double(frame.format.maximum)
    return frame.color.isFullRange
      ? (kr, kb, 0, maximum, 128 * unit, maximum) : (kr, kb, 16 * unit, 219 * unit, 128 * unit, 224 * unit)
  }

  static func bilinear(_ width: Int, _ height: Int, _ x: Double, _ y: Double, _ at: (Int, Int) -> Double) -> Double {
    let cx = min(max(x, 0), Double(width - 1))
    let cy = min(max(y, 0), Double(height - 1))
    let (i, j) = (Int(cx), Int(cy))
    let (fx, fy) = (cx - Double(i), cy - Double(j))
    let (i2, j2) = (min(i + 1, width - 1), min(j + 1, height - 1))
    return (at(i, j) * (1 - fx) + at(i2, j) * fx) * (1 - fy) + (at(i, j2) * (1 - fx) + at(i2, j2) * fx) * fy
  }

  /// R, G, B 0…1 at a place of the frame, replicated border.
  static func color(_ frame: Frame, _ x: Double, _ y: Double) -> [Double] {
    func plane(_ index: Int, _ px: Double, _ py: Double, step: Int = 1, start: Int = 0) -> Double {
      let plane = frame.planes[index]
      return bilinear(plane.width, plane.height, px, py) {
        sample(frame, plane: index, x: $0 * step + start, y: $1)
      }
    }
    let (kr, kb, lumaOffset, lumaScale, chromaOffset, chromaScale) = constants(frame)
    let kg = 1 - kr - kb
    var rgb: [Double]
    switch frame.format.layout {
    case .interleavedRGB:
      let step = frame.format.hasAlpha ? 4 : 3
      rgb = (0..<3).map { plane(0, x, y, step: step, start: $0) / Double(frame.format.maximum) }
    case .gray:
      rgb = Array(repeating: (plane(0, x, y) - lumaOffset) / lumaScale, count: 3)
    case .planarYUV(let shiftX, let shiftY):
      let (sx, sy) = (Double(1 << shiftX), Double(1 << shiftY))
      let (cx, cy) = (x / sx, (y + 0.5) / sy - 0.5)
      let luma = (plane(0, x, y) - lumaOffset) / lumaScale
      let cb = (plane(1, cx, cy) - chromaOffset) / chromaScale
      let cr = (plane(2, cx, cy) - chromaOffset) / chromaScale
      rgb = [
        luma + 2 * (1 - kr) * cr, luma - 2 * kb * (1 - kb) / kg * cb - 2 * kr * (1 - kr) / kg * cr,
        luma + 2 * (1 - kb) * cb,
      ]
    }
    rgb = rgb.map { min(max($0, 0), 1) }
    return rgb
  }

  /// The part of a bilinear sample at (x, y) whose neighbours exist.
  static func coverage(_ size: PixelSize, _ x: Double, _ y: Double) -> Double {
    func share(_ v: Double, _ n: Int) -> Double {
      let i = v.rounded(.down)
      let f = v - i
      return (i >= 0 && i < Double(n) ? 1 - f : 0) + (i + 1 >= 0 && i + 1 < Double(n) ? f : 0)
    }
    return share(x, size.width) * share(y, size.height)
  }

  /// mask · (new − old) at a place of the window, 0 outside.
  static func difference(
    _ new: FloatWindow, _ old: FloatWindow, _ mask: [Float], _ x: Double, _ y: Double
  ) -> [Double] {
    let side = new.side
    func read(_ value: (Int) -> Double) -> Double {
      let (i, j) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
      let (fx, fy) = (x - x.rounded(.down), y - y.rounded(.down))
      var sum = 0.0
      for (row, wy) in [(j, 1 - fy), (j + 1, fy)] {
        for (column, wx) in [(i, 1 - fx), (i + 1, fx)]
        where row >= 0 && row < side && column >= 0 && column < side {
          sum += value(row * side + column) * wx * wy
        }
      }
      return sum
    }
    guard abs(x) < 1e6, abs(y) < 1e6 else { return [0, 0, 0] }
    let share = read { Double(mask[$0]) }
    return (0..<3).map { channel in
      share * read { Double(new.storage[$0][channel]) - Double(old.storage[$0][channel]) }
    }
  }

  /// The unrounded samples of every plane after the paste: plane, row, column.
  static func pasted(
    _ frame: Frame, _ new: FloatWindow, _ old: FloatWindow, _ mask: [Float], _ m: AffineTransform
  ) -> [[[Double]]] {
    let (width, height) = (frame.size.width, frame.size.height)
    let change = (0..<height).map { y in
      (0..<width).map { x in
        difference(
          new, old, mask, m.a * Double(x) + m.b * Double(y) + m.c, m.d * Double(x) + m.e * Double(y) + m.f)
      }
    }
    let (kr, kb, _, lumaScale, _, chromaScale) = constants(frame)
    func luma(_ c: [Double]) -> Double { kr * c[0] + (1 - kr - kb) * c[1] + kb * c[2] }
    let maximum = Double(frame.format.maximum)
    func plane(_ index: Int, _ count: Int, _ delta: (Int, Int) -> Double) -> [[Double]] {
      (0..<frame.planes[index].height).map { y in
        (0..<count).map { x in
          min(max(sample(frame, plane: index, x: x, y: y) + delta(x, y), 0), maximum)
        }
      }
    }
    switch frame.format.layout {
    case .interleavedRGB:
      let channels = frame.format.hasAlpha ? 4 : 3
      return [
        plane(0, width * channels) { x, y in
          x % channels == 3 ? 0 : change[y][x / channels][x % channels] * maximum
        }
      ]
    case .gray:
      return [plane(0, width) { x, y in luma(change[y][x]) * lumaScale }]
    case .planarYUV(let shiftX, let shiftY):
      func chroma(_ value: @escaping ([Double]) -> Double) -> (Int, Int) -> Double {
        { cx, cy in
          var sum = 0.0
          var count = 0.0
          for y in cy << shiftY..<min((cy + 1) << shiftY, height) {
            for x in cx << shiftX..<min((cx + 1) << shiftX, width) {
              sum += value(change[y][x])
              count += 1
            }
          }
          return sum / count * chromaScale
        }
      }
      let chromaWidth = frame.planes[1].width
      return [
        plane(0, width) { x, y in luma(change[y][x]) * lumaScale },
        plane(1, chromaWidth, chroma { ($0[2] - luma($0)) / (2 * (1 - kb)) }),
        plane(2, chromaWidth, chroma { ($0[0] - luma($0)) / (2 * (1 - kr)) }),
      ]
    }
  }
}
