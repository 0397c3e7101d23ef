import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelStore

/// Servers and lines as they are on bad days.
@Suite struct BadServerTests {
  private let bytes = PeerFixture.bytes

  /// A counter that many connections use.
  final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }
  }

  @Test(arguments: [500, 502, 503, 429])
  func aPassingRefusalIsWaitedOut(status: Int) throws {
    let counter = Counter()
    let server = try PullFixture.server { request, connection in
      if counter.next() < 4 { connection.respond(status) } else { connection.serve(PeerFixture.bytes, request) }
    }
    let fixture = try PullFixture([server])
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    // Half of 0.5, 1 and 2 s: chance is 0 here.
    #expect(fixture.log.waits == [0.25, 0.5, 1])
    #expect(fixture.log.reasons.allSatisfy { $0 == "answered with status \(status)" })
  }

  @Test func theServersWishToWaitCounts() throws {
    let counter = Counter()
    let server = try PullFixture.server { request, connection in
      if counter.next() == 1 {
        connection.respond(503, [], ["Retry-After": "7"])
      } else {
        connection.serve(PeerFixture.bytes, request)
      }
    }
    let fixture = try PullFixture([server])
    try fixture.pull()
    #expect(fixture.log.waits == [7])
  }

  @Test(arguments: [404, 403, 410, 401, 200])
  func aHostWithoutTheFileIsLeftForTheNext(status: Int) throws {
    let wrong = try LocalServer { _, connection in connection.respond(status, Array("<html>not here</html>".utf8)) }
    let right = try LocalServer { request, connection in
      let isSum = request.target == "/huggingface/3.0.0/tiny.hash"
      connection.serve(isSum ? Array(PullFixture.sum.utf8) : PeerFixture.bytes, request)
    }
    let fixture = try PullFixture([wrong, right])
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(fixture.log.waits.isEmpty && wrong.requests.count == 1)
    let reason = try #require(fixture.log.reasons.first)
    #expect(reason.contains(status == 200 ? "something else than a CRC-32" : "status \(status)"))
  }

  @Test func providersAreAskedInTheOrderGiven() throws {
    let one = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let two = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([one, two])
    try fixture.pull(["tiny"], PullRequest(providers: ["huggingface", "github"]))
    #expect(one.requests.isEmpty && two.requests.count == 2)
  }

  @Test func aHostThatIsDownIsLeftForTheNext() throws {
    var down: LocalServer? = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let right = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([try #require(down), right])
    down = nil
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    // Asked twice and no more: others can be reached.
    #expect(fixture.log.waits.count == 1)
    #expect(fixture.log.reasons.allSatisfy { $0.contains("cannot be reached") }, "\(fixture.log.reasons)")
  }

  @Test func whenNobodyHasItTheErrorNamesEveryHostAndReason() throws {
    let one = try PullFixture.server { _, connection in connection.respond(500) }
    let two = try LocalServer { _, connection in connection.respond(404) }
    let fixture = try PullFixture([one, two])
    let error = try #require(fixture.failure())
    #expect(error.code == .downloadFailed)
    #expect(error.message.contains("tiny.onnx") && error.message.contains("status 500"))
    #expect(error.message.contains("status 404"))
    #expect(error.hint?.contains("--models-path") == true)
    #expect(one.requests(to: PullFixture.model).count == 5)
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.peer.models).isEmpty)
  }

  // MARK: Broken transfers

  @Test func aBrokenTransferGoesOnWhereItStopped() throws {
    let counter = Counter()
    let server = try PullFixture.server { request, connection in
      guard counter.next() == 1 else { return connection.serve(PeerFixture.bytes, request) }
      connection.sendHead(200, length: PeerFixture.bytes.count, ["ETag": "\"one\""])
      connection.send(Array(PeerFixture.bytes[..<2000]))
    }
    let fixture = try PullFixture([server])
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    let again = try #require(server.requests(to: PullFixture.model).last)
    #expect(again.headers["range"] == "bytes=2000-")
    #expect(again.headers["if-range"] == "\"one\"")
    #expect(fixture.log.waits.count == 1)
  }

  @Test func theNextCommandGoesOnToo() throws {
    let counter = Counter()
    let server = try PullFixture.server { request, connection in
      // The first command gets 1000 bytes, then refusals.
      switch counter.next() {
      case 1:
        connection.sendHead(200, length: PeerFixture.bytes.count, ["ETag": "\"one\""])
        connection.send(Array(PeerFixture.bytes[..<1000]))
      case 2: connection.respond(404)
      default: connection.serve(PeerFixture.bytes, request)
      }
    }
    let fixture = try PullFixture([server])
    #expect(fixture.failure()?.code == .downloadFailed)
    #expect(fixture.peer.bytes("tiny.onnx.part") == Array(bytes[..<1000]))
    #expect(fixture.peer.bytes() == nil)
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(server.requests(to: PullFixture.model).last?.headers["range"] == "bytes=1000-")
    #expect(fixture.peer.bytes("tiny.onnx.part") == nil && fixture.peer.bytes("tiny.onnx.part.json") == nil)
  }

  @Test func aWholePartialFileIsOnlyChecked() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    try fixture.peer.place(bytes, "tiny.onnx.part")
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(server.requests(to: PullFixture.model).count == 1)
  }

  @Test func aServerThatIgnoresRangesStartsAnew() throws {
    let server = try PullFixture.server { _, connection in connection.respond(200, PeerFixture.bytes) }
    let fixture = try PullFixture([server])
    try fixture.peer.place(Array(bytes[..<700]), "tiny.onnx.part")
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(server.requests(to: PullFixture.model).map { $0.headers["range"] } == ["bytes=700-"])
  }

  @Test(arguments: ["bytes 0-4999/5005", "bytes 900-5004/5005", "bytes 700-5004/4000", "pages 1-2", ""])
  func aRangeThatWasNotAskedForStartsAnew(range: String) throws {
    let server = try PullFixture.server { request, connection in
      guard request.headers["range"] != nil else { return connection.respond(200, PeerFixture.bytes) }
      connection.respond(206, Array(PeerFixture.bytes[700...]), range.isEmpty ? [:] : ["Content-Range": range])
    }
    let fixture = try PullFixture([server])
    try fixture.peer.place(Array(bytes[..<700]), "tiny.onnx.part")
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(server.requests(to: PullFixture.model).map { $0.headers["range"] } == ["bytes=700-", nil])
  }

  @Test(arguments: [true, false])
  func aFileThatChangesBetweenThePartsIsFetchedWhole(serverChecks: Bool) throws {
    let counter = Counter()
    let sum = CRC32.text(of: PeerFixture.other)
    let server = try PullFixture.server(sum: sum) { request, connection in
      if counter.next() == 1 {
        connection.sendHead(200, length: PeerFixture.bytes.count, ["ETag": "\"one\""])
        connection.send(Array(PeerFixture.bytes[..<2000]))
      } else if serverChecks {
        connection.serve(PeerFixture.other, request, etag: "\"two\"")
      } else {
        // This one goes on with the new file whatever If-Range says.
        let first = request.headers["range"] == nil ? 0 : 2000
        let total = PeerFixture.other.count
        connection.respond(
          first == 0 ? 200 : 206, Array(PeerFixture.other[first...]),
          first == 0 ? [:] : ["Content-Range": "bytes \(first)-\(total - 1)/\(total)"])
      }
    }
    let fixture = try PullFixture([server])
    try fixture.pull()
    #expect(fixture.peer.bytes() == PeerFixture.other)
  }

  @Test func aMixOfTwoFilesIsFoundByItsSumAndFetchedWhole() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    try fixture.peer.place([UInt8](repeating: 7, count: 700), "tiny.onnx.part")
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(fixture.log.reasons.count == 1 && fixture.log.reasons[0].contains(PullFixture.sum))
    #expect(server.requests(to: PullFixture.model).map { $0.headers["range"] } == ["bytes=700-", nil])
  }

  // MARK: Lies

  @Test func aServerThatAlwaysBreaksOffIsGivenUp() throws {
    let server = try PullFixture.server { _, connection in
      connection.sendHead(200, length: PeerFixture.bytes.count)
      connection.send(Array(PeerFixture.bytes[..<100]))
    }
    let fixture = try PullFixture([server])
    let error = try #require(fixture.failure())
    #expect(error.code == .downloadFailed)
    #expect(server.requests(to: PullFixture.model).count == 5)
    #expect(fixture.peer.bytes() == nil)
  }

  @Test func moreThanAnnouncedIsNotTaken() throws {
    let server = try PullFixture.server { _, connection in
      connection.sendHead(200, length: 1000)
      connection.send(PeerFixture.bytes)
    }
    let fixture = try PullFixture([server])
    let error = try #require(fixture.failure())
    #expect(error.code == .downloadFailed, "\(error)")
    #expect(fixture.peer.bytes() == nil)
  }

  @Test func aWrongSumIsNamedAndNothingIsKept() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.other, $0) }
    let fixture = try PullFixture([server])
    let error = try #require(fixture.failure())
    #expect(error.code == .downloadFailed)
    #expect(error.message.contains(PullFixture.sum) && error.message.contains(CRC32.text(of: PeerFixture.other)))
    #expect(server.requests(to: PullFixture.model).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.peer.models).isEmpty)
  }

  @Test func aPageWithTheRightSumIsStillNoModel() throws {
    let page = Array("<html>Please log in to this network</html>".utf8)
    let server = try PullFixture.server(sum: CRC32.text(of: page)) { $1.serve(page, $0) }
    let error = try #require(try PullFixture([server]).failure())
    #expect(error.code == .downloadFailed && error.message.contains("web page"))
  }

  @Test func aFileOfNothingIsNoModel() throws {
    let server = try PullFixture.server(sum: "00000000") { _, connection in connection.respond(200, []) }
    let error = try #require(try PullFixture([server]).failure())
    #expect(error.code == .downloadFailed && error.message.contains("empty"))
  }

  @Test func aFileThatIsTooLargeIsRefusedByItsHead() throws {
    let server = try PullFixture.server { _, connection in
      connection.sendHead(200, length: 3 << 30)
      connection.stall()
    }
    let error = try #require(try PullFixture([server]).failure())
    #expect(error.code == .downloadFailed && error.message.contains("too large"))
  }

  @Test func aBodyWithoutEndIsCutOff() throws {
    let server = try PullFixture.server { _, connection in
      connection.sendHead(200, length: nil)
      for _ in 0..<200 { connection.send(PeerFixture.bytes) }
      connection.stall()
    }
    let fixture = try PullFixture([server], maximum: 20_000)
    let error = try #require(fixture.failure())
    #expect(error.message.contains("too large") && error.message.contains("20000"))
  }

  @Test func codedBodiesAreRefused() throws {
    let server = try PullFixture.server { _, connection in
      connection.respond(200, PeerFixture.bytes, ["Content-Encoding": "gzip"])
    }
    let error = try #require(try PullFixture([server]).failure())
    #expect(error.message.contains("gzip"))
  }

  @Test(arguments: ["", "garbage that is no HTTP\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"])
  func whatIsNoHTTPIsGivenUp(text: String) throws {
    let server = try PullFixture.server { _, connection in connection.send(text) }
    let error = try #require(try PullFixture([server]).failure())
    #expect(error.code == .downloadFailed)
    #expect(server.requests(to: PullFixture.model).count == 5)
  }

  // MARK: Silence

  @Test(arguments: [0, 300])
  func aStalledTransferIsBrokenOffAndGoesOn(sent: Int) throws {
    let counter = Counter()
    let server = try PullFixture.server { request, connection in
      guard counter.next() == 1 else { return connection.serve(PeerFixture.bytes, request) }
      if sent > 0 {
        connection.sendHead(200, length: PeerFixture.bytes.count)
        connection.send(Array(PeerFixture.bytes[..<sent]))
      }
      connection.stall()
    }
    let fixture = try PullFixture([server], idle: 0.2)
    try fixture.pull()
    #expect(fixture.peer.bytes() == bytes)
    #expect(fixture.log.reasons == ["sent nothing for 0.2 s"])
  }

  @Test func aConnectionThatNeverStandsIsGivenUp() throws {
    // TCP is answered by the system; the TLS that should follow never is.
    let server = try LocalServer { _, _ in }
    let secure = server.base.replacing("http:", with: "https:")
    let fixture = try PullFixture([], base: secure, connect: 0.2)
    let error = try #require(fixture.failure())
    #expect(error.code == .downloadFailed && error.message.contains("did not answer within 0.2 s"), "\(error)")
    #expect(fixture.log.waits.count == 1)
  }

  // MARK: Redirects

  @Test func aCircleOfRedirectsEnds() throws {
    let server = try PullFixture.server { request, connection in
      connection.respond(302, [], ["Location": request.target])
    }
    let error = try #require(try PullFixture([server]).failure())
    #expect(error.code == .downloadFailed && error.message.contains("redirects more than 8 times"))
    #expect(server.requests(to: PullFixture.model).count == 9)
  }

  @Test(arguments: [nil, "ftp://127.0.0.1/x", "http://", "http://user:word@127.0.0.1/x", "file:///etc/passwd"])
  func aRedirectToNowhereIsNotFollowed(location: String?) throws {
    let server = try PullFixture.server { _, connection in
      connection.respond(302, [], location.map { ["Location": $0] } ?? [:])
    }
    let fixture = try PullFixture([server])
    #expect(fixture.failure()?.code == .downloadFailed)
    #expect(server.requests(to: PullFixture.model).count == 1)
  }
}
