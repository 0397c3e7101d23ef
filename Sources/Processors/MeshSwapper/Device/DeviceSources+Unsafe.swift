import Imaging
import Inference

/// One copy of a source photo on the card.
struct DeviceLevel: Sendable {
  /// 32 bits a pixel, R in the lowest.
  let pixels: UInt64
  /// Its mesh in its own pixels.
  let mesh: UInt64
  let stride: Int
  let width: Int
  let height: Int
}

/// A source photo with its copies on the card.
struct DevicePhoto: Sendable {
  let levels: [DeviceLevel]
  /// 478 values.
  let facing: UInt64
}

/// What never changes during a run, on one card: topology, blurs and source photos, in one block. Shared by all workers.
final class DeviceSources: Sendable {
  let photos: [DevicePhoto]
  /// The struct MeshTopology.
  let topology: UInt64
  /// 112 × 112 ones: a face without masks.
  let ones: UInt64
  private let memory: DeviceMemory

  init(_ sources: SourceSet, topology: SwapTopology, on context: CUDAContext) throws {
    var block = Block()
    let lists = TopologyPlaces(topology, &block)
    let one = block.append([Float](repeating: 1, count: NetSamples.area))
    let places = sources.photos.map { photo in
      (
        photo.levels.map { level in
          (block.append(level.texture.base, count: level.texture.pixelCount), block.append(level.mesh))
        }, block.append(photo.facing)
      )
    }
    let structPlace = block.plan.take(bytes: MeshStruct.topology)
    memory = try DeviceMemory(byteCount: block.plan.byteCount, on: context)
    let base = memory.address
    block.bytes.append((structPlace, lists.bytes(base: base)))
    let stream = try CUDAStream(on: context)
    for (place, bytes) in block.bytes { try stream.upload(bytes, to: memory.bytes.dropFirst(place)) }
    try stream.synchronize()
    self.topology = base + UInt64(structPlace)
    ones = base + UInt64(one)
    photos = zip(sources.photos, places).map { photo, places in
      DevicePhoto(
        levels: zip(photo.levels, places.0).map { level, place in
          DeviceLevel(
            pixels: base + UInt64(place.0), mesh: base + UInt64(place.1), stride: level.texture.stride,
            width: level.texture.width, height: level.texture.height)
        }, facing: base + UInt64(places.1))
    }
  }

  /// Lists on their way to the card.
  fileprivate struct Block {
    var plan = ArenaPlan()
    var bytes: [(place: Int, bytes: [UInt8])] = []

    mutating func append<Element: BitwiseCopyable>(_ elements: [Element]) -> Int {
      elements.withUnsafeBytes { append($0) }
    }

    mutating func append<Element: BitwiseCopyable>(_ elements: UnsafePointer<Element>, count: Int) -> Int {
      append(UnsafeRawBufferPointer(start: elements, count: count * MemoryLayout<Element>.stride))
    }

    private mutating func append(_ buffer: UnsafeRawBufferPointer) -> Int {
      let place = plan.take(bytes: buffer.count)
      bytes.append((place, Array(buffer)))
      return place
    }
  }
}

/// Where the lists of the topology and the weights of the fixed blurs lie in a block.
private struct TopologyPlaces {
  private let triangles, mirror, weights, blurs, polygons: Int
  private let triangleCount: Int
  private let starts: [Int]

  init(_ topology: SwapTopology, _ block: inout DeviceSources.Block) {
    triangles = block.append(topology.triangles)
    mirror = block.append(topology.mirror.map(Int32.init(truncatingIfNeeded:)))
    weights = block.append(
      (0..<SwapTopology.pointCount).map { point in
        Float4(
          topology.innerWeight[point], topology.cheekWeight[point], topology.rimWeight[point],
          topology.jawWeight[point])
      })
    blurs = block.append(
      RimTest.blur.weights + NetMasks.edgeBlur.weights + LightGrid.wide.weights + LightGrid.narrow.weights)
    let lists = [topology.oval, topology.mouth, topology.leftEye, topology.rightEye]
    polygons = block.append(lists.joined().map(Int32.init(truncatingIfNeeded:)))
    starts = lists.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    triangleCount = topology.triangles.count
  }

  func bytes(base: UInt64) -> [UInt8] {
    var bytes = KernelArguments()
    bytes.append(contentsOf: [triangles, mirror, weights, blurs, polygons].map { base + UInt64($0) })
    bytes.append(integers(triangleCount))
    bytes.append(contentsOf: starts.map(Int32.init(truncatingIfNeeded:)))
    return bytes.padded
  }
}

extension SourceTexture {
  /// Pixels in memory, with the repeated edge.
  var pixelCount: Int { stride * (height + 1) + 1 }
}
