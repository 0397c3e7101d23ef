public import Imaging
import Synchronization

/// A decoded frame in the memory of the card that decoded it, never changed.
///
/// The memory is the decoder's and stays valid as long as this object; a reader lets only as many of them live as
/// ``VideoReader/Options/heldHardwareFrames``.
public final class HardwareFrame: FrameDevice {
  /// Where the samples are: as the file stores them.
  public let surface: DeviceSurface
  /// The stream (`CUstream`) whose work makes the samples: whoever reads them on another one waits for it first. 0 = the
  /// default stream.
  public let stream: UInt
  public let color: ColorDescription
  private let box: AVFrameBox
  private let place: HeldFrames.Place
  private let download: @Sendable (AVFrameBox) throws -> AVFrameBox

  /// - Parameter download: gives the frame in the memory of the host; called by whoever asks for the planes.
  package init(
    _ box: AVFrameBox, surface: DeviceSurface, stream: UInt, place: HeldFrames.Place,
    download: @escaping @Sendable (AVFrameBox) throws -> AVFrameBox
  ) {
    self.surface = surface
    self.stream = stream
    self.box = box
    self.place = place
    self.download = download
    color = box.colorDescription(isRGB: false)
  }

  /// The whole frame is copied, whatever the part. Throws decoderUnavailable, outOfMemory.
  public func bring(_ part: PixelRectangle, to frame: Frame) throws {
    let host = try download(box)
    guard CardLayouts.unpack(host, to: frame) else {
      throw MediaError(
        .decoderUnavailable,
        "A frame that the card gives as \(host.size) \(host.pixelFormat.name) is not one of \(frame.size) in \(frame.format)."
      )
    }
  }
}

/// Counts the frames that are kept in the memory of a decoder.
package final class HeldFrames: Sendable {
  /// One frame's place, free again when this goes.
  package final class Place: Sendable {
    private let frames: HeldFrames

    fileprivate init(_ frames: HeldFrames) { self.frames = frames }

    deinit { frames.count.subtract(1, ordering: .relaxed) }
  }

  let limit: Int
  private let count = Atomic<Int>(0)

  package init(limit: Int) { self.limit = limit }

  /// A place for one more frame; nil when there is none.
  package func take() -> Place? {
    guard count.add(1, ordering: .relaxed).newValue <= limit else {
      count.subtract(1, ordering: .relaxed)
      return nil
    }
    return Place(self)
  }
}
