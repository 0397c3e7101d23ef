import CUDATestSupport
import TestSupport
import Testing

@testable import Inference

/// On the processor with host memory: the same calls that bind memory of a card.
@Suite struct BoundSessionTests {
  let runtime: OnnxRuntime
  let options = SessionOptions(providers: .list([.cpu]))

  init() throws { runtime = try OnnxRuntime.open() }

  private func session(_ model: TinyModel) throws -> InferenceSession {
    try InferenceSession(runtime: runtime, bytes: model.bytes, name: "bound", options: options)
  }

  @Test func readsAndWritesTheSameMemoryAtEachRun() throws {
    let input = try DeviceTensor(runtime: runtime, shape: [3])
    let output = try DeviceTensor(runtime: runtime, shape: [3])
    let bound = try BoundSession(session(.addOne(shape: [3])), inputs: [input], outputs: [output])
    for round in 0..<3 {
      input.host?.floats = [0, 5, Float(round)]
      try bound.run()
      try bound.synchronize()
      #expect(output.host?.floats == [1, 6, Float(round + 1)])
      #expect(try bound.output(0) === output.host)
    }
    #expect(output.byteCount == 12)
  }

  @Test func takesMemoryThatSomebodyElseOwns() throws {
    let memory = Tensor(shape: [2], elements: [Float(1), 2])
    let address = UInt(bitPattern: memory.rawBytes.baseAddress)
    let input = try DeviceTensor(runtime: runtime, shape: [2], place: .host, address: address, owner: memory)
    let output = try DeviceTensor(runtime: runtime, shape: [2])
    let bound = try BoundSession(session(.addOne(shape: [2])), inputs: [input], outputs: [output])
    try bound.run()
    #expect(output.host?.floats == [2, 3])
    let empty = #expect(throws: InferenceError.self) {
      try DeviceTensor(runtime: runtime, shape: [2], place: .host, address: 0, owner: nil)
    }
    #expect(empty?.code == .tensorMismatch)
  }

  @Test func letsTheRuntimeAllocateWhatIsNotKnownBeforehand() throws {
    var model = TinyModel()
    model.input("x", [4])
    model.node("NonZero", ["x"], ["places"])
    model.output("places", [1, .named("n")], .int64)
    let input = try DeviceTensor(runtime: runtime, shape: [4])
    let bound = try BoundSession(session(model), inputs: [input], outputs: [nil])
    for (values, places) in [([0, 3, 0, 4], [1, 3]), ([1, 1, 1, 0], [0, 1, 2])] as [([Float], [Int64])] {
      input.host?.floats = values
      try bound.run()
      let output = try bound.output(0)
      #expect(output.shape == [1, places.count])
      #expect(output.elements(as: Int64.self) == places)
    }
  }

  @Test(arguments: [([2], [3]), ([3], [2])])
  func refusesTensorsThatDoNotFit(input: [Int], output: [Int]) throws {
    let session = try session(.addOne(shape: [3]))
    let error = #expect(throws: InferenceError.self) {
      try BoundSession(
        session, inputs: [DeviceTensor(runtime: runtime, shape: input)],
        outputs: [DeviceTensor(runtime: runtime, shape: output)])
    }
    #expect(error?.code == .tensorMismatch)
    #expect(throws: InferenceError.self) { try BoundSession(session, inputs: [], outputs: []) }
  }

  @Test func isStoppedFromOutside() throws {
    let bound = try BoundSession(
      session(.addOne(shape: [1])), inputs: [DeviceTensor(runtime: runtime, shape: [1])],
      outputs: [DeviceTensor(runtime: runtime, shape: [1])], waitsForDevice: false)
    bound.canceller.cancel()
    let error = #expect(throws: InferenceError.self) { try bound.run() }
    #expect(error?.code == .cancelled)
    bound.canceller.reset()
    try bound.run()
    try bound.synchronize()
    #expect(bound.outputs[0]?.host?.floats == [1])
  }

  @Test func takesABlockOfACard() throws {
    let machine = try EmulatedMachine()
    defer { withExtendedLifetime(machine) {} }
    let memory = try DeviceMemory(byteCount: 64, on: machine.context())
    let tensor = try DeviceTensor(runtime: runtime, shape: [4, 4], memory: memory)
    #expect(tensor.place == .cuda(device: 0))
    #expect(tensor.address == UInt(memory.address))
    #expect(tensor.byteCount == 64)
    #expect(tensor.host == nil)
    let error = #expect(throws: InferenceError.self) {
      try DeviceTensor(runtime: runtime, shape: [4, 5], memory: memory)
    }
    #expect(error?.code == .tensorMismatch)
  }

  @Test func memoryOfACardIsDescribedOnlyOnce() throws {
    // Without a card the runtime still describes its memory; only the use of it would fail.
    let one = try runtime.memoryInfo(of: .cuda(device: 1))
    #expect(try runtime.memoryInfo(of: .cuda(device: 1)) == one)
    #expect(try runtime.memoryInfo(of: .cuda(device: 0)) != one)
    #expect(try runtime.memoryInfo(of: .host) == runtime.memoryInfo)
  }
}
