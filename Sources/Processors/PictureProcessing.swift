public import Faces
public import Imaging

/// A frame on its way through processors that work on 8-bit pictures.
///
/// Pictures are B, G, R, 8 bit, as the published models and their golden cases have them.
public struct PictureWork: Sendable {
  /// The working frame: what the processors before have made of the target. May grow (frame enhancer).
  public var picture: PixelBuffer8
  /// How opaque each pixel is, 0…255, one channel of the picture's size; nil = opaque all over.
  public var mask: PixelBuffer8?
  /// The target's own frame, as it came.
  public let target: PixelBuffer8
  /// All faces found in `target`, before selection, in its pixels.
  public let faces: [Face]
  /// The faces to work on, in pixels of `target`.
  public let chosen: [Face]
  /// Number of the frame in the run, from 0.
  public let index: Int
  /// Seconds on the target's clock; 0 for a still.
  public let time: Double
  /// What was changed so far, in pixels of `picture`; nil = all of it. Empty = nothing.
  public private(set) var changed: [PixelRectangle]? = []

  public init(
    picture: PixelBuffer8, mask: PixelBuffer8? = nil, target: PixelBuffer8, faces: [Face], chosen: [Face],
    index: Int = 0, time: Double = 0
  ) {
    self.picture = picture
    self.mask = mask
    self.target = target
    self.faces = faces
    self.chosen = chosen
    self.index = index
    self.time = time
  }

  /// The faces to work on in pixels of `picture` (vision.md §9, scaling).
  public var scaledFaces: [Face] {
    guard target.width > 0, target.height > 0 else { return [] }
    let x = Float(picture.width) / Float(target.width)
    let y = Float(picture.height) / Float(target.height)
    return chosen.map { $0.scaled(x: x, y: y) }
  }

  /// Books a change of the picture.
  ///
  /// - Parameter rectangle: nil = all of it, or its size.
  public mutating func note(changed rectangle: PixelRectangle?) {
    if let rectangle { changed?.append(rectangle) } else { changed = nil }
  }
}

/// A processor of 8-bit pictures at work in one worker, which owns it with its sessions and buffers.
public protocol PictureProcessing: AnyObject {
  /// Time spent so far, by stage.
  var timings: StageTimings { get }
  /// Changes the picture and books what it changed. Returns the number of faces worked on; 0 for a processor that does
  /// not work on faces.
  func process(_ work: inout PictureWork) throws -> Int
}

/// Such a processor with its options, ready to be put to work. One value serves all workers of a run.
public protocol PictureProcessorPlan: Sendable {
  /// What `--processors` calls it.
  var name: String { get }
  /// By how much it enlarges the picture, on both axes.
  var scale: Int { get }
  /// Whether it has work on frames that show no chosen face.
  var worksWithoutFaces: Bool { get }
  /// Loads what one worker needs.
  func makeWorker() throws -> any PictureProcessing
}

extension PictureProcessorPlan {
  public var scale: Int { 1 }
  public var worksWithoutFaces: Bool { false }
}
