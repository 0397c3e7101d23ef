import Foundation
import TestSupport
import Testing

@testable import Inference

/// The library is the one `scripts/setup` put into Likeness' home. Without it these tests fail, they are not skipped.
@Suite struct OnnxRuntimeTests {
  @Test func opensTheInstalledLibraryOnce() throws {
    let runtime = try OnnxRuntime.open()
    #expect(runtime.version.hasPrefix("1."))
    #expect(runtime.availableProviders.last == .cpu)
    #expect(try OnnxRuntime.open() === runtime)
    #expect(try OnnxRuntime.open(path: runtime.libraryPath) === runtime)
    let folder = URL(fileURLWithPath: runtime.libraryPath).deletingLastPathComponent().path
    #expect(try OnnxRuntime.open(path: folder) === runtime)
  }

  @Test func namesThePlacesWhenNothingIsThere() throws {
    let error = try #require(throws: InferenceError.self) { try OnnxRuntime.open(path: "/nowhere/libonnxruntime.so") }
    #expect(error.code == .libraryMissing)
    #expect(error.message.contains("/nowhere/libonnxruntime.so"))
    #expect(error.hint?.contains("./scripts/setup") == true)
  }

  @Test func refusesATextFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("not a library", to: "libonnxruntime.so.1.31.1")
    let error = try #require(throws: InferenceError.self) { try OnnxRuntime.open(path: path) }
    #expect(error.code == .libraryUnusable)
    #expect(error.message.contains(path))
  }

  @Test func refusesAnotherLibrary() throws {
    let folder = try TemporaryFolder()
    let path = try FakeLibrary.make(FakeLibrary.foreign, named: "libonnxruntime.so", in: folder)
    let error = try #require(throws: InferenceError.self) { try OnnxRuntime.open(path: path) }
    #expect(error.code == .libraryUnusable)
    #expect(error.message.contains("OrtGetApiBase"))
  }

  @Test func refusesAnOldLibraryAndSaysWhatItFound() throws {
    let folder = try TemporaryFolder()
    let path = try FakeLibrary.make(FakeLibrary.old, named: "libonnxruntime.so.1.4.0", in: folder)
    let error = try #require(throws: InferenceError.self) { try OnnxRuntime.open(path: path) }
    #expect(error.code == .libraryTooOld)
    #expect(error.message.contains("1.4.0"))
    #expect(error.message.contains("1.12"))
    #expect(error.hint?.contains("1.31") == true)
  }

  @Test func tellsOfTheBrokenLibraryInTheHome() throws {
    let home = try TemporaryFolder()
    try home.write("broken", to: "lib/libonnxruntime.so.1.31.1")
    // With a library of the system the broken one is passed over; without one it is what the user must hear about.
    do {
      let runtime = try OnnxRuntime.open(path: nil, environment: ["LIKENESS_HOME": home.path])
      #expect(!runtime.libraryPath.hasPrefix(home.path))
    } catch {
      #expect(error is InferenceError)
      #expect("\(error)".contains(home.path))
    }
  }
}
