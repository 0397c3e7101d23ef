import Faces
import TestSupport
import Testing

@testable import Safeguards

@Suite struct ProtectedGateTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("protected.sqlite")
  }

  private func policy(_ mode: SafeguardPolicy.Mode) -> SafeguardPolicy.Protected { .init(mode: mode, registry: path) }

  private func registered() throws -> Int64 {
    try ProtectedIdentities(path: path).add(name: "Ada Example", faces: [dlibFace(0)]).id
  }

  @Test func aProtectedPersonEndsTheJob() throws {
    let id = try registered()
    let gate = try ProtectedGate(policy: policy(.required), recognizer: .dlib)
    #expect(gate.isNeeded && gate.result.outcome == .notChecked)
    try gate.check(dlibFace(2).embedding, at: .source("a.jpg"))
    #expect(gate.result.outcome == .passed)
    let places: [(ProtectedGate.Place, String)] = [
      (.source("b.jpg"), "the source 'b.jpg'"), (.target(frame: 17), "frame 17 of the target"),
      (.target(frame: nil), "of the target"),
    ]
    for (place, words) in places {
      #expect(
        throwsSafeguardsError(.protected, saying: [words, "entry \(id)"]) {
          try gate.check(dlibFace(0.1).embedding, at: place)
        })
    }
    let result = gate.result
    #expect(result.outcome == .refused && result.measures["entry"] == Double(id))
    #expect(result.measures["checked"] == 4 && result.measures["matched"] == 3 && result.measures["people"] == 1)
    // Who it is, is nobody's business.
    #expect(result.reason?.contains("b.jpg") == true && result.reason?.contains("Ada") == false)
  }

  @Test func aWarningEndsNothing() throws {
    _ = try registered()
    let gate = try ProtectedGate(policy: policy(.warn), recognizer: .dlib)
    try gate.check(dlibFace(0).embedding, at: .target(frame: 3))
    #expect(gate.result.outcome == .warned && gate.result.reason?.contains("frame 3") == true)
  }

  @Test func aRegistryThatCannotBeReadIsNoFreePass() throws {
    _ = try folder.write("nonsense, but long enough to look like a file", to: "protected.sqlite")
    #expect(
      throwsSafeguardsError(.storage, saying: [path]) {
        _ = try ProtectedGate(policy: policy(.required), recognizer: .dlib)
      })
    let lenient = try ProtectedGate(policy: policy(.warn), recognizer: .dlib)
    #expect(!lenient.isNeeded && lenient.result.outcome == .notChecked)
    #expect(lenient.result.reason?.contains(path) == true)
    let off = try ProtectedGate(policy: policy(.off), recognizer: .dlib)
    #expect(!off.isNeeded && off.result.outcome == .notChecked)
  }

  @Test func anotherRecogniserIsNoWayAround() throws {
    let id = try registered()
    #expect(
      throwsSafeguardsError(.protected, saying: ["arcface", "[\(id)]", "Add them again"]) {
        _ = try ProtectedGate(policy: policy(.required), recognizer: .arcFace)
      })
    let lenient = try ProtectedGate(policy: policy(.warn), recognizer: .arcFace)
    try lenient.check(arcFace(1).embedding, at: .target(frame: 0))
    #expect(lenient.result.outcome == .notChecked && lenient.result.reason?.contains("[\(id)]") == true)
  }

  @Test func aFaceThatCannotBeComparedDoesNotPass() throws {
    _ = try registered()
    let zero = Embedding([Float](repeating: 0, count: 128))
    let broken = Embedding([.nan] + [Float](repeating: 0.1, count: 127))
    for embedding in [arcFace(1).embedding, Embedding([1, 2]), zero, broken] {
      let gate = try ProtectedGate(policy: policy(.required), recognizer: .dlib)
      #expect(
        throwsSafeguardsError(.protected, saying: ["frame 5", "cannot be compared"]) {
          try gate.check(embedding, at: .target(frame: 5))
        })
      let lenient = try ProtectedGate(policy: policy(.warn), recognizer: .dlib)
      try lenient.check(embedding, at: .target(frame: 5))
      #expect(lenient.result.outcome == .notChecked)
    }
  }

  @Test func nobodyIsProtectedAtFirst() throws {
    let gate = try ProtectedGate(policy: .init(), home: folder.path("home"), recognizer: .dlib)
    #expect(!gate.isNeeded)
    try gate.check(dlibFace(0).embedding, at: .target(frame: 0))
    #expect(gate.result.outcome == .passed && gate.result.reason == "Nobody is in the registry.")
  }

  @Test func workersAskSideBySide() async throws {
    let id = try registered()
    let gate = try ProtectedGate(policy: policy(.required), recognizer: .dlib)
    let refusals = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          (0..<50).count { frame in
            (try? gate.check(dlibFace(Float(frame % 2)).embedding, at: .target(frame: frame))) == nil
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(refusals == 100 && gate.result.measures["matched"] == 100 && gate.result.measures["checked"] == 200)
    #expect(gate.result.measures["entry"] == Double(id))
  }
}
