import DeviceImaging
public import Imaging

/// One or several published detectors as the peer uses them: margin, angles, one suppression over all finds
/// (vision.md §7). Owned by one worker.
public final class PublishedFaceDetector: PictureDetecting {
  private let networks: [PublishedDetectorNetwork]
  private let margin: DetectorMargin
  private let angles: [Int]
  private let score: Float
  private let overlap: Float

  /// - Parameters:
  ///   - networks: asked one after the other; more than one means `many`, which suppresses more strictly.
  ///   - angles: quarter turns in degrees, in the order in which finds are pooled.
  public init(networks: [PublishedDetectorNetwork], margin: DetectorMargin, angles: [Int], score: Float) {
    self.networks = networks
    self.margin = margin
    self.angles = angles
    self.score = score
    overlap = suppressionThreshold(angleCount: angles.count, isManyModels: networks.count > 1)
  }

  public func detect(in view: FaceView) throws -> [DetectedFace] {
    guard score > 0, view.size.area > 0 else { return [] }
    let candidates =
      if let device = view.device, networks.allSatisfy({ $0.isOn(device.ordinal) }) {
        try candidates(in: device)
      } else {
        try candidates(in: view.picture)
      }
    return candidates.kept(score: score, overlap: overlap).map(candidates.face)
  }

  /// All finds of a B, G, R picture before suppression.
  public func candidates(in picture: PixelBuffer8) throws -> FaceCandidates {
    var pool = FaceCandidates()
    for angle in angles { pool.append(contentsOf: try candidates(in: picture, angle: angle)) }
    return pool
  }

  /// Turned pictures are looked at with margins of their own; boxes become the boxes around what was found.
  private func candidates(in picture: PixelBuffer8, angle: Int) throws -> FaceCandidates {
    guard angle != 0 else { return try pool(in: picture) }
    let (turn, size) = Imaging.AffineTransform.rotation(degrees: angle, of: picture.size)
    return try pool(in: warp(picture, turn, to: size)).transformed(turn.inverted)
  }

  private func candidates(in device: DeviceFrame) throws -> FaceCandidates {
    var pool = FaceCandidates()
    for angle in angles {
      let turn = angle == 0 ? nil : Imaging.AffineTransform.rotation(degrees: angle, of: device.size)
      for network in networks {
        let found = try network.candidates(in: device, turn: turn, margin: margin, score: score)
        pool.append(contentsOf: turn.map { found.transformed($0.transform.inverted) } ?? found)
      }
    }
    return pool
  }

  private func pool(in picture: PixelBuffer8) throws -> FaceCandidates {
    var pool = FaceCandidates()
    for network in networks {
      pool.append(contentsOf: try network.candidates(in: picture, margin: margin, score: score))
    }
    return pool
  }
}
