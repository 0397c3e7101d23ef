public import Faces
public import Imaging

/// One frame as the processors see it.
public struct FaceFrame: Sendable {
  /// The picture. Changed by ``FrameProcessing/finish(_:)`` only.
  public let frame: Frame
  /// Number of the frame in the run, from 0.
  public let index: Int
  /// Seconds on the target's clock; 0 for a still.
  public let time: Double
  /// All faces found, before selection.
  public let faces: [Face]
  /// The faces to work on.
  public let chosen: [Face]

  public init(frame: Frame, index: Int, time: Double, faces: [Face], chosen: [Face]) {
    self.frame = frame
    self.index = index
    self.time = time
    self.faces = faces
    self.chosen = chosen
  }
}

/// A processor at work in one worker, which owns it with its sessions and buffers.
///
/// A frame goes through three steps, all in the same worker. The first and the last may run next to those of other
/// frames; the middle one runs alone and in the order of the frames, and is where state that lasts over time lives. It
/// should be short.
public protocol FrameProcessing: AnyObject {
  /// Time spent so far, by stage.
  var timings: StageTimings { get }
  /// Reads the frame and keeps what ``advance(_:)`` and ``finish(_:)`` need.
  func prepare(_ input: FaceFrame) throws
  /// Carries state on from the frame before.
  func advance(_ input: FaceFrame) throws
  /// Changes the frame. Returns the number of faces worked on.
  func finish(_ input: FaceFrame) throws -> Int
}

/// A processor with its options, ready to be put to work. One value serves all workers of a run.
public protocol FrameProcessorPlan: Sendable {
  /// What `--processors` calls it.
  var name: String { get }
  /// Loads what one worker needs.
  func makeWorker() throws -> any FrameProcessing
}
