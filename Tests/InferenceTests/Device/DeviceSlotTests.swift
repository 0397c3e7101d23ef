import CUDATestSupport
import TestSupport
import Testing

@testable import Inference

@Suite struct DeviceSlotTests {
  @Test func answersComeBackInTheirRows() throws {
    let slot = try EmulatedModel().slot(4)
    let answers = try slot.run((1...3).map { EmulatedModel.request([1, 4, 9], Float($0)) })
    #expect(answers.map { $0.host[0]?.floats } == [[1, 4, 9], [2, 8, 18], [3, 12, 27]])
    #expect(answers.map { $0.host[1]?.floats } == [[2, 5, 10], [3, 6, 11], [4, 7, 12]])
    #expect(answers.allSatisfy { $0.host[0]?.shape == [1, 3] && $0.card.allSatisfy { $0 == nil } })
  }

  @Test func aBatchIsWaitedForOnce() throws {
    let emulated = try EmulatedModel()
    let stream = try CUDAStream(on: emulated.card.context)
    let slot = try emulated.slot(4, stream: stream)
    try slot.warmUp()
    let before = stream.counts
    _ = try slot.run((0..<4).map { _ in EmulatedModel.request([1, 1, 1], 2) })
    let counts = stream.counts - before
    // Each input's rows together; both outputs in one piece, the second 256 bytes behind the first.
    #expect(counts.uploads == 2)
    #expect(counts.uploadedBytes == 4 * 16)
    #expect(counts.downloads == 1)
    #expect(counts.downloadedBytes == 256 + 4 * 12)
  }

  @Test func onlyWhatIsWantedComesDown() throws {
    let emulated = try EmulatedModel()
    let stream = try CUDAStream(on: emulated.card.context)
    let slot = try emulated.slot(2, stream: stream)
    try slot.warmUp()
    let before = stream.counts
    let answer = try slot.run([EmulatedModel.request([1, 2, 3], 2, [.nowhere, .host])])[0]
    #expect(answer.host[0] == nil)
    #expect(answer.host[1]?.floats == [3, 4, 5])
    #expect((stream.counts - before).downloadedBytes == 12)
  }

  @Test func whatManyRequestsHaveInCommonGoesUpOnce() throws {
    let emulated = try EmulatedModel()
    let stream = try CUDAStream(on: emulated.card.context)
    let slot = try emulated.slot(2, stream: stream)
    try slot.warmUp()
    let (two, three) = (
      DeviceConstant(Tensor(shape: [1, 1], elements: [Float(2)])),
      DeviceConstant(Tensor(shape: [1, 1], elements: [Float(3)]))
    )
    func uploads(_ constants: [DeviceConstant]) throws -> (Int, [[Float]?]) {
      let before = stream.counts
      let answers = try slot.run(
        constants.map {
          DeviceRequest(
            inputs: [.host(Tensor(shape: [1, 3], elements: [1, 2, 3] as [Float])), .constant($0)])
        })
      return ((stream.counts - before).uploads, answers.map { $0.host[0]?.floats })
    }
    // The rows of the first input, and each constant that is new in its row.
    #expect(try uploads([two, three]) == (3, [[2, 4, 6], [3, 6, 9]]))
    #expect(try uploads([two, three]) == (1, [[2, 4, 6], [3, 6, 9]]))
    #expect(try uploads([two]) == (1, [[2, 4, 6]]))
    #expect(try uploads([three, three]) == (2, [[3, 6, 9], [3, 6, 9]]))
    // Another kind of value takes the row's place.
    #expect(try slot.run([EmulatedModel.request([1, 1, 1], 7)])[0].host[0]?.floats == [7, 7, 7])
    #expect(try uploads([three]) == (2, [[3, 6, 9]]))
  }

  @Test func kernelsFillRowsOnTheCard() throws {
    let emulated = try EmulatedModel()
    let stream = try CUDAStream(on: emulated.card.context)
    let slot = try emulated.slot(4, stream: stream)
    try slot.warmUp()
    let before = stream.counts
    let requests = (1...3).map { row in
      DeviceRequest(inputs: [
        .fill { bytes, stream in try stream.fill(bytes, word: Float(row).bitPattern) },
        .host(Tensor(shape: [1, 1], elements: [Float(10)])),
      ])
    }
    #expect(try slot.run(requests).map { $0.host[0]?.floats } == [[10, 10, 10], [20, 20, 20], [30, 30, 30]])
    #expect((stream.counts - before).uploadedBytes == 12)
  }

  @Test func outputsStayOnTheCard() throws {
    let emulated = try EmulatedModel()
    let stream = try CUDAStream(on: emulated.card.context)
    let reader = try CUDAStream(on: emulated.card.context)
    let slot = try emulated.slot(2, stream: stream)
    try slot.warmUp()
    let before = stream.counts
    let own = try DeviceMemory(byteCount: 12, on: emulated.card.context)
    let first = try slot.run([
      EmulatedModel.request([1, 2, 3], 2, [.card, .host]),
      EmulatedModel.request([1, 2, 3], 5, [.into(own.bytes), .card]),
    ])
    let later = try slot.run([EmulatedModel.request([9, 9, 9], 9, [.card, .nowhere])])[0]
    #expect(first.map { $0.host[0]?.floats } == [nil, nil])
    #expect(first[0].host[1]?.floats == [3, 4, 5])
    #expect(first[1].host[1] == nil)
    #expect((stream.counts - before).downloads == 1)
    // The slot's tensors have been written again since.
    func floats(_ output: DeviceOutput?) throws -> [Float] {
      let output = try #require(output)
      try output.wait(on: reader)
      #expect(output.shape == [1, 3] && output.type == .float32)
      return try reader.elements(output.bytes)
    }
    #expect(try floats(first[0].card[0]) == [2, 4, 6])
    #expect(try floats(first[1].card[0]) == [5, 10, 15])
    #expect(first[1].card[0]?.bytes == own.bytes)
    #expect(try floats(first[1].card[1]) == [6, 7, 8])
    #expect(try floats(later.card[0]) == [81, 81, 81])
    #expect(later.card[1] == nil)
    #expect(try later.isFinite())
  }

  @Test func memoryOfAnswersIsUsedAgainWhenNobodyHasThem() throws {
    let emulated = try EmulatedModel()
    let slot = try emulated.slot(1)
    let request = EmulatedModel.request([1, 2, 3], 2, [.card, .card])
    var held: [DeviceAnswer] = [try slot.run([request])[0], try slot.run([request])[0]]
    let addresses = Set(held.compactMap { $0.card[0]?.bytes.address })
    #expect(addresses.count == 2)
    let blocks = emulated.machine.counts.liveBlocks
    held = []
    for _ in 0..<3 {
      let answer = try slot.run([request])[0]
      #expect(addresses.contains(answer.card[0]?.bytes.address ?? 0))
    }
    #expect(emulated.machine.counts.liveBlocks == blocks)
  }

  @Test func wrongRequestsAreNamed() throws {
    let emulated = try EmulatedModel()
    let slot = try emulated.slot(2)
    let room = DeviceBytes(address: 256, count: 4)
    let one = DeviceInput.host(Tensor(shape: [1, 1]))
    let wrong = [
      DeviceRequest(inputs: [one]), DeviceRequest(inputs: [one, one]),
      DeviceRequest(inputs: [.host(Tensor(shape: [1, 3], type: .float16)), one]),
      EmulatedModel.request([1, 2, 3], 1, [.host]), EmulatedModel.request([1, 2, 3], 1, [.into(room), .host]),
    ]
    for request in wrong {
      let error = #expect(throws: InferenceError.self) { try slot.run([request]) }
      #expect(error?.code == .tensorMismatch)
    }
  }

  // MARK: Memory

  @Test func shrinkingGivesMemoryBack() throws {
    let emulated = try EmulatedModel()
    let slot = try emulated.slot(8)
    try slot.warmUp()
    let blocks = emulated.machine.counts.liveBlocks
    try slot.shrink(to: 2)
    #expect(emulated.machine.counts.liveBlocks < blocks)
    #expect(slot.capacity == 2)
    #expect(try slot.run([EmulatedModel.request([1, 2, 3], 3)])[0].host[0]?.floats == [3, 6, 9])
  }

  @Test func memoryThatRunsOutHalvesTheBatch() throws {
    let emulated = try EmulatedModel()
    let slot = try emulated.slot(4)
    let scheduler = BatchScheduler<DeviceRequest, DeviceAnswer>(name: "scale", slots: [slot])
    emulated.machine.fail("cuMemAlloc_v2", skip: 0, times: 1, result: 2)
    let answers = try scheduler.submit((1...4).map { EmulatedModel.request([1, 2, 3], Float($0)) })
    #expect(answers.map { $0.host[0]?.floats } == [[1, 2, 3], [2, 4, 6], [3, 6, 9], [4, 8, 12]])
    #expect(scheduler.statistics.halvings == 1)
    #expect(slot.capacity == 2)
  }

  @Test func memoryForAnswersThatRunsOutHalvesTheBatchToo() throws {
    let emulated = try EmulatedModel()
    let slot = try emulated.slot(4)
    try slot.warmUp()
    let scheduler = BatchScheduler<DeviceRequest, DeviceAnswer>(name: "scale", slots: [slot])
    // Once, and again when pieces of other sizes have been given back.
    emulated.machine.fail("cuMemAlloc_v2", skip: 0, times: 2, result: 2)
    let answers = try scheduler.submit((1...4).map { EmulatedModel.request([1, 2, 3], Float($0), [.card, .host]) })
    #expect(answers.map { $0.host[1]?.floats } == [[2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7]])
    #expect(scheduler.statistics.halvings == 1)
  }

  @Test func nothingIsLeftOnTheCard() throws {
    let emulated = try EmulatedModel()
    let before = emulated.machine.counts.liveBlocks
    try {
      let slot = try emulated.slot(2)
      try slot.warmUp()
      _ = try slot.run([EmulatedModel.request([1, 2, 3], 3, [.card, .host])])
    }()
    #expect(emulated.machine.counts.liveBlocks == before)
    #expect(emulated.machine.counts.violations == 0)
  }
}
