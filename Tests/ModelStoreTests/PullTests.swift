import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelStore

/// A pull from a server that behaves.
@Suite struct PullTests {
  private let bytes = PeerFixture.bytes

  @Test func fetchesCheckedAndRecorded() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(fixture.peer.bytes("tiny.hash") == Array(PullFixture.sum.utf8))
    let record = try #require(try fixture.peer.lock().files["tiny.onnx"])
    #expect(record.sha256 == FileDigest.sha256(bytes) && record.size == bytes.count)
    #expect(record.source == server.base + PullFixture.model)
    #expect(fixture.log.fetched == ["tiny"] && fixture.log.waits.isEmpty)
    #expect(fixture.log.starts.first == 0 && fixture.log.starts.last == bytes.count)
    let left = try FileManager.default.contentsOfDirectory(atPath: fixture.peer.models).sorted()
    #expect(left == [".models.lock.json", "models.lock.json", "tiny.hash", "tiny.onnx"])
    #expect(try fixture.peer.store().load("tiny") == bytes)
    let question = try #require(server.requests(to: PullFixture.model).first)
    #expect(question.method == "GET" && question.headers["range"] == nil)
    #expect(question.headers["user-agent"]?.hasPrefix("Likeness/") == true)
    #expect(question.headers["host"] == "127.0.0.1:\(server.port)")
  }

  @Test func whatIsThereIsNotFetchedAgain() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    try fixture.pull(["tiny", "tiny"])
    let count = server.requests.count
    try fixture.pull()
    #expect(server.requests.count == count && count == 2)
    #expect(fixture.log.present == ["tiny"])
  }

  @Test func aDamagedFileIsFetchedAgain() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    try fixture.pull()
    try fixture.peer.place([UInt8](repeating: 9, count: bytes.count))
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
  }

  @Test func aModelBringsAllItsFiles() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    try fixture.pull(["pair"])
    #expect(fixture.log.fetched.sorted() == ["crossface_pair", "pair"])
  }

  @Test func aFileBroughtByHandThatIsTheRightOneIsKept() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.other, $0) }
    let fixture = try PullFixture([server])
    try fixture.peer.place(bytes)
    try fixture.pull()
    #expect(server.requests.map(\.target) == [PullFixture.hash])
    #expect(fixture.log.present == ["tiny"])
    #expect(try fixture.peer.lock().files["tiny.onnx"]?.source == nil)
    #expect(try fixture.peer.lock().files["tiny.onnx"]?.size == bytes.count)
  }

  @Test func filesGoToTheFolderGiven() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    let mine = fixture.peer.folder.path("mine")
    try FileManager.default.createDirectory(atPath: mine, withIntermediateDirectories: true)
    try fixture.pull(modelsPath: mine)
    #expect(try fixture.peer.store(modelsPath: mine).load("tiny") == bytes)
    #expect(fixture.peer.bytes() == nil)
  }

  @Test func aBodyWithoutALengthIsTakenToItsEnd() throws {
    let server = try PullFixture.server { _, connection in
      connection.sendHead(200, length: nil, ["Transfer-Encoding": "chunked"])
      for piece in [PeerFixture.bytes[..<1000], PeerFixture.bytes[1000...]] {
        connection.send(String(piece.count, radix: 16) + "\r\n")
        connection.send(Array(piece))
        connection.send("\r\n")
      }
      connection.send("0\r\n\r\n")
    }
    let fixture = try PullFixture([server])
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
  }

  @Test func followsRedirects() throws {
    let server = try PullFixture.server { request, connection in
      switch request.target {
      case PullFixture.model: connection.respond(302, [], ["Location": "/cdn/one?sign=a%2Fb"])
      case "/cdn/one?sign=a%2Fb": connection.respond(307, [], ["Location": "two"])
      case "/cdn/two": connection.serve(PeerFixture.bytes, request)
      default: connection.respond(404)
      }
    }
    let fixture = try PullFixture([server])
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
  }

  @Test func theMirrorOfTheOperatorIsAsked() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture(
      [], base: "https://nowhere.invalid", environment: ["LIKENESS_DOWNLOAD_BASE": server.base + "/mirror/"])
    try fixture.pull()
    #expect(server.requests.map(\.target) == ["/mirror" + PullFixture.hash, "/mirror" + PullFixture.model])
  }

  // MARK: The licence

  @Test func nothingIsAskedForBeforeTheLicenceIsAccepted() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    let error = try #require(fixture.failure(["locked", "tiny"]))
    #expect(error.code == .licenceNotAccepted)
    #expect(error.message.contains("locked") && error.message.contains("Non-Commercial"))
    #expect(error.message.contains("Not for sale.") && !error.message.contains("tiny"))
    #expect(error.hint?.contains("--accept-licence Non-Commercial") == true)
    #expect(server.requests.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: fixture.peer.models))
  }

  @Test func anAcceptedLicenceIsRecordedAndCountsFromThenOn() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    try fixture.pull(["locked"], PullRequest(acceptedLicences: ["non-commercial"]))
    let accepted = try #require(try fixture.peer.lock().licences["locked"])
    #expect(accepted.licence == "Non-Commercial" && accepted.vendor == "v")
    #expect(abs(accepted.accepted.timeIntervalSinceNow) < 3600)
    try FileManager.default.removeItem(atPath: fixture.peer.models + "/locked.onnx")
    try fixture.pull(["locked"])
    #expect(fixture.log.fetched == ["locked", "locked"])
  }

  @Test func aLicenceNobodyHasIsAnError() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let error = try #require(
      try PullFixture([server]).failure(["locked"], PullRequest(acceptedLicences: ["Beer", "Non-Commercial"])))
    #expect(error.code == .optionInvalid && error.message.contains("Beer"))
    #expect(server.requests.isEmpty)
  }

  // MARK: What was recorded

  @Test func anotherFileAtThePublisherIsRefusedAndNamed() throws {
    let content = Mutex(PeerFixture.bytes)
    let server = try LocalServer { request, connection in
      let bytes = content.withLock { $0 }
      let sum = Array(CRC32.text(of: bytes).utf8)
      connection.serve(request.target.hasSuffix(".hash") ? sum : bytes, request)
    }
    let fixture = try PullFixture([server])
    try fixture.pull()
    content.withLock { $0 = PeerFixture.other }
    try fixture.peer.place([1], "tiny.onnx")
    let error = try #require(fixture.failure())
    #expect(error.code == .checksumMismatch)
    #expect(error.message.contains(FileDigest.sha256(PeerFixture.bytes)))
    #expect(error.message.contains(FileDigest.sha256(PeerFixture.other)))
    #expect(fixture.peer.bytes() == [1])
    try fixture.pull(["tiny"], PullRequest(renews: true))
    #expect(try fixture.peer.store().load("tiny") == PeerFixture.other)
  }
}
