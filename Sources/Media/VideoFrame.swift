public import Imaging

/// One frame on its way: the upright picture and its exact place in time.
public struct VideoFrame: Sendable {
  /// Upright, in one of the processed layouts. Before pixels are changed call ``makeWritable()``. With
  /// ``VideoReader/Options/heldHardwareFrames`` it may lie only on the card that decoded it: its device then is a
  /// ``HardwareFrame``, and its planes are made when they are asked for.
  public private(set) var frame: Frame
  /// Frame number in the file, from 0, in order of display.
  public let index: Int
  /// Time of display and its length in units of `timeBase`; times grow strictly from frame to frame.
  public let pts: Int64
  public let duration: Int64
  public let timeBase: Rational
  /// The picture holds two fields of different times.
  public let isInterlaced: Bool
  public let isTopFieldFirst: Bool
  /// The decoder filled gaps of a broken picture.
  public let isDamaged: Bool
  private var shared: AVFrameBox?
  private let pool: FramePool?

  /// Seconds on the file's own clock.
  public var time: Double { Double(pts) * timeBase.value }

  /// A frame that does not come from a reader, such as a picture shown for a while.
  public init(frame: Frame, index: Int, pts: Int64, duration: Int64, timeBase: Rational) {
    self.init(
      frame: frame, index: index, pts: pts, duration: duration, timeBase: timeBase, isInterlaced: false,
      isTopFieldFirst: false, isDamaged: false, shared: nil, pool: nil)
  }

  init(
    frame: Frame, index: Int, pts: Int64, duration: Int64, timeBase: Rational, isInterlaced: Bool,
    isTopFieldFirst: Bool, isDamaged: Bool, shared: AVFrameBox?, pool: FramePool?
  ) {
    self.frame = frame
    self.index = index
    self.pts = pts
    self.duration = duration
    self.timeBase = timeBase
    self.isInterlaced = isInterlaced
    self.isTopFieldFirst = isTopFieldFirst
    self.isDamaged = isDamaged
    self.shared = shared
    self.pool = pool
  }

  /// Ensures that nobody else sees changes of `frame`: decoders predict later frames from earlier ones, so a frame whose
  /// memory is still the decoder's is copied once (from a pool). Call it only for frames that will be changed; after it
  /// `frame` may be another object.
  public mutating func makeWritable() throws {
    guard let box = shared else { return }
    if !box.isWritable, let pool {
      frame = try pool.copy(frame)
    }
    shared = nil
  }

  /// Puts another picture, of any size, in the place of this one. It belongs to the caller alone.
  public mutating func replace(with frame: Frame) {
    self.frame = frame
    shared = nil
  }
}
