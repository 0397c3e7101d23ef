import Faces
import Imaging
import Safeguards

/// The safeguards of one worker: gates in front of its processors, marks behind them.
final class FrameGuard {
  private let content: (Frame, Int) throws -> Void
  private let isPicture: Bool
  private let faces: FaceInspection
  private let watermark: WatermarkPlan?
  private let label: SafeguardPolicy.Label?
  private let notes: FrameNotes
  private var embedder: (size: PixelSize, format: PixelFormat, made: WatermarkEmbedder)?
  private var drawer: (size: PixelSize, made: VisibleLabel)?
  private var card: CardMarks?

  /// - Parameters:
  ///   - isPicture: whether the target is a single picture.
  ///   - content: judges a frame by its number in the target.
  ///   - watermark: nil = none.
  ///   - label: nil = none.
  init(
    isPicture: Bool, content: @escaping (Frame, Int) throws -> Void, faces: FaceInspection,
    watermark: WatermarkPlan?, label: SafeguardPolicy.Label?, notes: FrameNotes
  ) {
    self.isPicture = isPicture
    self.content = content
    self.faces = faces
    self.watermark = watermark
    self.label = label
    self.notes = notes
  }

  /// Whether every frame is changed.
  var marks: Bool { watermark != nil || label != nil }

  /// Looks at a decoded frame. Returns those of the chosen faces that may be worked on.
  ///
  /// - Parameters:
  ///   - position: number of the frame in the run.
  ///   - index: number of the frame in the target.
  /// - Throws: ``SafeguardsError`` of the gate that refuses.
  func inspect(_ frame: Frame, chosen: [Face], position: Int, index: Int) throws -> [Face] {
    if position == 0 { notes.noteTarget(frame) }
    try content(frame, index)
    return try faces.allowed(chosen, in: frame, index: isPicture ? nil : index)
  }

  /// Lets frames that lie only on the card be marked there.
  func use(_ card: CardMarks) { self.card = card }

  /// Marks a frame that is finished otherwise, in place: on the card that it need not leave, else on the host, and then it
  /// lies there alone. A card that cannot mark gives the frame to the host: none goes out unmarked.
  func mark(_ frame: Frame, position: Int, time: Double) throws {
    if let label { try draw(label, on: frame, time: time) }
    if let watermark { try add(watermark, to: frame) }
    if position == 0 { notes.noteOutput(frame) }
  }

  /// Whether ``mark(_:position:time:)`` leaves the frame on its card.
  func marksOnCard(_ frame: Frame) -> Bool { marks && card?.takes(frame) == true }

  /// To be called before the host's planes are changed: the picture on a card would be without the mark.
  private func leaveCard(_ frame: Frame) throws {
    guard frame.device != nil else { return }
    try card?.wait()
    try frame.leaveDevice()
  }

  private func draw(_ label: SafeguardPolicy.Label, on frame: Frame, time: Double) throws {
    if drawer?.size != frame.size { drawer = (frame.size, try VisibleLabel(policy: label, size: frame.size)) }
    guard let drawer = drawer?.made, drawer.isShown(at: time) else { return }
    if try card?.draw(drawer, on: frame, time: time) == true { return }
    try leaveCard(frame)
    drawer.draw(on: frame, time: time)
  }

  private func add(_ watermark: WatermarkPlan, to frame: Frame) throws {
    if try card?.add(watermark, to: frame) == true { return }
    try leaveCard(frame)
    if embedder?.size != frame.size || embedder?.format != frame.format {
      embedder = (frame.size, frame.format, watermark.makeEmbedder(size: frame.size, format: frame.format))
    }
    try embedder?.made.mark(frame)
  }
}
