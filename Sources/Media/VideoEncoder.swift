/// The video encoders offered, in order of preference, by FFmpeg's names.
public enum VideoEncoder: String, Sendable, Codable, CaseIterable {
  case libx264
  case libx264rgb
  case libx265
  case libvpxVP9 = "libvpx-vp9"
  case h264NVENC = "h264_nvenc"
  case hevcNVENC = "hevc_nvenc"
  case av1NVENC = "av1_nvenc"
  case h264AMF = "h264_amf"
  case hevcAMF = "hevc_amf"
  case h264QSV = "h264_qsv"
  case hevcQSV = "hevc_qsv"
  case h264VideoToolbox = "h264_videotoolbox"
  case hevcVideoToolbox = "hevc_videotoolbox"
  case rawvideo

  public var isHEVC: Bool { rawValue.hasPrefix("hevc") || self == .libx265 }
  var isH264: Bool { rawValue.hasPrefix("h264") || self == .libx264 || self == .libx264rgb }

  /// What encodes the same kind of video on the CPU; nil for encoders that do so themselves. No encoder of AV1 on the CPU
  /// is offered: H.265 is nearest to it.
  var software: VideoEncoder? {
    switch family {
    case .nvenc, .amf, .qsv, .videoToolbox: isHEVC || self == .av1NVENC ? .libx265 : .libx264
    case .x26x, .vp9, .raw: nil
    }
  }

  enum Family {
    case x26x, vp9, nvenc, amf, qsv, videoToolbox, raw
  }

  var family: Family {
    switch self {
    case .libx264, .libx264rgb, .libx265: .x26x
    case .libvpxVP9: .vp9
    case .h264NVENC, .hevcNVENC, .av1NVENC: .nvenc
    case .h264AMF, .hevcAMF: .amf
    case .h264QSV, .hevcQSV: .qsv
    case .h264VideoToolbox, .hevcVideoToolbox: .videoToolbox
    case .rawvideo: .raw
    }
  }
}

/// Speed against size, by x264's names, from fast to slow. `quick` is ours: the encoder's `veryfast` without the searches of
/// it that cost most and save least (libx264; other encoders take it for `veryfast`).
public enum VideoPreset: String, Sendable, Codable, CaseIterable {
  case ultrafast, superfast, quick, veryfast, faster, fast, medium, slow, slower, veryslow
}

/// The audio encoders offered, by FFmpeg's names.
public enum AudioEncoder: String, Sendable, Codable, CaseIterable {
  case flac, aac, libmp3lame, libopus, libvorbis
  case pcmS16LE = "pcm_s16le"
  case pcmS32LE = "pcm_s32le"
}

/// Quality 0…100 (100 = best) as the encoders' own numbers. Linear, rounded half to even.
public enum EncoderQuality {
  private static func line(_ quality: Int, from start: Double, slope: Double) -> Double {
    start + slope * Double(min(max(quality, 0), 100))
  }

  private static func whole(_ quality: Int, from start: Double, slope: Double) -> Int {
    Int(line(quality, from: start, slope: slope).rounded(.toNearestOrEven))
  }

  /// Options of the encoder that set the quality: (name, value).
  public static func video(_ encoder: VideoEncoder, quality: Int) -> [(String, String)] {
    let quantiser = whole(quality, from: 51, slope: -0.51)
    switch encoder.family {
    case .x26x: return [("crf", "\(quantiser)")]
    case .vp9: return [("crf", "\(whole(quality, from: 63, slope: -0.63))")]
    case .nvenc: return [("cq", "\(quantiser)")]
    case .amf: return ["qp_i", "qp_p", "qp_b"].map { ($0, "\(quantiser)") }
    // libavcodec's name for the command line's `-qp`.
    case .qsv: return [("global_quality", "\(quantiser)")]
    case .videoToolbox: return [("b", "\(whole(quality, from: 1024, slope: 494.88))k")]
    case .raw: return []
    }
  }

  /// Options of the encoder that set the speed.
  public static func preset(_ encoder: VideoEncoder, _ preset: VideoPreset) -> [(String, String)] {
    switch encoder.family {
    case .x26x:
      guard preset == .quick else { return [("preset", preset.rawValue)] }
      // Motion to the half pixel and no blocks of 8×8 between frames: Documentation/encoding.md.
      let less = [("subq", "1"), ("partitions", "i4x4,i8x8")]
      return [("preset", VideoPreset.veryfast.rawValue)] + (encoder == .libx265 ? [] : less)
    case .nvenc:
      switch preset {
      case .ultrafast, .superfast, .quick, .veryfast, .faster, .fast: return [("preset", "fast")]
      case .medium: return [("preset", "medium")]
      case .slow, .slower, .veryslow: return [("preset", "slow")]
      }
    case .amf:
      switch preset {
      case .ultrafast, .superfast, .quick, .veryfast: return [("quality", "speed")]
      case .faster, .fast, .medium: return [("quality", "balanced")]
      case .slow, .slower, .veryslow: return [("quality", "quality")]
      }
    case .qsv:
      let isFastest = [.ultrafast, .superfast, .quick, .veryfast].contains(preset)
      return [("preset", isFastest ? "veryfast" : preset.rawValue)]
    case .vp9, .videoToolbox, .raw: return []
    }
  }

  /// What sets the quality of an audio encoder.
  public enum Audio: Sendable, Equatable {
    /// Variable bit rate by the encoder's own scale (`-q:a`).
    case scale(Double)
    /// Bits a second.
    case bitRate(Int)
    /// Lossless: nothing to choose.
    case none
  }

  public static func audio(_ encoder: AudioEncoder, quality: Int) -> Audio {
    func oneDecimal(_ value: Double) -> Double { (value * 10).rounded(.toNearestOrEven) / 10 }
    switch encoder {
    case .aac: return .scale(oneDecimal(line(quality, from: 0.1, slope: 0.019)))
    case .libmp3lame: return .scale(Double(whole(quality, from: 9, slope: -0.09)))
    case .libopus: return .bitRate(whole(quality, from: 64, slope: 1.92) * 1000)
    case .libvorbis: return .scale(oneDecimal(line(quality, from: -1, slope: 0.11)))
    case .flac, .pcmS16LE, .pcmS32LE: return .none
    }
  }

  /// Quantiser scale of picture formats other than WebP.
  public static func picture(quality: Int) -> Int {
    whole(quality, from: 31, slope: -0.31)
  }
}
