import Faces
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Safeguards

/// A face of dlib's, `shift` away from the one of shift 0.
func dlibFace(_ shift: Float) -> ProtectedIdentities.Face {
  ProtectedIdentities.Face(
    recognizer: .dlib, embedding: Embedding([shift] + [Float](repeating: 0.1, count: 127)))
}

/// A face of ArcFace's at this cosine to the one of cosine 1.
func arcFace(_ cosine: Float) -> ProtectedIdentities.Face {
  let values = [cosine, (1 - cosine * cosine).squareRoot()] + [Float](repeating: 0, count: 510)
  return ProtectedIdentities.Face(recognizer: .arcFace, embedding: Embedding(values, measure: .cosine))
}

@Suite struct ProtectedIdentitiesTests {
  private let folder: TemporaryFolder
  private let policy: SafeguardPolicy.Protected

  init() throws {
    folder = try TemporaryFolder()
    policy = SafeguardPolicy.Protected(registry: folder.path("protected.sqlite"))
  }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber).intValue
  }

  @Test func peopleComeAndGo() throws {
    let registry = try ProtectedIdentities(policy: policy)
    #expect(try registry.list().isEmpty)
    let first = try registry.add(
      name: " Ada \n", note: "asked in writing", faces: [dlibFace(0), dlibFace(1), arcFace(1)])
    let second = try registry.add(name: "Ada", faces: [arcFace(0)])
    #expect(first.name == "Ada" && first.note == "asked in writing" && first.added.hasSuffix("Z"))
    #expect(first.recognizers == ["dlib_face_recognition_resnet_v1": 2, "arcface": 1])
    // Another program sees the same.
    #expect(try ProtectedIdentities(policy: policy).list() == [first, second])
    #expect(try registry.remove(id: first.id) == first)
    #expect(try registry.list() == [second])
    #expect(
      throwsSafeguardsError(.request, saying: ["\(first.id)", "protect list"]) { try registry.remove(id: first.id) })
    // A number that was given once is not given again.
    #expect(try registry.remove(id: second.id) == second)
    #expect(try registry.add(name: "Bo", faces: [dlibFace(0)]).id > second.id)
  }

  @Test func onlyItsOwnerMayReadIt() throws {
    _ = try ProtectedIdentities(policy: policy).add(name: "Ada", faces: [dlibFace(0)])
    #expect(try mode(#require(policy.registry)) == 0o600)
    #expect(folder.contents == ["protected.sqlite"])
    let home = folder.path("home")
    let usual = try ProtectedIdentities(policy: .init(), home: home)
    #expect(usual.path == home + "/safeguards/protected.sqlite")
    #expect(try mode(usual.path) == 0o600 && mode(home + "/safeguards") == 0o700)
  }

  /// What is removed is not merely marked as free.
  @Test func whatIsRemovedIsGoneFromTheFile() throws {
    let registry = try ProtectedIdentities(policy: policy)
    let entry = try registry.add(name: "Zebedäus", faces: [dlibFace(0.123)])
    let numbers = EmbeddingBytes.data(of: dlibFace(0.123).embedding.values)
    func holds(_ bytes: Data) throws -> Bool {
      try Data(contentsOf: URL(fileURLWithPath: registry.path)).range(of: bytes) != nil
    }
    #expect(try holds(numbers.prefix(64)) && holds(Data("Zebedäus".utf8)))
    try registry.remove(id: entry.id)
    #expect(try !holds(numbers.prefix(64)) && !holds(Data("Zebedäus".utf8)))
  }

  @Test func nonsenseIsRefused() throws {
    let registry = try ProtectedIdentities(policy: policy)
    for name in ["", "  \n", "two\nlines"] {
      #expect(throwsSafeguardsError(.request, saying: ["name"]) { try registry.add(name: name, faces: [dlibFace(0)]) })
    }
    #expect(throwsSafeguardsError(.request, saying: ["no face", "Ada"]) { try registry.add(name: "Ada", faces: []) })
    let zero = [Float](repeating: 0, count: 128)
    let wrong: [ProtectedIdentities.Face] = [
      .init(recognizer: .dlib, embedding: Embedding([1, 2, 3])),
      .init(recognizer: .dlib, embedding: arcFace(1).embedding),
      .init(recognizer: .arcFace, embedding: dlibFace(1).embedding),
      .init(recognizer: .auto, embedding: dlibFace(1).embedding),
      .init(recognizer: .dlib, embedding: Embedding(zero)),
      .init(recognizer: .dlib, embedding: Embedding([.nan] + zero.dropFirst())),
    ]
    for face in wrong {
      #expect(
        throwsSafeguardsError(.request, saying: [face.recognizer.rawValue]) {
          try registry.add(name: "Ada", faces: [dlibFace(0), face])
        })
    }
    #expect(try registry.list().isEmpty)
  }

  @Test func manyMayAddAtOnce() async throws {
    let policy = policy
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          // Each opens the registry by itself; one of them makes it.
          let registry = try ProtectedIdentities(policy: policy)
          for number in 0..<5 { try registry.add(name: "\(worker)-\(number)", faces: [dlibFace(Float(number))]) }
        }
      }
      try await group.waitForAll()
    }
    let entries = try ProtectedIdentities(policy: policy).list()
    #expect(entries.count == 20 && Set(entries.map(\.id)).count == 20 && Set(entries.map(\.name)).count == 20)
    #expect(folder.contents == ["protected.sqlite"])
  }

  // MARK: - Other files

  @Test func anotherFileIsNoRegistry() throws {
    let text = try folder.write("no database at all, just some text that is long enough", to: "text")
    let empty = try folder.write([], to: "empty")
    let other = folder.path("other")
    let queue = try DatabaseQueue(path: other)
    try queue.write { try $0.execute(sql: "CREATE TABLE identity (id INTEGER)") }
    try queue.close()
    for path in [text, empty, other, folder.path] {
      let policy = SafeguardPolicy.Protected(registry: path)
      #expect(throwsSafeguardsError(.storage, saying: [path]) { _ = try ProtectedIdentities.matcher(policy) })
      #expect(throwsSafeguardsError(.storage, saying: [path]) { _ = try ProtectedIdentities(policy: policy) })
    }
  }

  @Test func aRegistryOfAnotherFormIsNotGuessedAt() throws {
    let registry = try ProtectedIdentities(policy: policy)
    let queue = try DatabaseQueue(path: registry.path)
    try queue.write { try $0.execute(sql: "PRAGMA user_version = 2") }
    #expect(throwsSafeguardsError(.storage, saying: ["form 2"]) { _ = try ProtectedIdentities.matcher(policy) })
  }

  /// Somebody whose numbers were spoilt would go unprotected.
  @Test(arguments: [
    "DELETE FROM embedding", "UPDATE embedding SET numbers = x'00000000'", "UPDATE embedding SET numbers = x'0102'",
    "UPDATE embedding SET recognizer = 'auto'", "UPDATE embedding SET recognizer = 'unknown'",
  ])
  func aDamagedEntryIsNotPassedOver(sql: String) throws {
    let registry = try ProtectedIdentities(policy: policy)
    let entry = try registry.add(name: "Ada", faces: [dlibFace(0)])
    let queue = try DatabaseQueue(path: registry.path)
    try queue.write { try $0.execute(sql: sql) }
    #expect(
      throwsSafeguardsError(.storage, saying: ["entry \(entry.id)"]) { _ = try ProtectedIdentities.matcher(policy) })
  }

  @Test func aRegistryThatIsNamedMustBeThere() throws {
    #expect(throwsSafeguardsError(.storage, saying: ["no such file"]) { _ = try ProtectedIdentities.matcher(policy) })
    let nobody = try ProtectedIdentities.matcher(.init(), home: folder.path("home"))
    #expect(nobody.isEmpty && folder.contents.isEmpty)
  }

  /// In a service the registry belongs to the operator, in a folder where a job may write nothing.
  @Test func readingNeedsNoWriting() throws {
    _ = try ProtectedIdentities(policy: policy).add(name: "Ada", faces: [dlibFace(0)])
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: #require(policy.registry))
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path) }
    #expect(try ProtectedIdentities.matcher(policy).count == 1)
    #expect(folder.contents == ["protected.sqlite"])
  }

  // MARK: - Who it is

  @Test func theNearestIsFound() throws {
    let registry = try ProtectedIdentities(policy: policy)
    let near = try registry.add(name: "Near", faces: [dlibFace(5), dlibFace(1), arcFace(0)]).id
    let far = try registry.add(name: "Far", faces: [dlibFace(2), arcFace(1)]).id
    let matcher = try ProtectedIdentities.matcher(policy)
    #expect(matcher.count == 2 && !matcher.isEmpty && matcher.strangers(to: .dlib).isEmpty)
    // Half the Euclidean distance, strictly below 0.3.
    for (shift, id, distance, isSame) in [
      (1, near, 0, true), (0.5, near, 0.25, true), (0.25, near, 0.375, false), (2.25, far, 0.125, true),
      (4.5, near, 0.25, true), (-9, near, 1, false),
    ] as [(Float, Int64, Double, Bool)] {
      let match = try #require(matcher.nearest(to: dlibFace(shift).embedding, recognizer: .dlib))
      #expect(match.id == id && abs(match.distance - distance) < 1e-6 && match.isSame == isSame)
    }
    // Half the cosine distance: 0.3 is a cosine of 0.4.
    for (cosine, id, isSame) in [(1, far, true), (0.875, far, true), (0, near, true), (-1, near, false)]
      as [(Float, Int64, Bool)]
    {
      let match = try #require(matcher.nearest(to: arcFace(cosine).embedding, recognizer: .arcFace))
      #expect(match.id == id && match.isSame == isSame)
    }
  }

  @Test func thePolicySaysHowNear() throws {
    try ProtectedIdentities(policy: policy).add(name: "Ada", faces: [arcFace(1)])
    for (distance, cosine, isSame) in [(0.3, 0.41, true), (0.3, 0.39, false), (0.1, 0.79, false), (0.5, 0.01, true)]
      as [(Double, Float, Bool)]
    {
      var policy = policy
      policy.distance = distance
      let matcher = try ProtectedIdentities.matcher(policy)
      #expect(matcher.nearest(to: arcFace(cosine).embedding, recognizer: .arcFace)?.isSame == isSame)
    }
  }

  @Test func aRecogniserKnowsOnlyItsOwn() throws {
    let registry = try ProtectedIdentities(policy: policy)
    let one = try registry.add(name: "One", faces: [dlibFace(0)]).id
    _ = try registry.add(name: "Both", faces: [dlibFace(3), arcFace(1)])
    let matcher = try ProtectedIdentities.matcher(policy)
    #expect(matcher.strangers(to: .arcFace) == [one] && matcher.strangers(to: .dlib).isEmpty)
    #expect(matcher.nearest(to: arcFace(1).embedding, recognizer: .arcFace)?.id == one + 1)
  }

  @Test func numbersSurviveTheFile() {
    let values: [Float] = [0, -0.0, 1.5, -3.25e-20, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
    let data = EmbeddingBytes.data(of: values)
    #expect(data.count == 24 && Array(data[8..<12]) == [0, 0, 0xC0, 0x3F])
    #expect(EmbeddingBytes.values(data)?.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(EmbeddingBytes.values(data.dropLast()) == nil)
  }
}
