import Testing

@testable import ModelStore

@Suite struct CatalogueTests {
  @Test func listsTheOpenPack() throws {
    let catalogue = try Catalogue.open()
    #expect(catalogue.pack == "open")
    #expect(
      Set(catalogue.entries.map(\.id)) == [
        "centerface", "blazeface_full_range", "face_mesh_478", "face_mesh_468", "dlib_face_recognition_resnet_v1",
        "likeness_occluder_128", "open_nsfw",
      ])
  }
}
