import CUDATestSupport
import TestSupport
import Testing

@testable import Inference

/// Half precision on a card that gives numbers which are not finite.
@Suite struct DevicePrecisionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// y = x · 100 · 100: too large for half precision in between from x = 7 on; warm-up numbers are below 1.
  private func emulated(_ name: String) throws -> EmulatedModel {
    var model = TinyModel()
    model.input("x", [1, 4])
    var last = "x"
    for index in 0..<2 {
      model.initializer("f\(index)", shape: [4, 4], floats: (0..<16).map { $0 % 5 == 0 ? 100 : 0 })
      model.node("MatMul", [last, "f\(index)"], ["p\(index)"])
      model.node("Max", ["p\(index)", "low"], ["m\(index)"])
      last = "m\(index)"
    }
    model.initializer("low", shape: [1], floats: [-200])
    model.node("Identity", [last], ["y"])
    model.output("y", [1, 4])
    return try EmulatedModel(
      bytes: model.bytes, name: name,
      options: SessionOptions(providers: .list([.cpu]), cacheFolder: folder.path, precision: .fp16))
  }

  private func request(_ value: Float, _ places: [DevicePlace]) -> DeviceRequest {
    DeviceRequest(
      inputs: [.host(Tensor(shape: [1, 4], elements: [Float](repeating: value, count: 4)))], outputs: places)
  }

  private func floats(_ answer: DeviceAnswer, _ stream: CUDAStream) throws -> [Float] {
    try answer.wait(on: stream)
    return try stream.elements(try #require(answer.card[0]).bytes)
  }

  @Test func theHostComputesTheBatchAgain() throws {
    let emulated = try emulated("card-host")
    #expect(emulated.model.isHalf && emulated.model.takesBatches)
    let doubt = PrecisionDoubt()
    let slot = try emulated.slot(2, doubt: doubt)
    #expect(try slot.run([request(2, [])])[0].host[0]?.floats == [2e4, 2e4, 2e4, 2e4])
    #expect(!doubt.isRaised)
    let answers = try slot.run([request(1, []), request(100, [])])
    #expect(answers.map { $0.host[0]?.floats.first } == [1e4, 1e6])
    #expect(doubt.isRaised)
  }

  @Test func whatStaysIsLookedAtOnTheCard() throws {
    let emulated = try emulated("card-stays")
    let doubt = PrecisionDoubt()
    let slots = [try emulated.slot(2, doubt: doubt), try emulated.slot(2, doubt: doubt)]
    let stream = try CUDAStream(on: emulated.card.context)
    let sound = try slots[0].run([request(2, [.card])])[0]
    #expect(try sound.isFinite())
    #expect(try floats(sound, stream) == [2e4, 2e4, 2e4, 2e4])
    let broken = try slots[0].run([request(100, [.card])])[0]
    #expect(try !floats(broken, stream).contains { $0.isFinite })
    #expect(try !broken.isFinite())
    // Asked again, whichever slot it is, the answer is in single precision.
    for slot in slots {
      let again = try slot.run([request(100, [.card])])[0]
      #expect(try again.isFinite())
      #expect(try floats(again, stream) == [1e6, 1e6, 1e6, 1e6])
    }
  }

  @Test func theNextBatchFindsItToo() throws {
    let emulated = try emulated("card-next")
    let doubt = PrecisionDoubt()
    let slot = try emulated.slot(1, doubt: doubt)
    let stream = try CUDAStream(on: emulated.card.context)
    _ = try slot.run([request(100, [.card])])
    #expect(!doubt.isRaised)
    #expect(try floats(slot.run([request(100, [.card])])[0], stream) == [1e6, 1e6, 1e6, 1e6])
    #expect(doubt.isRaised)
  }

  @Test func theEndOfTheWorkFindsIt() throws {
    let emulated = try emulated("card-end")
    let batches = try DeviceBatches(emulated.model, card: emulated.card, sizes: [1], outputsOnCard: true)
    _ = try batches.run(request(2, [.card]))
    #expect(!batches.hasFallenBack())
    _ = try batches.run(request(100, [.card]))
    #expect(batches.hasFallenBack())
  }

  /// Answers for the host are waited for, so that their batch can be computed again in time for those that stay.
  @Test func aBatchWithBothIsComputedAgain() throws {
    let emulated = try emulated("card-both")
    let slot = try emulated.slot(2)
    let stream = try CUDAStream(on: emulated.card.context)
    let answers = try slot.run([request(1, [.host]), request(100, [.card])])
    #expect(answers[0].host[0]?.floats.first == 1e4)
    #expect(try floats(answers[1], stream) == [1e6, 1e6, 1e6, 1e6])
  }
}
