public import Imaging

/// What a reader knows of its video: enough to write an output like it.
public struct VideoSource: Sendable {
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
