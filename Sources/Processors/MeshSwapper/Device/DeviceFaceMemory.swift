import DeviceImaging
import Imaging

/// Where a face's data lie in the workspace's memory on the card.
struct DeviceFaceMemory {
  // Filled by the host.
  let points, hostMask, taps: Int
  // Scratch.
  let keys: (net: Int, area: Int)
  let planes: (net: Int, area: Int)
  let rows: (net: Int, area: Int)
  let small, flags, visible, edge, soft, face, mask, openings, snapshot, visibleMean: Int
  /// In samples, by plane.
  let snapshotStarts: [Int]
  /// The halved part of the frame that the light reads; nil = the frame itself.
  let reduction: DeviceReduction?

  init(_ face: DeviceFace, _ frame: DeviceFrame, filled: inout ArenaPlan, scratch: inout ArenaPlan) {
    let (size, net) = (face.areaSize, NetSamples.area)
    points = filled.take(4 * SwapTopology.pointCount, of: Point3.self)
    hostMask = face.masks.hasHost ? filled.take(net, of: Float.self) : 0
    taps = filled.take(face.openings.kernel.weights.count, of: Float.self)
    keys = (scratch.take(net, of: Int32.self), scratch.take(size.area, of: Int32.self))
    let planeBytes = MeshStruct.plane * MeshRaster.maximumTriangles
    planes = (scratch.take(bytes: planeBytes), scratch.take(bytes: planeBytes))
    rows = (scratch.take(2 * NetSamples.side, of: Int32.self), scratch.take(2 * size.height, of: Int32.self))
    small = scratch.take(net, of: Float4.self)
    flags = scratch.take(net, of: UInt8.self)
    visible = scratch.take(face.masks.areMultiplied ? net : 0, of: Float.self)
    edge = scratch.take(3 * net, of: Float.self)
    soft = scratch.take(SoftRow.stride * SoftRow.stride, of: Float.self)
    self.face = scratch.take(size.area, of: Float.self)
    mask = scratch.take(size.area, of: Float.self)
    openings = scratch.take(2 * face.openings.pixelCount, of: Float.self)
    visibleMean = scratch.take(net, of: Float.self)
    var starts = [0]
    for count in DeviceFaceMemory.sampleCounts(face.area, frame.format) { starts.append((starts.last ?? 0) + count) }
    snapshotStarts = starts
    snapshot = scratch.take(starts.last ?? 0, of: UInt16.self)
    reduction = DeviceReduction(face, frame, scratch: &scratch)
  }

  /// Samples of the planes of an area; alpha does not count.
  private static func sampleCounts(_ area: PixelRectangle, _ format: PixelFormat) -> [Int] {
    let (width, height) = (area.x2 - area.x1, area.y2 - area.y1)
    switch format.layout {
    case .gray: return [width * height]
    case .interleavedRGB: return [3 * width * height]
    case .planarYUV(let shiftX, let shiftY):
      let across = -(-area.x2 >> shiftX) - area.x1 >> shiftX
      let down = -(-area.y2 >> shiftY) - area.y1 >> shiftY
      return [width * height, across * down, across * down]
    }
  }
}

/// Part of a frame, halved, that the light of a large face is read from (``FrameReduction``): 16-bit planes.
struct DeviceReduction {
  let times: Int
  let cut: PixelRectangle
  /// Frame → reduced pixels.
  let transform: AffineTransform
  let format: PixelFormat
  let size: PixelSize
  /// In the scratch memory.
  let planes: [Int]
  /// Bytes.
  let strides: [Int]
  /// Whether the largest of 8 bits becomes the largest of 16.
  let isWhite: Bool

  /// Samples of all planes.
  var sampleCount: Int { zip(strides, heights).reduce(0) { $0 + $1.0 / 2 * $1.1 } }

  private var heights: [Int] {
    guard case .planarYUV(_, let shiftY) = format.layout else { return [size.height] }
    return [size.height, size.height >> shiftY, size.height >> shiftY]
  }

  init?(_ face: DeviceFace, _ frame: DeviceFrame, scratch: inout ArenaPlan) {
    times = face.slot.sampling.times
    guard times > 0,
      let part = FrameReduction.part(of: frame.size, format: frame.format, face.slot.frameBox(), times: times)
    else { return nil }
    (cut, transform, size) = (part.cut, part.transform, part.size)
    var format = frame.format
    format.bitDepth = format.bitDepth == 8 ? 16 : format.bitDepth
    self.format = format
    let isPacked = format.layout == .interleavedRGB
    isWhite = isPacked || frame.color.isFullRange
    switch format.layout {
    case .gray: strides = [2 * size.width]
    case .interleavedRGB: strides = [2 * size.width * (format.hasAlpha ? 4 : 3)]
    case .planarYUV(let shiftX, _): strides = [2 * size.width, 2 * (size.width >> shiftX), 2 * (size.width >> shiftX)]
    }
    var shiftY = 0
    if case .planarYUV(_, let y) = format.layout { shiftY = y }
    var places: [Int] = []
    for (plane, stride) in strides.enumerated() {
      places.append(scratch.take(bytes: stride * (plane == 0 ? size.height : size.height >> shiftY)))
    }
    planes = places
  }
}

/// Where a photo's light on a face lies.
struct DeviceLightMemory {
  let count: Int
  let planes, quartiles, grids, innerGrid, gains, mean, fields, mixed: Int

  /// Planes of 112×112 floats of a light: MeshPlaneNumber in mesh.cuh.
  private static let planeCount = 32

  init(filled: inout ArenaPlan, scratch: inout ArenaPlan) {
    count = filled.take(1, of: Int32.self)
    planes = scratch.take(DeviceLightMemory.planeCount * NetSamples.area, of: Float.self)
    quartiles = scratch.take(36, of: Float.self)
    grids = scratch.take(9 * LightGrid.cells, of: Float4.self)
    innerGrid = scratch.take(LightGrid.cells, of: Float.self)
    gains = scratch.take(2 * LightGrid.cells, of: Float4.self)
    mean = scratch.take(bytes: DeviceCard.lightBytes)
    fields = scratch.take(3 * 12 * MeshRaster.maximumTriangles, of: Float.self)
    mixed = scratch.take(MeshRaster.maximumTriangles, of: Int32.self)
  }
}

/// Where a photo's values on a face's area lie.
struct DeviceViewMemory {
  let fields, mixed: Int

  init(scratch: inout ArenaPlan) {
    fields = scratch.take(3 * 8 * MeshRaster.maximumTriangles, of: Float.self)
    mixed = scratch.take(MeshRaster.maximumTriangles, of: Int32.self)
  }
}
