import CUDATestSupport
import TestSupport
import Testing

@testable import Inference

/// The slot of a card, with an emulated card whose memory the processor's provider can compute on.
@Suite struct CardSlotTests {
  private static func model() throws -> BatchedModel {
    var model = TinyModel()
    model.input("x", [1, 3])
    model.input("s", [1, 1])
    model.node("Mul", ["x", "s"], ["y"])
    model.output("y", [1, 3])
    return try #require(
      try BatchedModel.open(
        runtime: OnnxRuntime.open(), bytes: model.bytes, name: "scale",
        options: SessionOptions(providers: .list([.cpu]))))
  }

  private static func request(_ values: [Float], _ factor: Float) -> [Tensor] {
    [Tensor(shape: [1, 3], elements: values), Tensor(shape: [1, 1], elements: [factor])]
  }

  @Test func answersComeBackInTheirRows() throws {
    let machine = try EmulatedMachine()
    let slot = CardSlot(
      model: try Self.model(), capacity: 4, stream: try CUDAStream(on: machine.context()), place: .host)
    let requests = (1...3).map { Self.request([1, 4, 9], Float($0)) }
    let answers = try slot.run(requests)
    #expect(answers.map { $0[0].floats } == [[1, 4, 9], [2, 8, 18], [3, 12, 27]])
    #expect(answers.allSatisfy { $0.count == 1 && $0[0].shape == [1, 3] })
  }

  @Test func aBatchIsWaitedForOnce() throws {
    let machine = try EmulatedMachine()
    let stream = try CUDAStream(on: machine.context())
    let slot = CardSlot(model: try Self.model(), capacity: 4, stream: stream, place: .host)
    try slot.warmUp()
    let before = stream.counts
    _ = try slot.run((0..<4).map { _ in Self.request([1, 1, 1], 2) })
    let counts = stream.counts - before
    // Two inputs for each of four requests; all answers in one piece.
    #expect(counts.uploads == 8)
    #expect(counts.uploadedBytes == 4 * 16)
    #expect(counts.downloads == 1)
    #expect(counts.downloadedBytes == 4 * 12)
  }

  @Test func shrinkingGivesMemoryBack() throws {
    let machine = try EmulatedMachine()
    let slot = CardSlot(
      model: try Self.model(), capacity: 8, stream: try CUDAStream(on: machine.context()), place: .host)
    try slot.warmUp()
    let blocks = machine.counts.liveBlocks
    slot.shrink(to: 2)
    #expect(machine.counts.liveBlocks < blocks)
    #expect(slot.capacity == 2)
    #expect(try slot.run([Self.request([1, 2, 3], 3)])[0][0].floats == [3, 6, 9])
  }

  @Test func memoryThatRunsOutHalvesTheBatch() throws {
    let machine = try EmulatedMachine()
    let slot = CardSlot(
      model: try Self.model(), capacity: 4, stream: try CUDAStream(on: machine.context()), place: .host)
    let scheduler = BatchScheduler<[Tensor], [Tensor]>(name: "scale", slots: [slot])
    machine.fail("cuMemAlloc_v2", skip: 0, times: 1, result: 2)
    let answers = try scheduler.submit((1...4).map { Self.request([1, 2, 3], Float($0)) })
    #expect(answers.map { $0[0].floats } == [[1, 2, 3], [2, 4, 6], [3, 6, 9], [4, 8, 12]])
    #expect(scheduler.statistics.halvings == 1)
    #expect(slot.capacity == 2)
  }

  @Test func nothingIsLeftOnTheCard() throws {
    let machine = try EmulatedMachine()
    let before = machine.counts.liveBlocks
    try {
      let slot = CardSlot(
        model: try Self.model(), capacity: 2, stream: try CUDAStream(on: machine.context()), place: .host)
      try slot.warmUp()
    }()
    #expect(machine.counts.liveBlocks == before)
  }
}
