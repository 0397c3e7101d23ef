import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct PrecisionTests {
  let runtime: OnnxRuntime
  let folder: TemporaryFolder

  init() throws {
    runtime = try OnnxRuntime.open()
    folder = try TemporaryFolder()
  }

  private func options(_ precision: Precision) -> SessionOptions {
    SessionOptions(providers: .list([.cpu]), cacheFolder: folder.path, precision: precision)
  }

  private func session(_ model: TinyModel, _ precision: Precision, name: String) throws -> InferenceSession {
    try InferenceSession(runtime: runtime, bytes: model.bytes, name: name, options: options(precision))
  }

  /// y = x · factor · other, where the products in between can be too large for half precision. The processor
  /// multiplies in single precision whatever is asked for; the maximum is what it takes in half precision.
  private static func product(_ factors: [Float]) -> TinyModel {
    var model = TinyModel()
    model.input("x", [1, 4])
    var last = "x"
    for (index, factor) in factors.enumerated() {
      model.initializer("f\(index)", shape: [4, 4], floats: (0..<16).map { $0 % 5 == 0 ? factor : 0 })
      model.node("MatMul", [last, "f\(index)"], ["p\(index)"])
      model.node("Max", ["p\(index)", "low"], ["m\(index)"])
      last = "m\(index)"
    }
    model.initializer("low", shape: [1], floats: [-200])
    model.node("Identity", [last], ["y"])
    model.output("y", [1, 4])
    return model
  }

  @Test func autoIsHalfOnlyOnNewerCards() {
    let auto = Precision.auto
    #expect(auto.resolved(provider: .cpu, capability: nil) == .fp32)
    #expect(auto.resolved(provider: .cuda, capability: ComputeCapability(major: 6, minor: 1)) == .fp32)
    #expect(auto.resolved(provider: .cuda, capability: ComputeCapability(major: 7, minor: 0)) == .fp16)
    #expect(auto.resolved(provider: .tensorrt, capability: ComputeCapability(major: 9, minor: 0)) == .fp16)
    #expect(auto.resolved(provider: .cuda, capability: nil) == .fp32)
    #expect(auto.resolved(provider: .openvino, capability: ComputeCapability(major: 9, minor: 0)) == .fp32)
    #expect(Precision.fp16.resolved(provider: .cpu, capability: nil) == .fp16)
    #expect(Precision.fp32.resolved(provider: .cuda, capability: ComputeCapability(major: 9, minor: 0)) == .fp32)
  }

  @Test func halfIsKeptWhenItGivesTheSameAnswer() throws {
    let session = try session(Self.product([0.5, 3]), .fp16, name: "kept")
    let report = try #require(session.precision)
    #expect(report.isHalf)
    #expect(try #require(report.cosine) > 0.9999)
    #expect(try #require(report.maximumError) < 0.01)
    #expect(report.halfNodes == 5)
    #expect(report.sentence.hasPrefix("kept computes in half precision; half against single precision: cosine "))
    #expect(report.sentence.contains("(needed 0.999), largest error 0."))
    #expect(try session.run([Tensor(shape: [1, 4], elements: [Float(1), 2, 3, 4])])[0].floats == [1.5, 3, 4.5, 6])
  }

  @Test func halfIsNotKeptWhenItOverflows() throws {
    // What is multiplied with 300 · 1000 soon is more than 65504; single precision has no trouble.
    let session = try session(Self.product([300, 1000]), .fp16, name: "overflows")
    let report = try #require(session.precision)
    #expect(!report.isHalf)
    #expect(report.reason.contains("not finite"))
    let answer = try session.run([Tensor(shape: [1, 4], elements: [Float(1), 2, 3, 4])])[0].floats
    #expect(answer == [3e5, 6e5, 9e5, 12e5])
  }

  @Test func theVerdictIsRemembered() throws {
    for _ in 0..<2 {
      let session = try session(Self.product([0.5]), .fp16, name: "remembered")
      #expect(session.precision?.isHalf == true)
    }
    let stored = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/precision")
    #expect(stored.count == 1)
    // A stored verdict is followed.
    let file = "\(folder.path)/precision/\(stored[0])"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacingOccurrences(of: "\"isHalf\":true", with: "\"isHalf\":false")
      .write(toFile: file, atomically: true, encoding: .utf8)
    let other = try InferenceSession(
      runtime: runtime, bytes: Self.product([0.5]).bytes, name: "remembered", options: unshared(.fp16))
    #expect(other.precision?.isHalf == false)
  }

  private func unshared(_ precision: Precision) -> SessionOptions {
    var options = options(precision)
    options.sharesModel = false
    return options
  }

  @Test func numbersThatAreNoneSwitchBackToSingle() throws {
    // Warm-up numbers are below 1, where this stays in range; 100 does not.
    let session = try session(Self.product([100, 100]), .fp16, name: "later")
    #expect(session.precision?.isHalf == true)
    let small = Tensor(shape: [1, 4], elements: [Float(1), 2, 3, 4])
    #expect(try session.run([small])[0].floats == [10_000, 20_000, 30_000, 40_000])
    let large = Tensor(shape: [1, 4], elements: [Float](repeating: 100, count: 4))
    #expect(try session.run([large])[0].floats == [1e6, 1e6, 1e6, 1e6])
    #expect(session.precision?.isHalf == false)
    #expect(session.precision?.reason.contains("in the middle of the run") == true)
    let output = try session.makeOutputs()
    try session.run([large], into: output)
    #expect(output[0].floats == [1e6, 1e6, 1e6, 1e6])
    #expect(try !session.changeToSingle())
  }

  @Test func preparedOutputsSwitchBackToo() throws {
    let session = try session(Self.product([100, 100]), .fp16, name: "prepared")
    let output = try session.makeOutputs()
    try session.run([Tensor(shape: [1, 4], elements: [Float](repeating: 100, count: 4))], into: output)
    #expect(output[0].floats == [1e6, 1e6, 1e6, 1e6])
    #expect(session.precision?.isHalf == false)
  }

  @Test func boundTensorsFollow() throws {
    let session = try session(Self.product([100, 100]), .fp16, name: "bound")
    let input = try DeviceTensor(runtime: runtime, shape: [1, 4])
    let output = try DeviceTensor(runtime: runtime, shape: [1, 4])
    let bound = try BoundSession(session, inputs: [input], outputs: [output])
    input.host?.floats = [1, 2, 3, 4]
    try bound.run()
    #expect(output.host?.floats == [10_000, 20_000, 30_000, 40_000])
    input.host?.floats = [100, 100, 100, 100]
    for _ in 0..<2 {
      try bound.run()
      #expect(output.host?.floats == [1e6, 1e6, 1e6, 1e6])
      #expect(!session.model.isHalf)
    }
  }

  @Test func halfInputsStayHalfInSinglePrecision() throws {
    var options = options(.fp16)
    options.halfInterface = true
    let session = try InferenceSession(
      runtime: runtime, bytes: Self.product([100, 100, 0.001]).bytes, name: "half-interface", options: options)
    #expect(session.precision?.isHalf == true)
    #expect(session.inputs[0].type == .float16)
    let input = Tensor(shape: [1, 4], type: .float16)
    input.floats = [100, 100, 100, 100]
    // 0.001 in half precision is a little more than that.
    #expect(try session.run([input])[0].floats == [1000.5, 1000.5, 1000.5, 1000.5])
    #expect(try session.changeToSingle())
    let output = try session.run([input])[0]
    #expect(session.precision?.isHalf == false)
    #expect(output.type == .float16)
    #expect(output.floats == [1000, 1000, 1000, 1000])
  }

  @Test func whatCannotBeComparedStaysSingle() throws {
    var model = TinyModel()
    model.input("x", [.named("n"), 2])
    model.initializer("w", shape: [3, 3], floats: Array(repeating: 1, count: 9))
    model.initializer("shape", shape: [2], ints: [-1, 3])
    model.node("Reshape", ["x", "shape"], ["r"])
    model.node("MatMul", ["r", "w"], ["y"])
    model.output("y", [.named("m"), 3])
    // One row of two numbers does not make rows of three.
    let alone = try session(model, .fp16, name: "open")
    #expect(alone.precision?.isHalf == false)
    #expect(alone.precision?.reason.contains("could not be compared") == true)
    var told = options(.fp16)
    told.warmUpShapes = ["x": [3, 2]]
    let session = try InferenceSession(runtime: runtime, bytes: model.bytes, name: "open", options: told)
    #expect(session.precision?.isHalf == true)
  }

  @Test func singlePrecisionIsNotReported() throws {
    #expect(try session(.addOne(shape: [2]), .fp32, name: "plain").precision == nil)
    #expect(try session(.addOne(shape: [2]), .auto, name: "plain").precision == nil)
  }
}

@Suite struct PrecisionCheckTests {
  private static func tensors(_ rows: [[Float]]) -> [Tensor] { rows.map { Tensor(shape: [$0.count], elements: $0) } }

  @Test(
    arguments: [
      ([[3, 4]], [[3, 4]], 1.0, 0.0, true), ([[3, 4]], [[4, 3]], 0.96, 0.25, false),
      ([[0, 0]], [[0, 0]], 1, 0, true), ([[0, 0]], [[0, 1]], 0, .infinity, false),
      ([[1, 0], [0, 2]], [[1, 0], [0, 1.96]], 1, 0.02, true), ([[1, 0]], [[0.9, 0]], 1, 0.1, false),
    ] as [([[Float]], [[Float]], Double, Double, Bool)])
  func comparesEveryOutput(
    single: [[Float]], half: [[Float]], cosine: Double, error: Double, isPassed: Bool
  ) {
    let check = PrecisionCheck(single: Self.tensors(single), half: Self.tensors(half))
    #expect(abs(check.cosine - cosine) < 1e-6)
    #expect(error.isInfinite ? check.maximumError == error : abs(check.maximumError - error) < 1e-6)
    #expect(check.isPassed == isPassed)
    #expect(check.reason.isEmpty == isPassed)
  }

  @Test func numbersThatAreNoneOrMissingFail() {
    let single = Self.tensors([[1, 2]])
    for half in [[[1, .nan]], [[1, .infinity]], [[1]], []] as [[[Float]]] {
      let check = PrecisionCheck(single: single, half: Self.tensors(half))
      #expect(check.isBroken)
      #expect(!check.isPassed)
    }
  }
}
