import Imaging
import Inference

// The structs of mesh.cuh, put together number by number in their order there. Addresses are the card's.

/// Bytes of the structs in C.
enum MeshStruct {
  static let topology = 64
  static let plane = 160
  static let target = 64
  static let view = 64
  static let light = 80
  static let face = 744
}

/// Planes of samples on a card.
struct MeshPicture {
  enum Kind: Int32 {
    case planar
    case interleaved
    case gray
  }

  var planes: [UInt64] = [0, 0, 0]
  var strides: [Int] = [0, 0, 0]
  var kind = Kind.gray
  var sampleBytes = 1
  /// Samples from one pixel to the next in plane 0, and in the planes of chroma.
  var channels = 1
  var chromaChannels = 1
  /// Low bits of a sample that are not used.
  var lift = 0
  var size = PixelSize(width: 0, height: 0)
  var shiftX = 0
  var shiftY = 0
  var maximum = 255

  func put(into bytes: inout KernelArguments) {
    bytes.append(contentsOf: planes)
    bytes.append(contentsOf: strides.map(Int64.init))
    bytes.append(kind.rawValue)
    bytes.append(integers(sampleBytes, channels, chromaChannels, lift, size.width, size.height, shiftX, shiftY))
    bytes.append(Float(maximum))
  }
}

/// Y'CbCr and R'G'B', see ``YUVCoefficients``.
struct MeshMatrix {
  let coefficients: YUVCoefficients

  func put(into bytes: inout KernelArguments) {
    let factors = coefficients.chromaToRGB
    bytes.append(contentsOf: [
      coefficients.lumaOffset, 1 / coefficients.lumaScale, coefficients.chromaOffset, factors.redCr, factors.greenCb,
      factors.greenCr, factors.blueCb,
    ])
    let columns = coefficients.columns
    for column in [columns.red, columns.green, columns.blue] {
      bytes.append(contentsOf: [column.x, column.y, column.z])
    }
  }
}

/// A mesh on the net of 112 px or on its area of the frame.
struct MeshTarget {
  var formed: UInt64 = 0
  var own: UInt64 = 0
  var keys: UInt64 = 0
  var planes: UInt64 = 0
  var rows: UInt64 = 0
  var low: Double = 0
  var steps: Double = 1
  var size = PixelSize(width: 0, height: 0)

  func put(into bytes: inout KernelArguments) {
    bytes.append(contentsOf: [formed, own, keys, planes, rows])
    bytes.append(contentsOf: [low, steps])
    bytes.append(integers(size.width, size.height))
  }
}

/// A photo on a target.
struct MeshView {
  var level: DeviceLevel
  var facing: UInt64
  var fields: UInt64 = 0
  var mixed: UInt64 = 0
  var target: Int
  var components: Int

  func put(into bytes: inout KernelArguments) {
    bytes.append(contentsOf: [level.pixels, level.mesh, facing, fields, mixed])
    bytes.append(integers(target, components, level.stride))
    bytes.append(contentsOf: [Float(level.width - 1), Float(level.height - 1)])
    bytes.align(8)
  }
}

/// The light of a photo on a face.
struct MeshLight {
  var planes: UInt64 = 0
  var counts: UInt64 = 0
  var quartiles: UInt64 = 0
  var grids: UInt64 = 0
  var innerGrid: UInt64 = 0
  var gains: UInt64 = 0
  var mean: UInt64 = 0
  var face: Int
  var view: Int
  var link = MeshLink()

  func put(into bytes: inout KernelArguments) {
    bytes.append(contentsOf: [planes, counts, quartiles, grids, innerGrid, gains, mean])
    bytes.append(integers(face, view))
    link.put(into: &bytes)
  }
}

/// The place of a face or a light among those of its track in a batch.
struct MeshLink {
  /// The next one's index.
  var next: Int?
  /// Whether nothing has been smoothed before.
  var isFirst = true
  /// Whether none of the batch comes before.
  var isHead = true
  /// How much of the new value counts.
  var share: Float = 1

  func put(into bytes: inout KernelArguments) {
    bytes.append(integers(next ?? -1, isFirst ? 1 : 0, isHead ? 1 : 0))
    bytes.append(share)
  }
}

/// The one parameter of every kernel.
struct MeshBatchArguments {
  var topology: UInt64
  var faces: UInt64
  var targets: UInt64
  var views: UInt64
  var lights: UInt64
  var round: UInt64 = 0

  /// Threads that share the rows of a triangle.
  static let lanes = 16

  var bytes: KernelArguments {
    var bytes = KernelArguments()
    bytes.append(contentsOf: [topology, faces, targets, views, lights, round])
    bytes.append(integers(MeshBatchArguments.lanes, 0))
    return bytes
  }
}

/// Integers as C has them.
func integers(_ values: Int...) -> [Int32] { values.map(Int32.init(clamping:)) }

extension KernelArguments {
  mutating func append(_ numbers: [Int32]) { append(contentsOf: numbers) }

  mutating func append(_ transform: Imaging.AffineTransform) {
    append(contentsOf: [transform.a, transform.b, transform.c, transform.d, transform.e, transform.f])
  }
}
