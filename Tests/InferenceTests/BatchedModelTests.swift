import TestSupport
import Testing

@testable import Inference

@Suite struct BatchedModelTests {
  let runtime: OnnxRuntime
  let options = SessionOptions(providers: .list([.cpu]), precision: .fp32)

  init() throws { runtime = try OnnxRuntime.open() }

  /// As published networks are: one picture in, a convolution, flattened to a constant shape, a product.
  private static func network(flat: [Int] = [1, 12], constantNode: Bool = false) -> TinyModel {
    var model = TinyModel()
    model.input("x", [1, 1, 3, 4])
    model.initializer("w", shape: [1, 1, 1, 1], floats: [2])
    model.initializer("flat", shape: [flat.count], ints: flat)
    model.initializer("p", shape: [12, 2], floats: (0..<24).map { Float($0 % 5) - 2 })
    model.node("Conv", ["x", "w"], ["c"])
    model.node("Reshape", ["c", "flat"], ["f"])
    model.node("MatMul", ["f", "p"], ["y"])
    model.output("y", [1, 2])
    return model
  }

  private func open(_ model: TinyModel, reason: inout String) throws -> BatchedModel? {
    var said = ""
    let batched = try BatchedModel.open(
      runtime: runtime, bytes: model.bytes, name: "net", options: options, reason: { said = $0 })
    reason = said
    return batched
  }

  private static func request(_ seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(shape: [1, 1, 3, 4], elements: (0..<12).map { _ in generator.unit() })
  }

  @Test(arguments: [[1, 12], [1, -1], [-1, 12]])
  func aModelForOneTakesMany(flat: [Int]) throws {
    var reason = ""
    let batched = try #require(try open(Self.network(flat: flat), reason: &reason))
    #expect(reason.isEmpty)
    #expect(batched.inputs == [TensorInfo(name: "x", shape: [1, 1, 3, 4], type: .float32)])
    #expect(batched.outputs == [TensorInfo(name: "y", shape: [1, 2], type: .float32)])
    let single = try InferenceSession(
      runtime: runtime, bytes: Self.network(flat: flat).bytes, name: "one", options: options)
    for count in [1, 2, 5] {
      let requests = (0..<count).map { Self.request(UInt64($0)) }
      let together = try batched.session.run([Tensor(rows: requests)])[0]
      #expect(together.shape == [count, 2])
      for (row, request) in requests.enumerated() {
        let alone = try single.run([request])[0].floats
        #expect(Difference(together.row(row).floats, alone).isWithin(maximum: 1e-5))
      }
    }
  }

  @Test func aModelThatMixesItsPicturesIsNotBatched() throws {
    var model = TinyModel()
    model.input("x", [1, 4])
    model.node("ReduceMax", ["x"], ["m"], [("axes", .ints([0])), ("keepdims", .int(1))])
    model.node("Sub", ["x", "m"], ["y"])
    model.output("y", [1, 4])
    var reason = ""
    #expect(try open(model, reason: &reason) == nil)
    #expect(reason.contains("one request at a time: a batch gives other answers"))
  }

  @Test func aModelWhoseShapesBreakIsNotBatched() throws {
    var model = TinyModel()
    model.input("x", [1, 4])
    model.initializer("one", shape: [4, 4], floats: Array(repeating: 1, count: 16))
    model.initializer("shape", shape: [1], ints: [4])
    model.node("Reshape", ["x", "shape"], ["r"])
    model.node("MatMul", ["r", "one"], ["m"])
    model.initializer("back", shape: [2], ints: [1, 4])
    model.node("Reshape", ["m", "back"], ["y"])
    model.output("y", [1, 4])
    var reason = ""
    #expect(try open(model, reason: &reason) == nil)
    #expect(reason.contains("one request at a time"))
  }

  @Test func outputsAndInputsWithoutABatchAreLeftAlone() throws {
    var flat = TinyModel()
    flat.input("x", [1, 4])
    flat.initializer("shape", shape: [1], ints: [4])
    flat.node("Reshape", ["x", "shape"], ["y"])
    flat.output("y", [4])
    var two = TinyModel()
    two.input("x", [2, 4])
    two.node("Relu", ["x"], ["y"])
    two.output("y", [2, 4])
    var reason = ""
    #expect(try open(flat, reason: &reason) == nil)
    #expect(reason.contains("its output y has no size for the batch"))
    #expect(try open(two, reason: &reason) == nil)
    #expect(reason.contains("begins with 2"))
  }

  @Test func tensorRTIsToldTheRange() {
    let inputs = [
      TensorInfo(name: "target", shape: [1, 3, 128, 128], type: .float32),
      TensorInfo(name: "source", shape: [1, 512], type: .float32),
    ]
    #expect(
      TensorRTProfile.options(inputs, largest: 8) == [
        "trt_profile_min_shapes": "target:1x3x128x128,source:1x512",
        "trt_profile_opt_shapes": "target:8x3x128x128,source:8x512",
        "trt_profile_max_shapes": "target:8x3x128x128,source:8x512",
      ])
  }

  @Test func rowsGoInAndOutOfABatch() {
    let batch = Tensor(rows: [Tensor(shape: [1, 2], elements: [Float(1), 2]), Tensor(shape: [1, 2])])
    batch.setRow(1, to: Tensor(shape: [1, 2], elements: [Float(3), 4]))
    #expect(batch.shape == [2, 2])
    #expect(batch.floats == [1, 2, 3, 4])
    #expect(batch.row(1).floats == [3, 4])
    let row = Tensor(shape: [1, 2])
    batch.copyRow(0, into: row)
    #expect(row.floats == [1, 2])
  }

  // MARK: Slots

  @Test func workersShareASlotAndGetTheirOwnAnswers() throws {
    var reason = ""
    let batched = try #require(try open(Self.network(), reason: &reason))
    let slots = [try batched.hostSlot(capacity: 4), try batched.hostSlot(capacity: 4)]
    try slots[0].warmUp()
    let scheduler = BatchScheduler(name: "net", slots: slots)
    let single = try InferenceSession(
      runtime: runtime, bytes: Self.network().bytes, name: "one", options: options)
    let expected = try (0..<8).map { try single.run([Self.request(UInt64($0))])[0].floats }
    let workers = Workers()
    for worker in 0..<4 {
      workers.start(worker) {
        try (0..<25).map { round in
          let index = (worker * 3 + round) % 8
          let answer = try scheduler.submit([[Self.request(UInt64(index))], [Self.request(0)]])
          let isRight =
            Difference(answer[0][0].floats, expected[index]).isWithin(maximum: 1e-5)
            && Difference(answer[1][0].floats, expected[0]).isWithin(maximum: 1e-5)
          return isRight ? 0 : 1
        }
      }
    }
    for (_, result) in workers.join() { #expect(try result.get().reduce(0, +) == 0) }
    #expect(scheduler.statistics.requests == 4 * 25 * 2)
  }

  @Test func aWrongRequestFailsAlone() throws {
    var reason = ""
    let batched = try #require(try open(Self.network(), reason: &reason))
    let scheduler = BatchScheduler(name: "net", slots: [try batched.hostSlot(capacity: 2)])
    let error = #expect(throws: InferenceError.self) { try scheduler.submit([Tensor(shape: [1, 3])]) }
    #expect(error?.code == .tensorMismatch)
    #expect(try scheduler.submit([Self.request(1)])[0].shape == [1, 2])
  }

  @Test func shapesComeInDoublings() {
    #expect(BoundSlot<Int, Int>.doublings(1) == [1])
    #expect(BoundSlot<Int, Int>.doublings(8) == [1, 2, 4, 8])
    #expect(BoundSlot<Int, Int>.doublings(6) == [1, 2, 4, 6])
  }

  @Test func aBatchRunsInTheNextLargerShapeAndShrinksAnew() throws {
    var reason = ""
    let batched = try #require(try open(Self.network(), reason: &reason))
    var made: [Int] = []
    let runtime = runtime
    let slot = BoundSlot<Float, Float>(
      capacity: 4,
      make: { rows in
        made.append(rows)
        return try BoundSession(
          batched.session, inputs: [DeviceTensor(runtime: runtime, shape: [rows, 1, 3, 4])],
          outputs: [DeviceTensor(runtime: runtime, shape: [rows, 2])])
      },
      fill: { value, row, bound in
        bound.inputs[0].host?.setRow(
          row, to: Tensor(shape: [1, 1, 3, 4], elements: [value] + [Float](repeating: 0, count: 11)))
      },
      collect: { _, row, bound in bound.outputs[0]?.host?.row(row).floats[0] ?? 0 })
    // The first number times 2 times −2, the first of the product's matrix.
    #expect(try slot.run([1, 2, 3]) == [-4, -8, -12])
    #expect(try slot.run([5]) == [-20])
    #expect(try slot.run([1, 2, 3, 4]) == [-4, -8, -12, -16])
    #expect(made == [4, 1])
    slot.shrink(to: 2)
    #expect(slot.capacity == 2)
    #expect(try slot.run([1, 2]) == [-4, -8])
    #expect(made == [4, 1, 2])
    #expect(throws: InferenceError.self) { try slot.run([1, 2, 3]) }
    slot.cancel()
    let error = #expect(throws: InferenceError.self) { try slot.run([1]) }
    #expect(error?.code == .cancelled)
  }
}
