import Faces
import Imaging
import TestSupport

/// A face as JSON in double precision; what is not given is empty.
struct ParityFace {
  let box: SIMD4<Double>
  let score: Double
  let landmarks5: [SIMD2<Double>]
  /// The ends of the jaw of `68/5`.
  let jaw: [SIMD2<Double>]
  let embedding: [Double]
  let traits: FaceTraits?

  init(_ value: JSONValue) {
    let sides = value["box"]?.numbers ?? []
    box = sides.count == 4 ? SIMD4(sides[0], sides[1], sides[2], sides[3]) : .zero
    score = value["score"]?.number ?? value["face_detector_score"]?.number ?? 0
    landmarks5 = Self.points(value["landmark_5"])
    jaw = Self.points(value["landmark_68_0_and_16"])
    embedding = value["embedding_norm"]?.numbers ?? []
    traits = Self.traits(value)
  }

  private static func points(_ value: JSONValue?) -> [SIMD2<Double>] {
    (value?.list ?? []).map(\.numbers).filter { $0.count == 2 }.map { SIMD2($0[0], $0[1]) }
  }

  private static func traits(_ value: JSONValue) -> FaceTraits? {
    guard let gender = value["gender"]?.text.flatMap(FaceTraits.Gender.init),
      let race = value["race"]?.text.flatMap(FaceTraits.Race.init), let start = value["age"]?["from"]?.number,
      let end = value["age"]?["to_exclusive"]?.number, start <= end
    else { return nil }
    return FaceTraits(gender: gender, age: Int(start)..<Int(end), race: race)
  }
}

extension Face {
  init(_ face: ParityFace) {
    let points = face.landmarks5.map { Point($0) }
    self.init(
      box: Box(x1: Float(face.box.x), y1: Float(face.box.y), x2: Float(face.box.z), y2: Float(face.box.w)),
      detectorScore: Float(face.score), landmarkerScore: 0, landmarks5: points, landmarks5From68: points,
      landmarks68: [], landmarks68From5: [], angle: 0)
    let numbers = face.embedding.map { Float($0) }
    if !numbers.isEmpty { embedding = Embedding(values: numbers, normalized: numbers, measure: .cosine) }
    traits = face.traits
  }
}
