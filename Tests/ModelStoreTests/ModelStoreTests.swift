import Foundation
import TestSupport
import Testing

@testable import ModelStore

@Suite struct ModelStoreTests {
  @Test(arguments: [
    (["LIKENESS_HOME": "/a", "XDG_DATA_HOME": "/b", "HOME": "/c"], "/a"),
    (["LIKENESS_HOME": "", "XDG_DATA_HOME": "/b", "HOME": "/c"], "/b/likeness"),
    (["XDG_DATA_HOME": "", "HOME": "/c"], "/c/.local/share/likeness"),
  ])
  func findsTheHome(environment: [String: String], home: String) {
    #expect(ModelStore.defaultHome(environment: environment) == home)
  }

  @Test func knowsTheStandardDigests() {
    // FIPS 180-4: the empty message and "abc".
    #expect(FileDigest.sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      FileDigest.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func readsAFileInPieces() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<(2 << 20) + 17).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try folder.write(bytes, to: "large")
    #expect(try FileDigest.sha256(path: path) == FileDigest.sha256(bytes))
    #expect(throws: ModelStoreError.self) { try FileDigest.sha256(path: folder.path("none")) }
  }

  @Test func loadsWhatTheCatalogueNames() throws {
    let fixture = try StoreFixture()
    #expect(try fixture.store.load("tiny") == StoreFixture.bytes)
    #expect(try fixture.store.load(ModelID(rawValue: "tiny")) == StoreFixture.bytes)
    #expect(try fixture.store.path(of: "tiny") == fixture.folder.path("models/tiny.onnx"))
  }

  @Test func loadsWhatOnlyTheManifestNames() throws {
    let manifest = StoreFixture.manifest(sha256: StoreFixture.digest, size: StoreFixture.bytes.count)
    let fixture = try StoreFixture(pinned: nil, manifest: manifest)
    #expect(try fixture.store.load("tiny") == StoreFixture.bytes)
  }

  @Test func theCatalogueWinsOverATamperedManifest() throws {
    let other = Array("other bytes".utf8)
    let manifest = StoreFixture.manifest(sha256: FileDigest.sha256(other), size: other.count)
    let fixture = try StoreFixture(file: other, manifest: manifest)
    let error = try #require(throws: ModelStoreError.self) { try fixture.store.load("tiny") }
    #expect(error.code == .checksumMismatch)
    #expect(error.message.contains(fixture.folder.path("models/tiny.onnx")))
    #expect(error.message.contains(FileDigest.sha256(other)))
    #expect(error.message.contains(StoreFixture.digest))
    #expect(error.hint?.contains("likeness models pull") == true)
  }

  @Test func aMissingFileIsAnErrorWithTheWayOut() throws {
    let fixture = try StoreFixture(file: nil)
    let error = try #require(throws: ModelStoreError.self) { try fixture.store.load("tiny") }
    #expect(error.code == .modelMissing)
    #expect(error.hint?.contains("likeness models pull") == true)
  }

  @Test func aFolderInPlaceOfTheFileIsUnreadable() throws {
    let fixture = try StoreFixture(file: nil)
    try fixture.folder.write("x", to: "models/tiny.onnx/inside")
    let error = try #require(throws: ModelStoreError.self) { try fixture.store.load("tiny") }
    #expect(error.code == .unreadable)
  }

  @Test(arguments: [
    (nil, ModelStoreError.Code.checksumUnknown), ("{\"files\": {}}", .checksumUnknown), ("{]", .listInvalid),
  ])
  func withoutAKnownDigestNothingIsLoaded(manifest: String?, code: ModelStoreError.Code) throws {
    let fixture = try StoreFixture(pinned: nil, manifest: manifest)
    let error = try #require(throws: ModelStoreError.self) { try fixture.store.load("tiny") }
    #expect(error.code == code)
  }

  // MARK: list and verify

  private func states(_ fixture: StoreFixture) -> [ModelStatus.State] {
    [fixture.store.list()[0].state, fixture.store.verify()[0].state]
  }

  @Test func tellsWhatIsThere() throws {
    #expect(try states(StoreFixture()) == [.present, .verified])
    #expect(try states(StoreFixture(file: nil)) == [.missing, .missing])
    let size = StoreFixture.bytes.count
    #expect(try states(StoreFixture(size: size + 1)).allSatisfy { $0 == .wrongSize(found: size, expected: size + 1) })
  }

  @Test func onlyVerifyReadsTheFile() throws {
    let other = [UInt8](repeating: 0, count: StoreFixture.bytes.count)
    let fixture = try StoreFixture(file: other, size: other.count)
    #expect(fixture.store.list()[0].isUsable)
    let verified = fixture.store.verify()[0]
    #expect(!verified.isUsable)
    #expect(
      verified.state == .wrongChecksum(found: FileDigest.sha256(other), expected: StoreFixture.digest))
    #expect(verified.summary.contains(StoreFixture.digest))
  }

  @Test func aFileNobodyKnowsIsNotUsable() throws {
    let fixture = try StoreFixture(pinned: nil)
    let status = fixture.store.verify()[0]
    #expect(!status.isUsable)
    #expect(status.summary.contains("manifest.json"))
  }
}
