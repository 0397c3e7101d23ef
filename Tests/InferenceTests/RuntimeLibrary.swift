import Inference

/// The library that `scripts/setup` put into Likeness' home. Without it these tests fail, they are not skipped.
enum RuntimeLibrary {
  static func open() throws -> OnnxRuntime { try OnnxRuntime.open() }
}
