import Faces
import Imaging
import Processors
import TestSupport

/// The group `debug`: what the face debugger draws of one face.
enum DebugCases: ParityGroup {
  static let groups = ["debug"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let items: [FaceDebugger.Item] = try (run.texts("face_debugger_items") ?? []).map(ParityWords.value)
    var options = try run.caseMaskOptions()
    if !items.contains(.faceMask) { options.types = [] }
    let debugger = PictureDebugger(
      items: Set(items), masker: try FaceMasker(networks: run.networks(), options: options))
    var picture = try run.picture("frame")
    try debugger.draw(face(run), on: &picture)
    var outputs = ParityOutputs()
    outputs.add("result", picture)
    return outputs
  }

  private static func face(_ run: ParityRun) throws -> Face {
    let facts = try run.parityCase.argument("face")
    func number(_ name: String) -> Float { Float(facts[name]?.number ?? 0) }
    var face = Face(
      box: try run.boxes("face_bounding_box").first ?? Box(around: []), detectorScore: number("score_detector"),
      landmarkerScore: number("score_landmarker"), landmarks5: try run.points("face_landmark_5"),
      landmarks5From68: try run.points("face_landmark_5_68"), landmarks68: try run.points("face_landmark_68"),
      landmarks68From5: try run.points("face_landmark_68_5"), angle: Int(number("angle")))
    if facts["origin"]?.text == Face.Origin.refill.rawValue { face.origin = .refill }
    return face
  }
}
