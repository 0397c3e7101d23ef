package import CFFmpeg
import Imaging
package import Media
import Synchronization

/// Stands for a card that decodes: the CPU does, and its frames are taken for the card's until they are "downloaded", in
/// the layouts that NVDEC has.
package final class StandInDecoder: HardwareDecoding {
  struct Trouble: Error {}

  private let device: Int
  private let stream: UInt
  private let memory: (Int) throws -> CardMemory
  private let counter: Counter
  package var takesVideo = true
  package var refusesCodec = false
  package var leavesCropping = false

  /// - Parameters:
  ///   - failingDownload: the download that fails, from 1.
  ///   - memory: gives the memory of frames that stay on the card.
  package init(
    device: Int = 0, stream: UInt = 0, failingDownload: Int = 0,
    memory: @escaping (Int) throws -> CardMemory = CardMemory.init(byteCount:)
  ) {
    self.device = device
    self.stream = stream
    self.memory = memory
    counter = Counter(failing: failingDownload)
  }

  package var downloads: Int { counter.downloads.load(ordering: .relaxed) }

  package func prepare(_ context: UnsafeMutablePointer<AVCodecContext>, codec: UnsafePointer<AVCodec>) throws {
    if refusesCodec { throw MediaError(.decoderUnavailable, "The card does not know the codec.") }
    if leavesCropping { context.pointee.apply_cropping = 0 }
  }

  package func holds(_ box: AVFrameBox) -> Bool { takesVideo }

  package func download(_ box: AVFrameBox) throws -> AVFrameBox { try counter.download(box) }

  package func frame(_ box: AVFrameBox, place: HeldFrames.Place) -> HardwareFrame? {
    guard let picture = try? Counter.picture(box),
      let (surface, owner) = try? DeviceSurface.make(
        device: device, layout: picture.layout, size: picture.size, memory: memory)
    else { return nil }
    picture.store(in: surface)
    return HardwareFrame(box, surface: surface, stream: stream, place: place) { [counter] box in
      defer { withExtendedLifetime(owner) {} }
      return try counter.download(box)
    }
  }

  private final class Counter: Sendable {
    let downloads = Atomic<Int>(0)
    private let failing: Int

    init(failing: Int) { self.failing = failing }

    static func picture(_ box: AVFrameBox) throws -> CardPicture {
      let formats: [Int32: (PixelFormat)] = [
        AV_PIX_FMT_YUV420P.rawValue: .yuv420, AV_PIX_FMT_YUV420P10LE.rawValue: .yuv420p10,
        AV_PIX_FMT_YUV420P12LE.rawValue: .init(layout: .planarYUV(chromaShiftX: 1, chromaShiftY: 1), bitDepth: 12),
        AV_PIX_FMT_YUV444P.rawValue: .init(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 8),
        AV_PIX_FMT_YUV444P10LE.rawValue: .init(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 10),
      ]
      guard let format = formats[box.pixelFormat.rawValue],
        let frame = box.wrapped(as: format, color: ColorDescription()), let picture = CardPicture(frame)
      else { throw Trouble() }
      return picture
    }

    func download(_ box: AVFrameBox) throws -> AVFrameBox {
      if downloads.add(1, ordering: .relaxed).newValue == failing {
        throw MediaError(.decoderUnavailable, "The card fell off the bus.")
      }
      let picture = try Self.picture(box)
      let host = try AVFrameBox()
      host.pointer.pointee.format = picture.layout.content.rawValue
      host.pointer.pointee.width = Int32(box.size.width)
      host.pointer.pointee.height = Int32(box.size.height)
      guard av_frame_get_buffer(host.pointer, 0) >= 0,
        let surface = DeviceSurface(device: 0, layout: picture.layout, host),
        av_frame_copy_props(host.pointer, box.pointer) >= 0
      else { throw Trouble() }
      picture.store(in: surface)
      return host
    }
  }
}
