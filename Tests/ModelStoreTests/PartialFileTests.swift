import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelStore

@Suite struct PartialFileTests {
  @Test func keepsItsBytesAndItsNote() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.part")
    let note = PartialFile.Note(source: "https://h/a", validator: "\"x\"", total: 9)
    do {
      let file = try PartialFile(path: path)
      try file.append([1, 2, 3])
      try file.append([])
      file.remember(note)
    }
    let file = try PartialFile(path: path)
    #expect(file.size == 3 && file.note == note)
    try file.append([4])
    try file.finish(as: folder.path("a"))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("a")) == Data([1, 2, 3, 4]))
    #expect(folder.contents == ["a"])
  }

  @Test func canBeEmptiedAndTakenAway() throws {
    let folder = try TemporaryFolder()
    let file = try PartialFile(path: folder.path("a.part"))
    try file.append([1])
    file.remember(.init(source: "", validator: nil, total: nil))
    try file.empty()
    #expect(file.size == 0 && file.note == nil)
    file.discard()
    #expect(folder.contents.isEmpty)
  }

  @Test func takesAwayOnlyItself() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.part")
    let first = try PartialFile(path: path)
    first.discard()
    let second = try PartialFile(path: path)
    try second.append([1])
    first.discard()
    #expect(folder.contents == ["a.part"])
    #expect(second.size == 1)
  }

  @Test func aFullDiskIsNamed() throws {
    let error = try #require(throws: ModelStoreError.self) { try PartialFile(path: "/dev/full").append([1]) }
    #expect(error.code == .diskFull && error.message.contains("/dev/full"))
    let folder = try TemporaryFolder()
    let file = try PartialFile(path: folder.path("a.part"))
    try file.reserve(1)
    let tooMuch = try #require(throws: ModelStoreError.self) { try file.reserve(Int.max) }
    #expect(tooMuch.code == .diskFull && tooMuch.hint?.contains("--models-path") == true)
  }

  @Test func aLinkIsNotFollowed() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write([1], to: "target")
    try FileManager.default.createSymbolicLink(atPath: folder.path("a.part"), withDestinationPath: target)
    let error = try #require(throws: ModelStoreError.self) { try PartialFile(path: folder.path("a.part")) }
    #expect(error.code == .unwritable)
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([server])
    // A file in place of the folder: no rights of the user help here.
    try fixture.peer.folder.write([1], to: "home")
    let error = try #require(fixture.failure())
    #expect(error.code == .unwritable && error.message.contains(fixture.peer.models))
    #expect(server.requests.isEmpty)
  }

  @Test func whoeverComesSecondWaitsAndFetchesNothing() throws {
    let (hasAsked, isWaiting) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let server = try PullFixture.server { request, connection in
      hasAsked.signal()
      isWaiting.wait()
      connection.serve(PeerFixture.bytes, request)
    }
    let fixture = try PullFixture([server])
    let firstFailure = Mutex<String?>(nil)
    let done = DispatchSemaphore(value: 0)
    Thread {
      do { try fixture.pull() } catch { firstFailure.withLock { $0 = "\(error)" } }
      done.signal()
    }.start()
    hasAsked.wait()
    try fixture.pull { event in if case .waiting = event { isWaiting.signal() } }
    done.wait()
    #expect(firstFailure.withLock { $0 } == nil)
    #expect(server.requests(to: PullFixture.model).count == 1)
    #expect(fixture.log.fetched == ["tiny"] && fixture.log.present == ["tiny"])
    #expect(fixture.peer.bytes() == PeerFixture.bytes)
    #expect(fixture.peer.bytes("tiny.onnx.part") == nil)
  }
}
