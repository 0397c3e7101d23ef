import Inference
import Testing

@Suite struct SystemLibraryTests {
  @Test func theFirstThatOpensIsTaken() throws {
    #if os(Linux)
      let library = try #require(SystemLibrary(anyOf: ["libof-nobody.so.7", "libm.so.6", "libc.so.6"]))
      #expect(library.name == "libm.so.6")
      #expect(library.path.hasPrefix("/") && library.path.contains("libm.so"))
    #endif
    #expect(SystemLibrary(anyOf: ["libof-nobody.so.7"]) == nil)
    #expect(SystemLibrary(anyOf: []) == nil)
  }
}
