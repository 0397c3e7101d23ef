import func Foundation.log10

/// A published network that moves lips to a voice (models.md §4.10). The name is also its file's.
public enum LipSyncerModel: String, Sendable, Hashable, CaseIterable {
  case edtalk = "edtalk_256"
  case wav2lip = "wav2lip_96"
  case wav2lipGAN = "wav2lip_gan_96"

  /// Edge of the square it looks at in pixels.
  public var side: Int { self == .edtalk ? 256 : 96 }

  /// Whether it paints the whole face; the others paint the lower half of it.
  public var paintsWholeFace: Bool { self == .edtalk }

  /// The input `source`: 80 · 16 loudnesses on a logarithmic scale, cut to ±4 (vision.md §28, step 1).
  ///
  /// - Parameters:
  ///   - window: A window of ``MelSpectrogram``; zeros are silence.
  ///   - weight: 0…1; wav2lip takes the values times twice the weight, edtalk has an input of its own for it.
  public func source(of window: [Double], weight: Double) -> [Float] {
    window.map { loudness in
      let level = Float(min(max(log10(max(1e-5, loudness)) * 1.6 + 3.2, -4), 4))
      return paintsWholeFace ? level : level * Float(weight * 2)
    }
  }
}
