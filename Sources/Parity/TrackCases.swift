import Faces
import TestSupport

/// The group `track`: tracks over a window and the faces of its middle frame (vision.md §12).
///
/// The rows of the expected table say which overlap to run. All is kept in double precision, as the peer has it.
enum TrackCases: ParityGroup {
  static let groups = ["track"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let frames = (try run.parityCase.argument("frames").list ?? []).map { ($0.list ?? []).map(ParityFace.init) }
    var outputs = ParityOutputs()
    for expected in run.parityCase.values {
      let rows = try (expected.value.list ?? []).map { row -> JSONValue in
        guard case .object(var fields) = row else {
          throw TestSupportError(.caseInvalid, "A row of \(run.parityCase.id) is not an object.")
        }
        let score = row["face_tracker_score"]?.number ?? run.number("face_tracker_score", 0)
        let tracks = FaceTracker.tracks(of: frames.map { $0.map(\.box) }, score: score)
        fields["tracks_as_frame_and_face_index"] = .list(
          tracks.map { .list($0.map { .list([.number(Double($0.frame)), .number(Double($0.face))]) }) })
        fields["faces"] = .list(
          tracks.compactMap { FaceTracker.place(of: $0, at: frames.count / 2) }.map { face(at: $0, in: frames) })
        return .object(fields)
      }
      outputs.add(value: expected.name, .list(rows))
    }
    return outputs
  }

  private static func face(at place: FaceTracker.Place, in frames: [[ParityFace]]) -> JSONValue {
    let first = frames[place.first.frame][place.first.face]
    let second = frames[place.second.frame][place.second.face]
    let nearest = frames[place.nearest.frame][place.nearest.face]
    func mixed(_ set: (ParityFace) -> [SIMD2<Double>]) -> [SIMD2<Double>] {
      zip(set(first), set(second)).map { FaceTracker.mix($0, $1, place.share) }
    }
    let box = FaceTracker.mix(first.box, second.box, place.share)
    let jaw = mixed(\.jaw)
    return .object([
      "origin": .text(place.isFilled ? Face.Origin.refill.rawValue : Face.Origin.detect.rawValue),
      "box": .list([box.x, box.y, box.z, box.w].map(JSONValue.number)),
      "score": .number(nearest.score),
      "landmark_5": .list(mixed(\.landmarks5).map { .list([.number($0.x), .number($0.y)]) }),
      "embedding_norm": .list(nearest.embedding.map(JSONValue.number)),
      "angle": .number(jaw.count == 2 ? Double(FaceTopology.quarterTurn(from: jaw[0], to: jaw[1])) : 0),
    ])
  }
}
