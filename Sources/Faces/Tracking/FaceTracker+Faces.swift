import Imaging

/// Options of the tracker; names, values and defaults are the peer's.
public struct FaceTrackerOptions: Sendable, Hashable {
  /// `--face-tracker-score`, 0…0.5: overlap that links faces of neighbouring frames; 0 = no tracking.
  public var score: Double
  /// `--target-frame-amount`, 0…10: frames looked at on each side.
  public var frameAmount: Int

  public init(score: Double = 0, frameAmount: Int = 2) {
    self.score = score
    self.frameAmount = frameAmount
  }

  public static let scoreRange: ClosedRange<Double> = 0...0.5
  public static let frameAmountRange = 0...10

  /// Whether anything is tracked.
  public var isOn: Bool { score > 0 }

  /// - Throws: ``FacesError`` of code `invalidOption` naming the value outside its range.
  public func validate() throws {
    guard FaceTrackerOptions.scoreRange.contains(score) else {
      throw FacesError(
        code: .invalidOption, message: "--face-tracker-score is \(score).", hint: "Allowed: 0 to 0.5.")
    }
    guard FaceTrackerOptions.frameAmountRange.contains(frameAmount) else {
      throw FacesError(
        code: .invalidOption, message: "--target-frame-amount is \(frameAmount).", hint: "Allowed: 0 to 10.")
    }
  }
}

extension FaceTracker {
  /// The faces of the window's middle frame: those of its tracks that are there, found or filled in, in the order of
  /// the tracks.
  ///
  /// - Parameters:
  ///   - window: The faces of each frame; the middle is at `count / 2`.
  ///   - score: Overlap that links, above 0.
  public static func faces(in window: [[Face]], score: Double) -> [Face] {
    tracks(of: window.map { $0.map { vector($0.box) } }, score: score).compactMap { track in
      place(of: track, at: window.count / 2).map { face(at: $0, in: window) }
    }
  }

  private static func face(at place: Place, in window: [[Face]]) -> Face {
    func face(_ entry: Entry) -> Face { window[entry.frame][entry.face] }
    guard place.isFilled else { return face(place.first) }
    return filled(between: face(place.first), and: face(place.second), share: place.share)
  }

  /// The face between two that show it: positions mixed, all else that of the nearer one, the angle taken anew.
  ///
  /// - Parameter share: 0…1, the way from the first to the second.
  public static func filled(between first: Face, and second: Face, share: Double) -> Face {
    func mixed(_ set: (Face) -> [Point]) -> [Point] {
      zip(set(first), set(second)).map { Point(mix(SIMD2<Double>($0), SIMD2<Double>($1), share)) }
    }
    var face = share < 0.5 ? first : second
    let box = mix(vector(first.box), vector(second.box), share)
    face.box = Box(x1: Float(box.x), y1: Float(box.y), x2: Float(box.z), y2: Float(box.w))
    face.landmarks5 = mixed(\.landmarks5)
    face.landmarks5From68 = mixed(\.landmarks5From68)
    face.landmarks68 = mixed(\.landmarks68)
    face.landmarks68From5 = mixed(\.landmarks68From5)
    face.mesh = zip(first.mesh, second.mesh).map { Point3(mix(SIMD3<Double>($0), SIMD3<Double>($1), share)) }
    if face.landmarks68From5.count == 68 {
      face.angle = FaceTopology.quarterTurn(from: face.landmarks68From5[0], to: face.landmarks68From5[16])
    }
    face.origin = .refill
    return face
  }

  private static func vector(_ box: Box) -> SIMD4<Double> {
    SIMD4(Double(box.x1), Double(box.y1), Double(box.x2), Double(box.y2))
  }
}
