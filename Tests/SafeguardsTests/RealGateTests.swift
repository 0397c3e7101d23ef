import Faces
import Imaging
import ModelStore
import TestSupport
import Testing

@testable import Safeguards

/// The gates with the open pack's own networks on the two sample portraits.
@Suite(.enabled(if: SamplePhotos.isReady, Comment(rawValue: SamplePhotos.skipReason)), .serialized)
struct RealGateTests {
  private func photo(_ name: String, filter: String = "null") throws -> Frame {
    try #require(SamplePhotos.photo(name, filter: filter))
  }

  @Test func portraitsPassTheContentGate() throws {
    let networks = try #require(SamplePhotos.networks)
    let gate = ContentGate(policy: .init()) { try ContentJudge(networks: networks, threshold: 0.8) }
    for name in ["collins.png", "hopper.jpg"] { try gate.check(photo(name), name: name) }
    #expect(gate.result.outcome == .passed && gate.result.measures["judged"] == 2)
    // Pillow's box filter and ONNX Runtime for Python give 0.0170 and 0.0002.
    #expect(abs((gate.result.measures["open_nsfw_highest"] ?? 1) - 0.0170) < 2e-3)
  }

  @Test func aProtectedPersonIsKnownInOtherPhotos() throws {
    let enrolment = try ProtectedEnrolment(networks: #require(SamplePhotos.networks))
    #expect(enrolment.models.first == .dlib)
    let folder = try TemporaryFolder()
    let policy = SafeguardPolicy.Protected(registry: folder.path("protected.sqlite"))
    let (faces, people) = try enrolment.look(at: photo("collins.png"), name: "collins.png")
    #expect(people == 1 && faces.map(\.recognizer) == enrolment.models)
    let entry = try ProtectedIdentities(policy: policy).add(name: "Collins", faces: faces)
    let gate = try ProtectedGate(policy: policy, recognizer: .dlib)
    func check(_ photo: Frame) throws {
      let face = try #require(try enrolment.look(at: photo, name: "photo").faces.first)
      try gate.check(face.embedding, at: .target(frame: nil))
    }
    try check(photo("hopper.jpg"))
    for filter in ["hflip", "scale=300:300", "eq=brightness=-0.15"] {
      #expect(
        throwsSafeguardsError(.protected, saying: ["entry \(entry.id)"]) {
          try check(photo("collins.png", filter: filter))
        })
    }
  }

  @Test func onePersonIsMoreAlikeThanTwo() throws {
    let enrolment = try ProtectedEnrolment(networks: #require(SamplePhotos.networks))
    func identity(_ name: String, _ filter: String = "null") throws -> Embedding {
      try #require(try enrolment.look(at: photo(name, filter: filter), name: name).faces.first).embedding
    }
    let collins = try identity("collins.png")
    let same = try #require(SimilarityGate.similarity(collins, identity("collins.png", "hflip")))
    let other = try #require(SimilarityGate.similarity(collins, identity("hopper.jpg")))
    #expect(same > 0.6 && other < 0.4 && other > -0.5)
  }

  @Test func aPhotoWithoutAFaceIsNamed() throws {
    let enrolment = try ProtectedEnrolment(networks: #require(SamplePhotos.networks))
    let wall = SyntheticFrame.frame(.gradient, size: PixelSize(width: 320, height: 240))
    #expect(
      throwsSafeguardsError(.request, saying: ["No face", "'wall.png'"]) {
        _ = try enrolment.look(at: wall, name: "wall.png")
      })
  }
}
