import DeviceImaging
import Imaging
import Inference

extension MeshPicture {
  /// A frame on the card.
  init(_ frame: DeviceFrame) {
    self.init()
    let format = frame.format
    size = frame.size
    sampleBytes = format.bytesPerSample
    maximum = format.maximum
    planes[0] = frame.planes[0].bytes.address
    strides[0] = frame.planes[0].pitch
    switch format.layout {
    case .gray: kind = .gray
    case .interleavedRGB: (kind, channels) = (.interleaved, format.hasAlpha ? 4 : 3)
    case .planarYUV(let x, let y):
      (kind, shiftX, shiftY) = (.planar, x, y)
      let last = frame.planes.count > 2 ? frame.planes[2] : frame.planes[1]
      (planes[1], planes[2]) = (frame.planes[1].bytes.address, last.bytes.address)
      (strides[1], strides[2]) = (frame.planes[1].pitch, last.pitch)
      if case .pairs(let unusedBits) = frame.packing {
        // Cr lies one sample behind Cb.
        (chromaChannels, lift) = (2, unusedBits)
        planes[2] += UInt64(sampleBytes)
      }
    }
  }

  /// A halved part of a frame.
  init(_ reduction: DeviceReduction, scratch: UInt64) {
    self.init()
    (size, sampleBytes, maximum) = (reduction.size, 2, reduction.format.maximum)
    for (index, place) in reduction.planes.enumerated() {
      planes[index] = scratch + UInt64(place)
      strides[index] = reduction.strides[index]
    }
    switch reduction.format.layout {
    case .gray: kind = .gray
    case .interleavedRGB: (kind, channels) = (.interleaved, reduction.format.hasAlpha ? 4 : 3)
    case .planarYUV(let x, let y): (kind, shiftX, shiftY) = (.planar, x, y)
    }
  }
}

/// What a face's struct on the card points at besides its own memory.
struct DeviceFaceLinks {
  var light: Int
  var previous: Int?
  var view: Int
  var previousView: Int?
  /// Smoothed masks of the track; nil = none.
  var visibleMean: UInt64?
}

extension DeviceFace {
  /// The struct MeshFace.
  func parameters(
    _ frame: DeviceFrame, _ memory: DeviceFaceMemory, _ links: DeviceFaceLinks, filled: UInt64, scratch: UInt64,
    ones: UInt64
  ) -> [UInt8] {
    var bytes = KernelArguments()
    let picture = MeshPicture(frame)
    picture.put(into: &bytes)
    let side = slot.sampling.side
    var transform = slot.window.transform(side: side)
    var sampledFormat = frame.format
    if let reduction = memory.reduction {
      MeshPicture(reduction, scratch: scratch).put(into: &bytes)
      transform = reduction.transform.inverted.then(transform)
      sampledFormat = reduction.format
    } else {
      picture.put(into: &bytes)
    }
    for format in [frame.format, sampledFormat] {
      let coefficients = YUVCoefficients(format: format, color: frame.color, height: frame.size.height)
      MeshMatrix(coefficients: coefficients).put(into: &bytes)
    }
    let place = WindowPlace(slot.window, area: area)
    bytes.append(transform.inverted)
    bytes.append(place.grid(cells: NetSamples.side))
    bytes.append(place.grid(cells: LightGrid.side))
    func own(_ place: Int) -> UInt64 { scratch + UInt64(place) }
    let hostMask = masks.hasHost ? filled + UInt64(memory.hostMask) : nil
    let visible = masks.areMultiplied ? own(memory.visible) : masks.constant ?? hostMask ?? ones
    bytes.append(contentsOf: [
      own(memory.snapshot), own(memory.small), own(memory.flags), visible,
      links.visibleMean ?? own(memory.visibleMean), own(memory.edge), own(memory.soft), own(memory.face),
      own(memory.mask), own(memory.openings), filled + UInt64(memory.taps),
    ])
    masks.put(host: hostMask, into: &bytes)
    putNumbers(memory, links, side: side, into: &bytes)
    return bytes.padded
  }

  /// The integers of MeshFace.
  private func putNumbers(
    _ memory: DeviceFaceMemory, _ links: DeviceFaceLinks, side: Int, into bytes: inout KernelArguments
  ) {
    bytes.append(integers(side, cells.columns.lowerBound, cells.columns.upperBound))
    bytes.append(integers(cells.rows.lowerBound, cells.rows.upperBound, area.x1, area.y1, area.x2, area.y2))
    for plane in 0..<3 {
      bytes.append(integers(plane + 1 < memory.snapshotStarts.count ? memory.snapshotStarts[plane] : 0))
    }
    for box in openings.boxes { bytes.append(integers(box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1)) }
    var start = 0
    for box in openings.boxes {
      bytes.append(integers(start))
      start += 2 * (box.x2 - box.x1) * (box.y2 - box.y1)
    }
    bytes.append(integers(openings.parts, openings.kernel.radius))
    bytes.append(integers(links.light, links.previous ?? -1, links.view, links.previousView ?? -1))
    bytes.append(integers(link.next ?? -1, link.isFirst ? 1 : 0, link.isHead ? 1 : 0))
    bytes.append(contentsOf: [slot.choice.share, link.share])
    let (reduction, isWhite) = (memory.reduction, memory.reduction?.isWhite == true)
    bytes.append(
      integers(reduction?.times ?? 0, reduction?.cut.x1 ?? 0, reduction?.cut.y1 ?? 0, isWhite ? 1 : 0))
  }

  /// The structs MeshTarget of net and area.
  func targets(_ memory: DeviceFaceMemory, filled: UInt64, scratch: UInt64) -> [MeshTarget] {
    let stride = UInt64(SwapTopology.pointCount * MemoryLayout<Point3>.stride)
    let points = filled + UInt64(memory.points)
    func target(
      _ first: UInt64, _ mesh: UnsafePointer<Point3>, _ size: PixelSize, _ keys: Int, _ planes: Int, _ rows: Int
    ) -> MeshTarget {
      let depth = MeshRaster.depthRange(mesh)
      return MeshTarget(
        formed: points + (first + 1) * stride, own: points + first * stride, keys: scratch + UInt64(keys),
        planes: scratch + UInt64(planes), rows: scratch + UInt64(rows), low: Double(depth.low), steps: depth.steps,
        size: size)
    }
    let net = PixelSize(width: NetSamples.side, height: NetSamples.side)
    return [
      target(0, netFormed, net, memory.keys.net, memory.planes.net, memory.rows.net),
      target(2, areaFormed, areaSize, memory.keys.area, memory.planes.area, memory.rows.area),
    ]
  }
}
