import Crypto
import Foundation
import GRDB
import ModelStore
import Safeguards
import TestSupport
import Testing

@Suite struct AuditLogTests {
  @Test func aNewLogBeginsWithItsKey() throws {
    let fixture = try AuditFixture()
    let first = try #require(try fixture.log.list().first)
    #expect(first.number == 1 && first.entry.event == .opened && first.entry.key == fixture.log.publicKey.hex)
    #expect(first.entry.actor?.user?.text == NSUserName() && first.entry.actor?.program == "Likeness test")
    #expect(try fixture.verify().findings.isEmpty)
    let rights = try FileManager.default.attributesOfItem(atPath: fixture.path)[.posixPermissions] as? Int
    #expect(rights == 0o600)
  }

  @Test func whatIsAddedIsRead() throws {
    let fixture = try AuditFixture()
    let job = UUID()
    let before = AuditTime.now()
    let added = try fixture.log.append(AuditFixture.finished(job))
    #expect(added.number == 2 && added.time >= before && added.time <= .now())
    let read = try #require(try fixture.log.show("2").first)
    #expect(read == added)
    #expect(read.entry.job == job && read.entry.outputs[0].path?.text == "/home/ada/out.mp4")
    #expect(read.entry.outputs[0].sha256 == FileDigest(bytes: [2]).sha256 && read.entry.outputs[0].size == 1)
    #expect(read.entry.gates[0].measures == ["highest": 0.25, "limit": 0.3] && read.entry.models.count == 1)
    #expect(read.entry.outputs[0].perceptual == PerceptualHash(bits: 0xFF00))
    #expect(try fixture.log.head().number == 2 && fixture.log.head().hash == added.hash)
  }

  /// The chain, the signatures and the commitments, worked out again from the raw file by the rules of the document.
  @Test func theFileKeepsToTheDocument() throws {
    let fixture = try AuditFixture.filled()
    let key = try KeyFile(path: fixture.place.path("audit.key")).signingKey(making: false).publicKey
    func sum(_ data: Data) -> String { SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined() }
    func bytes(_ hex: String) -> Data {
      Data(stride(from: 0, to: hex.count, by: 2).map { UInt8(hex.dropFirst($0).prefix(2), radix: 16)! })
    }
    try DatabaseQueue(path: fixture.path).read { db in
      var previous = String(repeating: "0", count: 64)
      for row in try Row.fetchAll(db, sql: "SELECT * FROM entry ORDER BY number") {
        let (content, hash): (String, String) = (row["content"], row["hash"])
        #expect(row["previous"] == previous)
        #expect(hash == sum(bytes(previous) + Data(content.utf8)))
        let message = #"{"hash":"\#(hash)","number":\#(row["number"] as Int),"type":"likeness audit entry 1"}"#
        #expect(key.isValidSignature(bytes(row["signature"]), for: Data(message.utf8)))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(content.utf8)) as? [String: Any])
        #expect(object["number"] as? Int == row["number"])
        #expect(!content.contains("/home") && !content.contains("Ada"))
        previous = hash
      }
      let head = try #require(try Row.fetchOne(db, sql: "SELECT * FROM head"))
      #expect(head["hash"] == previous && head["number"] == 6)
      let message =
        #"{"hash":"\#(previous)","number":6,"time":"\#(head["time"] as String)","type":"likeness audit head 1"}"#
      #expect(key.isValidSignature(bytes(head["signature"]), for: Data(message.utf8)))
      let user = try #require(
        try Row.fetchOne(
          db,
          sql: """
            SELECT salt, text, json_extract(content, '$.actor.user.commitment') AS commitment
            FROM personal JOIN entry ON number = entry WHERE entry = 2 AND field = 'actor.user'
            """))
      #expect(user["commitment"] == sum(bytes(user["salt"]) + Data((user["text"] as String).utf8)))
    }
  }

  @Test func manyMayAddAtOnce() async throws {
    let folder = try TemporaryFolder()
    let place = SafeguardsFolder(home: folder.path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for program in 0..<4 {
        group.addTask {
          // Each has a connection of its own, as programs of their own have; the first ones also race for making the log.
          let log = try AuditLog(folder: place, program: "\(program)")
          for _ in 0..<6 { try log.append(AuditFixture.started(UUID())) }
        }
      }
      try await group.waitForAll()
    }
    let log = try AuditLog(reading: SafeguardPolicy().audit, folder: place)
    let records = try log.list()
    #expect(records.map(\.number) == Array(1...25))
    for program in 0..<4 { #expect(records.filter { $0.entry.actor?.program == "\(program)" }.count >= 6) }
    #expect(try log.verify().findings.isEmpty)
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: place.path)).isSuperset(of: ["audit.key", "audit.sqlite"])
    )
    let drafts = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.count > 20 }
    #expect(drafts.isEmpty)
  }

  @Test func filters() throws {
    let fixture = try AuditFixture.filled()
    func numbers(_ change: (inout AuditFilter) -> Void) throws -> [Int] {
      var filter = AuditFilter()
      change(&filter)
      return try fixture.log.list(filter).map(\.number)
    }
    let all = try fixture.log.list()
    #expect(all.map(\.number) == Array(1...6))
    #expect(try numbers { $0.event = .started } == [2, 4, 6])
    #expect(try numbers { $0.job = all[1].entry.job } == [2, 3])
    #expect(try numbers { $0.limit = 2 } == [5, 6])
    #expect(try numbers { $0.limit = -1 } == [])
    #expect(try numbers { $0.naming = "target.png" } == [5])
    #expect(try numbers { $0.watermark = "00000000deadbeef" } == [3])
    #expect(try numbers { $0.until = all[0].time } == [])
    #expect(try numbers { $0.since = all[0].time } == Array(1...6))
    #expect(try numbers { $0.since = AuditTime.now().adding(days: 1) } == [])
    #expect(
      try numbers {
        $0.event = .started; $0.limit = 1
      } == [6])
    #expect(AuditFilter().isEmpty)
  }

  @Test func showByNumberAndJob() throws {
    let fixture = try AuditFixture.filled()
    #expect(try fixture.log.show("3").map(\.number) == [3])
    #expect(try fixture.log.show("00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa").map(\.number) == [2, 3])
    #expect(try fixture.log.show("00000002").map(\.number) == [4, 5])
    for id in ["0", "7", "-1", "", "abc", "99999999", "x' OR 1=1 --", "ffffffff"] {
      let error = #expect(throws: SafeguardsError.self) { try fixture.log.show(id) }
      #expect(error?.code == .request)
    }
  }

  @Test func findByWhatIsInAFile() throws {
    let fixture = try AuditFixture.filled()
    #expect(try fixture.log.find(watermark: "00000000DEADBEEF").map(\.number) == [3])
    #expect(try fixture.log.find(watermark: "00000000deadbee0").isEmpty)
    #expect(try fixture.log.find(output: FileDigest(bytes: [2]).sha256.uppercased()).map(\.number) == [3])
    // An input's, and a model's, is no output's.
    #expect(try fixture.log.find(output: FileDigest(bytes: [1]).sha256).isEmpty)
    #expect(try fixture.log.find(output: FileDigest(bytes: [3]).sha256).isEmpty)
    #expect(try fixture.log.find(like: PerceptualHash(bits: 0xFF01)).map(\.number) == [3])
    #expect(try fixture.log.find(like: PerceptualHash(bits: 0xFF01), within: 0).isEmpty)
  }

  @Test func theDatabaseItselfOnlyTakesMore() throws {
    let fixture = try AuditFixture.filled()
    let queue = try DatabaseQueue(path: fixture.path)
    for statement in [
      "UPDATE entry SET content = '{}' WHERE number = 2", "UPDATE entry SET number = 9 WHERE number = 6",
      "DELETE FROM entry WHERE number = 6", "INSERT INTO entry SELECT 9, content, previous, hash, signature FROM entry",
      "INSERT OR REPLACE INTO entry (number, content, previous, hash, signature) VALUES (3, '{}', '', '', '')",
      "UPDATE personal SET text = 'Eve'", "DELETE FROM personal WHERE entry = 2",
      "INSERT INTO personal VALUES (2, 'new', '', '')", "DELETE FROM head", "UPDATE head SET hash = ''",
      "INSERT OR REPLACE INTO head VALUES (1, 1, '', '', '', '')",
    ] {
      let error = #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: statement) } }
      #expect(error?.message?.contains("only added to") == true || statement.contains("SELECT 9"), "\(statement)")
    }
    #expect(try fixture.verify().findings.isEmpty)
  }

  @Test func anotherKeyDoesNotGoOn() throws {
    let fixture = try AuditFixture.filled()
    var policy = SafeguardPolicy().audit
    policy.key = fixture.place.path("new.key")
    let other = try AuditLog(policy: policy, folder: fixture.place, program: "P")
    let error = #expect(throws: SafeguardsError.self) { try other.append(AuditEntry(.policy)) }
    #expect(error?.code == .key && error?.message.contains(fixture.log.publicKey.hex) == true)
    #expect(try fixture.log.append(AuditEntry(.policy)).number == 7)
  }

  @Test(arguments: [
    "DELETE FROM head", "UPDATE head SET number = 5", "DELETE FROM entry WHERE number = 6",
    "UPDATE entry SET hash = previous WHERE number = 6", "UPDATE head SET signature = 'x'",
  ]) func aLogThatWasTamperedWithIsNotAddedTo(_ statement: String) throws {
    let fixture = try AuditFixture.filled()
    try fixture.tamper { try $0.execute(sql: statement) }
    let error = #expect(throws: SafeguardsError.self) { try fixture.log.append(AuditEntry(.policy)) }
    #expect(error?.code == .storage && error?.hint?.contains("likeness audit verify") == true)
  }

  @Test func readingMakesAndChangesNothing() throws {
    let folder = try TemporaryFolder()
    let place = SafeguardsFolder(home: folder.path)
    let error = #expect(throws: SafeguardsError.self) {
      try AuditLog(reading: SafeguardPolicy().audit, folder: place)
    }
    #expect(error?.code == .storage && folder.contents.isEmpty)

    let fixture = try AuditFixture.filled()
    let policy = try fixture.copyOfFile("copy.sqlite")
    let before = try FileDigest(path: policy.database!)
    let log = try AuditLog(reading: policy, folder: fixture.place)
    #expect(try log.verify().isIntact && log.list().count == 6)
    let refusal = #expect(throws: SafeguardsError.self) { try log.append(AuditEntry(.policy)) }
    #expect(refusal?.code == .request)
    #expect(try FileDigest(path: policy.database!) == before)
  }

  @Test func theKeyComesFromHandFileOrLog() throws {
    let fixture = try AuditFixture.filled()
    var policy = try fixture.copyOfFile("copy.sqlite")
    #expect(try AuditLog(reading: policy).keyOrigin == .keyFile)
    policy.key = fixture.place.path("none.key")
    let alone = try AuditLog(reading: policy)
    #expect(alone.keyOrigin == .log && alone.publicKey == fixture.log.publicKey)
    #expect(try alone.verify().isIntact)
    let pem = fixture.log.publicKey.pem
    let given = try AuditLog(reading: policy, key: AuditPublicKey(text: pem))
    #expect(given.keyOrigin == .given)
    #expect(try given.verify().isIntact)
    #expect(try AuditPublicKey(text: fixture.log.publicKey.hex.uppercased()) == fixture.log.publicKey)
    let wrong = try AuditLog(reading: policy, key: AuditPublicKey(text: String(repeating: "ab", count: 32)))
    let found = try wrong.verify()
    #expect(found.findings.map(\.kind) == [.head] && found.entries == 6)
    #expect(found.findings[0].detail.contains(fixture.log.publicKey.hex))
    #expect(throws: SafeguardsError.self) { try AuditPublicKey(text: "key") }
  }

  @Test(arguments: ["", "no database at all, whatever its name", "SQLite format 3\0"])
  func whatIsNoLogIsRefused(_ text: String) throws {
    let folder = try TemporaryFolder()
    var policy = SafeguardPolicy().audit
    policy.database = try folder.write(text, to: "audit.sqlite")
    let place = SafeguardsFolder(home: folder.path)
    for body in [
      { _ = try AuditLog(policy: policy, folder: place, program: "P") },
      { _ = try AuditLog(reading: policy, folder: place) },
    ] {
      #expect((#expect(throws: SafeguardsError.self, performing: body))?.code == .storage)
    }
  }

  @Test func numbersThatAreNoneAreLoggedAllTheSame() throws {
    let fixture = try AuditFixture()
    var entry = AuditEntry(.finished)
    entry.gates = [
      AuditGate("similarity", mode: .warn, .notChecked, measures: ["lowest": .nan, "highest": .infinity, "count": 0])
    ]
    let record = try fixture.log.append(entry)
    #expect(record.entry.gates[0].measures == ["count": 0])
    #expect(try fixture.verify().isIntact)
  }
}
