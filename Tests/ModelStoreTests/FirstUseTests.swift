import Foundation
import TestSupport
import Testing

@testable import ModelStore

/// Published files brought by hand: nothing is known of them until they are used.
@Suite struct FirstUseTests {
  private let fixture: PeerFixture

  init() throws { fixture = try PeerFixture() }

  @Test func theFirstUseIsRecorded() throws {
    try fixture.place(PeerFixture.bytes)
    #expect(try fixture.store().load("tiny") == PeerFixture.bytes)
    let record = try #require(try fixture.lock().files["tiny.onnx"])
    #expect(record.sha256 == FileDigest.sha256(PeerFixture.bytes) && record.size == PeerFixture.bytes.count)
    #expect(record.source == nil && abs(record.recorded.timeIntervalSinceNow) < 3600)
    #expect(try fixture.store().load("tiny") == PeerFixture.bytes)
  }

  @Test func anotherFileLaterIsAnErrorThatNamesBoth() throws {
    try fixture.place(PeerFixture.bytes)
    _ = try fixture.store().load("tiny")
    try fixture.place(PeerFixture.other)
    let error = try #require(throws: ModelStoreError.self) { try fixture.store().load("tiny") }
    #expect(error.code == .checksumMismatch)
    #expect(error.message.contains(FileDigest.sha256(PeerFixture.bytes)))
    #expect(error.message.contains(FileDigest.sha256(PeerFixture.other)))
    #expect(error.hint?.contains("--renew") == true)
    let sameLength = [UInt8](repeating: 1, count: PeerFixture.bytes.count)
    try fixture.place(sameLength)
    let state = try fixture.store().verify(fixture.catalogue.entries(named: "tiny"))[0].state
    #expect(
      state
        == .wrongChecksum(found: FileDigest.sha256(sameLength), expected: FileDigest.sha256(PeerFixture.bytes)))
  }

  @Test func theCompanionDecidesAboutTheFirstUse() throws {
    try fixture.place(PeerFixture.bytes)
    try fixture.place(Array(CRC32.text(of: PeerFixture.other).utf8), "tiny.hash")
    let error = try #require(throws: ModelStoreError.self) { try fixture.store().load("tiny") }
    #expect(error.code == .checksumMismatch)
    #expect(error.message.contains(CRC32.text(of: PeerFixture.bytes)))
    #expect(error.message.contains(CRC32.text(of: PeerFixture.other)))
    #expect(try fixture.lock().files.isEmpty)
    try fixture.place(Array(CRC32.text(of: PeerFixture.bytes).utf8), "tiny.hash")
    #expect(try fixture.store().load("tiny") == PeerFixture.bytes)
  }

  @Test(arguments: [
    ([], "empty"), (Array("<!DOCTYPE html><html></html>".utf8), "web page"), (Array("\n <HTML>".utf8), "web page"),
    (Array("version https://git-lfs.github.com/spec/v1\noid sha256:1\n".utf8), "LFS"),
    ([0x50, 0x4B, 0x03, 0x04, 0], "ZIP"), ([UInt8](repeating: 0, count: 300), "zeros"),
  ])
  func whatIsNoModelIsCalledByItsName(bytes: [UInt8], words: String) throws {
    try fixture.place(bytes)
    let error = try #require(throws: ModelStoreError.self) { try fixture.store().load("tiny") }
    #expect(error.code == .modelDamaged)
    #expect(error.message.contains(words), "\(error.message)")
    #expect(try fixture.lock().files.isEmpty)
    let status = try fixture.store().verify(fixture.catalogue.entries(named: "tiny"))[0]
    #expect(!status.isUsable && !status.isAcceptable && status.summary.contains(words), "\(status.summary)")
  }

  @Test(arguments: [1, 3, 4, 1000, 5004])
  func aCutOffFileIsNotRecorded(count: Int) throws {
    try fixture.place(Array(PeerFixture.bytes[..<count]))
    let error = try #require(throws: ModelStoreError.self) { try fixture.store().load("tiny") }
    #expect(error.code == .modelDamaged && error.message.contains("cut off"))
    #expect(try !fixture.store().verify()[0].isUsable)
    #expect(try fixture.lock().files.isEmpty)
    // The whole file is welcome afterwards.
    try fixture.place(PeerFixture.bytes)
    #expect(try fixture.store().load("tiny") == PeerFixture.bytes)
  }

  @Test(arguments: [
    ([0x08, 0x80], false), ([0x08, 0x01], true), ([0x0D, 1, 2, 3, 4], true), ([0x0D, 1, 2, 3], false),
    ([0x09, 1, 2, 3, 4, 5, 6, 7, 8], true), ([0x09, 1], false), ([0x0B], false), ([0x12, 0], true),
    ([0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], false),
    ([UInt8](repeating: 0xFF, count: 30), false),
  ])
  func knowsTheEndOfEveryKindOfField(bytes: [UInt8], isWhole: Bool) {
    let passes = (try? ModelBytes.checkWhole(bytes, path: "", hint: "")) != nil
    #expect(passes == isWhole)
  }

  @Test func aMissingOneMayBeMissing() throws {
    let store = try fixture.store()
    for status in store.verify() {
      #expect(status.state == .missing && status.isAcceptable && status.summary.contains("optional"))
    }
    let error = try #require(throws: ModelStoreError.self) { try store.load("locked") }
    #expect(error.code == .modelMissing)
    #expect(error.hint == "Run: likeness models pull locked")
  }

  @Test func verifyRecordsAndListOnlyLooks() throws {
    try fixture.place(PeerFixture.bytes)
    let store = try fixture.store()
    #expect(store.list()[0].state == .present)
    #expect(try fixture.lock().files.isEmpty)
    #expect(store.verify()[0].state == .verified)
    #expect(try fixture.lock().files["tiny.onnx"]?.size == PeerFixture.bytes.count)
    try fixture.place(PeerFixture.other)
    #expect(
      store.list()[0].state == .wrongSize(found: PeerFixture.other.count, expected: PeerFixture.bytes.count))
  }

  @Test func aDamagedLockIsNamedAndKept() throws {
    try fixture.place(PeerFixture.bytes)
    try fixture.place(Array("{]".utf8), ModelLock.fileName)
    let error = try #require(throws: ModelStoreError.self) { try fixture.store().load("tiny") }
    #expect(error.code == .listInvalid)
    #expect(error.message.contains(ModelLock.fileName))
    #expect(fixture.bytes(ModelLock.fileName) == Array("{]".utf8))
  }

  @Test func aFolderThatCannotBeWrittenServesAsWell() throws {
    // A folder in place of the lock's own lock: nothing can be recorded, whoever runs the test.
    try fixture.place([], ".\(ModelLock.fileName)/inside")
    try fixture.place(PeerFixture.bytes)
    #expect(try fixture.store().load("tiny") == PeerFixture.bytes)
    #expect(try fixture.lock().files.isEmpty)
  }

  @Test func manyThreadsRecordEveryFile() throws {
    let entry = try fixture.catalogue.entry("tiny")
    try fixture.place(PeerFixture.bytes)
    let store = try fixture.store()
    let models = fixture.models
    DispatchQueue.concurrentPerform(iterations: 16) { index in
      try? ModelLock.update(in: models) { lock in
        lock.files["file\(index)"] = .init(size: index, sha256: "", source: nil, recorded: ModelStore.now)
      }
      try? store.record(entry, folder: models, size: 1, sha256: "same", source: "a")
    }
    #expect(try fixture.lock().files.count == 17)
  }

  // MARK: --models-path

  @Test func filesBroughtByHandAreFoundByName() throws {
    let mine = fixture.folder.path("mine")
    try fixture.folder.write(PeerFixture.bytes, to: "mine/tiny.onnx")
    try fixture.place(PeerFixture.other)
    try fixture.place(PeerFixture.other, "pair.onnx")
    let store = try fixture.store(modelsPath: mine)
    #expect(try store.load("tiny") == PeerFixture.bytes)
    #expect(try store.load("pair") == PeerFixture.other)
    #expect(try store.path(of: "locked") == mine + "/locked.onnx")
    #expect(try ModelLock.read(in: mine).files.keys.sorted() == ["tiny.onnx"])
    #expect(try fixture.lock().files.keys.sorted() == ["pair.onnx"])
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    for path in [fixture.folder.path("none"), fixture.folder.path("facefusion.json")] {
      let error = try #require(throws: ModelStoreError.self) { try fixture.store(modelsPath: path) }
      #expect(error.code == .folderMissing && error.message.contains(path))
    }
  }
}
