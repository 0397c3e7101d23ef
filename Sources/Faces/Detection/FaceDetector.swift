public import Imaging

/// A network behind ``FaceDetector``: finds of one view of a frame, suppressed among themselves.
protocol CandidateFinding: AnyObject {
  /// Faces in frame pixels whose score is above `score`.
  func candidates(in frame: Frame, margin: DetectorMargin, angle: Int, score: Float) throws -> [DetectedFace]
}

/// The detector of the options: one or more networks, margins and quarter turns, one suppression over all finds
/// (vision.md §7.1, 7.7).
public final class FaceDetector: FaceDetecting {
  private let networks: [any CandidateFinding]
  private let margin: DetectorMargin
  private let angles: [Int]
  private let score: Float

  init(networks: [any CandidateFinding], margin: DetectorMargin, angles: [Int], score: Float) {
    self.networks = networks
    self.margin = margin
    self.angles = angles
    self.score = score
  }

  public func detect(in frame: Frame) throws -> [DetectedFace] {
    guard score > 0 else { return [] }
    var pool: [DetectedFace] = []
    for network in networks {
      for angle in angles {
        pool += try network.candidates(in: frame, margin: margin, angle: angle, score: score)
      }
    }
    if networks.count * angles.count == 1 { return pool }
    let kept = nonMaximumSuppression(
      boxes: pool.map(\.box), scores: pool.map(\.score), scoreThreshold: score,
      overlapThreshold: FaceDetector.overlapThreshold(networks: networks.count, angles: angles.count))
    return kept.map { pool[$0] }
  }

  /// The peer's table, but 0.3 for one upright look (the networks' own value) and 0.3 for two networks, whose boxes
  /// are drawn alike; its 0.1 would take one of two people who stand cheek to cheek.
  static func overlapThreshold(networks: Int, angles: Int) -> Float {
    switch angles {
    case 3: 0.2
    case 4: 0.1
    default: 0.3
    }
  }
}
