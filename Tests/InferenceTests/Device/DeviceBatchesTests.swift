import CUDATestSupport
import TestSupport
import Testing

@testable import Inference

@Suite struct DeviceBatchesTests {
  @Test func workersGetTheirOwnAnswers() throws {
    let emulated = try EmulatedModel()
    let batches = try DeviceBatches(emulated.model, card: emulated.card, sizes: [1, 2, 4])
    let workers = Workers()
    for worker in 0..<4 {
      workers.start(worker) {
        let stream = try CUDAStream(on: emulated.card.context)
        return try (0..<20).map { round in
          let factor = Float(worker * 100 + round)
          let stays = round % 2 == 0
          let answer = try batches.run(
            EmulatedModel.request([1, 2, 3], factor, stays ? [.card, .nowhere] : [.host, .nowhere]))
          guard stays else { return answer.host[0]?.floats == [factor, 2 * factor, 3 * factor] ? 0 : 1 }
          try answer.wait(on: stream)
          let values: [Float] = try stream.elements(try #require(answer.card[0]).bytes)
          return values == [factor, 2 * factor, 3 * factor] ? 0 : 1
        }
      }
    }
    for (_, result) in workers.join() { #expect(try result.get().reduce(0, +) == 0) }
    #expect(batches.statistics.requests == 80)
    #expect(emulated.machine.counts.violations == 0)
  }

  @Test func copiesAreCountedFromTheFirstRequestOn() throws {
    let emulated = try EmulatedModel()
    let batches = try DeviceBatches(emulated.model, card: emulated.card, sizes: [1])
    #expect(batches.counts == CUDACounts())
    for _ in 0..<3 { _ = try batches.run(EmulatedModel.request([1, 2, 3], 2, [.host, .nowhere])) }
    #expect(batches.counts.uploads == 6)
    #expect(batches.counts.uploadedBytes == 3 * 16)
    #expect(batches.counts.downloads == 3)
    #expect(batches.counts.downloadedBytes == 3 * 12)
  }

  @Test func aModelThatMixesItsBatchRunsOneAtATime() throws {
    var model = TinyModel()
    model.input("x", [1, 3])
    model.node("ReduceSum", ["x"], ["s"], [("keepdims", .int(1))])
    model.node("Add", ["x", "s"], ["y"])
    model.output("y", [1, 3])
    let emulated = try EmulatedModel(
      bytes: model.bytes, name: "card-mixes", options: SessionOptions(providers: .list([.cpu])))
    #expect(!emulated.model.takesBatches)
    let batches = try DeviceBatches(emulated.model, card: emulated.card, sizes: [1, 2, 4])
    #expect(batches.calibration.size == 1)
    let answers = try batches.run(
      (1...3).map { DeviceRequest(inputs: [.host(Tensor(shape: [1, 3], elements: [Float($0), 0, 0]))]) })
    #expect(answers.map { $0.host[0]?.floats } == [[2, 1, 1], [4, 2, 2], [6, 3, 3]])
    #expect(batches.statistics.runs == [1: 3])
  }

  @Test func openSizesAreGiven() throws {
    var model = TinyModel()
    model.input("x", [1, 1, .named("h"), .named("w")])
    model.node("Relu", ["x"], ["y"])
    model.output("y", [1, 1, .named("h"), .named("w")])
    let (options, machine) = (SessionOptions(providers: .list([.cpu])), try EmulatedMachine())
    let context = try machine.context()
    let card = DeviceCard(context, budget: .shared(for: context), isHostMemory: true)
    func open(_ shapes: [String: [Int]]) throws -> DeviceBatches {
      var options = options
      options.warmUpShapes = ["x": [1, 1, 2, 3]]
      return try DeviceBatches(
        runtime: OnnxRuntime.open(), bytes: model.bytes, name: "card-open", options: options, card: card,
        shapes: shapes, largest: 2)
    }
    let batches = try open(["x": [1, 1, 2, 3], "y": [1, 1, 2, 3]])
    #expect(batches.inputs[0].shape == [1, 1, 2, 3])
    let input = Tensor(shape: [1, 1, 2, 3], elements: [-1, 2, -3, 4, -5, 6] as [Float])
    #expect(try batches.run(DeviceRequest(inputs: [.host(input)])).host[0]?.floats == [0, 2, 0, 4, 0, 6])
    let error = #expect(throws: InferenceError.self) { try open(["x": [1, 1, 2, 3]]) }
    #expect(error?.code == .tensorMismatch)
  }

  // MARK: Budget

  @Test func whatDoesNotFitIsRefusedBeforeItIsLoaded() throws {
    let machine = try EmulatedMachine([.init(name: "Small Card", memory: 80 << 20)])
    let context = try machine.context()
    let budget = DeviceBudget.shared(for: context, limit: .bytes(1000))
    let card = DeviceCard(context, budget: budget, isHostMemory: true)
    let error = #expect(throws: InferenceError.self) {
      try DeviceBatches(
        runtime: OnnxRuntime.open(), bytes: [UInt8](repeating: 0, count: 4000), name: "large",
        options: SessionOptions(providers: .list([.cpu])), card: card, largest: 2)
    }
    #expect(error?.code == .overBudget)
    #expect(error?.message.contains("Small Card") == true)
    #expect(error?.message.contains("--gpu-memory-limit") == true)
    #expect(machine.counts.liveBlocks == 0)
    #expect(budget.available == 1000)
  }

  @Test func theBudgetHoldsSlotsAndBatchesDown() throws {
    // By the estimate one request takes 80 MiB, two take 96 and four do not fit; an eighth is left to others.
    let machine = try EmulatedMachine([.init(memory: 110 << 20)])
    let emulated = try EmulatedModel(machine)
    let need = emulated.model.memory
    #expect(need.bytes(batch: 2) < 110 << 20 && need.bytes(batch: 4) > 110 << 20)
    let batches = try DeviceBatches(emulated.model, card: emulated.card, sizes: [1, 2, 4])
    #expect(batches.calibration.points.allSatisfy { $0.size <= 2 })
    // What a slot took is known then: here its tensors alone, so that another one fits.
    #expect(batches.slotCount == 2)
    #expect(emulated.card.budget.available > 109 << 20)
    #expect(emulated.card.budget.available < 110 << 20)
    #expect(try batches.run(EmulatedModel.request([1, 2, 3], 2)).host[0]?.floats == [2, 4, 6])
  }

  @Test func memoryIsGivenBackInTheEnd() throws {
    let emulated = try EmulatedModel()
    let before = emulated.card.budget.available
    try {
      let batches = try DeviceBatches(emulated.model, card: emulated.card, sizes: [1, 2])
      #expect(emulated.card.budget.available < before)
      _ = try batches.run(EmulatedModel.request([1, 2, 3], 2, [.card, .host]))
    }()
    #expect(emulated.card.budget.available == before)
    #expect(emulated.machine.counts.liveBlocks == 0)
  }

  // MARK: Stop

  @Test func stoppedWorkSaysWhy() throws {
    let emulated = try EmulatedModel()
    let batches = try DeviceBatches(emulated.model, card: emulated.card, sizes: [1, 2])
    batches.stop(CancellationError())
    #expect(throws: CancellationError.self) { try batches.run(EmulatedModel.request([1, 2, 3], 2)) }
  }
}
