import Foundation
import TestSupport
import Testing

@testable import ModelStore

@Suite struct CatalogueTests {
  @Test func listsTheOpenPack() throws {
    let catalogue = try Catalogue.open()
    #expect(catalogue.pack == "open")
    let ids: [ModelID] = [
      .centerface, .blazefaceFullRange, .faceMesh478, .faceMesh468, .dlibFaceRecognition, .likenessOccluder,
      .likenessOccluderInt8, .openNsfw,
    ]
    #expect(Set(catalogue.entries.map(\.id)) == Set(ids.map(\.rawValue)))
    for id in ids { #expect(try catalogue.entry(id).file == id.rawValue + ".onnx") }
  }

  @Test func everyModelMayBeUsedCommerciallyAndSaysWhy() throws {
    for entry in try Catalogue.open().entries {
      #expect(entry.allowsCommercialUse, "\(entry.id)")
      #expect(!entry.licence.isEmpty && !entry.licenceNotes.isEmpty && !entry.vendor.isEmpty, "\(entry.id)")
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

  @Test func anUnknownNameIsAnErrorThatListsTheKnown() throws {
    let error = try #require(throws: ModelStoreError.self) { try Catalogue.open().entry("inswapper_128") }
    #expect(error.code == .unknownModel)
    #expect(error.message.contains("inswapper_128"))
    #expect(error.hint?.contains("centerface") == true)
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
