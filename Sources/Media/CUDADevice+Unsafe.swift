import CFFmpeg

/// FFmpeg's handle of a card.
final class CUDADevice {
  let number: Int
  private(set) var reference: UnsafeMutablePointer<AVBufferRef>?

  /// AV_CUDA_USE_PRIMARY_CONTEXT of hwcontext_cuda.h: addresses then are those of the context everybody else uses.
  private static let usesPrimaryContext: Int32 = 1

  /// Takes over a card that is open, or opens number `number`. Throws with FFmpeg's reason.
  init(number: Int, card: CardAccess?) throws {
    self.number = card?.device ?? number
    FFmpegLog.reset()
    let code =
      if let card {
        CUDADevice.take(card, into: &reference)
      } else {
        av_hwdevice_ctx_create(
          &reference, AV_HWDEVICE_TYPE_CUDA, String(number), nil, Self.usesPrimaryContext)
      }
    if code < 0 {
      let failure = FFmpegFailure(code)
      throw MediaError(
        .decoderUnavailable, "CUDA device \(self.number) cannot be opened: \(failure.description).",
        underlying: failure)
    }
  }

  deinit { av_buffer_unref(&reference) }

  /// In a context of ours FFmpeg does not ask for flags that a context which is open already may not have.
  private static func take(_ card: CardAccess, into reference: inout UnsafeMutablePointer<AVBufferRef>?) -> Int32 {
    ffshim_open_cuda(
      &reference, UnsafeMutableRawPointer(bitPattern: card.context), UnsafeMutableRawPointer(bitPattern: card.stream),
      Unmanaged.passRetained(card.owner).toOpaque()
    ) { owner in
      guard let owner else { return }
      Unmanaged<AnyObject>.fromOpaque(owner).release()
    }
  }
}
