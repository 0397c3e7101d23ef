import Imaging

import func Foundation.exp

/// The kernels as one would write them first: one pixel after the other, in plain arithmetic.
enum Scalar {
  static func sample(_ video: Frame, _ m: AffineTransform, side: Int) -> [SIMD4<Float>] {
    let inverse = m.inverted
    var result: [SIMD4<Float>] = []
    result.reserveCapacity(side * side)
    for y in 0..<side {
      for x in 0..<side {
        let place = inverse.apply(SIMD2(Double(x), Double(y)))
        let (px, py) = (Float(place.x), Float(place.y))
        let luma = (tap(video, 0, px, py) - 16) / 219
        let cb = (tap(video, 1, px / 2, py / 2 - 0.25) - 128) / 224
        let cr = (tap(video, 2, px / 2, py / 2 - 0.25) - 128) / 224
        let rgb = SIMD4(luma + 1.5748 * cr, luma - 0.18732 * cb - 0.46812 * cr, luma + 1.8556 * cb, 0)
        result.append(rgb.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 1)))
      }
    }
    return result
  }

  private static func tap(_ frame: Frame, _ index: Int, _ x: Float, _ y: Float) -> Float {
    let plane = frame.planes[index]
    let cx = min(max(x, 0), Float(plane.width - 1))
    let cy = min(max(y, 0), Float(plane.height - 1))
    let (i, j) = (min(Int(cx), plane.width - 2), min(Int(cy), plane.height - 2))
    let (fx, fy) = (cx - Float(i), cy - Float(j))
    let (upper, lower) = (plane.row8(j), plane.row8(j + 1))
    let a = Float(upper[i]) * (1 - fx) + Float(upper[i + 1]) * fx
    let b = Float(lower[i]) * (1 - fx) + Float(lower[i + 1]) * fx
    return a * (1 - fy) + b * fy
  }

  static func paste(_ video: Frame, _ new: FloatWindow, _ old: FloatWindow, _ mask: [Float], _ m: AffineTransform) {
    let side = new.side
    func read(_ u: Double, _ v: Double) -> SIMD4<Float> {
      guard u >= 0, v >= 0, u < Double(side - 1), v < Double(side - 1) else { return .zero }
      let (i, j) = (Int(u), Int(v))
      var sum = SIMD4<Float>.zero
      var share: Float = 0
      for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let wx = Float(dx == 0 ? 1 - (u - Double(i)) : u - Double(i))
        let wy = Float(dy == 0 ? 1 - (v - Double(j)) : v - Double(j))
        let at = (j + dy) * side + i + dx
        sum += (new.storage[at] - old.storage[at]) * (wx * wy)
        share += mask[at] * wx * wy
      }
      return sum * share
    }
    let box = m.inverted.apply(Box(x1: 0, y1: 0, x2: Float(side), y2: Float(side)))
    func add(_ plane: Int, _ x: Int, _ y: Int, _ change: Float) {
      let row = video.planes[plane].row8(y)
      row[x] = UInt8(min(max((Float(row[x]) + change).rounded(), 0), 255))
    }
    for cy in max(Int(box.y1) / 2, 0)..<min(Int(box.y2) / 2 + 1, video.planes[1].height) {
      for cx in max(Int(box.x1) / 2, 0)..<min(Int(box.x2) / 2 + 1, video.planes[1].width) {
        var mean = SIMD4<Float>.zero
        for (x, y) in [(2 * cx, 2 * cy), (2 * cx + 1, 2 * cy), (2 * cx, 2 * cy + 1), (2 * cx + 1, 2 * cy + 1)] {
          let place = m.apply(SIMD2(Double(x), Double(y)))
          let rgb = read(place.x, place.y)
          mean += rgb / 4
          add(0, x, y, 219 * (0.2126 * rgb.x + 0.7152 * rgb.y + 0.0722 * rgb.z))
        }
        let luma = 0.2126 * mean.x + 0.7152 * mean.y + 0.0722 * mean.z
        add(1, cx, cy, 224 * (mean.z - luma) / 1.8556)
        add(2, cx, cy, 224 * (mean.x - luma) / 1.5748)
      }
    }
  }

  static func warp(_ image: PixelBuffer8, _ m: AffineTransform, _ size: PixelSize) -> PixelBuffer8 {
    var result = PixelBuffer8(size: size, channels: 3, repeating: 0)
    let inverse = m.inverted
    for y in 0..<size.height {
      for x in 0..<size.width {
        let place = inverse.apply(SIMD2(Double(x), Double(y)))
        for channel in 0..<3 { result[x, y, channel] = UInt8(bilinear(image, place.x, place.y, channel) + 0.5) }
      }
    }
    return result
  }

  private static func bilinear(_ image: PixelBuffer8, _ x: Double, _ y: Double, _ channel: Int) -> Float {
    let cx = Float(min(max(x, 0), Double(image.width - 1)))
    let cy = Float(min(max(y, 0), Double(image.height - 1)))
    let (i, j) = (min(Int(cx), image.width - 2), min(Int(cy), image.height - 2))
    let (fx, fy) = (cx - Float(i), cy - Float(j))
    let a = Float(image[i, j, channel]) * (1 - fx) + Float(image[i + 1, j, channel]) * fx
    let b = Float(image[i, j + 1, channel]) * (1 - fx) + Float(image[i + 1, j + 1, channel]) * fx
    return a * (1 - fy) + b * fy
  }

  static func resize(_ image: PixelBuffer8, _ size: PixelSize) -> PixelBuffer8 {
    warp(image, .resizing(from: image.size, to: size), size)
  }

  static func pasteBack(_ frame: inout PixelBuffer8, _ crop: PixelBuffer8, _ mask: PixelBufferF, _ m: AffineTransform) {
    let area = PasteArea(frame: frame.size, crop: crop.size, transform: m)
    let inverse = area.transform.inverted
    for y in 0..<area.size.height {
      for x in 0..<area.size.width {
        let place = inverse.apply(SIMD2(Double(x), Double(y)))
        guard place.x >= 0, place.y >= 0, place.x < 511, place.y < 511 else { continue }
        let share = mask[Int(place.x), Int(place.y)]
        for channel in 0..<3 {
          let old = Float(frame[area.x1 + x, area.y1 + y, channel])
          let value = bilinear(crop, place.x, place.y, channel)
          frame[area.x1 + x, area.y1 + y, channel] = UInt8(old * (1 - share) + value * share)
        }
      }
    }
  }

  static func blur(_ image: PixelBufferF, sigma: Float) -> PixelBufferF {
    let radius = Int(4 * sigma)
    let weights = (-radius...radius).map { exp(-Float($0 * $0) / (2 * sigma * sigma)) }
    let sum = weights.reduce(0, +)
    func mirror(_ i: Int, _ n: Int) -> Int { i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i }
    var across = image
    for y in 0..<image.height {
      for x in 0..<image.width {
        var value: Float = 0
        for k in -radius...radius { value += weights[k + radius] * image[mirror(x + k, image.width), y] }
        across[x, y] = value / sum
      }
    }
    var down = image
    for y in 0..<image.height {
      for x in 0..<image.width {
        var value: Float = 0
        for k in -radius...radius { value += weights[k + radius] * across[x, mirror(y + k, image.height)] }
        down[x, y] = value / sum
      }
    }
    return down
  }
}
