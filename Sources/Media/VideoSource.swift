public import Imaging

/// What a reader knows of its video: enough to write an output like it.
public struct VideoSource: Sendable {
  /// Empty for frames made by the program.
  public let path: String
  /// Index of the video stream in the file.
  public let streamIndex: Int
  /// Size of the upright frames.
  public let size: PixelSize
  /// Layout of the frames delivered.
  public let format: PixelFormat
  /// Colour tags as stated by the file.
  public let color: ColorDescription
  /// Where chroma samples sit (H.273 code plus 1, FFmpeg's numbering; 0 = not stated).
  public let chromaLocation: Int
  /// Width to height of a pixel; nil = square or not stated.
  public let sampleAspect: Rational?
  public let timeBase: Rational
  /// Average rate over the file; the nominal one where the file states no average.
  public let frameRate: Rational
  public let isVariableFrameRate: Bool
  public let isInterlaced: Bool
  public let isTopFieldFirst: Bool
  /// How the stored frames were turned to stand upright.
  public let orientation: Orientation
  /// Number of frames of the whole file as far as its header tells; nil = unknown.
  public let frameCount: Int?
  /// Frames [first, end) are delivered; `end` nil = to the end of the file.
  public let firstFrame: Int
  public let endFrame: Int?
  /// Seconds of the whole file.
  public let duration: Double?

  /// Times, in `timeBase`, of the first frame that is delivered and of the file's earliest stream.
  public let firstPTS: Int64
  public let fileStartPTS: Int64

  /// The display and the light levels that HDR was made for, as FFmpeg's structures.
  var lightLevels = LightLevels()

  /// Frames that will come, as far as the header tells.
  public var expectedFrameCount: Int? {
    guard let total = frameCount ?? endFrame else { return nil }
    return max(0, min(endFrame ?? total, total) - firstFrame)
  }

  /// Frames at the start of the file are left out.
  public var startsAfterFile: Bool { firstFrame > 0 }
  /// Frames at the end of the file are left out, as far as the header tells.
  public var endsBeforeFile: Bool {
    guard let endFrame else { return false }
    return frameCount.map { endFrame < $0 } ?? true
  }
}

/// HDR's static metadata (SMPTE ST 2086 and CTA-861.3), carried as FFmpeg's own bytes.
struct LightLevels: Sendable {
  var masteringDisplay: [UInt8] = []
  var contentLight: [UInt8] = []
}

extension VideoSource {
  /// A source for frames that the program makes itself: nothing is copied beside them.
  public init(size: PixelSize, format: PixelFormat, color: ColorDescription = .init(), frameRate: Rational) {
    self.init(
      path: "", streamIndex: 0, size: size, format: format, color: color, chromaLocation: 0, sampleAspect: nil,
      timeBase: frameRate.inverse, frameRate: frameRate, isVariableFrameRate: false, isInterlaced: false,
      isTopFieldFirst: false, orientation: .upright, frameCount: nil, firstFrame: 0, endFrame: nil, duration: nil,
      firstPTS: 0, fileStartPTS: 0)
  }
}
