import Imaging
import Processors

import func Foundation.exp
import func Foundation.pow

typealias RGB = SIMD3<Float>

/// The mesh swap as one would write it first, pixel by pixel: the arithmetic of the specification without its masks for
/// openings and unseen parts (which cost next to nothing).
struct ScalarSwap {
  let side: Int
  let window: [RGB]
  let mesh: [Point3]
  let formed: [Point3]
  let photo: SourceFace
  let texture: [RGB]
  let textureSize: PixelSize
  let transform: AffineTransform
  let topology: SwapTopology

  struct Light {
    var gains: [RGB]
    var mirrored: [RGB]
    var soft: [Float]
  }

  init(_ slot: FaceSlot, frame: Frame, photo: SourceFace, topology: SwapTopology) {
    side = slot.window.side
    transform = slot.window.transform
    window = Scalar.sample(frame, transform, side: side).map { RGB($0.x, $0.y, $0.z) }
    mesh = (0..<478).map { slot.mesh[$0] }
    formed = (0..<478).map { slot.formed[$0] }
    self.photo = photo
    self.topology = topology
    let source = photo.levels[0].texture
    textureSize = PixelSize(width: source.width, height: source.height)
    texture = (0..<textureSize.area).map { index in
      let pixel = source.base[index / source.width * source.stride + index % source.width]
      return RGB(Float(pixel & 255), Float(pixel >> 8 & 255), Float(pixel >> 16 & 255)) / 255
    }
  }

  // MARK: Steps

  func light() -> Light {
    let (own, face) = (mesh.map(toNet), formed.map(toNet))
    let raster = ScalarRaster(face, side: 112, topology: topology)
    let small = reduce(window)
    var (target, direct, mirrored) = (small, small, small)
    var (seen, seenMirrored, inner) = ([Float](repeating: 0, count: 12544), [Float](), [Float]())
    seenMirrored = seen
    inner = seen
    for index in 0..<12544 where raster.ids[index] >= 0 {
      target[index] = fetch(small, 112, 112, raster.spread(own, index))
      (direct[index], mirrored[index], seen[index], seenMirrored[index]) = colours(raster, index)
      inner[index] = raster.spread(topology.innerWeight, index)
    }
    var mixed = direct
    for index in mixed.indices {
      let share = (1 - seen[index]) * seenMirrored[index]
      mixed[index] += (mirrored[index] - direct[index]) * share
    }
    let (first, second) = (rim(target, raster), rim(mixed, raster))
    let keep = zip(first, second).map { $0 * $1 }
    let skin: [Float] = zip(raster.ids, keep).map { id, value in id < 0 ? 0 : 0.02 + value }
    let inside: [Float] = raster.ids.map { $0 < 0 ? 0 : 1 }
    let edge = blur(inside, 112, 3.2)
    let soft: [Float] = (0..<12544).map { inside[$0] * edge[$0] * keep[$0] }
    return Light(
      gains: gains(target, direct, skin, seen, inner), mirrored: gains(target, mirrored, skin, seenMirrored, inner),
      soft: soft)
  }

  /// new − old of every pixel of the window.
  func render(_ light: Light) -> [RGB] {
    let raster = ScalarRaster(formed, side: side, topology: topology)
    var change = [RGB](repeating: .zero, count: side * side)
    let soft = light.soft.map { RGB(repeating: $0) }
    for index in change.indices where raster.ids[index] >= 0 {
      let (x, y) = (Float(index % side), Float(index / side))
      let (direct, mirrored, seen, seenMirrored) = colours(raster, index)
      let share = (1 - seen) * seenMirrored
      let (g, gm) = (enlarge(light.gains, 28, x, y), enlarge(light.mirrored, 28, x, y))
      let first = linear(direct) * exp3(g) * (1 - share)
      let second = linear(mirrored) * exp3(gm) * share
      let lit = map(first + second) { pow(min(max($0, 1e-5), 1), 1 / 2.2) }
      let area = enlarge(soft, 112, x, y).x
      let carried = fetch(window, side, side, raster.spread(mesh, index))
      let base = window[index] + (carried - window[index]) * area
      change[index] = base + (lit - base) * area - window[index]
    }
    return change
  }

  func paste(_ change: [RGB], into frame: Frame) {
    var new = FloatWindow(side: side)
    for index in change.indices { new.storage[index] = SIMD4(change[index], 0) }
    Scalar.paste(frame, new, FloatWindow(side: side), [Float](repeating: 1, count: side * side), transform)
  }

  // MARK: Helpers

  private func toNet(_ p: Point3) -> Point3 {
    let k = 112 / Float(side)
    return Point3((p.x + 0.5) * k - 0.5, (p.y + 0.5) * k - 0.5, p.z * k)
  }

  private func colours(_ raster: ScalarRaster, _ index: Int) -> (RGB, RGB, Float, Float) {
    let source = photo.levels[0].mesh
    let place = raster.spread(source, index)
    let mirror = raster.spread(index) { source[topology.mirror[$0]] }
    let seen = raster.spread(photo.facing, index)
    let seenMirrored = raster.spread(index) { Point3(repeating: photo.facing[topology.mirror[$0]]) }.x
    let (width, height) = (textureSize.width, textureSize.height)
    return (fetch(texture, width, height, place), fetch(texture, width, height, mirror), seen, seenMirrored)
  }

  private func fetch(_ image: [RGB], _ width: Int, _ height: Int, _ place: Point3) -> RGB {
    let x = min(max(place.x, 0), Float(width - 1))
    let y = min(max(place.y, 0), Float(height - 1))
    let (i, j) = (Int(x), Int(y))
    let (right, below) = (min(i + 1, width - 1), min(j + 1, height - 1))
    let (fx, fy) = (x - Float(i), y - Float(j))
    let upper = image[j * width + i] * (1 - fx) + image[j * width + right] * fx
    let lower = image[below * width + i] * (1 - fx) + image[below * width + right] * fx
    return upper * (1 - fy) + lower * fy
  }

  private func enlarge(_ grid: [RGB], _ cells: Int, _ x: Float, _ y: Float) -> RGB {
    let k = Float(cells) / Float(side)
    return fetch(grid, cells, cells, Point3((x + 0.5) * k - 0.5, (y + 0.5) * k - 0.5, 0))
  }

  private func map(_ v: RGB, _ body: (Float) -> Float) -> RGB { RGB(body(v.x), body(v.y), body(v.z)) }
  func linear(_ v: RGB) -> RGB { map(v) { pow(min(max($0, 1e-4), 1), 2.2) } }
  private func exp3(_ v: RGB) -> RGB { map(v) { exp($0) } }
}
