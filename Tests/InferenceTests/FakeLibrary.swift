import Foundation
import TestSupport

/// Shared libraries made by the C compiler that comes with Swift, to show what happens with the wrong ones.
enum FakeLibrary {
  /// A library without any function of ONNX Runtime.
  static let foreign = "int likeness_answer(void) { return 42; }"

  /// A runtime so old that it does not serve the version we ask for.
  static let old = """
    static const char *version(void) { return "1.4.0"; }
    static const void *api(unsigned int asked) { return asked > 4 ? 0 : (const void *)1; }
    static const struct { const void *(*get)(unsigned int); const char *(*version)(void); } base = {api, version};
    const void *OrtGetApiBase(void) { return &base; }
    """

  /// Compiles and returns the library's path.
  static func make(_ source: String, named name: String, in folder: TemporaryFolder) throws -> String {
    let file = try folder.write(source, to: name + ".c")
    let library = folder.path(name)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["clang", "-shared", "-fPIC", "-nostdlib", "-o", library, file]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw TestSupportError(.notWritable, "clang made no \(library); it comes with Swift and must be in PATH.")
    }
    return library
  }
}
