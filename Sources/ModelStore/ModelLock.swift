import Foundation

/// `models.lock.json` in a models folder: what each file was when it was first used, and which licences were accepted.
///
/// The published models have no SHA-256 that could be known beforehand; the first one seen is held to from then on.
struct ModelLock: Sendable, Hashable, Codable {
  struct File: Sendable, Hashable, Codable {
    let size: Int
    /// 64 lower-case hex digits.
    let sha256: String
    /// The address it was fetched from; nil for a file brought by hand.
    let source: String?
    /// When it was first used: date and time, UTC.
    let recorded: Date
  }

  struct Acceptance: Sendable, Hashable, Codable {
    let licence: String
    let vendor: String
    /// When it was accepted: date and time, UTC.
    let accepted: Date
  }

  var version = 1
  /// By file name.
  var files: [String: File] = [:]
  /// By model id.
  var licences: [String: Acceptance] = [:]

  static let fileName = "models.lock.json"

  static func path(in folder: String) -> String { "\(folder)/\(fileName)" }

  /// Empty when the folder has none; throws `listInvalid` when it cannot be understood.
  static func read(in folder: String) throws -> ModelLock {
    let path = path(in: folder)
    guard FileManager.default.fileExists(atPath: path) else { return ModelLock() }
    do {
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      return try decoder.decode(ModelLock.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw ModelStoreError(
        .listInvalid, "\(path) is damaged: \(error.localizedDescription)",
        hint: "Restore it, or delete it to have every model's SHA-256 recorded anew.", underlying: error)
    }
  }

  /// Changes the file while no other process or thread does. Throws `unwritable`, `diskFull`, `listInvalid`.
  static func update(in folder: String, _ body: (inout ModelLock) throws -> Void) throws {
    try FolderLock.hold("\(folder)/.\(fileName)") {
      var lock = try read(in: folder)
      let before = lock
      try body(&lock)
      if lock != before { try lock.write(to: path(in: folder)) }
    }
  }

  private func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    do {
      try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw ModelStoreError(.unwritable, "\(path) cannot be written: \(error.localizedDescription)", underlying: error)
    }
  }
}
