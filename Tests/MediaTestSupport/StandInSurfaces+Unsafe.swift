package import CFFmpeg
package import Imaging
package import Media

/// Stands for the memory of a card's encoder: an encoder of the CPU reads the same bytes.
package final class StandInSurfaces: EncoderSurfaces {
  private let device: Int
  private let layout: DeviceSurface.Layout
  private let size: PixelSize
  private let memory: (Int) throws -> CardMemory
  /// Surfaces that were taken, and those of them that were filled from the host.
  package private(set) var taken: [DeviceSurface] = []
  package private(set) var uploads = 0
  /// So many surfaces there are at all.
  package var limit = Int.max

  package init(
    _ request: SurfaceRequest, memory: @escaping (Int) throws -> CardMemory = CardMemory.init(byteCount:)
  ) {
    device = request.card.device
    layout = request.layout
    size = request.size
    self.memory = memory
  }

  package func prepare(_ context: UnsafeMutablePointer<AVCodecContext>) {
    context.pointee.pix_fmt = layout.content
  }

  package func take() throws -> (box: AVFrameBox, surface: DeviceSurface) {
    guard taken.count < limit,
      let (surface, owner) = try DeviceSurface.make(device: device, layout: layout, size: size, memory: memory)
    else { throw MediaError(.writeFailed, "The card has no more surfaces.") }
    taken.append(surface)
    let box = try AVFrameBox()
    let frame = box.pointer
    frame.pointee.format = layout.content.rawValue
    (frame.pointee.width, frame.pointee.height) = (Int32(size.width), Int32(size.height))
    frame.pointee.data.0 = UnsafeMutablePointer(bitPattern: surface.planes[0].address)
    frame.pointee.data.1 = UnsafeMutablePointer(bitPattern: surface.planes[1].address)
    (frame.pointee.linesize.0, frame.pointee.linesize.1) = (
      Int32(surface.planes[0].pitch), Int32(surface.planes[1].pitch)
    )
    if surface.planes.count > 2 {
      frame.pointee.data.2 = UnsafeMutablePointer(bitPattern: surface.planes[2].address)
      frame.pointee.linesize.2 = Int32(surface.planes[2].pitch)
    }
    frame.pointee.buf.0 = av_buffer_create(
      frame.pointee.data.0, surface.planes[0].pitch * size.height,
      { owner, _ in
        guard let owner else { return }
        Unmanaged<AnyObject>.fromOpaque(owner).release()
      }, Unmanaged.passRetained(owner as AnyObject).toOpaque(), 0)
    return (box, surface)
  }

  package func upload(_ host: AVFrameBox, to box: AVFrameBox) throws {
    uploads += 1
    guard host.pixelFormat == box.pixelFormat, av_frame_copy(box.pointer, host.pointer) >= 0 else {
      throw MediaError(.writeFailed, "The card does not take \(host.pixelFormat.rawValue).")
    }
  }
}
