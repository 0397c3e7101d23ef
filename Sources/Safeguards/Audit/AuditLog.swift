import Crypto
import Foundation
import GRDB

/// The log of what was done: entries chained by hash, the end signed. Several programs may add to it at once; any thread
/// may use it.
///
/// ```swift
/// let log = try AuditLog(policy: policy.audit, program: "Likeness 0.1.0")
/// let job = UUID()
/// try log.append(AuditEntry(.started, job: job))
/// ```
/// What is stored, and what it proves, is in `Documentation/audit.md`.
public final class AuditLog: Sendable {
  public let path: String
  /// What the log's signatures are checked with, and where it came from.
  public let publicKey: AuditPublicKey
  public let keyOrigin: AuditKeyOrigin
  let database: AuditDatabase
  private let key: Curve25519.Signing.PrivateKey?
  private let program: String
  private let retentionDays: Int?

  /// Opens the log for adding. Log and key are made when they are not there.
  ///
  /// - Parameters:
  ///   - folder: where log and key are that the policy does not name.
  ///   - program: name and version, recorded with every entry.
  ///
  /// Throws `storage` when the log cannot be opened or made, and `key` as ``KeyFile`` does.
  public init(
    policy: SafeguardPolicy.Audit = SafeguardPolicy().audit, folder: SafeguardsFolder = .init(), program: String
  ) throws {
    if policy.database == nil || policy.key == nil { try folder.make() }
    let key = try Self.keyFile(policy, folder).signingKey()
    path = Self.path(policy, folder)
    publicKey = AuditPublicKey(key.publicKey)
    keyOrigin = .keyFile
    database = try AuditDatabase.open(path) { db in
      var entry = AuditEntry(.opened)
      entry.actor = .current(program: program)
      entry.key = Hex.text(key.publicKey.rawRepresentation)
      _ = try AuditWriter(db: db, key: key).append(entry, after: nil)
    }
    self.key = key
    self.program = program
    retentionDays = policy.retentionDays
  }

  /// Opens the log for reading alone; nothing is made or changed. The private key is not needed.
  ///
  /// - Parameter key: nil = that of the key file if it can be read, else the one the log names itself.
  ///
  /// Throws `storage` when there is no log or it cannot be read.
  public init(
    reading policy: SafeguardPolicy.Audit, folder: SafeguardsFolder = .init(), key given: AuditPublicKey? = nil
  ) throws {
    path = Self.path(policy, folder)
    database = try AuditDatabase.openReading(path)
    key = nil
    program = ""
    retentionDays = policy.retentionDays
    if let given {
      (publicKey, keyOrigin) = (given, .given)
    } else if let own = try? Self.keyFile(policy, folder).signingKey(making: false) {
      (publicKey, keyOrigin) = (AuditPublicKey(own.publicKey), .keyFile)
    } else {
      let head = try database.read(AuditHead.read)
      guard let head, let named = try? AuditPublicKey(text: head.key) else {
        throw SafeguardsError(
          .key, "The audit log \(path) names no key.", hint: "Give the public key it was signed with.")
      }
      (publicKey, keyOrigin) = (named, .log)
    }
  }

  static func path(_ policy: SafeguardPolicy.Audit, _ folder: SafeguardsFolder) -> String {
    policy.database ?? folder.path("audit.sqlite")
  }

  static func keyFile(_ policy: SafeguardPolicy.Audit, _ folder: SafeguardsFolder) -> KeyFile {
    KeyFile(path: policy.key ?? folder.path("audit.key"))
  }

  /// Adds an entry. When this returns, the entry and the signed head are on the disk.
  ///
  /// Throws `storage` when the log cannot be written or its end is not what was signed (nothing is added to a log that
  /// was tampered with), and `key` when it was signed with another key.
  @discardableResult
  public func append(_ entry: AuditEntry) throws -> AuditRecord {
    try write { writer in
      var entry = entry
      if entry.actor == nil { entry.actor = currentActor }
      return try writer.append(entry, after: try writer.end(path: path))
    }
  }

  /// Erases what the policy says is old enough; does nothing when it says nothing. Returns and throws as
  /// ``eraseExpired(days:now:)`` does.
  @discardableResult
  public func eraseExpired() throws -> AuditRecord? { try retentionDays.flatMap { try eraseExpired(days: $0) } }

  /// The signed end of the log, to be kept elsewhere. Throws `storage`.
  public func head() throws -> AuditHead {
    guard let head = try database.read(AuditHead.read) else { throw damaged("has no head") }
    return head
  }

  var currentActor: AuditActor { .current(program: program) }

  /// The program, without who runs it: for what it does by itself.
  var programAlone: AuditActor { AuditActor(program: program) }

  func write<Result>(_ body: (AuditWriter) throws -> Result) throws -> Result {
    guard let key else {
      throw SafeguardsError(.request, "The audit log \(path) was opened for reading alone.")
    }
    return try database.write { db in try body(AuditWriter(db: db, key: key)) }
  }

  func damaged(_ what: String) -> SafeguardsError { AuditWriter.damaged(path, what) }
}

/// Where the key that signatures are checked with came from.
public enum AuditKeyOrigin: String, Sendable, Hashable, Codable {
  /// By hand.
  case given
  /// From the key that signs here.
  case keyFile = "key-file"
  /// From the log itself, which proves only that the log agrees with itself.
  case log
}
