public import ModelStore

extension FileDigest {
  /// Reads a file of a job in pieces of one megabyte. Throws ``SafeguardsError`` of code `storage` when it cannot be read.
  public init(ofJobFile path: String) throws {
    do {
      try self.init(path: path)
    } catch let error as ModelStoreError {
      throw SafeguardsError(.storage, error.message, underlying: error.underlying)
    }
  }
}
