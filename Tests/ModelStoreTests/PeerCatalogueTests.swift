import Foundation
import TestSupport
import Testing

@testable import ModelStore

@Suite struct PeerCatalogueTests {
  private let catalogue: Catalogue

  init() throws { catalogue = try Catalogue.facefusion() }

  @Test func namesEveryFileOfTheNamedModels() {
    #expect(catalogue.entries.count == 95)
    #expect(Set(catalogue.entries.flatMap { $0.uses.map { "\($0.part)/\($0.model)" } }).count == 88)
    for entry in catalogue.entries {
      #expect(entry.id + ".onnx" == entry.file)
      #expect(entry.pack == "facefusion" && entry.origin == .download && entry.isOptional, "\(entry.id)")
      #expect(!entry.uses.isEmpty && entry.year >= 2018 && !entry.vendor.isEmpty, "\(entry.id)")
      #expect(entry.sizes == entry.sizes.sorted())
    }
  }

  @Test(arguments: [
    ("MIT", true, false), ("Apache-2.0", true, false), ("BSD-3-Clause", true, false), ("CC-BY-4.0", true, false),
    ("WTFPL", true, false), ("GPL-3.0", true, false), ("OpenRAIL-M", true, true), ("ResearchRAIL", false, true),
    ("S-Lab-1.0", false, true), ("Non-Commercial", false, true), ("Unknown", false, true),
  ])
  func knowsWhatEachLicenceAllows(name: String, commercial: Bool, asks: Bool) throws {
    let entries = catalogue.entries.filter { $0.licence.name == name }
    #expect(!entries.isEmpty)
    for licence in entries.map(\.licence) {
      #expect(licence.allowsCommercialUse == commercial && licence.needsAcceptance == asks && !licence.notes.isEmpty)
      #expect(licence.flag == (commercial ? (asks ? "RESTRICTED" : "") : "NON-COMMERCIAL"))
    }
  }

  @Test(arguments: [
    ("inswapper_128", ["inswapper_128"]), ("gfpgan_1.4", ["gfpgan_1.4"]), ("yolo_face", ["yoloface_8n"]),
    ("ghost_2_256", ["crossface_ghost", "ghost_2_256"]), ("crossface_ghost", ["crossface_ghost"]),
    ("simswap_unofficial_512", ["crossface_simswap", "simswap_unofficial_512"]),
    ("yoloface_8n.onnx", ["yoloface_8n"]), ("face_swapper/uniface_256", ["uniface_256"]),
    (
      "expression_restorer/live_portrait",
      ["live_portrait_feature_extractor", "live_portrait_generator", "live_portrait_motion_extractor"]
    ),
  ])
  func findsAllThatAModelNeeds(name: String, files: [String]) throws {
    #expect(try catalogue.entries(named: name).map(\.id).sorted() == files)
  }

  @Test func aNameOfTwoModulesMeansTheFilesOfBoth() throws {
    #expect(try catalogue.entries(named: "live_portrait").count == 6)
  }

  @Test func suggestsWhatWasMeant() throws {
    let error = try #require(throws: ModelStoreError.self) { try catalogue.entries(named: "inswaper_128") }
    #expect(error.code == .unknownModel)
    #expect(error.hint?.contains("inswapper_128") == true)
  }

  @Test func knowsTheOptionBehindAModel() throws {
    let use = try #require(try catalogue.entry("xseg_1").uses.first)
    #expect(
      use
        == .init(
          module: "face_masker", part: "face_occluder", model: "xseg_1", option: "face_occluder_model", isDefault: true)
    )
    #expect(try catalogue.entry("fan_68_5").uses.first?.option == nil)
    let defaults = catalogue.entries.flatMap(\.uses).filter(\.isDefault).map { $0.option }
    #expect(Set(defaults).count == 14 && !defaults.contains(nil))
  }

  @Test func joinsBothPacksWithoutClashes() throws {
    let all = try Catalogue.all()
    #expect(all.entries.count == (try Catalogue.open().entries.count) + 95)
    #expect(all.hosts == catalogue.hosts)
    #expect(throws: ModelStoreError.self) { try Catalogue(joining: [catalogue, catalogue]) }
  }

  @Test(arguments: [
    ("\"licence\": \"MIT\"", "\"licence\": \"Beer\"", "Beer"), ("\"uses\": [\"p/m\"]", "\"uses\": [\"q/m\"]", "q/m"),
    ("\"uses\": [\"p/m\"]", "\"uses\": [\"m\"]", "\"m\""), ("a.onnx", "../a.onnx", "../a.onnx"),
  ])
  func refusesWhatItCannotExplain(part: String, other: String, words: String) throws {
    let text = """
      {"pack": "p", "hosts": [], "parts": {"p": {"module": "p"}},
       "licences": [{"name": "MIT", "commercial": true, "acceptance": false, "notes": "", "url": ""}],
       "files": [{"file": "a.onnx", "role": "face_parser", "uses": ["p/m"], "release": "1", "vendor": "v",
                  "licence": "MIT", "year": 2020}]}
      """
    let folder = try TemporaryFolder()
    #expect(try Catalogue(peerPath: folder.write(text, to: "right.json")).entries.count == 1)
    let path = try folder.write(text.replacing(part, with: other), to: "wrong.json")
    let error = try #require(throws: ModelStoreError.self) { try Catalogue(peerPath: path) }
    #expect(error.code == .listInvalid && error.message.contains(words), "\(error.message)")
  }

  /// The list we ship against the data it was made from, where that is on this machine.
  @Test(.enabled(if: TestPaths.shared("spec/models.json") != nil, "the shared folder is not here"))
  func agreesWithTheSpecification() throws {
    struct Model: Decodable {
      struct File: Decodable {
        let fileName: String
        let githubUrl: String?
        let huggingfaceUrl: String?
        let huggingfaceMirrorUrl: String?
      }
      let part: String
      let id: String
      let isPattern: Bool
      let option: String?
      let isDefault: Bool
      let vendor: String
      let license: String?
      let year: Int?
      let files: [File]
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let path = try #require(TestPaths.shared("spec/models.json"))
    let models = try decoder.decode([Model].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    for model in models where !model.isPattern {
      for file in model.files {
        let entry = try #require(catalogue.entries.first { $0.file == file.fileName }, "\(file.fileName)")
        let use = try #require(entry.uses.first { $0.part == model.part && $0.model == model.id })
        #expect(use.option == model.option && use.isDefault == model.isDefault, "\(model.id)")
        #expect(entry.vendor == model.vendor && entry.year == model.year)
        #expect(entry.licence.name.lowercased() == model.license?.lowercased())
        let release = try #require(entry.release)
        let urls = catalogue.hosts.map { $0.url(release: release, file: entry.file)?.absoluteString }
        #expect(urls == [file.githubUrl, file.huggingfaceUrl, file.huggingfaceMirrorUrl], "\(entry.id)")
      }
      let named = try catalogue.entries(named: "\(model.part)/\(model.id)").map(\.file)
      #expect(Set(named) == Set(model.files.map(\.fileName)), "\(model.id)")
    }
  }
}
