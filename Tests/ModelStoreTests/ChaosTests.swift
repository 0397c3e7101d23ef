import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelStore

/// Whatever a server does, the file that ends up in its place is the right one.
@Suite struct ChaosTests {
  /// A server whose first answers are drawn from the worst we know; afterwards it is a good one.
  private final class Dice: Sendable {
    private let state: Mutex<(generator: SeededGenerator, left: Int)>

    init(seed: UInt64, bad: Int) { state = Mutex((SeededGenerator(seed: seed), bad)) }

    /// A number below `count`, nil when the bad answers are used up.
    func roll(_ count: Int) -> Int? {
      state.withLock { state in
        guard state.left > 0 else { return nil }
        state.left -= 1
        return Int.random(in: 0..<count, using: &state.generator)
      }
    }

    func between(_ range: Range<Int>) -> Int {
      state.withLock { Int.random(in: range, using: &$0.generator) }
    }
  }

  private static func answer(_ kind: Int, _ dice: Dice, _ request: LocalServer.Request, _ to: LocalServer.Connection) {
    let bytes = PeerFixture.bytes
    let cut = dice.between(1..<bytes.count)
    switch kind {
    case 0: to.respond([404, 500, 503, 429, 416, 204, 206, 301][dice.between(0..<8)])
    case 1:
      to.sendHead(200, length: bytes.count, ["ETag": "\"one\""])
      to.send(Array(bytes[..<cut]))
    case 2: to.send(Array(bytes[..<cut]))
    case 3: to.respond(200, Array(bytes[..<cut]), ["ETag": "\"two\""])
    case 4: to.respond(200, PeerFixture.other, ["ETag": "\"other\""])
    case 5:
      to.respond(206, Array(bytes[cut...]), ["Content-Range": "bytes \(cut)-\(bytes.count - 1)/\(bytes.count)"])
    case 6: to.respond(302, [], ["Location": request.target])
    case 7:
      to.sendHead(200, length: nil)
      to.send(Array(bytes[..<cut]))
    case 8: to.respond(200, bytes, ["Content-Encoding": "br"])
    default:
      to.sendHead(200, length: cut)
      to.send(bytes)
    }
  }

  @Test(arguments: 1...24)
  func onlyTheRightFileArrives(seed: Int) throws {
    let dice = Dice(seed: UInt64(seed), bad: 12)
    let server = try PullFixture.server { request, connection in
      if let kind = dice.roll(10) {
        Self.answer(kind, dice, request, connection)
      } else {
        connection.serve(PeerFixture.bytes, request)
      }
    }
    let fixture = try PullFixture([server])
    // Each command asks at least once, so that the bad answers are used up before the last one.
    for _ in 0..<13 where fixture.peer.bytes() == nil {
      let error = fixture.failure()
      #expect(error == nil || error?.code == .downloadFailed, "\(String(describing: error))")
      #expect([nil, PeerFixture.bytes].contains(fixture.peer.bytes()))
    }
    #expect(fixture.peer.bytes() == PeerFixture.bytes)
    #expect(try fixture.peer.lock().files["tiny.onnx"]?.sha256 == FileDigest.sha256(PeerFixture.bytes))
  }
}
