import Foundation
import GRDB
import ModelStore
import Safeguards
import TestSupport

/// A log in a folder of its own, and the means to do to its file what nobody should.
struct AuditFixture {
  let folder: TemporaryFolder
  let log: AuditLog

  var place: SafeguardsFolder { SafeguardsFolder(home: folder.path) }
  var path: String { place.path("audit.sqlite") }

  init() throws {
    folder = try TemporaryFolder()
    log = try AuditLog(folder: SafeguardsFolder(home: folder.path), program: "Likeness test")
  }

  /// A copy of the file and key of ``template``.
  private init(copying files: (log: Data, key: Data)) throws {
    folder = try TemporaryFolder()
    let place = SafeguardsFolder(home: folder.path)
    try place.make()
    for (name, data) in [("audit.sqlite", files.log), ("audit.key", files.key)] {
      try data.write(to: URL(fileURLWithPath: place.path(name)))
      chmod(place.path(name), 0o600)
    }
    log = try AuditLog(folder: place, program: "Likeness test")
  }

  /// With entries 2 to 6: a job that finished, one that was refused, one that runs.
  static func filled() throws -> AuditFixture { try AuditFixture(copying: template.get()) }

  /// Made once, because every entry waits for the disk.
  private static let template = Result {
    let fixture = try AuditFixture()
    let jobs = (1...3).map { UUID(uuidString: "0000000\($0)-AAAA-4AAA-8AAA-AAAAAAAAAAAA")! }
    try fixture.log.append(started(jobs[0]))
    try fixture.log.append(finished(jobs[0]))
    try fixture.log.append(started(jobs[1]))
    var refused = AuditEntry(.refused, job: jobs[1])
    refused.failure = AuditFailure(code: "content", message: "/home/ada/target.png was refused.")
    refused.gates = [AuditGate("content", mode: .required, .refused, reason: "target.png", measures: ["highest": 0.93])]
    try fixture.log.append(refused)
    try fixture.log.append(started(jobs[2]))
    let copy = try fixture.copyOfFile("template.sqlite")
    return (
      log: try Data(contentsOf: URL(fileURLWithPath: copy.database!)),
      key: try Data(contentsOf: URL(fileURLWithPath: copy.key!))
    )
  }

  static func started(_ job: UUID) -> AuditEntry {
    var entry = AuditEntry(.started, job: job)
    entry.inputs = [
      AuditFile(
        role: "source", digest: FileDigest(bytes: [1]), perceptual: PerceptualHash(bits: 0xF0F0),
        path: "/home/ada/a.png")
    ]
    entry.options = [AuditOption("face-swapper-model", "mesh"), .personal("output-path", "/home/ada/out.mp4")]
    entry.consent = "I, Ada, may use both pictures."
    return entry
  }

  static func finished(_ job: UUID) -> AuditEntry {
    var entry = AuditEntry(.finished, job: job)
    entry.outputs = [
      AuditFile(
        role: "output", digest: FileDigest(bytes: [2]), perceptual: PerceptualHash(bits: 0xFF00),
        path: "/home/ada/out.mp4")
    ]
    entry.models = [AuditModel(id: "face_mesh", sha256: FileDigest(bytes: [3]).sha256)]
    let result = GateResult(.similarity, .warned, reason: "a.png", measures: ["highest": 0.25, "limit": 0.3])
    entry.gates = [AuditGate(result, mode: .warn)]
    entry.watermark = "00000000deadbeef"
    entry.policy = FileDigest(bytes: [4]).sha256
    return entry
  }

  /// What a check by whoever holds the file, and the key file, says.
  func verify(against heads: [AuditHead] = []) throws -> AuditVerification {
    try AuditLog(reading: SafeguardPolicy().audit, folder: place).verify(against: heads)
  }

  /// Changes the file behind the log's back: the rules are dropped before and put back after.
  func tamper(_ body: (Database) throws -> Void) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      let rules = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN")
      for rule in rules { try db.execute(sql: "DROP TRIGGER \(rule["name"] as String)") }
      try body(db)
      for rule in rules { try db.execute(sql: rule["sql"]) }
      try db.execute(sql: "COMMIT")
    }
    try queue.close()
  }

  /// The one file, with nothing left in the journal, copied to a new place.
  func copyOfFile(_ name: String, changing change: (inout [UInt8]) -> Void = { _ in }) throws -> SafeguardPolicy.Audit {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try queue.close()
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    change(&bytes)
    var policy = SafeguardPolicy().audit
    policy.database = try folder.write(bytes, to: name)
    policy.key = place.path("audit.key")
    return policy
  }
}
