import Foundation
import TestSupport
import Testing

@testable import ModelStore

/// Models in folders of their own: the deep swapper's and the user's.
@Suite struct CollectionTests {
  private let fixture: PeerFixture

  init() throws { fixture = try PeerFixture() }

  @Test(arguments: ["dfm", "onnx"])
  func ownFilesAreTakenAsTheyAre(suffix: String) throws {
    try fixture.place(PeerFixture.bytes, "custom/mine.\(suffix)")
    #expect(try fixture.store().load("custom/mine") == PeerFixture.bytes)
    try fixture.place(PeerFixture.other, "custom/mine.\(suffix)")
    #expect(try fixture.store().load("custom/mine") == PeerFixture.other)
  }

  @Test func publishedOnesAreHeldToTheirFirstUse() throws {
    try fixture.place(PeerFixture.bytes, "iperov/someone_224.dfm")
    #expect(try fixture.store().load("iperov/someone_224") == PeerFixture.bytes)
    let lock = try ModelLock.read(in: fixture.models + "/iperov")
    #expect(lock.files["someone_224.dfm"]?.sha256 == FileDigest.sha256(PeerFixture.bytes))
    try fixture.place(PeerFixture.other, "iperov/someone_224.dfm")
    let error = #expect(throws: ModelStoreError.self) { try fixture.store().load("iperov/someone_224") }
    #expect(error?.code == .checksumMismatch)
    #expect(error?.message.contains("iperov/someone_224") == true)
  }

  @Test func theCompanionDecidesAboutTheFirstUse() throws {
    try fixture.place(PeerFixture.bytes, "mats/other_320.dfm")
    try fixture.place(Array(CRC32.text(of: PeerFixture.other).utf8), "mats/other_320.hash")
    let error = #expect(throws: ModelStoreError.self) { try fixture.store().load("mats/other_320") }
    #expect(error?.code == .checksumMismatch)
    try fixture.place(Array(CRC32.text(of: PeerFixture.bytes).utf8), "mats/other_320.hash")
    #expect(try fixture.store().load("mats/other_320") == PeerFixture.bytes)
  }

  @Test func aFolderBroughtByHandComesFirst() throws {
    try fixture.place(PeerFixture.bytes, "custom/mine.dfm")
    _ = try fixture.folder.write(PeerFixture.other, to: "brought/custom/mine.dfm")
    let store = try fixture.store(modelsPath: fixture.folder.path("brought"))
    #expect(try store.load("custom/mine") == PeerFixture.other)
  }

  @Test func aMissingOneNamesWhatIsThere() throws {
    try fixture.place(PeerFixture.bytes, "custom/b.dfm")
    for file in ["a.onnx", "b.hash", ".hidden.dfm", "notes.txt", "b.onnx", "noend"] {
      try fixture.place(PeerFixture.bytes, "custom/\(file)")
    }
    #expect(try fixture.store().names(inCollection: "custom") == ["a", "b"])
    #expect(try fixture.store().names(inCollection: "nobody").isEmpty)
    let error = #expect(throws: ModelStoreError.self) { try fixture.store().load("custom/c") }
    #expect(error?.code == .modelMissing)
    #expect(error?.hint?.contains("custom/a, custom/b") == true)
  }

  @Test func whatIsNoModelIsCalledByItsName() throws {
    try fixture.place(Array("<!DOCTYPE html><html></html>".utf8), "custom/page.dfm")
    let error = #expect(throws: ModelStoreError.self) { try fixture.store().load("custom/page") }
    #expect(error?.code == .modelDamaged)
  }

  @Test(arguments: ["custom/", "/x", "custom/../tiny", "../tiny", "custom/.x", "a/b/c"])
  func namesThatLeadElsewhereAreUnknown(id: String) throws {
    try fixture.place(PeerFixture.bytes)
    let error = #expect(throws: ModelStoreError.self) { try fixture.store().load(id) }
    #expect(error?.code == .unknownModel)
  }
}
