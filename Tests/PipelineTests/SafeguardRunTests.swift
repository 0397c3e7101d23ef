import Faces
import Foundation
import Imaging
import Inference
import Media
import ModelStore
import Safeguards
import TestSupport
import Testing

@testable import Pipeline

/// Runs under a policy: what is let through, what is left behind.
@Suite struct SafeguardRunTests {
  private let folder: TemporaryFolder
  private let home: TestHome

  init() throws {
    folder = try TemporaryFolder()
    home = try TestHome(of: ModelStore.defaultHome())
  }

  @discardableResult
  private func run(
    source: String = TestRun.hopper, target: String = TestRun.collins, to name: String,
    policy change: (inout SafeguardPolicy) -> Void = { _ in }, _ more: String...
  ) throws -> RunReport {
    var policy = SafeguardPolicy()
    change(&policy)
    return try Runner(
      options: TestRun.options(["-s", source, "-t", target, "-o", folder.path(name)] + more),
      logger: TestRun.silence, policy: PolicyFile.Loaded(policy: policy, origin: .builtIn), home: home.path
    ).run()
  }

  private func log() throws -> AuditLog {
    try AuditLog(reading: SafeguardPolicy().audit, folder: SafeguardsFolder(home: home.path))
  }

  /// The entries of jobs, oldest first.
  private func jobEntries() throws -> [AuditEntry] {
    try log().list().sorted { $0.number < $1.number }.map(\.entry).filter { $0.job != nil }
  }

  /// A second of the portrait.
  private func clip(_ name: String, frames: Int) throws -> String {
    let path = folder.path(name)
    try TestRun.clip(of: TestRun.collins, to: path, frames: frames)
    return path
  }

  private func renamed(_ path: String, _ name: String) throws -> String {
    try FileManager.default.copyItem(atPath: path, toPath: folder.path(name))
    return folder.path(name)
  }

  @Test func aVisibleLabelIsDrawnWhereThePolicyWantsOne() throws {
    try run(to: "plain.png") { $0.watermark.mode = .off }
    try run(to: "labelled.png") {
      $0.watermark.mode = .off
      $0.label.mode = .required
    }
    let plain = try TestRun.frame(folder.path("plain.png")).toPixelBuffer8()
    let labelled = try TestRun.frame(folder.path("labelled.png")).toPixelBuffer8()
    func differs(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
      rows.contains { y in columns.contains { x in plain[x, y, 0] != labelled[x, y, 0] } }
    }
    #expect(differs(0..<64, 0..<128))
    #expect(!differs(256..<512, 0..<512) && !differs(0..<512, 256..<512))
  }

  @Test func aPictureComesOutMarkedAndRecorded() throws {
    let report = try run(to: "out.png", "--consent-statement", "Both are public-domain portraits.")
    let output = folder.path("out.png")
    let digest = try FileDigest(path: output)
    let entries = try jobEntries()
    #expect(entries.map(\.event) == [.started, .finished])
    let end = try #require(entries.last)
    #expect(end.outputs.map(\.sha256) == [digest.sha256])
    #expect(try end.inputs.map(\.sha256) == [TestRun.hopper, TestRun.collins].map { try FileDigest(path: $0).sha256 })
    #expect(end.inputs.allSatisfy { $0.perceptual != nil } && end.outputs.allSatisfy { $0.perceptual != nil })
    #expect(end.consent?.text == "Both are public-domain portraits.")
    #expect(end.job?.uuidString == report.safeguards.job)
    #expect(Set(["open_nsfw", "face_mesh_478", "dlib_face_recognition_resnet_v1"]).isSubset(of: end.models.map(\.id)))
    let gates = end.gates.reduce(into: [String: AuditGate]()) { $0[$1.gate] = $1 }
    #expect(gates["content"]?.outcome == .passed && gates["similarity"]?.outcome == .passed)
    #expect(gates["protected"]?.outcome == .passed && gates["metadata"]?.outcome == .passed)
    let origin = try ProvenanceReader(home: home.path).read(output)
    #expect(origin.state == .trusted)
    #expect(origin.manifest?.swap?.job == report.safeguards.job)
    #expect(origin.aigc != nil)
    #expect(try log().verify().isIntact)
    #expect(folder.contents == ["out.png"])
  }

  @Test func aClipComesOutMarkedAndRecorded() throws {
    let report = try run(target: clip("in.mp4", frames: 6), to: "out.mp4")
    #expect(report.frames == 6 && report.warnings.contains { $0.contains("consent") })
    #expect(try jobEntries().last?.outputs.map(\.sha256) == [FileDigest(path: folder.path("out.mp4")).sha256])
    #expect(try ProvenanceReader(home: home.path).read(folder.path("out.mp4")).state == .trusted)
    #expect(try MediaInfo.probe(folder.path("out.mp4"), countsFrames: true).mainVideo?.frameCount == 6)
  }

  /// Neither has a place for C2PA or XMP; their tags say it.
  @Test(arguments: ["mkv", "webm"])
  func aMatroskaClipSaysItInItsTags(suffix: String) throws {
    let name = "out." + suffix
    let report = try run(target: clip("in.mp4", frames: 3), to: name)
    let gate = try #require(report.safeguards.results.first { $0.gate == "metadata" })
    #expect(gate.outcome == .passed && gate.reason?.text?.contains("tags made; aigc made") == true)
    let verification = try FileVerifier(policy: SafeguardPolicy(), home: home.path).verify(folder.path(name))
    let states = Dictionary(uniqueKeysWithValues: verification.findings.map { ($0.layer, $0.state) })
    #expect(states[.tags] == .holds && states[.aigc] == .holds && states[.c2pa] == .unheld && states[.audit] == .holds)
    #expect(states[.xmp] == nil && verification.holds && !verification.summary.contains("Missing: c2pa"))
    #expect(verification.provenance.tags?.jobID == report.safeguards.job)
    #expect(verification.provenance.tags?.watermarkID == report.safeguards.watermark)
    let tags = try MediaInfo.probe(folder.path(name)).tags
    #expect(tags["DIGITAL_SOURCE_TYPE"] == ProvenanceRecord.digitalSourceType)

    // Without its tags the file says nothing, and that is what is said.
    let bare = folder.path("bare." + suffix)
    let reader = try VideoReader(path: folder.path(name))
    let writer = try VideoWriter(
      path: bare, source: reader.source, output: VideoOutput(tags: tags.mapValues { _ in "" }))
    while let frame = try reader.next() { try writer.write(frame) }
    _ = try writer.finish()
    let second = try FileVerifier(policy: SafeguardPolicy(), home: home.path).verify(bare)
    #expect(second.findings.filter { $0.state == .missing }.map(\.layer.rawValue).contains("tags"))
    #expect(second.findings.first { $0.layer == .aigc }?.state == .missing && second.summary.contains("Missing: "))
  }

  /// With a limit of 0 every picture counts as flagged.
  @Test(arguments: ["picture", "renamed picture", "one-frame video", "video", "source"])
  func whatTheContentGateFlagsIsRefused(place: String) throws {
    let target =
      switch place {
      case "renamed picture": try renamed(TestRun.collins, "in.mp4")
      case "one-frame video": try clip("in.mp4", frames: 1)
      case "video": try clip("in.mp4", frames: 5)
      default: TestRun.collins
      }
    let before = folder.contents
    let name = place.hasSuffix("video") ? "out.mp4" : "out.png"
    // Drawing faces needs no source, so that the target is the first to be judged.
    let processor = place == "source" ? "face_swapper" : "face_debugger"
    let error = try #require(throws: SafeguardsError.self) {
      try run(target: target, to: name, policy: { $0.content.threshold = 0 }, "--processors", processor)
    }
    #expect(error.code == .content)
    #expect(error.message.contains(place == "source" ? TestRun.hopper : target))
    #expect(folder.contents == before)
    let entries = try jobEntries()
    #expect(entries.map(\.event) == [.started, .refused])
    #expect(entries.last?.failure?.code == "content" && entries.last?.outputs.isEmpty == true)
    #expect(entries.last?.gates.first { $0.gate == "content" }?.outcome == .refused)
  }

  @Test func aWarningOnlyGateLetsThrough() throws {
    let report = try run(to: "out.png") {
      $0.content.threshold = 0
      $0.content.mode = .warn
    }
    #expect(report.safeguards.results.first { $0.gate == "content" }?.outcome == .warned)
    #expect(folder.contents == ["out.png"])
  }

  @Test(arguments: [true, false])
  func aProtectedPersonIsNeitherSourceNorTarget(asSource: Bool) throws {
    let networks = FaceNetworks(runtime: try OnnxRuntime.open(), models: try ModelStore())
    let portrait = asSource ? TestRun.hopper : TestRun.collins
    let analyser = try networks.analyser(FaceOptions())
    let frame = try TestRun.frame(portrait)
    var face = try #require(try analyser.faces(in: frame).first)
    try analyser.embed(&face, in: frame)
    let entry = try ProtectedIdentities(policy: SafeguardPolicy().protected, home: home.path).add(
      name: "somebody", faces: [.init(recognizer: .dlib, embedding: try #require(face.embedding))])
    let error = try #require(throws: SafeguardsError.self) { try run(to: "out.png") }
    #expect(error.code == .protected && error.message.contains("entry \(entry.id)"))
    #expect(error.message.contains("source") == asSource)
    #expect(folder.contents.isEmpty)
    #expect(try jobEntries().last?.event == .refused)
  }

  @Test func aRequiredStatementIsAskedFor() throws {
    let error = try #require(throws: SafeguardsError.self) {
      try run(to: "out.png", policy: { $0.consent.mode = .required })
    }
    #expect(error.code == .consent && folder.contents.isEmpty)
    #expect(try jobEntries().map(\.event) == [.started, .refused])
    try run(to: "out.png", policy: { $0.consent.mode = .required }, "--consent-statement", "Agreed.")
    #expect(try jobEntries().last?.event == .finished)
  }

  @Test func similarityOutOfTheRangeIsRefused() throws {
    let error = try #require(throws: SafeguardsError.self) {
      try run(to: "out.png") {
        $0.similarity.mode = .required
        $0.similarity.minimum = 0.9
      }
    }
    #expect(error.code == .similarity && folder.contents.isEmpty)
  }

  @Test func aJobThatBreaksOffHasALineThatSaysSo() throws {
    let target = try clip("in.mp4", frames: 12)
    // Its index lies in front, so it still opens when its end is gone.
    let whole = try Data(contentsOf: URL(fileURLWithPath: target))
    try whole.prefix(whole.count * 7 / 10).write(to: URL(fileURLWithPath: target))
    #expect(throws: MediaError.self) { try run(target: target, to: "out.mp4") }
    #expect(try jobEntries().map(\.event) == [.started, .failed])
    #expect(!folder.contents.contains("out.mp4"))
  }

  @Test func whatIsOffLeavesTheSamplesAlone() throws {
    let report = try Runner(
      options: TestRun.options("-s", TestRun.hopper, "-t", TestRun.collins, "-o", folder.path("out.png")),
      logger: TestRun.silence, policy: TestRun.unguarded, home: home.path
    ).run()
    #expect(report.safeguards.results.allSatisfy { $0.outcome == .notChecked })
    #expect(home.folder.contents == ["lib", "models"])
    #expect(try ProvenanceReader(home: home.path).read(folder.path("out.png")).state == .none)
  }
}
