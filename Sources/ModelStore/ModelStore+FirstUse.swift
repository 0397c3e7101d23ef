import Foundation

extension ModelStore {
  /// Holds a downloaded file to what it was when it was first used, and records that when this is the first use.
  ///
  /// A first use with FaceFusion's companion (`name.hash`, the CRC-32) beside the file has to agree with it. In a folder
  /// that cannot be written nothing is recorded, and every use is a first one.
  ///
  /// - Parameters:
  ///   - bytes: the whole file, looked at only at its first use: what is cut off must not become the file recorded.
  ///   - crc32: called only when it is needed.
  ///
  /// Throws `checksumMismatch`, `modelDamaged`, `listInvalid`.
  func confirm(
    _ entry: ModelEntry, path: String, sha256: String, bytes: some RandomAccessCollection<UInt8>,
    crc32: () throws -> String
  ) throws {
    let folder = Self.folder(of: path)
    if let known = try ModelLock.read(in: folder).files[entry.file] {
      guard known.sha256 == sha256 else { throw Self.changed(entry, path, found: sha256, recorded: known.sha256) }
      return
    }
    if let stated = Self.companion(of: path) {
      let found = try crc32()
      guard found == stated else {
        throw ModelStoreError(
          .checksumMismatch,
          "\(path) is not the model \(entry.id): its CRC-32 is \(found), "
            + "\(Self.companionPath(of: path)) states \(stated).",
          hint: Self.pullHint(entry))
      }
    }
    try ModelBytes.checkWhole(bytes, path: path, hint: Self.pullHint(entry))
    do {
      try record(entry, folder: folder, size: bytes.count, sha256: sha256, source: nil)
    } catch let error as ModelStoreError where error.code == .unwritable || error.code == .diskFull {
      // A models folder that is only read (a container's image, a share) serves as well.
      return
    }
  }

  /// Writes down what the file is, or throws `checksumMismatch` when another process wrote something else.
  func record(_ entry: ModelEntry, folder: String, size: Int, sha256: String, source: String?) throws {
    try ModelLock.update(in: folder) { lock in
      if let known = lock.files[entry.file] {
        guard known.sha256 == sha256 else {
          throw Self.changed(entry, "\(folder)/\(entry.file)", found: sha256, recorded: known.sha256)
        }
        return
      }
      lock.files[entry.file] = ModelLock.File(size: size, sha256: sha256, source: source, recorded: Self.now)
    }
  }

  static func changed(_ entry: ModelEntry, _ path: String, found: String, recorded: String) -> ModelStoreError {
    ModelStoreError(
      .checksumMismatch,
      "\(path) is not the \(entry.id) that was used before: its SHA-256 is \(found), recorded was \(recorded).",
      hint:
        "Run likeness models pull \(entry.id) to have the recorded file again; when the change is meant, add --renew.")
  }

  /// Whole seconds, as the lock file keeps them.
  static var now: Date { Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)) }

  static func folder(of path: String) -> String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

  /// `x.hash` for `x.onnx`.
  static func companionPath(of path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().path + ".hash"
  }

  /// The CRC-32 that the file's companion states; nil without one, or when it states none.
  static func companion(of path: String) -> String? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: companionPath(of: path))), data.count < 1024 else {
      return nil
    }
    return CRC32.stated(in: String(decoding: data, as: UTF8.self))
  }
}
