import Faces
import Imaging
import TestSupport

/// The group `landmark`: published landmarkers, 68 points from five, arithmetic on points.
enum LandmarkCases: ParityGroup {
  static let groups = ["landmark"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    if run.hasInput("frame") { return try landmarks(run) }
    return run.hasInput("points_5") ? try guesses(run) : try arithmetic(run)
  }

  private static func landmarks(_ run: ParityRun) throws -> ParityOutputs {
    guard let box = try run.boxes("bounding_box").first else { throw run.invalid("bounding_box", "nothing") }
    let crop = LandmarkerCrop(box: box, angle: Int(run.number("face_angle", 0)))
    let picture = crop.cut(from: try run.picture("frame"))
    let landmarker = try run.faceNetworks().publishedLandmarker(run.faceOptions().landmarkerModel)
    let found = try landmarker.landmarks(of: picture)
    var outputs = ParityOutputs()
    outputs.add("crop_after_light", picture)
    outputs.add("points", crop.inPicture(found?.points ?? []))
    outputs.add(value: "score", .number(Double(found?.score ?? 0)))
    return outputs
  }

  private static func guesses(_ run: ParityRun) throws -> ParityOutputs {
    let guesser = try run.faceNetworks().guesser()
    let points = try run.points("points_5")
    let faces = try stride(from: 0, to: points.count - 4, by: 5).map {
      try guesser.landmarks68(from: Array(points[$0..<$0 + 5]))
    }
    var outputs = ParityOutputs()
    outputs.add("points_68", faces.flatMap(\.self))
    outputs.add(value: "angles", .list(faces.map { .number(Double(FaceTopology.angle(of68: $0))) }))
    return outputs
  }

  private static func arithmetic(_ run: ParityRun) throws -> ParityOutputs {
    let points = try run.doublePoints("points_68")
    let five = FaceTopology.landmarks5(from68: points)
    var outputs = ParityOutputs()
    outputs.add("points_5", flat(five), as: .float64)
    let low = points.reduce(SIMD2(repeating: .infinity)) { pointwiseMin($0, $1) }
    let high = points.reduce(SIMD2(repeating: -.infinity)) { pointwiseMax($0, $1) }
    outputs.add("bounding_box", flat([low, high]), as: .float64)
    for array in run.parityCase.outputs where array.name.hasPrefix("scaled_") {
      // scaled_0_875: 0.875.
      let factor = array.name.dropFirst("scaled_".count).split(separator: "_").joined(separator: ".")
      guard let factor = Double(factor) else { throw run.invalid("scale", array.name) }
      outputs.add(array.name, flat(scaleAboutNose(five, by: factor)), as: .float64)
    }
    if let rows = try? run.expected("degrees_to_angle").list {
      outputs.add(
        value: "degrees_to_angle",
        .list(
          rows.map { row in
            let degrees = row.numbers.first ?? 0
            return .list([.number(degrees), .number(Double(FaceTopology.quarterTurn(degrees: degrees)))])
          }))
    }
    return outputs
  }

  private static func flat(_ points: [SIMD2<Double>]) -> [Double] { points.flatMap { [$0.x, $0.y] } }
}
