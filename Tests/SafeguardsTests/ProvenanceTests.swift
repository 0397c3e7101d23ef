import Foundation
import TestSupport
import Testing

@testable import Safeguards

/// Files are marked and read again, with the real library.
@Suite(.enabled(if: MarkSamples.library != nil, "the set-up did not bring libc2pa_c"))
struct ProvenanceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func marked(_ name: String, _ record: ProvenanceRecord = MarkSamples.record()) throws -> String {
    let path = try folder.write(MarkSamples.bytes(name), to: "marked/" + name)
    _ = try MarkSamples.writer(folder).mark(file: path, record: record)
    return path
  }

  @Test(arguments: MarkSamples.pictures + MarkSamples.clips)
  func everyMarkIsMadeAndFoundAndThePictureStays(name: String) throws {
    let path = try folder.write(MarkSamples.bytes(name), to: "marked/" + name)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let result = try MarkSamples.writer(folder).mark(file: path, record: MarkSamples.record())
    #expect(Set(result.made) == [.c2pa, .xmp, .aigc] && result.unheld.isEmpty && result.warnings.isEmpty)
    #expect(try MarkSamples.frames(path) == MarkSamples.frames(of: name))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("marked")) == [name])
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)

    let finding = try MarkSamples.reader(folder).read(path)
    #expect(finding.state == .trusted && finding.problems.isEmpty)
    #expect(finding.manifest?.id == result.manifestID)
    #expect(finding.xmp?.digitalSourceType == ProvenanceRecord.digitalSourceType)
    #expect(finding.xmp?.creatorTool == "Likeness 0.1.0" && finding.xmp?.jobID == "job-7 <&>")
    #expect(finding.xmp?.watermarkID == "00c0ffee12345678")
    #expect(finding.aigc?.label == "1" && finding.aigc?.produceID == "job-7 <&>")
    #expect(finding.aigc?.contentProducer == "Likeness")
  }

  @Test func theManifestSaysWhatWasDone() throws {
    let manifest = try #require(try MarkSamples.reader(folder).read(marked("a.jpg")).manifest)
    #expect(manifest.claimGenerator == "Likeness 0.1.0" && manifest.title == "out.jpg")
    #expect(manifest.actions.map(\.name) == ["c2pa.opened", "c2pa.edited"])
    let edited = try #require(manifest.actions.last)
    #expect(edited.digitalSourceType == ProvenanceRecord.digitalSourceType)
    #expect(edited.softwareAgent == "Likeness 0.1.0" && edited.when == "2026-09-21T14:13:20Z")
    #expect(manifest.ingredients.map(\.relationship) == ["parentOf", "inputTo"])
    #expect(manifest.ingredients.map(\.title) == ["party.jpg", "me.png"])
    #expect(manifest.ingredients.first?.sha256 == MarkSamples.hash)
    #expect(manifest.algorithm == "Es256" && manifest.signer.contains("self-made signer"))
    let swap = try #require(manifest.swap)
    #expect(swap == SwapAssertion(MarkSamples.record()))
    #expect(swap.watermark == "00c0ffee12345678" && swap.models.map(\.id) == ["likeness_mesh"])
    #expect(swap.inputs.map(\.role) == ["target", "source"])
  }

  @Test func noPicturesOfIngredientsAreKept() throws {
    let target = try folder.write(MarkSamples.bytes("a.jpg"), to: "target.jpg")
    let source = try folder.write(MarkSamples.bytes("a.png"), to: "me.png")
    let path = try marked("a.png", MarkSamples.record(target: target, source: source))
    let manifest = try #require(try MarkSamples.reader(folder).read(path).manifest)
    #expect(manifest.ingredients.count == 2 && manifest.ingredients.allSatisfy { !$0.hasManifest })
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.range(of: Data("thumbnail".utf8)) == nil)
    #expect(bytes.range(of: Data("party.jpg".utf8)) != nil)
    #expect(bytes.range(of: Data(folder.path.utf8)) == nil)
    #expect(bytes.range(of: Data([0xff, 0xd8, 0xff])) == nil)
  }

  @Test func ingredientsBringTheirManifests() throws {
    let target = try marked("a.jpg")
    let clip = try marked("late.mp4")
    let path = try marked("a.png", MarkSamples.record(target: target, source: clip))
    let finding = try MarkSamples.reader(folder).read(path)
    #expect(finding.state == .trusted)
    #expect(finding.manifest?.ingredients.map(\.hasManifest) == [true, true])
  }

  @Test func ingredientsThatCannotBeReadAreNamedAllTheSame() throws {
    let damaged = try folder.write(Array(MarkSamples.bytes("a.jpg").prefix(100)), to: "damaged.jpg")
    let path = try marked("a.png", MarkSamples.record(target: damaged, source: folder.path("gone.png")))
    let finding = try MarkSamples.reader(folder).read(path)
    #expect(finding.state == .trusted)
    #expect(finding.manifest?.ingredients.map(\.title).sorted() == ["me.png", "party.jpg"])
  }

  @Test func anotherInstallationKnowsNotTheSigner() throws {
    let finding = try MarkSamples.reader(folder, home: "elsewhere").read(marked("a.jpg"))
    #expect(finding.state == .valid && finding.problems.isEmpty)
    #expect(finding.manifest?.claimGenerator == "Likeness 0.1.0")
    #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
  }

  @Test func markingAgainReplacesTheMarks() throws {
    let path = try marked("a.jpg")
    var record = MarkSamples.record()
    record.jobID = "second"
    _ = try MarkSamples.writer(folder).mark(file: path, record: record)
    let finding = try MarkSamples.reader(folder).read(path)
    #expect(finding.state == .trusted && finding.xmp?.jobID == "second" && finding.manifest?.swap?.job == "second")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.range(of: Data("job-7".utf8)) == nil)
  }

  @Test func whatWasTakenOffIsMissed() throws {
    let path = try marked("a.jpg")
    let bare = folder.path("bare.jpg")
    _ = try MarkSamples.run("ffmpeg", ["-v", "error", "-nostdin", "-i", path, bare])
    let finding = try MarkSamples.reader(folder).read(bare)
    #expect(finding == ProvenanceFinding())
  }

  @Test func aFormatWithoutRoomSaysIt() throws {
    let path = try folder.write(MarkSamples.bytes("a.bmp"), to: "a.bmp")
    let result = try MarkSamples.writer(folder).mark(file: path, record: MarkSamples.record())
    #expect(result.made.isEmpty && Set(result.unheld) == [.c2pa, .xmp, .aigc])
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == MarkSamples.bytes("a.bmp"))
    let finding = try MarkSamples.reader(folder).read(path)
    #expect(finding.state == .none && finding.xmp == nil && finding.aigc == nil)
    #expect(finding.unheld == ProvenanceMark.allCases)
  }

  @Test func tagsOfAMatroskaFileAreDemandedAndRead() throws {
    var policy = SafeguardPolicy().metadata
    policy.producer = "Studio"
    let writer = try MarkSamples.writer(folder, policy)
    var tags = writer.containerTags(MarkSamples.record())
    #expect(tags["DIGITAL_SOURCE_TYPE"] == ProvenanceRecord.digitalSourceType)
    #expect(tags["LIKENESS_WATERMARK"] == "00c0ffee12345678")
    let path = try folder.write(MarkSamples.bytes("a.mkv"), to: "a.mkv")
    let result = try writer.mark(file: path, record: MarkSamples.record(), tags: tags)
    #expect(result.made == [.tags, .aigc] && result.unheld == [.c2pa, .xmp])
    // Muxers may write names in another case.
    let lower = Dictionary(uniqueKeysWithValues: tags.map { ($0.key.lowercased(), $0.value) })
    let found = try MarkSamples.reader(folder).read(path, tags: lower)
    #expect(found.aigc?.contentProducer == "Studio" && found.state == .none && found.unheld == [.c2pa, .xmp])
    #expect(found.tags?.jobID == "job-7 <&>" && found.tags?.creatorTool == "Likeness 0.1.0")
    #expect(found.tags?.digitalSourceType == ProvenanceRecord.digitalSourceType && found.xmp == nil)

    tags["LIKENESS_JOB"] = "another"
    let error = #expect(throws: SafeguardsError.self) {
      try writer.mark(file: path, record: MarkSamples.record(), tags: tags)
    }
    #expect(error?.code == .marking)
    policy.mode = .warn
    let warned = try MarkSamples.writer(folder, policy).mark(file: path, record: MarkSamples.record())
    #expect(warned.made.isEmpty && warned.warnings.count == 1)
    policy.mode = .off
    #expect(try MarkSamples.writer(folder, policy).containerTags(MarkSamples.record()).isEmpty)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == MarkSamples.bytes("a.mkv"))
  }

  /// An older number of another job must not stay when this job has no watermark.
  @Test func aMissingNumberTakesTheOldOneAway() throws {
    var record = MarkSamples.record()
    record.watermarkID = nil
    #expect(try MarkSamples.writer(folder).containerTags(record)["LIKENESS_WATERMARK"] == "")
  }

  @Test func aCopyThatAKilledProcessLeftIsNoHindrance() throws {
    let path = try folder.write(MarkSamples.bytes("a.jpg"), to: "marked/a.jpg")
    try Data("half".utf8).write(to: URL(fileURLWithPath: ProvenanceWriter.hiddenCopy(of: path)))
    let result = try MarkSamples.writer(folder).mark(file: path, record: MarkSamples.record())
    #expect(result.made.contains(.c2pa))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("marked")) == ["a.jpg"])
  }

  @Test func aDamagedOutputIsLeftAsItIs() throws {
    let bytes = Array(try MarkSamples.bytes("a.png").prefix(500))
    let path = try folder.write(bytes, to: "marked/a.png")
    #expect(throws: SafeguardsError.self) {
      try MarkSamples.writer(folder).mark(file: path, record: MarkSamples.record())
    }
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("marked")) == ["a.png"])
    var policy = SafeguardPolicy().metadata
    policy.mode = .warn
    let result = try MarkSamples.writer(folder, policy).mark(file: path, record: MarkSamples.record())
    #expect(result.made.isEmpty && result.warnings.count == 1)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
  }

  @Test func offDoesNothing() throws {
    var policy = SafeguardPolicy().metadata
    policy.mode = .off
    let path = try folder.write(MarkSamples.bytes("a.jpg"), to: "a.jpg")
    let result = try MarkSamples.writer(folder, policy).mark(file: path, record: MarkSamples.record())
    #expect(result == ProvenanceResult() && !FileManager.default.fileExists(atPath: folder.path("home")))
  }
}
