import Foundation
import GRDB

/// The file of the log: opened for adding, or for reading alone.
final class AuditDatabase: Sendable {
  /// As the user knows it; messages name it.
  let path: String
  private let queue: DatabaseQueue
  /// The folder of a copy that is read instead of the file itself.
  private let copy: String?

  /// How long one program waits for another that writes, in seconds.
  private static let patience = 20.0

  private init(path: String, queue: DatabaseQueue, copy: String? = nil) {
    self.path = path
    self.queue = queue
    self.copy = copy
  }

  deinit {
    try? queue.close()
    if let copy { try? FileManager.default.removeItem(atPath: copy) }
  }

  /// Opens the log for adding; makes it when there is none, with what `first` writes. Throws `storage`.
  static func open(_ path: String, first: (Database) throws -> Void) throws -> AuditDatabase {
    if !FileManager.default.fileExists(atPath: path) {
      try NewFile.make(path) { draft in
        defer { for end in ["-wal", "-shm"] { unlink(draft + end) } }
        try explained(path) {
          let queue = try DatabaseQueue(path: draft, configuration: configuration())
          try queue.writeWithoutTransaction { db in
            // Readers then hold up no writer. The mode stays with the file.
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.inTransaction(.immediate) {
              try AuditSchema.make(db)
              try first(db)
              return .commit
            }
          }
          try queue.close()
        }
      }
    }
    return try explained(path) {
      let queue = try DatabaseQueue(path: path, configuration: configuration())
      try queue.read { try checkKind($0, path) }
      return AuditDatabase(path: path, queue: queue)
    }
  }

  /// Opens the log for reading. A file that lies where nothing can be written beside it is copied first. Throws
  /// `storage`.
  static func openReading(_ path: String) throws -> AuditDatabase {
    guard FileManager.default.fileExists(atPath: path) else {
      throw SafeguardsError(.storage, "There is no audit log \(path).", hint: "It is made by the first job.")
    }
    return try explained(path) {
      do {
        let queue = try DatabaseQueue(path: path, configuration: configuration(readonly: true))
        try queue.read { try checkKind($0, path) }
        return AuditDatabase(path: path, queue: queue)
      } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
        let folder = NSTemporaryDirectory() + "/likeness-audit-\(UUID().uuidString)"
        guard mkdir(folder, 0o700) == 0 else { throw SafeguardsError.unwritable(folder, errno) }
        do {
          for end in ["", "-wal"] where FileManager.default.fileExists(atPath: path + end) {
            try FileManager.default.copyItem(atPath: path + end, toPath: "\(folder)/audit\(end)")
            chmod("\(folder)/audit\(end)", 0o600)
          }
          let queue = try DatabaseQueue(path: "\(folder)/audit", configuration: configuration())
          try queue.read { try checkKind($0, path) }
          return AuditDatabase(path: path, queue: queue, copy: folder)
        } catch {
          try? FileManager.default.removeItem(atPath: folder)
          throw error
        }
      }
    }
  }

  /// Runs `body` on one state of the log. Throws `storage`, and what `body` throws.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.explained(path) { try queue.read(body) }
  }

  /// Runs `body` while nobody else writes; what it wrote is on the disk when this returns. Throws `storage`, and what
  /// `body` throws; nothing is written then.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.explained(path) {
      try queue.writeWithoutTransaction { db in
        var result: Result?
        try db.inTransaction(.immediate) {
          result = try body(db)
          return .commit
        }
        return result!
      }
    }
  }

  /// Moves what was written to the file itself and empties the journal beside it. When somebody reads just now it is
  /// done at a later time.
  func settle() throws {
    try Self.explained(path) {
      try queue.writeWithoutTransaction { db in _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }
  }

  private static func configuration(readonly: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(patience)
    configuration.label = "audit"
    configuration.prepareDatabase { db in
      guard !readonly else { return }
      // What is erased is overwritten, and what was said to be written survives a power cut.
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    return configuration
  }

  private static func checkKind(_ db: Database, _ path: String) throws {
    let kind = try Int.fetchOne(db, sql: "PRAGMA application_id")
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version")
    guard kind == AuditSchema.applicationID else {
      throw SafeguardsError(
        .storage, "\(path) is no audit log.", hint: "Give another path, or bring the log back from a copy.")
    }
    guard version == AuditSchema.version else {
      throw SafeguardsError(
        .storage, "\(path) is an audit log of form \(version ?? 0); this program knows form \(AuditSchema.version).",
        hint: "Use the program that wrote it.")
    }
  }

  /// Turns SQLite's errors into ours.
  private static func explained<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw SafeguardsError(
        .storage, "The audit log \(path) cannot be used: \(error.message ?? "SQLite error \(error.resultCode)").",
        hint: hint(error.resultCode), underlying: error)
    } catch let error as CocoaError {
      throw SafeguardsError(
        .storage, "The audit log \(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
  }

  private static func hint(_ code: ResultCode) -> String? {
    switch code {
    case .SQLITE_BUSY, .SQLITE_LOCKED: "Another program holds it. Try again."
    case .SQLITE_FULL: "Make room."
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: "The file is damaged: run likeness audit verify, bring it back from a copy."
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: "Mend the permissions of the file and its folder."
    default: nil
    }
  }
}
