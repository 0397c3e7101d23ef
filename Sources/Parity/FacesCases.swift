import Faces
import Imaging
import TestSupport

/// The group `faces`: whole faces of a frame, the mean identity, scaling.
enum FacesCases: ParityGroup {
  static let groups = ["faces"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    run.hasInput("frame") ? try faces(run) : try identity(run)
  }

  private static func faces(_ run: ParityRun) throws -> ParityOutputs {
    let analyser = try run.faceNetworks().publishedAnalyser(
      run.faceOptions(), detail: [.identity, .traits], recognizer: .arcFace)
    let faces = try analyser.faces(in: run.picture("frame"))
    var outputs = ParityOutputs()
    outputs.add("bounding_boxes", faces.map(\.box))
    outputs.add("detector_scores", faces.map(\.detectorScore))
    outputs.add("landmarker_scores", faces.map(\.landmarkerScore))
    outputs.add("landmark_5", faces.flatMap(\.landmarks5))
    outputs.add("landmark_5_68", faces.flatMap(\.landmarks5From68))
    outputs.add("landmark_68", faces.flatMap(\.landmarks68))
    outputs.add("landmark_68_5", faces.flatMap(\.landmarks68From5))
    outputs.add("embeddings", faces.flatMap { $0.embedding?.values ?? [] })
    outputs.add("embeddings_norm", faces.flatMap { $0.embedding?.normalized ?? [] })
    outputs.add(value: "face_count", .number(Double(faces.count)))
    outputs.add(value: "angles", .list(faces.map { .number(Double($0.angle)) }))
    let traits = faces.compactMap(\.traits)
    outputs.add(value: "genders", .list(traits.map { .text($0.gender.rawValue) }))
    outputs.add(value: "races", .list(traits.map { .text($0.race.rawValue) }))
    outputs.add(value: "ages", .list(traits.map(\.ageValue)))
    return outputs
  }

  /// The mean of all given faces, and the first of them in a working frame.
  private static func identity(_ run: ParityRun) throws -> ParityOutputs {
    let faces = try (0..<64).prefix { run.hasInput("face_\($0)_embedding") }.map { try face(run, $0) }
    guard let first = faces.first, let mean = Embedding.mean(of: faces.compactMap(\.embedding)) else {
      throw run.invalid("face_0_embedding", "nothing")
    }
    let (target, work) = try sizes(run)
    let scaled = first.scaled(
      x: Float(work.width) / Float(target.width), y: Float(work.height) / Float(target.height))
    var outputs = ParityOutputs()
    outputs.add("embedding", mean.values)
    outputs.add("embedding_norm", mean.normalized)
    outputs.add("scaled_bounding_box", [scaled.box])
    outputs.add("scaled_landmark_5", scaled.landmarks5)
    outputs.add("scaled_landmark_5_68", scaled.landmarks5From68)
    outputs.add("scaled_landmark_68", scaled.landmarks68)
    outputs.add("scaled_landmark_68_5", scaled.landmarks68From5)
    return outputs
  }

  private static func face(_ run: ParityRun, _ index: Int) throws -> Face {
    func points(_ name: String) throws -> [Point] { try run.points("face_\(index)_\(name)") }
    guard let box = try run.boxes("face_\(index)_bounding_box").first else {
      throw run.invalid("face_\(index)_bounding_box", "nothing")
    }
    let argument = try run.parityCase.argument("face_\(index)")
    func number(_ key: String) -> Float { Float(argument[key]?.number ?? 0) }
    var face = Face(
      box: box, detectorScore: number("score_detector"), landmarkerScore: number("score_landmarker"),
      landmarks5: try points("landmark_5"), landmarks5From68: try points("landmark_5_68"),
      landmarks68: try points("landmark_68"), landmarks68From5: try points("landmark_68_5"),
      angle: Int(number("angle")))
    face.embedding = Embedding(
      try run.parityCase.floats(run.parityCase.input("face_\(index)_embedding")), measure: .cosine)
    return face
  }

  /// The target's size and the working frame's. The case names the latter in words only ("… of 180x204"). Where it
  /// does not say the former, that is the one that takes the first box where the case wants it; all the other points
  /// are still held against the case.
  private static func sizes(_ run: ParityRun) throws -> (target: PixelSize, work: PixelSize) {
    let words = run.parityCase.what.split(separator: " ").map { $0.split(separator: "x").compactMap { Int($0) } }
    guard let work = words.last(where: { $0.count == 2 }) else { throw run.invalid("what", run.parityCase.what) }
    let size = PixelSize(width: work[0], height: work[1])
    let given = run.numbers("frame_width_height", [])
    if given.count == 2 { return (PixelSize(width: given[0], height: given[1]), size) }
    let from = try run.parityCase.numbers(run.parityCase.input("face_0_bounding_box"))
    let to = try run.parityCase.numbers(run.parityCase.output("scaled_bounding_box"))
    guard from.count >= 4, to.count >= 4, to[2] > 0, to[3] > 0 else {
      throw run.invalid("scaled_bounding_box", "\(to)")
    }
    func side(_ work: Int, _ index: Int) -> Int {
      Int(min(max((Double(work) * from[index] / to[index]).rounded(), 1), 1e6))
    }
    return (PixelSize(width: side(work[0], 2), height: side(work[1], 3)), size)
  }
}
