import CFFmpeg
import Imaging

/// NVDEC through FFmpeg's CUDA device: it is opened, never assumed.
final class CUDADecoding: HardwareDecoding {
  private let number: Int
  private let heldFrames: Int
  private var device: UnsafeMutablePointer<AVBufferRef>?
  private var format = AV_PIX_FMT_NONE
  /// Host memory for downloads, used again when a frame is let go.
  private var pool: OpaquePointer?
  private var poolBytes = 0

  /// AV_CUDA_USE_PRIMARY_CONTEXT of hwcontext_cuda.h, which wants NVIDIA's headers: addresses then are those of the
  /// context everybody else uses.
  private static let usesPrimaryContext: Int32 = 1

  /// Opens device `options.device`. Throws with FFmpeg's reason.
  init(options: VideoReader.Options) throws {
    number = options.device
    heldFrames = options.heldHardwareFrames
    FFmpegLog.reset()
    let code = av_hwdevice_ctx_create(
      &device, AV_HWDEVICE_TYPE_CUDA, String(number), nil, Self.usesPrimaryContext)
    if code < 0 {
      let failure = FFmpegFailure(code)
      throw MediaError(
        .decoderUnavailable, "CUDA device \(number) cannot be opened: \(failure.description).", underlying: failure)
    }
  }

  deinit {
    av_buffer_pool_uninit(&pool)
    av_buffer_unref(&device)
  }

  func prepare(_ context: UnsafeMutablePointer<AVCodecContext>, codec: UnsafePointer<AVCodec>) throws {
    format = ffshim_hardware_format(codec, AV_HWDEVICE_TYPE_CUDA)
    guard format != AV_PIX_FMT_NONE else {
      let name = String(cString: avcodec_get_name(codec.pointee.id))
      throw MediaError(.decoderUnavailable, "NVDEC does not decode '\(name)' here.")
    }
    ffshim_prefer_hardware(context, device, format)
    context.pointee.extra_hw_frames = Int32(heldFrames)
    // The card does the work; more threads would only hold more of its frames.
    context.pointee.thread_count = 1
  }

  func holds(_ box: AVFrameBox) -> Bool { box.pixelFormat == format }

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

  private func hostFrame(_ size: PixelSize, _ format: AVPixelFormat) throws -> AVFrameBox {
    let bytes = Int(av_image_get_buffer_size(format, Int32(size.width), Int32(size.height), 64))
    guard bytes > 0 else {
      throw MediaError(.decoderUnavailable, "The card gives frames of a layout that is not known (\(format.name)).")
    }
    if bytes != poolBytes {
      av_buffer_pool_uninit(&pool)
      // Vector code may write past the last sample.
      pool = av_buffer_pool_init(bytes + 64, nil)
      poolBytes = bytes
    }
    let box = try AVFrameBox()
    guard let buffer = av_buffer_pool_get(pool) else {
      throw MediaError(.outOfMemory, "No memory for a frame of \(size).")
    }
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

  func frame(_ box: AVFrameBox, orientation: Orientation) -> HardwareFrame? {
    guard heldFrames > 0 else { return nil }
    return HardwareFrame(onCUDA: number, content: ffshim_hardware_content(box.pointer), box, orientation)
  }
}

extension HardwareFrame {
  /// nil for layouts that NVDEC does not give.
  convenience init?(onCUDA device: Int, content: AVPixelFormat, _ box: AVFrameBox, _ orientation: Orientation) {
    let layouts: [Int32: Layout] = [
      AV_PIX_FMT_NV12.rawValue: .nv12, AV_PIX_FMT_P010LE.rawValue: .p010, AV_PIX_FMT_P016LE.rawValue: .p016,
      AV_PIX_FMT_YUV444P.rawValue: .yuv444, AV_PIX_FMT_YUV444P16LE.rawValue: .yuv444p16,
    ]
    guard let layout = layouts[content.rawValue] else { return nil }
    let frame = box.pointer.pointee
    let (data, pitches) = (
      [frame.data.0, frame.data.1, frame.data.2], [frame.linesize.0, frame.linesize.1, frame.linesize.2]
    )
    let isPaired = [.nv12, .p010, .p016].contains(layout)
    let half = PixelSize(width: (box.size.width + 1) / 2, height: (box.size.height + 1) / 2)
    let chroma = isPaired ? PixelSize(width: 2 * half.width, height: half.height) : box.size
    var planes: [Plane] = []
    for index in 0..<(isPaired ? 2 : 3) {
      guard let base = data[index], pitches[index] > 0 else { return nil }
      let size = index == 0 ? box.size : chroma
      planes.append(
        Plane(
          address: UInt(bitPattern: base), pitch: Int(pitches[index]), width: size.width, height: size.height))
    }
    self.init(
      device: device, layout: layout, planes: planes, box: box, color: box.colorDescription(isRGB: false),
      orientation: orientation)
  }
}
