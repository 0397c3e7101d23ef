import Crypto
import Foundation
import GRDB
import ModelStore
import Safeguards
import TestSupport
import Testing

@Suite struct AuditTextTests {
  @Test func theTable() throws {
    let fixture = try AuditFixture.filled()
    try fixture.log.erase(entries: [2, 3], reason: "asked for")
    let rows = AuditTable(try fixture.log.list()).rows
    #expect(rows.allSatisfy { $0.count == AuditTable.header.count } && rows.count == 7)
    #expect(rows[0][2...] == ["opened", "", NSUserName(), "key \(fixture.log.publicKey.hex.prefix(16))…"])
    #expect(rows[1][2...] == ["started", "00000001", "(erased)", "1 in"])
    #expect(rows[2][5] == "similarity warned, 1 out, watermark 00000000deadbeef")
    #expect(rows[4][2...] == ["refused", "00000002", NSUserName(), "content, content refused"])
    #expect(rows[6][5] == "entries 2–3: asked for")
    #expect(AuditTime(text: rows[0][1]) != nil)
  }

  @Test func oneEntryInFull() throws {
    let fixture = try AuditFixture.filled()
    let lines = try fixture.log.show("3")[0].lines
    for line in [
      "entry      3", "event      finished", "job        00000001-AAAA-4AAA-8AAA-AAAAAAAAAAAA",
      "program    Likeness test",
      "output     /home/ada/out.mp4, 1 bytes, SHA-256 \(FileDigest(bytes: [2]).sha256), looks like 000000000000ff00",
      "model      face_mesh, SHA-256 \(FileDigest(bytes: [3]).sha256)", "watermark  00000000deadbeef",
      "gate       similarity: warned (warn), highest 0.25, limit 0.3. a.png",
      "policy     SHA-256 \(FileDigest(bytes: [4]).sha256)",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    let started = try fixture.log.show("2")[0].lines
    #expect(started.contains("option     face-swapper-model = mesh"))
    #expect(started.contains("consent    I, Ada, may use both pictures."))
    #expect(try fixture.log.show("5")[0].lines.contains("failure    content: /home/ada/target.png was refused."))
  }

  @Test func whatATerminalWouldObeyIsLeftOut() throws {
    let fixture = try AuditFixture()
    var entry = AuditEntry(.started)
    entry.consent = "a\u{1B}[2Jb\nc"
    #expect(try fixture.log.append(entry).lines.contains("consent    a [2Jb c"))
  }

  @Test func whatVerifySays() throws {
    let fixture = try AuditFixture.filled()
    let whole = try fixture.verify()
    #expect(whole.lines[0].hasPrefix("Audit log \(fixture.path): 6 entries, the last of 20"))
    #expect(whole.lines.last == "The log is whole: no entry was changed, removed or moved.")
    #expect(whole.unfinishedJobs.map(\.uuidString) == ["00000003-AAAA-4AAA-8AAA-AAAAAAAAAAAA"])
    #expect(whole.lines.contains("Job 00000003-AAAA-4AAA-8AAA-AAAAAAAAAAAA began and did not end, or still runs."))
    try fixture.tamper { try $0.execute(sql: "DELETE FROM entry WHERE number = 5") }
    let broken = try fixture.verify()
    #expect(broken.lines.contains("BROKEN (missing): Entry 5 is missing."))
    #expect(broken.lines.last == "The log is broken: 2 findings.")
    let data = try JSONEncoder().encode(broken)
    #expect(try JSONDecoder().decode(AuditVerification.self, from: data) == broken)
  }

  @Test func recordsAsJSON() throws {
    let fixture = try AuditFixture.filled()
    let data = try JSONEncoder().encode(try fixture.log.show("3")[0])
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["number"] as? Int == 3 && object["event"] as? String == "finished")
    #expect(object["watermark"] as? String == "00000000deadbeef" && object["hash"] != nil && object["time"] != nil)
    let output = (object["outputs"] as? [[String: Any]])?.first
    #expect((output?["path"] as? [String: Any])?["personal"] as? String == "/home/ada/out.mp4")
  }

  /// By the procedure of the document, with nothing of ours.
  @Test(arguments: [true, false]) func theExportCanBeCheckedByItself(_ personal: Bool) throws {
    let fixture = try AuditFixture.filled()
    try fixture.log.erase(entries: [2], reason: "asked for")
    var lines: [[String: Any]] = []
    try fixture.log.export(personal: personal) { line in
      #expect(!line.contains("\n"))
      lines.append(try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]))
    }
    func bytes(_ hex: Any?) -> Data {
      let hex = hex as? String ?? ""
      return Data(stride(from: 0, to: hex.count, by: 2).map { UInt8(hex.dropFirst($0).prefix(2), radix: 16) ?? 0 })
    }
    #expect(lines.map { $0["type"] as? String } == ["log"] + Array(repeating: "entry", count: 7) + ["head"])
    let key = try Curve25519.Signing.PublicKey(rawRepresentation: bytes(lines[0]["key"]))
    #expect((lines[0]["pem"] as? String)?.hasPrefix("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA") == true)
    var previous = Data(count: 32)
    var personals = 0
    for (index, line) in lines.dropFirst().dropLast().enumerated() {
      let content = try #require(line["content"] as? String)
      let hash = Data(SHA256.hash(data: previous + Data(content.utf8)))
      #expect(bytes(line["hash"]) == hash && line["number"] as? Int == index + 1)
      let message =
        #"{"hash":"\#(line["hash"] as? String ?? "")","number":\#(index + 1),"type":"likeness audit entry 1"}"#
      #expect(key.isValidSignature(bytes(line["signature"]), for: Data(message.utf8)))
      for (_, field) in line["personal"] as? [String: [String: String]] ?? [:] {
        let sum = SHA256.hash(data: bytes(field["salt"]) + Data((field["text"] ?? "").utf8))
        #expect(content.contains(sum.map { String(format: "%02x", $0) }.joined()))
        personals += 1
      }
      previous = hash
    }
    #expect(personal ? personals > 20 : personals == 0)
    #expect(bytes(lines.last?["hash"]) == previous)
  }

  @Test func headsAreReadFromLines() throws {
    let fixture = try AuditFixture.filled()
    let head = try fixture.log.head()
    var lines: [String] = []
    try fixture.log.export { lines.append($0) }
    #expect(try AuditHead.heads(in: head.line) == [head])
    #expect(try AuditHead.heads(in: head.line.replacing(",", with: ",\n")) == [head])
    #expect(try AuditHead.heads(in: lines.joined(separator: "\n") + "\r\n") == [head])
    #expect(try AuditHead.heads(in: "note\n\(head.line)\n\(head.line)\n").count == 2)
    let error = #expect(throws: SafeguardsError.self) { try AuditHead.heads(in: "nothing") }
    #expect(error?.code == .request)
  }

  @Test func theExportIsANewFile() throws {
    let fixture = try AuditFixture.filled()
    let path = fixture.folder.path("export.jsonl")
    try fixture.log.export(to: path, personal: false)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 8 && text.hasSuffix("}\n"))
    #expect(try AuditHead.heads(inFile: path) == [fixture.log.head()])
    #expect(throws: SafeguardsError.self) { try AuditHead.heads(inFile: path + "x") }
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    let error = #expect(throws: SafeguardsError.self) { try fixture.log.export(to: path) }
    #expect(error?.code == .request)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func filtersInAUsersWords() throws {
    let job = UUID()
    let filter = try AuditFilter(
      since: "2026-01-01", until: "2026-01-02T00:00:00+01:00", event: "refused", job: job.uuidString.lowercased(),
      naming: "Ada", limit: 3)
    #expect(filter.since?.text == "2026-01-01T00:00:00.000Z" && filter.until?.text == "2026-01-01T23:00:00.000Z")
    #expect(filter.event == .refused && filter.job == job && filter.naming == "Ada" && filter.limit == 3)
    #expect(try AuditFilter(since: nil, until: nil, event: nil, job: nil).isEmpty)
    for (since, event, job) in [("yesterday", nil, nil), (nil, "ended", nil), (nil, nil, "7")]
      as [(String?, String?, String?)]
    {
      let error = #expect(throws: SafeguardsError.self) {
        try AuditFilter(since: since, until: nil, event: event, job: job)
      }
      #expect(error?.code == .request && error?.hint != nil)
    }
  }

  @Test func aPublicKeyByHand() throws {
    let fixture = try AuditFixture.filled()
    let key = fixture.log.publicKey
    #expect(try AuditPublicKey(named: key.hex) == key)
    #expect(try AuditPublicKey(named: fixture.folder.write(key.pem, to: "key.pem")) == key)
    #expect(try AuditPublicKey(named: fixture.folder.write(key.hex + "\n", to: "key.hex")) == key)
    for name in ["none", fixture.folder.path, fixture.path] {
      let error = #expect(throws: SafeguardsError.self) { try AuditPublicKey(named: name) }
      #expect(error?.code == .key)
    }
  }

  @Test func ofManyUnfinishedJobsTheLastAreNamed() throws {
    let fixture = try AuditFixture()
    let jobs = (0..<10).map { _ in UUID() }
    for job in jobs { try fixture.log.append(AuditEntry(.started, job: job)) }
    let lines = try fixture.verify().lines
    #expect(lines.filter { $0.hasPrefix("Job ") }.count == 8 && lines.contains { $0.contains(jobs[9].uuidString) })
    #expect(lines.contains("So did 2 earlier jobs."))
    for job in jobs { try fixture.log.append(AuditEntry(.cancelled, job: job)) }
    #expect(try fixture.verify().unfinishedJobs.isEmpty)
  }
}
