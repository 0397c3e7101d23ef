import Foundation
import TestSupport
import Testing

@testable import Inference

/// Libraries that lie beside the runtime.
@Suite struct NvidiaLibrariesTests {
  @Test func theyComeInTheOrderTheyNeedEachOther() throws {
    let folder = try TemporaryFolder()
    for name in [
      "libcublas.so.13", "libcublasLt.so.13", "libcudnn.so.9", "libcudnn_ops.so.9", "libcudart.so.12",
      "libcudart.so.13", "libonnxruntime.so.1.31.1", "notes.txt",
      "libonnxruntime.so.1.31.1", "notes.txt",
    ] { try folder.write("", to: name) }
    #expect(
      NvidiaLibraries.files(in: folder.path).map { ($0 as NSString).lastPathComponent }
        == ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcudnn.so.9"])
  }

  @Test func whatIsNoLibraryIsLeftToTheSystem() throws {
    let folder = try TemporaryFolder()
    try folder.write("text", to: "libcudart.so.13")
    #expect(NvidiaLibraries.open(in: folder.path) == [])
    #expect(NvidiaLibraries.open(in: folder.path("missing")) == [])
  }

  @Test func aRealLibraryIsOpenedOnce() throws {
    let folder = try TemporaryFolder()
    let runtime = try OnnxRuntime.open()
    let link = folder.path("libcurand.so.10")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: runtime.libraryPath)
    #expect(NvidiaLibraries.open(in: folder.path) == [link])
    #expect(NvidiaLibraries.open(in: folder.path) == [link])
  }

  @Test func theFolderOfTheSetUpComesFirst() throws {
    let folder = try TemporaryFolder()
    for name in ["lib/libonnxruntime.so.1.31.1", "lib/cuda/libonnxruntime.so.1.30.0"] {
      try folder.write("", to: name)
    }
    let search = LibrarySearch(path: nil, environment: ["LIKENESS_HOME": folder.path])
    #expect(
      search.candidates.prefix(2) == [
        folder.path("lib/cuda/libonnxruntime.so.1.30.0"), folder.path("lib/libonnxruntime.so.1.31.1"),
      ])
  }
}
