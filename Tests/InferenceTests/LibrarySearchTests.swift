import TestSupport
import Testing

@testable import Inference

@Suite struct LibrarySearchTests {
  @Test(arguments: [
    (["LIKENESS_HOME": "/a", "XDG_DATA_HOME": "/b", "HOME": "/c"], "/a"),
    (["LIKENESS_HOME": "", "XDG_DATA_HOME": "/b", "HOME": "/c"], "/b/likeness"),
    (["HOME": "/c"], "/c/.local/share/likeness"),
  ])
  func findsTheHome(environment: [String: String], home: String) {
    #expect(LibrarySearch(path: nil, environment: environment).home == home)
  }

  @Test func looksInTheHomeBeforeTheSystemAndTakesTheNewest() throws {
    let home = try TemporaryFolder()
    for name in ["libonnxruntime.so.1.9.0", "libonnxruntime.so.1.31.1", "libonnxruntime_providers_shared.so", "a.txt"] {
      try home.write("", to: "lib/" + name)
    }
    let search = LibrarySearch(path: nil, environment: ["LIKENESS_HOME": home.path])
    #expect(
      search.candidates == [
        home.path("lib/libonnxruntime.so.1.31.1"), home.path("lib/libonnxruntime.so.1.9.0"),
        "libonnxruntime.so.1", "libonnxruntime.so",
      ])
    #expect(search.places.first == home.path("lib"))
  }

  @Test func looksNowhereElseWhenAPlaceIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "libonnxruntime.so.1.31.1")
    let environment = ["LIKENESS_ONNXRUNTIME_PATH": folder.path, "LIKENESS_HOME": "/nowhere"]
    #expect(LibrarySearch(path: nil, environment: environment).candidates == [file])
    let missing = LibrarySearch(path: folder.path("other.so"), environment: environment)
    #expect(missing.candidates.isEmpty)
    #expect(missing.places == [folder.path("other.so") + " (from --onnxruntime-path)"])
  }
}
