import Foundation
import TestSupport
import Testing

@testable import ModelStore

@Suite struct CatalogueTests {
  @Test func listsTheOpenPack() throws {
    let catalogue = try Catalogue.open()
    #expect(catalogue.entries.allSatisfy { $0.pack == "open" })
    let ids: [ModelID] = [
      .centerface, .blazefaceFullRange, .faceMesh478, .faceMesh468, .dlibFaceRecognition, .likenessOccluder,
      .likenessOccluderInt8, .openNsfw,
    ]
    #expect(Set(catalogue.entries.filter { !$0.isOptional }.map(\.id)) == Set(ids.map(\.rawValue)))
    for id in ids { #expect(try catalogue.entry(id).file == id.rawValue + ".onnx") }
  }

  @Test func everyModelMayBeUsedCommerciallyAndSaysWhy() throws {
    for entry in try Catalogue.open().entries {
      let licence = entry.licence
      #expect(licence.allowsCommercialUse && !licence.needsAcceptance && licence.flag.isEmpty, "\(entry.id)")
      #expect(!licence.name.isEmpty && !licence.notes.isEmpty && !entry.vendor.isEmpty, "\(entry.id)")
      #expect(entry.year > 2000)
      #expect((entry.source == nil) == (entry.vendor == "Likeness"), "\(entry.id)")
      if let source = entry.source { #expect(source.sha256.count == 64 && source.url.hasPrefix("https://")) }
    }
  }

  @Test func theModelThatIsPartOfTheProgramIsTheOneListed() throws {
    let store = try ModelStore()
    let bytes = try store.load(.likenessOccluder)
    #expect(try bytes.count == store.catalogue.entry(.likenessOccluder).size)
  }

  @Test func anUnknownNameIsAnErrorThatNamesTheNear() throws {
    let catalogue = try Catalogue.open()
    let error = try #require(throws: ModelStoreError.self) { try catalogue.entry("centreface") }
    #expect(error.code == .unknownModel)
    #expect(error.message.contains("centreface"))
    #expect(error.hint?.contains("centerface") == true)
    let far = try #require(throws: ModelStoreError.self) { try catalogue.entry("nothing_like_it") }
    #expect(far.hint?.contains("likeness models list") == true)
  }

  @Test func anOptionalEntryIsMarked() throws {
    let folder = try TemporaryFolder()
    let entry = StoreFixture.entry(id: "extra", file: "extra.onnx", sha256: nil, more: ", \"optional\": true")
    let path = try folder.write("{\"pack\": \"open\", \"models\": [\(entry)]}", to: "catalogue.json")
    #expect(try Catalogue(path: path).entry("extra").isOptional)
  }

  @Test(arguments: [
    ("not json", "not a model catalogue"), ("{\"pack\": \"open\"}", "not a model catalogue"),
    (document(files: ["../escape.onnx"]), "../escape.onnx"), (document(files: [".hidden"]), ".hidden"),
    (document(files: ["a.onnx", "a.onnx"]), "twice"),
  ])
  func refusesADamagedCatalogue(text: String, words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "catalogue.json")
    let error = try #require(throws: ModelStoreError.self) { try Catalogue(path: path) }
    #expect(error.code == .listInvalid)
    #expect(error.message.contains(words), "\(error.message)")
  }

  private static func document(files: [String]) -> String {
    let models = files.map { StoreFixture.entry(id: "same", file: $0, sha256: nil) }
    return "{\"pack\": \"open\", \"models\": [\(models.joined(separator: ", "))]}"
  }
}
