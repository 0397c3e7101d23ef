import CUDATestSupport
import TestSupport
import Testing

@testable import Inference

/// A network on an emulated card: the card's memory is the host's, and the processor computes on it.
struct EmulatedModel {
  let machine: EmulatedMachine
  let card: DeviceCard
  let model: CardModel

  /// y = x · s and z = x + s: three numbers, one number a request.
  init(_ machine: EmulatedMachine? = nil, limit: MemoryLimit? = nil) throws {
    var model = TinyModel()
    model.input("x", [1, 3])
    model.input("s", [1, 1])
    model.node("Mul", ["x", "s"], ["y"])
    model.node("Add", ["x", "s"], ["z"])
    model.output("y", [1, 3])
    model.output("z", [1, 3])
    try self.init(machine, bytes: model.bytes, name: "scale", options: SessionOptions(providers: .list([.cpu])), limit)
  }

  init(
    _ machine: EmulatedMachine? = nil, bytes: [UInt8], name: String, options: SessionOptions,
    _ limit: MemoryLimit? = nil
  ) throws {
    let machine = try machine ?? EmulatedMachine()
    self.machine = machine
    let context = try machine.context()
    card = DeviceCard(
      context, budget: .shared(for: context, limit: limit), checker: HostCheck(), isHostMemory: true)
    model = try CardModel.open(
      runtime: OnnxRuntime.open(), bytes: bytes, name: name, options: options, shapes: [:], largest: 8)
  }

  func slot(_ capacity: Int, stream: CUDAStream? = nil, doubt: PrecisionDoubt = PrecisionDoubt()) throws -> DeviceSlot {
    try DeviceSlot(
      model: model, capacity: capacity, stream: stream ?? CUDAStream(on: card.context), card: card,
      pool: DeviceMemoryPool(on: card.context, budget: card.budget), flags: PinnedFlags(on: card.context),
      doubt: doubt, memoryLimit: nil)
  }

  static func request(_ values: [Float], _ factor: Float, _ outputs: [DevicePlace] = []) -> DeviceRequest {
    DeviceRequest(
      inputs: [.host(Tensor(shape: [1, 3], elements: values)), .host(Tensor(shape: [1, 1], elements: [factor]))],
      outputs: outputs)
  }
}

/// What the kernel `numbers_check` does, on the host.
struct HostCheck: NumbersChecking {
  func check(_ numbers: DeviceBytes, type: ElementType, flag: DeviceBytes, on stream: CUDAStream) throws {
    let values: [Float] = try stream.elements(numbers)
    if values.contains(where: { !$0.isFinite }) { try stream.fill(flag, word: 1) }
  }
}
