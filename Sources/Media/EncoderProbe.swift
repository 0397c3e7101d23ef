import CFFmpeg
import Imaging

/// Which encoders work on this machine, found by really starting each of them once.
public enum EncoderProbe {
  static let hint = "Choose another encoder with --output-video-encoder; 'likeness run --help' lists them."

  private static let workingVideo = VideoEncoder.allCases.filter(starts)
  private static let workingAudio = AudioEncoder.allCases.filter { AudioEncoding.exists($0) }

  /// Encoders that start here, in order of preference. The first call takes some milliseconds.
  public static func availableVideoEncoders() -> [VideoEncoder] { workingVideo }

  /// Audio encoders of this FFmpeg, in the peer's order.
  public static func availableAudioEncoders() -> [AudioEncoder] { workingAudio }

  private static func starts(_ encoder: VideoEncoder) -> Bool {
    let format = encoder == .libx264rgb ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUV420P
    var options = EncoderQuality.video(encoder, quality: 80) + EncoderQuality.preset(encoder, .veryfast)
    options += EncoderChoice.quiet(encoder)
    let settings = VideoEncoding.Settings(
      encoder: encoder, size: PixelSize(width: 320, height: 240), pixelFormat: format, timeBase: Rational(1, 25),
      frameRate: Rational(25, 1), sampleAspect: nil, color: ColorDescription(), chromaLocation: 0, isInterlaced: false,
      threads: 1, needsGlobalHeader: false, allowsReordering: true, options: options)
    return (try? VideoEncoding(settings)) != nil
  }
}
