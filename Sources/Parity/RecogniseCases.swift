import Faces
import Imaging
import TestSupport

/// The group `recognise`: recogniser, classifier, their tables and the distance of faces.
enum RecogniseCases: ParityGroup {
  static let groups = ["recognise"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    if run.hasInput("embeddings_norm") { return try distances(run) }
    guard run.hasInput("frame") else { return try tables(run) }
    return run.parityCase.models.contains("fairface")
      ? try classify(run) : try recognise(run)
  }

  private static func recognise(_ run: ParityRun) throws -> ParityOutputs {
    let picture = try run.picture("frame")
    let points = try run.points("points")
    let embedding = try run.faceNetworks().arcFaceRecognizer().embedding(in: picture, landmarks5: points)
    var outputs = ParityOutputs()
    outputs.add(
      "tensor", ArcFaceRecognizer.tensor(of: try ArcFaceRecognizer.crop(of: picture, landmarks5: points)))
    outputs.add("embedding", embedding.values)
    outputs.add("embedding_norm", embedding.normalized)
    return outputs
  }

  private static func classify(_ run: ParityRun) throws -> ParityOutputs {
    let picture = try run.picture("frame")
    let points = try run.points("points")
    let traits = try run.faceNetworks().classifier().traits(in: picture, landmarks5: points)
    var outputs = ParityOutputs()
    outputs.add(
      "tensor", FairFaceClassifier.tensor(of: try FairFaceClassifier.crop(of: picture, landmarks5: points)))
    outputs.add(value: "gender", .text(traits.gender.rawValue))
    outputs.add(value: "age", traits.ageValue)
    outputs.add(value: "race", .text(traits.race.rawValue))
    return outputs
  }

  /// Class numbers from 0 on, as many as the case has rows.
  private static func tables(_ run: ParityRun) throws -> ParityOutputs {
    let count = try run.expected("gender").list?.count ?? 0
    let rows = (0..<count).map { FaceTraits(raceID: $0, genderID: $0, ageID: $0) }
    var outputs = ParityOutputs()
    outputs.add(value: "gender", .list(rows.map { .text($0.gender.rawValue) }))
    outputs.add(value: "age", .list(rows.map(\.ageValue)))
    outputs.add(value: "race", .list(rows.map { .text($0.race.rawValue) }))
    return outputs
  }

  /// Every face against every other; matches are those of the first.
  private static func distances(_ run: ParityRun) throws -> ParityOutputs {
    let array = try run.parityCase.input("embeddings_norm")
    let numbers = try run.parityCase.floats(array)
    let width = array.shape.last ?? 1
    let faces = stride(from: 0, to: numbers.count, by: width).map {
      Embedding(Array(numbers[$0..<$0 + width]), measure: .cosine)
    }
    var outputs = ParityOutputs()
    outputs.add(
      "distances", faces.flatMap { face in faces.map { 2 * Double(face.halfCosineDistance(to: $0)) } }, as: .float64)
    guard case .object(let rows) = try run.expected("matches_by_option"), let first = faces.first else {
      return outputs
    }
    let matches = rows.keys.map { option in
      (option, JSONValue.list(faces.map { .bool(first.matchDistance(to: $0) < Float(option) ?? 0) }))
    }
    outputs.add(value: "matches_by_option", .object(Dictionary(uniqueKeysWithValues: matches)))
    return outputs
  }
}
