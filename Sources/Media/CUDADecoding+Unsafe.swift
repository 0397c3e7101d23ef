package import CFFmpeg
package import Imaging
import Synchronization

/// NVDEC through FFmpeg's CUDA device: it is opened, never assumed.
final class CUDADecoding: HardwareDecoding {
  private let device: CUDADevice
  private let heldFrames: Int
  private let downloads: CUDADownloads
  private var format = AV_PIX_FMT_NONE

  /// Opens the card of the options. Throws with FFmpeg's reason.
  init(options: VideoReader.Options) throws {
    device = try CUDADevice(number: options.device, card: options.card)
    downloads = CUDADownloads(number: device.number)
    heldFrames = options.heldHardwareFrames
  }

  func prepare(_ context: UnsafeMutablePointer<AVCodecContext>, codec: UnsafePointer<AVCodec>) throws {
    format = ffshim_hardware_format(codec, AV_HWDEVICE_TYPE_CUDA)
    guard format != AV_PIX_FMT_NONE else {
      let name = String(cString: avcodec_get_name(codec.pointee.id))
      throw MediaError(.decoderUnavailable, "NVDEC does not decode '\(name)' here.")
    }
    // One more is in the reader's hands.
    ffshim_prefer_hardware(context, device.reference, format, heldFrames > 0 ? Int32(heldFrames + 1) : 0)
    // The card does the work; more threads would only hold more of its frames.
    context.pointee.thread_count = 1
  }

  func holds(_ box: AVFrameBox) -> Bool { box.pixelFormat == format }

  func download(_ box: AVFrameBox) throws -> AVFrameBox { try downloads.download(box) }

  func frame(_ box: AVFrameBox, place: HeldFrames.Place) -> HardwareFrame? {
    let content = ffshim_hardware_content(box.pointer)
    guard let layout = DeviceSurface.Layout(content),
      let surface = DeviceSurface(device: device.number, layout: layout, box)
    else { return nil }
    return HardwareFrame(
      box, surface: surface, stream: UInt(bitPattern: ffshim_cuda_stream(box.pointer)), place: place
    ) { [downloads] in
      try downloads.download($0)
    }
  }
}

/// Brings frames of a card into the memory of the host. Any thread may ask.
private final class CUDADownloads: Sendable {
  private struct Pool: @unchecked Sendable {
    // Reference-counted and locked by FFmpeg.
    var pool: OpaquePointer?
    var bytes = 0
  }

  private let number: Int
  /// Host memory, used again when a frame is let go.
  private let kept = Mutex(Pool())

  init(number: Int) { self.number = number }

  deinit { kept.withLock { av_buffer_pool_uninit(&$0.pool) } }

  func download(_ box: AVFrameBox) throws -> AVFrameBox {
    FFmpegLog.reset()
    let host = try hostFrame(box.size, ffshim_hardware_content(box.pointer))
    var code = av_hwframe_transfer_data(host.pointer, box.pointer, 0)
    if code >= 0 { code = av_frame_copy_props(host.pointer, box.pointer) }
    if code < 0 {
      let failure = FFmpegFailure(code)
      throw MediaError(
        .decoderUnavailable, "A frame cannot be copied from CUDA device \(number): \(failure.description).",
        hint: "--video-decoder cpu does without the card.", underlying: failure)
    }
    return host
  }

  private func buffer(_ bytes: Int) -> UnsafeMutablePointer<AVBufferRef>? {
    let address = kept.withLock { kept -> UInt in
      if bytes != kept.bytes {
        av_buffer_pool_uninit(&kept.pool)
        // Vector code may write past the last sample.
        kept.pool = av_buffer_pool_init(bytes + 64, nil)
        kept.bytes = bytes
      }
      return UInt(bitPattern: av_buffer_pool_get(kept.pool))
    }
    return UnsafeMutablePointer(bitPattern: address)
  }

  private func hostFrame(_ size: PixelSize, _ format: AVPixelFormat) throws -> AVFrameBox {
    let bytes = Int(av_image_get_buffer_size(format, Int32(size.width), Int32(size.height), 64))
    guard bytes > 0 else {
      throw MediaError(.decoderUnavailable, "The card gives frames of a layout that is not known (\(format.name)).")
    }
    let box = try AVFrameBox()
    guard let buffer = buffer(bytes) else { throw MediaError(.outOfMemory, "No memory for a frame of \(size).") }
    box.pointer.pointee.buf.0 = buffer
    box.pointer.pointee.format = format.rawValue
    box.pointer.pointee.width = Int32(size.width)
    box.pointer.pointee.height = Int32(size.height)
    // Both arrays have eight entries, of which the first four are filled.
    withUnsafeMutablePointer(to: &box.pointer.pointee.data) { data in
      withUnsafeMutablePointer(to: &box.pointer.pointee.linesize) { strides in
        data.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 8) { data in
          strides.withMemoryRebound(to: Int32.self, capacity: 8) { strides in
            _ = av_image_fill_arrays(
              data, strides, buffer.pointee.data, format, Int32(size.width), Int32(size.height), 64)
          }
        }
      }
    }
    return box
  }
}

extension DeviceSurface.Layout {
  /// nil for layouts that NVIDIA's decoder does not give.
  package init?(_ content: AVPixelFormat) {
    guard let layout = Self.allCases.first(where: { $0.content == content }) else { return nil }
    self = layout
  }
}

extension DeviceSurface {
  /// The memory of a frame whose data pointers are the card's; nil when planes are missing.
  package init?(device: Int, layout: Layout, _ box: AVFrameBox) {
    let frame = box.pointer.pointee
    let rows = zip(
      [frame.data.0, frame.data.1, frame.data.2], [frame.linesize.0, frame.linesize.1, frame.linesize.2])
    self.init(
      device: device, layout: layout, size: box.size,
      rows: rows.prefix(layout.isPaired ? 2 : 3).map { (UInt(bitPattern: $0), Int($1)) })
  }
}
