/// How the samples of a ``Frame`` lie in memory.
///
/// Three layouts are processed in place; every other layout is converted to the nearest of them at decode.
public struct PixelFormat: Sendable, Hashable {
  public enum Layout: Sendable, Hashable {
    /// Planes Y, Cb, Cr (and A); chroma is shifted right by these powers of two.
    case planarYUV(chromaShiftX: Int, chromaShiftY: Int)
    /// One plane of R, G, B (and A) samples.
    case interleavedRGB
    /// One plane of luma samples, no colour.
    case gray
  }

  public var layout: Layout
  /// Significant bits per sample: 8, 10, 12 or 16. Above 8 a sample takes two bytes, little-endian, low bits used.
  public var bitDepth: Int
  public var hasAlpha: Bool

  public init(layout: Layout, bitDepth: Int, hasAlpha: Bool = false) {
    self.layout = layout
    self.bitDepth = bitDepth
    self.hasAlpha = hasAlpha
  }

  public static let yuv420 = PixelFormat(layout: .planarYUV(chromaShiftX: 1, chromaShiftY: 1), bitDepth: 8)
  public static let yuv420p10 = PixelFormat(layout: .planarYUV(chromaShiftX: 1, chromaShiftY: 1), bitDepth: 10)
  public static let rgb8 = PixelFormat(layout: .interleavedRGB, bitDepth: 8)
  public static let rgba8 = PixelFormat(layout: .interleavedRGB, bitDepth: 8, hasAlpha: true)
  public static let rgb16 = PixelFormat(layout: .interleavedRGB, bitDepth: 16)
  public static let rgba16 = PixelFormat(layout: .interleavedRGB, bitDepth: 16, hasAlpha: true)

  public var bytesPerSample: Int { bitDepth > 8 ? 2 : 1 }
  public var maximum: Int { (1 << bitDepth) - 1 }
}

/// What the numbers of a frame mean as colour. Codes are those of ITU-T H.273 (and of FFmpeg); 2 = not stated.
public struct ColorDescription: Sendable, Hashable {
  /// Luma and chroma coefficients.
  public enum Matrix: Sendable, Hashable {
    case bt601
    case bt709
    case bt2020

    /// The code that states it.
    var code: Int {
      switch self {
      case .bt601: 6
      case .bt709: 1
      case .bt2020: 9
      }
    }
  }

  public var primaries: Int
  public var transfer: Int
  public var matrixCode: Int
  /// Full range (0…255) instead of limited (16…235 luma, 16…240 chroma in 8 bit).
  public var isFullRange: Bool

  public init(primaries: Int = 2, transfer: Int = 2, matrixCode: Int = 2, isFullRange: Bool = false) {
    self.primaries = primaries
    self.transfer = transfer
    self.matrixCode = matrixCode
    self.isFullRange = isFullRange
  }

  /// The matrix used for RGB ↔ YUV: as stated, else BT.709 from 720 lines on and BT.601 below (the players' rule).
  public func matrix(height: Int) -> Matrix {
    switch matrixCode {
    case 1: return .bt709
    case 5, 6: return .bt601
    case 9, 10: return .bt2020
    default: return height >= 720 ? .bt709 : .bt601
    }
  }
}
