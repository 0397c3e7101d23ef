import CFFmpeg
import Imaging

/// Which encoders work on this machine, found by really starting each of them once.
public enum EncoderProbe {
  static let hint = "Choose another encoder with --output-video-encoder; 'likeness run --help' lists them."

  /// Why each encoder does not start here; nil for those that do.
  private static let failures = Dictionary(uniqueKeysWithValues: VideoEncoder.allCases.map { ($0, failure(of: $0)) })
  private static let workingVideo = VideoEncoder.allCases.filter { failure($0) == nil }
  private static let workingAudio = AudioEncoder.allCases.filter { AudioEncoding.exists($0) }

  /// Encoders that start here, in order of preference. The first call takes some milliseconds.
  public static func availableVideoEncoders() -> [VideoEncoder] { workingVideo }

  /// Audio encoders of this FFmpeg, in the peer's order.
  public static func availableAudioEncoders() -> [AudioEncoder] { workingAudio }

  /// Why the encoder does not start here, in FFmpeg's words; nil when it does.
  static func failure(_ encoder: VideoEncoder) -> String? { failures[encoder] ?? nil }

  private static func failure(of encoder: VideoEncoder) -> String? {
    let format = encoder == .libx264rgb ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUV420P
    var options = EncoderQuality.video(encoder, quality: 80) + EncoderQuality.preset(encoder, .veryfast)
    options += EncoderChoice.quiet(encoder)
    let settings = VideoEncoding.Settings(
      encoder: encoder, size: PixelSize(width: 320, height: 240), pixelFormat: format, timeBase: Rational(1, 25),
      frameRate: Rational(25, 1), sampleAspect: nil, color: ColorDescription(), chromaLocation: 0, isInterlaced: false,
      threads: 1, needsGlobalHeader: false, allowsReordering: true, options: options)
    do {
      _ = try VideoEncoding(settings)
      return nil
    } catch {
      let known = error as? MediaError
      return (known?.underlying as? FFmpegFailure)?.description ?? known?.message ?? "\(error)"
    }
  }
}
