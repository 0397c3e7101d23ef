import Imaging
import Processors

import func Foundation.exp
import func Foundation.log
import func Foundation.log2

extension ScalarSwap {
  /// Area means of the window on 112×112 cells.
  func reduce(_ image: [RGB]) -> [RGB] {
    let cell = Float(side) / 112
    return (0..<12544).map { index in
      let (left, top) = (Float(index % 112) * cell, Float(index / 112) * cell)
      var sum = RGB.zero
      for y in Int(top)..<min(Int((top + cell).rounded(.up)), side) {
        let height = min(top + cell, Float(y + 1)) - max(top, Float(y))
        for x in Int(left)..<min(Int((left + cell).rounded(.up)), side) {
          let width = min(left + cell, Float(x + 1)) - max(left, Float(x))
          sum += image[y * side + x] * (width * height)
        }
      }
      return sum / (cell * cell)
    }
  }

  /// 1 where the rim looks like the cheeks' skin.
  func rim(_ image: [RGB], _ raster: ScalarRaster) -> [Float] {
    let features = image.map { colour in
      let luma = (colour * RGB(0.299, 0.587, 0.114)).sum()
      return RGB(log2(max(luma, 0.02)), colour.z / max(luma, 0.05), colour.x / max(luma, 0.05))
    }
    let cheek = (0..<12544).filter { raster.ids[$0] >= 0 && raster.spread(topology.cheekWeight, $0) > 0.5 }
    guard cheek.count >= 50 else { return [Float](repeating: 1, count: 12544) }
    var (low, middle, high) = (RGB.zero, RGB.zero, RGB.zero)
    for channel in 0..<3 {
      let sorted = cheek.map { features[$0][channel] }.sorted()
      low[channel] = sorted[sorted.count / 4]
      middle[channel] = sorted[sorted.count / 2]
      high[channel] = sorted[sorted.count * 3 / 4]
    }
    let width = RGB(0.45, 0.10, 0.10) + 1.2 * (high - low)
    func step(_ v: RGB) -> Float { min(max(((v * v).sum().squareRoot() - 1.1) / 0.8, 0), 1) }
    var unlike = [Float](repeating: 0, count: 12544)
    for index in 0..<12544 where raster.ids[index] >= 0 {
      let off = (features[index] - middle) / width
      let jaw = step(RGB(max(off.x, 0), off.y, off.z)) * raster.spread(topology.jawWeight, index)
      unlike[index] = max(step(off) * raster.spread(topology.rimWeight, index), jaw)
    }
    var grown = unlike
    for y in 0..<112 {
      for x in 0..<112 {
        for dy in -1...1 {
          for dx in -1...1 {
            let near = min(max(y + dy, 0), 111) * 112 + min(max(x + dx, 0), 111)
            grown[y * 112 + x] = max(grown[y * 112 + x], unlike[near])
          }
        }
      }
    }
    return blur(grown, 112, 1.6).map { 1 - min(max($0, 0), 1) }
  }

  /// Log gains on 28×28 cells.
  func gains(_ target: [RGB], _ texture: [RGB], _ skin: [Float], _ seen: [Float], _ inner: [Float]) -> [RGB] {
    var grids = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 9)
    for index in 0..<12544 {
      let cell = index / 448 * 28 + index % 112 / 4
      let weight = skin[index] * (seen[index] + 0.02)
      let (a, b) = (linear(target[index]) * skin[index], linear(texture[index]) * weight)
      for (grid, value) in [a.x, a.y, a.z, skin[index], b.x, b.y, b.z, weight, min(max(inner[index] * 2, 0), 1)]
        .enumerated()
      {
        grids[grid][cell] += value / 16
      }
    }
    func ratio(_ sigma: Double) -> [RGB] {
      let blurred = grids.prefix(8).map { blur($0, 28, sigma) }
      return (0..<784).map { cell in
        var value = RGB.zero
        for channel in 0..<3 {
          let a = blurred[channel][cell] / (blurred[3][cell] + 1e-4)
          let b = blurred[4 + channel][cell] / (blurred[7][cell] + 1e-4)
          value[channel] = log(min(max((a + 2e-4) / (b + 2e-4), 1 / 12), 12))
        }
        return value
      }
    }
    let (wide, narrow) = (ratio(4.4), ratio(1.76))
    return (0..<784).map { narrow[$0] + (wide[$0] - narrow[$0]) * grids[8][$0] }
  }

  /// Separable Gaussian, zeros outside.
  func blur(_ plane: [Float], _ side: Int, _ sigma: Double) -> [Float] {
    let radius = Int(3 * sigma) + 1
    let raw = (-radius...radius).map { Float(exp(-Double($0 * $0) / (2 * sigma * sigma))) }
    let sum = raw.reduce(0, +)
    var (across, down) = (plane, plane)
    for y in 0..<side {
      for x in 0..<side {
        var value: Float = 0
        for k in -radius...radius where x + k >= 0 && x + k < side {
          value += raw[k + radius] * plane[y * side + x + k]
        }
        across[y * side + x] = value / sum
      }
    }
    for y in 0..<side {
      for x in 0..<side {
        var value: Float = 0
        for k in -radius...radius where y + k >= 0 && y + k < side {
          value += raw[k + radius] * across[(y + k) * side + x]
        }
        down[y * side + x] = value / sum
      }
    }
    return down
  }
}

/// Triangle in front and barycentric weights of every pixel.
struct ScalarRaster {
  private(set) var ids: [Int]
  private var weights: [Point3]
  private let triangles: [SIMD4<Int32>]

  init(_ mesh: [Point3], side: Int, topology: SwapTopology) {
    triangles = topology.triangles
    ids = [Int](repeating: -1, count: side * side)
    weights = [Point3](repeating: .zero, count: side * side)
    var depth = [Float](repeating: .infinity, count: side * side)
    for (number, corners) in triangles.enumerated() {
      let (a, b, c) = (mesh[Int(corners.x)], mesh[Int(corners.y)], mesh[Int(corners.z)])
      let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
      guard area > 1e-9 else { continue }
      func range(_ low: Float, _ high: Float) -> Range<Int> {
        let first = max(Int(low.rounded(.up)), 0)
        return first..<max(min(Int(high.rounded(.down)) + 1, side), first)
      }
      for y in range(min(a.y, b.y, c.y), max(a.y, b.y, c.y)) {
        for x in range(min(a.x, b.x, c.x), max(a.x, b.x, c.x)) {
          let u = ((Float(x) - a.x) * (c.y - a.y) - (Float(y) - a.y) * (c.x - a.x)) / area
          let v = ((b.x - a.x) * (Float(y) - a.y) - (b.y - a.y) * (Float(x) - a.x)) / area
          let w = Point3(1 - u - v, u, v)
          let z = (w * Point3(a.z, b.z, c.z)).sum()
          guard w.min() >= -1e-6, z < depth[y * side + x] else { continue }
          (ids[y * side + x], depth[y * side + x], weights[y * side + x]) = (number, z, w)
        }
      }
    }
  }

  func spread(_ index: Int, _ value: (Int) -> Point3) -> Point3 {
    let (corners, w) = (triangles[ids[index]], weights[index])
    return value(Int(corners.x)) * w.x + value(Int(corners.y)) * w.y + value(Int(corners.z)) * w.z
  }

  func spread(_ values: [Point3], _ index: Int) -> Point3 { spread(index) { values[$0] } }
  func spread(_ values: [Float], _ index: Int) -> Float { spread(index) { Point3(repeating: values[$0]) }.x }
}
