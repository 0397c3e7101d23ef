import TestSupport
import Testing

@testable import Inference

@Suite struct ModelInspectorTests {
  @Test func acceptsAModel() throws {
    try ModelInspector.check(TinyModel.addOne(shape: [2, 2]).bytes, name: "m")
  }

  @Test(
    arguments: [
      ([], "empty"), (Array("this is a text, not a model".utf8), "model m"), ([0x08, 0x08], "not an ONNX model"),
      (Array("\u{89}PNG\r\n\u{1A}\n".utf8), "model m"),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "damaged"),
    ] as [([UInt8], String)])
  func refusesWhatIsNoModel(bytes: [UInt8], words: String) throws {
    let error = try #require(throws: InferenceError.self) { try ModelInspector.check(bytes, name: "m") }
    #expect(error.code == .modelInvalid)
    #expect(error.message.contains(words))
  }

  @Test func refusesWeightsInAnotherFile() throws {
    var model = TinyModel()
    model.input("x", [4])
    model.externalInitializer("w", shape: [4], file: "/etc/passwd")
    model.node("Add", ["x", "w"], ["y"])
    model.output("y", [4])
    let error = try #require(throws: InferenceError.self) { try ModelInspector.check(model.bytes, name: "m") }
    #expect(error.code == .modelInvalid)
    #expect(error.message.contains("another file"))
  }

  @Test func noCutOffModelGetsPastTheRuntime() throws {
    let runtime = try OnnxRuntime.open()
    let whole = TinyModel.addOne(shape: [4]).bytes
    for length in 0..<whole.count {
      #expect(throws: InferenceError.self, "cut at \(length)") {
        try InferenceSession(runtime: runtime, bytes: Array(whole[..<length]), name: "cut")
      }
    }
  }

  @Test func damagedBytesNeverEndTheProcess() {
    let whole = TinyModel.convolution(weights: [1, 2, 3, 4], outputs: 1, inputs: 1, side: 2, size: (3, 3)).bytes
    var generator = SeededGenerator(seed: 7)
    var refused = 0
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<4 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      do { try ModelInspector.check(bytes, name: "damaged") } catch { refused += 1 }
    }
    #expect(refused > 0)
  }
}
