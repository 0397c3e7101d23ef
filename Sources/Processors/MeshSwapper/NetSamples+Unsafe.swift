import Imaging

/// Colours of the covered pixels as three planes of equal length.
struct PlaneRGB {
  let red: UnsafeMutablePointer<Float>
  let green: UnsafeMutablePointer<Float>
  let blue: UnsafeMutablePointer<Float>

  @inline(__always)
  func set(_ index: Int, _ colour: Float4) {
    red[index] = colour.x
    green[index] = colour.y
    blue[index] = colour.z
  }
}

/// Everything known about the pixels of the 112 px window that the mesh covers, one entry a covered pixel, in planes.
///
/// About 5,000 of 12,544 pixels are covered, so lists are shorter than pictures. Lengths are padded to eight; padding
/// repeats harmless values.
final class NetSamples {
  static let side = 112
  static let area = side * side
  private static let capacity = area + 8
  private static let planes = 23

  private(set) var count = 0
  /// `y * 112 + x` of each entry.
  let places = Scratch<Int32>(capacity)
  private let memory = Scratch<Float>(planes * capacity)

  private func plane(_ number: Int) -> UnsafeMutablePointer<Float> { memory.base + number * NetSamples.capacity }
  private func colour(_ first: Int) -> PlaneRGB {
    PlaneRGB(red: plane(first), green: plane(first + 1), blue: plane(first + 2))
  }

  /// The target's own pixels in the moved form.
  var target: PlaneRGB { colour(0) }
  /// The photo and its mirror image in the target's form.
  var direct: PlaneRGB { colour(3) }
  var mirrored: PlaneRGB { colour(6) }
  /// How well the photo, and its mirror image, show the place: 0…1.
  var seen: UnsafeMutablePointer<Float> { plane(9) }
  var seenMirrored: UnsafeMutablePointer<Float> { plane(10) }
  var inner: UnsafeMutablePointer<Float> { plane(11) }
  var cheek: UnsafeMutablePointer<Float> { plane(12) }
  var rim: UnsafeMutablePointer<Float> { plane(13) }
  var jaw: UnsafeMutablePointer<Float> { plane(14) }
  /// Free for one step.
  var work: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
    (plane(15), plane(16), plane(17))
  }
  var work2: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) { (plane(18), plane(19)) }

  /// Photo and mirror image together (``mixed()``).
  var mixture: PlaneRGB { colour(20) }

  /// Collects the pixels that `raster` (112 px) covers and fetches their colours.
  ///
  /// - Parameters:
  ///   - small: the target's window as 113×113 cells (``AreaMean``).
  ///   - inside: set where a pixel is covered.
  func collect(
    _ raster: MeshRaster, fields: UnsafePointer<Float8>, weights: UnsafePointer<Float4>, texture: SourceTexture,
    small: UnsafePointer<Float4>, inside: NetBits
  ) {
    inside.clear()
    count = 0
    let fetch = NetFetch(fields: fields, weights: weights, texture: texture, small: small)
    for y in raster.rows {
      for run in raster.row(y) {
        let columns = run.columns
        inside.set(columns, row: y)
        for x in columns {
          places.base[count] = Int32(truncatingIfNeeded: y &* NetSamples.side &+ x)
          fetch.store(3 &* Int(run.triangle), x, y, self, count)
          count &+= 1
        }
      }
    }
    pad()
  }

  private func pad() {
    for entry in count..<(count + 8) {
      for number in 0..<NetSamples.planes { plane(number)[entry] = 0 }
    }
  }
}

/// Reads one covered pixel of the 112 px window.
private struct NetFetch {
  private let fields: UnsafePointer<Float8>
  private let weights: UnsafePointer<Float4>
  private let pixels: UnsafePointer<UInt32>
  private let stride: Int
  private let small: UnsafePointer<Float4>
  private let placeLimits: Float4
  private let mirrorLimits: Float4

  init(
    fields: UnsafePointer<Float8>, weights: UnsafePointer<Float4>, texture: SourceTexture,
    small: UnsafePointer<Float4>
  ) {
    self.fields = fields
    self.weights = weights
    pixels = texture.base
    stride = texture.stride
    self.small = small
    (placeLimits, mirrorLimits) = FieldValues.limits(texture: texture, last: Float(NetSamples.side - 1))
  }

  @inline(__always)
  func store(_ field: Int, _ x: Int, _ y: Int, _ samples: NetSamples, _ entry: Int) {
    let (fx, fy) = (float(x), float(y))
    let places = FieldValues.places(fields + field, fx, fy, placeLimits)
    let mirrorPlaces = FieldValues.mirror(fields + field, fx, fy, mirrorLimits)
    let (index, part) = lanesSplit(places)
    let (mirrorIndex, mirrorPart) = lanesSplit(mirrorPlaces)
    let unit: Float = 1 / 255
    let direct = SourceTexture.fetch(
      pixels, Int(index.y) &* stride &+ Int(index.x), stride, part.x, part.y)
    let mirrored = SourceTexture.fetch(
      pixels, Int(mirrorIndex.y) &* stride &+ Int(mirrorIndex.x), stride, mirrorPart.x, mirrorPart.y)
    let own = small + (Int(index.w) &* AreaMean.stride &+ Int(index.z))
    let upper = mix(own[0], own[1], part.z)
    let lower = mix(own[AreaMean.stride], own[AreaMean.stride + 1], part.z)
    samples.direct.set(entry, direct * unit)
    samples.mirrored.set(entry, mirrored * unit)
    samples.target.set(entry, mix(upper, lower, part.w))
    samples.seen[entry] = mirrorPlaces.z
    samples.seenMirrored[entry] = mirrorPlaces.w
    let more = weights[field] + weights[field + 1] * fx + weights[field + 2] * fy
    samples.inner[entry] = more[0]
    samples.cheek[entry] = more[1]
    samples.rim[entry] = more[2]
    samples.jaw[entry] = more[3]
  }
}

/// The eight values that run over each triangle: place in the photo (x, y), place in the target's window before the form
/// is moved (x, y); then place in the photo for the mirrored face (x, y), how well seen directly, how well in the mirror.
enum FieldValues {
  /// Largest values of the first four and of the second four.
  static func limits(texture: SourceTexture, last: Float) -> (Float4, Float4) {
    let (right, bottom) = (Float(texture.width - 1), Float(texture.height - 1))
    return (Float4(right, bottom, last, last), Float4(right, bottom, 1, 1))
  }

  /// The first four values at a pixel.
  @inline(__always)
  static func places(_ field: UnsafePointer<Float8>, _ x: Float, _ y: Float, _ limits: Float4) -> Float4 {
    at(UnsafeRawPointer(field), x, y, limits)
  }

  /// The second four.
  @inline(__always)
  static func mirror(_ field: UnsafePointer<Float8>, _ x: Float, _ y: Float, _ limits: Float4) -> Float4 {
    at(UnsafeRawPointer(field) + MemoryLayout<Float4>.size, x, y, limits)
  }

  @inline(__always)
  private static func at(_ field: UnsafeRawPointer, _ x: Float, _ y: Float, _ limits: Float4) -> Float4 {
    let step = MemoryLayout<Float8>.size
    let value = field.load(as: Float4.self)
      .addingProduct(field.load(fromByteOffset: step, as: Float4.self), Float4(repeating: x))
      .addingProduct(field.load(fromByteOffset: 2 &* step, as: Float4.self), Float4(repeating: y))
    return lanesMin(lanesMax(value, .zero), limits)
  }

  /// One vector a point of the mesh.
  static func fill(
    _ values: UnsafeMutablePointer<Float8>, source: SourceLevel, photo: SourceFace, own: UnsafePointer<Point3>,
    topology: SwapTopology
  ) {
    for index in 0..<SwapTopology.pointCount {
      let partner = topology.mirror[index]
      let (place, other, mine) = (source.mesh[index], source.mesh[partner], own[index])
      values[index] = Float8(
        place.x, place.y, mine.x, mine.y, other.x, other.y, photo.facing[index], photo.facing[partner])
    }
  }
}
