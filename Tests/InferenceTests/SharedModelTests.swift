import Foundation
import TestSupport
import Testing

@testable import Inference

/// Sessions of one model share its weights, and nothing else.
@Suite struct SharedModelTests {
  let runtime: OnnxRuntime

  init() throws { runtime = try OnnxRuntime.open() }

  private static let weights = (0..<16 * 9).map { Float($0 % 11) / 11 - 0.5 }
  private static let model = TinyModel.convolution(
    weights: weights, outputs: 16, inputs: 1, side: 3, size: (48, 48))

  @Test func workersWithOneModelNeverMixTheirNumbers() throws {
    let bytes = Self.model.bytes
    let workers = 4
    let expected = try (0..<workers).map { try answer(of: $0, bytes: bytes, sharing: false) }
    let results = Results(count: workers)
    let runtime = runtime
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      do {
        let session = try InferenceSession(runtime: runtime, bytes: bytes, name: "shared")
        let input = Self.image(worker)
        let output = try session.makeOutputs()
        for _ in 0..<40 {
          try session.run([input], into: output)
          results.add(output[0].floats, worker: worker)
        }
      } catch {
        Issue.record(error)
      }
    }
    for worker in 0..<workers {
      #expect(results.distinct(worker: worker) == [expected[worker]])
    }
  }

  private static func image(_ worker: Int) -> Tensor {
    var generator = SeededGenerator(seed: UInt64(worker))
    return Tensor(shape: [1, 1, 48, 48], elements: (0..<48 * 48).map { _ in generator.unit() })
  }

  private func answer(of worker: Int, bytes: [UInt8], sharing: Bool) throws -> [Float] {
    let session = try InferenceSession(
      runtime: runtime, bytes: bytes, name: "alone", options: SessionOptions(sharesModel: sharing))
    return try session.run([Self.image(worker)])[0].floats
  }

  @Test func otherBytesUnderTheSameNameAreAnotherModel() throws {
    let one = try InferenceSession(runtime: runtime, bytes: TinyModel.addOne(shape: [2]).bytes, name: "same")
    var double = TinyModel(name: "add-one")
    double.input("x", [2])
    double.initializer("one", shape: [1], floats: [2])
    double.node("Add", ["x", "one"], ["y"])
    double.output("y", [2])
    let two = try InferenceSession(runtime: runtime, bytes: double.bytes, name: "same")
    let input = [Tensor(shape: [2])]
    #expect(try one.run(input)[0].floats == [1, 1])
    #expect(try two.run(input)[0].floats == [2, 2])
  }

  @Test func stoppingOneSessionLeavesTheOtherRunning() throws {
    let bytes = TinyModel.addOne(shape: [2]).bytes
    let stopped = try InferenceSession(runtime: runtime, bytes: bytes, name: "stop")
    let other = try InferenceSession(runtime: runtime, bytes: bytes, name: "stop")
    let input = [Tensor(shape: [2])]
    stopped.canceller.cancel()
    let error = try #require(throws: InferenceError.self) { try stopped.run(input) }
    #expect(error.code == .cancelled)
    #expect(try other.run(input)[0].floats == [1, 1])
    stopped.canceller.reset()
    #expect(try stopped.run(input)[0].floats == [1, 1])
  }

  #if compiler(>=6.2)
    /// In a process of its own. An output that is not given back costs some 200 bytes a run.
    @Test func manyRunsTakeNoMoreMemory() async {
      await #expect(processExitsWith: .success) {
        let session = try InferenceSession(
          runtime: OnnxRuntime.open(), bytes: TinyModel.addOne(shape: [16]).bytes, name: "many")
        let input = [Tensor(shape: [16])]
        let growth = try ResidentMemory.growth(rounds: 20_000, limit: 2 << 20) { _ = try session.run(input) }
        #expect(growth < 2 << 20)
      }
    }
  #endif
}

/// What the workers of a test saw.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var seen: [Set<[Float]>]

  init(count: Int) { seen = Array(repeating: [], count: count) }

  func add(_ values: [Float], worker: Int) {
    _ = lock.withLock { seen[worker].insert(values) }
  }

  func distinct(worker: Int) -> Set<[Float]> { lock.withLock { seen[worker] } }
}
