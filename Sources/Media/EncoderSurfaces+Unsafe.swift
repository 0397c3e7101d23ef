package import CFFmpeg
package import Imaging

/// Memory of a card for the pictures that an encoder on it takes. It belongs to one writer.
package protocol EncoderSurfaces: AnyObject {
  /// Makes an encoder that is not open yet take these surfaces.
  func prepare(_ context: UnsafeMutablePointer<AVCodecContext>)

  /// The next free surface, and the frame with which the encoder gets it.
  func take() throws -> (box: AVFrameBox, surface: DeviceSurface)

  /// Fills a surface from the memory of the host, where the picture has the surface's size and layout.
  func upload(_ host: AVFrameBox, to box: AVFrameBox) throws
}

/// What an encoder's surfaces must be.
package struct SurfaceRequest {
  package let encoder: VideoEncoder
  package let card: CardAccess
  package let layout: DeviceSurface.Layout
  package let size: PixelSize
}

/// Opens memory for an encoder; nil for encoders that read the host's. Throws with the reason when there is none.
package typealias SurfaceOpening = (SurfaceRequest) throws -> (any EncoderSurfaces)?

/// NVENC's: CUDA memory of FFmpeg's, in the context of the card.
final class CUDASurfaces: EncoderSurfaces {
  private let device: CUDADevice
  private let layout: DeviceSurface.Layout
  private var reference: UnsafeMutablePointer<AVBufferRef>?

  static func open(_ request: SurfaceRequest) throws -> (any EncoderSurfaces)? {
    request.encoder.family == .nvenc ? try CUDASurfaces(request) : nil
  }

  private init(_ request: SurfaceRequest) throws {
    device = try CUDADevice(number: request.card.device, card: request.card)
    layout = request.layout
    FFmpegLog.reset()
    let code = ffshim_make_surfaces(
      &reference, device.reference, layout.content, Int32(request.size.width), Int32(request.size.height))
    if code < 0 {
      let failure = FFmpegFailure(code)
      throw MediaError(
        .encoderUnavailable,
        "CUDA device \(device.number) has no surfaces of \(request.size) \(layout.rawValue): \(failure.description).",
        underlying: failure)
    }
  }

  deinit { av_buffer_unref(&reference) }

  func prepare(_ context: UnsafeMutablePointer<AVCodecContext>) {
    context.pointee.pix_fmt = AV_PIX_FMT_CUDA
    context.pointee.hw_frames_ctx = av_buffer_ref(reference)
  }

  func take() throws -> (box: AVFrameBox, surface: DeviceSurface) {
    FFmpegLog.reset()
    let box = try AVFrameBox()
    let code = av_hwframe_get_buffer(reference, box.pointer, 0)
    guard code >= 0, let surface = DeviceSurface(device: device.number, layout: layout, box) else {
      throw failed(code, "has no memory for the next picture")
    }
    return (box, surface)
  }

  func upload(_ host: AVFrameBox, to box: AVFrameBox) throws {
    FFmpegLog.reset()
    let code = av_hwframe_transfer_data(box.pointer, host.pointer, 0)
    if code < 0 { throw failed(code, "does not take a picture from the host") }
  }

  private func failed(_ code: Int32, _ what: String) -> MediaError {
    let failure = FFmpegFailure(code)
    return MediaError(
      .writeFailed, "CUDA device \(device.number) \(what) of the encoder: \(failure.description).",
      hint: "A software encoder such as libx264 needs no memory of the card.", underlying: failure)
  }
}

extension DeviceSurface.Layout {
  /// FFmpeg's name of the samples.
  package var content: AVPixelFormat {
    switch self {
    case .nv12: AV_PIX_FMT_NV12
    case .p010: AV_PIX_FMT_P010LE
    case .p016: AV_PIX_FMT_P016LE
    case .yuv444: AV_PIX_FMT_YUV444P
    case .yuv444p16: AV_PIX_FMT_YUV444P16LE
    }
  }

  /// How a card's encoder keeps what it would take from the host in this format; nil where it is not sure to keep every
  /// sample.
  init?(encoding format: AVPixelFormat) {
    switch format {
    case AV_PIX_FMT_YUV420P: self = .nv12
    case AV_PIX_FMT_P010LE: self = .p010
    case AV_PIX_FMT_YUV444P: self = .yuv444
    default: return nil
    }
  }
}
