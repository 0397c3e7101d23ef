import Imaging
import Safeguards
import Synchronization

/// How the first frames look, for the audit log. Filled by whichever worker has them.
final class FrameNotes: Sendable {
  private struct Hashes {
    var target: PerceptualHash?
    var output: PerceptualHash?
  }

  private let hashes = Mutex(Hashes())

  var target: PerceptualHash? { hashes.withLock { $0.target } }
  var output: PerceptualHash? { hashes.withLock { $0.output } }

  func noteTarget(_ frame: Frame) {
    let hash = PerceptualHash(frame)
    hashes.withLock { $0.target = hash }
  }

  func noteOutput(_ frame: Frame) {
    let hash = PerceptualHash(frame)
    hashes.withLock { $0.output = hash }
  }
}
