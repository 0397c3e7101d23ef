import Imaging

/// Links the faces of neighbouring frames and fills gaps (vision.md §12).
///
/// The window is an odd number of frames around the one asked for, given as the faces found in each; a frame beyond the
/// end of the video has none.
public enum FaceTracker {
  /// A face of the window.
  public struct Entry: Sendable, Hashable {
    /// Place of the frame in the window, from 0.
    public let frame: Int
    /// Place of the face in its frame's list, from 0.
    public let face: Int

    public init(frame: Int, face: Int) {
      self.frame = frame
      self.face = face
    }
  }

  /// Where a track is at a frame: at `first` · (1 − share) + `second` · share.
  public struct Place: Sendable, Hashable {
    public let first: Entry
    public let second: Entry
    /// 0…1; 0 when the frame itself shows the face, and `second` is `first`.
    public let share: Double

    /// The entry that scores, identity and traits are taken from.
    public var nearest: Entry { share < 0.5 ? first : second }
    public var isFilled: Bool { share > 0 }
  }

  /// The tracks of a window, in the order in which they start.
  ///
  /// A face joins the track whose latest face overlaps it most (of equal ones the first), if the overlap is above
  /// `score`, else it starts a track. A later face of the same frame takes the place of an earlier one.
  ///
  /// - Parameters:
  ///   - boxes: x1, y1, x2, y2 of the faces of each frame.
  ///   - score: Overlap that links, 0…1.
  public static func tracks(of boxes: [[SIMD4<Double>]], score: Double) -> [[Entry]] {
    var tracks: [[Entry]] = []
    for (frame, faces) in boxes.enumerated() {
      for (face, box) in faces.enumerated() {
        var best: (track: Int, overlap: Double)?
        for (index, track) in tracks.enumerated() {
          guard let latest = track.last else { continue }
          let overlap = boxOverlap(box, boxes[latest.frame][latest.face])
          if overlap > (best?.overlap ?? score) { best = (index, overlap) }
        }
        let entry = Entry(frame: frame, face: face)
        guard let track = best?.track else {
          tracks.append([entry])
          continue
        }
        if tracks[track].last?.frame == frame { tracks[track].removeLast() }
        tracks[track].append(entry)
      }
    }
    return tracks
  }

  /// Where the track is at a frame of the window; nil before its first face and after its last one.
  public static func place(of track: [Entry], at frame: Int) -> Place? {
    guard let first = track.last(where: { $0.frame <= frame }) else { return nil }
    if first.frame == frame { return Place(first: first, second: first, share: 0) }
    guard let second = track.first(where: { $0.frame > frame }) else { return nil }
    return Place(
      first: first, second: second, share: Double(frame - first.frame) / Double(second.frame - first.frame))
  }

  /// a · (1 − share) + b · share.
  public static func mix<Vector: SIMD>(_ a: Vector, _ b: Vector, _ share: Double) -> Vector
  where Vector.Scalar == Double {
    a * (1 - share) + b * share
  }
}
