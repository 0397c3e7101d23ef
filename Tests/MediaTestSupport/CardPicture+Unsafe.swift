package import Imaging

/// The samples of a planar frame as cards lay them out: one by one, as the layouts are defined.
package struct CardPicture {
  package let layout: DeviceSurface.Layout
  package let size: PixelSize
  /// Rows without gaps.
  package let planes: [(bytes: [UInt8], rowBytes: Int)]

  /// nil for formats that no card's decoder gives.
  package init?(_ frame: Frame) {
    let layout: DeviceSurface.Layout
    let shift: Int
    switch (frame.format.layout, frame.format.bitDepth) {
    case (.planarYUV(1, 1), 8): (layout, shift) = (.nv12, 0)
    case (.planarYUV(1, 1), 10): (layout, shift) = (.p010, 6)
    case (.planarYUV(1, 1), 12): (layout, shift) = (.p016, 4)
    case (.planarYUV(1, 1), 16): (layout, shift) = (.p016, 0)
    case (.planarYUV(0, 0), 8): (layout, shift) = (.yuv444, 0)
    case (.planarYUV(0, 0), 10): (layout, shift) = (.yuv444p16, 6)
    default: return nil
    }
    self.layout = layout
    size = frame.size
    let isByte = frame.format.bitDepth == 8
    func sample(_ plane: Frame.Plane, _ x: Int, _ y: Int) -> [UInt8] {
      if isByte { return [plane.row8(y)[x]] }
      let value = Int(plane.row16(y)[x]) << shift
      return [UInt8(value & 255), UInt8(value >> 8)]
    }
    func rows(_ sources: [Frame.Plane]) -> (bytes: [UInt8], rowBytes: Int) {
      var bytes: [UInt8] = []
      for y in 0..<sources[0].height {
        for x in 0..<sources[0].width {
          for source in sources { bytes += sample(source, x, y) }
        }
      }
      return (bytes, sources[0].width * sources.count * (isByte ? 1 : 2))
    }
    let (y, u, v) = (frame.planes[0], frame.planes[1], frame.planes[2])
    planes = layout.isPaired ? [rows([y]), rows([u, v])] : [rows([y]), rows([u]), rows([v])]
  }

  /// Copies the rows to where a surface has them.
  package func store(in surface: DeviceSurface) {
    for (plane, target) in zip(planes, surface.planes) {
      guard let base = UnsafeMutableRawPointer(bitPattern: target.address) else { continue }
      for y in 0..<plane.bytes.count / plane.rowBytes {
        plane.bytes.withUnsafeBytes { bytes in
          let row = UnsafeRawBufferPointer(rebasing: bytes[(y * plane.rowBytes)..<((y + 1) * plane.rowBytes)])
          (base + y * target.pitch).copyMemory(from: row.baseAddress!, byteCount: plane.rowBytes)
        }
      }
    }
  }

  /// What lies in a surface, rows without gaps.
  package static func contents(of surface: DeviceSurface) -> [[UInt8]] {
    surface.planes.map { plane in
      guard let base = UnsafeRawPointer(bitPattern: plane.address) else { return [] }
      let rowBytes = plane.width * surface.layout.format.bytesPerSample
      return (0..<plane.height).flatMap { y in
        [UInt8](UnsafeRawBufferPointer(start: base + y * plane.pitch, count: rowBytes))
      }
    }
  }
}

/// Memory that stands for a card's.
package struct CardMemory {
  package let address: UInt
  package let owner: any Sendable & AnyObject

  package init(address: UInt, owner: any Sendable & AnyObject) {
    self.address = address
    self.owner = owner
  }

  /// Memory of the host.
  package init(byteCount: Int) {
    let block = Block(byteCount)
    self.init(address: UInt(bitPattern: block.base), owner: block)
  }

  private final class Block: Sendable {
    nonisolated(unsafe) let base: UnsafeMutableRawPointer

    init(_ byteCount: Int) { base = .allocate(byteCount: byteCount, alignment: 256) }

    deinit { base.deallocate() }
  }
}

extension DeviceSurface {
  /// Rows at multiples of 256 bytes in new memory.
  package static func make(
    device: Int, layout: Layout, size: PixelSize, memory: (Int) throws -> CardMemory
  ) throws -> (surface: DeviceSurface, owner: any Sendable & AnyObject)? {
    let pitch = (size.width * layout.format.bytesPerSample + 255) / 256 * 256
    let block = try memory(pitch * (size.height + 2) * 3)
    let half = (size.height + 1) / 2
    let heights = layout.isPaired ? [size.height, half] : [size.height, size.height, size.height]
    var address = block.address
    var rows: [(address: UInt, pitch: Int)] = []
    for height in heights {
      rows.append((address, pitch))
      address += UInt(pitch * height)
    }
    return DeviceSurface(device: device, layout: layout, size: size, rows: rows).map { ($0, block.owner) }
  }
}
