/// Gives the bytes of a model's file, checked. Any thread may ask.
public protocol ModelLoading: Sendable {
  /// The file whose stem is the ID, `inswapper_128` for `inswapper_128.onnx`.
  ///
  /// Throws when there is no such model, its file is missing, or it is not what it should be.
  func load(_ id: ModelID) throws -> [UInt8]
}

extension ModelStore: ModelLoading {}
