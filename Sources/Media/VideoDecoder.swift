/// Who decodes the frames of a video.
public enum VideoDecoder: String, Sendable, Codable, CaseIterable {
  /// NVDEC where it can be opened and takes the video, else the CPU.
  case auto
  case cpu
  /// NVDEC; the CPU where it cannot, with a reason in ``VideoReader/decoderNote``.
  case cuda
}
