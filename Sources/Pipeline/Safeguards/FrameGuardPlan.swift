import Imaging
import Safeguards

/// What the safeguards of all workers of a run have in common.
struct FrameGuardPlan: Sendable {
  let faces: FaceInspection
  let watermark: WatermarkPlan?
  let label: SafeguardPolicy.Label?
  let notes = FrameNotes()

  /// - Parameters:
  ///   - isPicture: whether the target is a single picture.
  ///   - content: judges a frame by its number in the target.
  func make(isPicture: Bool = false, content: @escaping (Frame, Int) throws -> Void) -> FrameGuard {
    FrameGuard(isPicture: isPicture, content: content, faces: faces, watermark: watermark, label: label, notes: notes)
  }
}
