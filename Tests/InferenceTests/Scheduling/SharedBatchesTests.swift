import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Inference

/// Sessions of one model that put their runs together.
@Suite struct SharedBatchesTests {
  /// y = 2x, three numbers a request, made for one request at a time.
  private static var double: [UInt8] {
    var model = TinyModel()
    model.input("x", [1, 3])
    model.initializer("two", shape: [1], floats: [2])
    model.node("Mul", ["x", "two"], ["y"])
    model.output("y", [1, 3])
    return model.bytes
  }

  private static func session(
    _ bytes: [UInt8], _ batching: Batching, name: String = "double"
  ) throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: bytes, name: name,
      options: SessionOptions(providers: .list([.cpu]), batching: batching))
  }

  @Test func everySessionGetsItsOwnAnswers() throws {
    let failures = Mutex<[String]>([])
    let count = 6
    let ready = DispatchSemaphore(value: 0)
    let start = DispatchSemaphore(value: 0)
    let done = DispatchGroup()
    let statistics = Mutex<BatchStatistics?>(nil)
    for worker in 0..<count {
      done.enter()
      Thread.detachNewThread {
        defer { done.leave() }
        do {
          let session = try Self.session(Self.double, .fixed(4))
          let (input, output) = (Tensor(shape: [1, 3]), Tensor(shape: [1, 3]))
          ready.signal()
          start.wait()
          for round in 0..<20 {
            let values = (0..<3).map { Float(worker * 1000 + round * 10 + $0) }
            input.floats = values
            try session.run([input], into: [output])
            let loose = try session.run([input])
            if output.floats != values.map({ 2 * $0 }) || loose[0].floats != output.floats {
              failures.withLock { $0.append("worker \(worker), round \(round): \(output.floats)") }
            }
          }
          statistics.withLock { $0 = session.batchCounter?() }
        } catch {
          ready.signal()
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    for _ in 0..<count { ready.wait() }
    for _ in 0..<count { start.signal() }
    done.wait()
    #expect(failures.withLock { $0 } == [])
    // All sessions count together, and each asked twice a round.
    let last = try #require(statistics.withLock { $0 })
    #expect(last.requests > 20 && last.requests <= count * 40)
  }

  @Test func withoutBatchingNothingIsShared() throws {
    #expect(try Self.session(Self.double, .off).batchCounter == nil)
    #expect(try Self.session(Self.double, .onDevice(upTo: 8)).batchCounter == nil)
    #expect(try Self.session(Self.double, .fixed(1)).batchCounter == nil)
    #expect(try Self.session(Self.double, .fixed(2)).batchCounter?().requests == 0)
  }

  /// The sum over everything mixes the requests of a batch, so such a model keeps to one at a time.
  @Test func aModelThatMixesItsBatchRunsAlone() throws {
    var model = TinyModel()
    model.input("x", [1, 3])
    model.node("ReduceSum", ["x"], ["s"], [("keepdims", .int(1))])
    model.node("Add", ["x", "s"], ["y"])
    model.output("y", [1, 3])
    let session = try Self.session(model.bytes, .fixed(4), name: "mixes")
    #expect(session.batchCounter == nil)
    let input = Tensor(shape: [1, 3], elements: [1, 2, 3] as [Float])
    #expect(try session.run([input])[0].floats == [7, 8, 9])
  }

  @Test func wrongTensorsAreNamedBeforeTheyAreQueued() throws {
    let session = try Self.session(Self.double, .fixed(2))
    let error = #expect(throws: InferenceError.self) { _ = try session.run([Tensor(shape: [1, 4])]) }
    #expect(error?.code == .tensorMismatch)
    #expect(session.batchCounter?().requests == 0)
  }

  @Test func sizesByProvider() {
    #expect(Batching.onDevice(upTo: 8).sizes(on: .cuda) == [1, 2, 4, 8])
    #expect(Batching.onDevice(upTo: 8).sizes(on: .cpu) == [])
    #expect(Batching.fixed(3).sizes(on: .cpu) == [3])
    #expect(Batching.off.sizes(on: .cuda) == [])
  }
}
