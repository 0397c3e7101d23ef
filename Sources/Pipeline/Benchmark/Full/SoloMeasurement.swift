import Inference
import Processors
import TestSupport

/// Times networks alone.
struct SoloMeasurement {
  let runtime: OnnxRuntime
  let options: SessionOptions
  let stop: StopToken
  /// Seconds after which no further run begins.
  var patience = 2.0
  var most = 50

  /// A network in single precision and, where it is asked for or the network runs on a card, in half precision; on a card
  /// also in the batch that gives most answers a second.
  ///
  /// - Parameters:
  ///   - cost: the network as it was built; nil for one from a file.
  ///   - note: takes a sentence about what could not be measured.
  func measureAll(
    _ name: String, bytes: [UInt8], cost: ModelBuilder?, note: (String) -> Void
  ) throws -> [FullBenchmarkReport.Solo] {
    var all = [try measure(name, bytes: bytes, cost: cost, precision: .fp32)]
    let isOnCard = Self.isCard(all[0].provider)
    if options.precision == .fp16 || (options.precision == .auto && isOnCard) {
      let half = try measure(name, bytes: bytes, cost: cost, precision: .fp16)
      if half.precision == "fp16" { all.append(half) } else { note("\(name) is not computed in half precision.") }
    }
    if isOnCard, let best = all.last {
      let precision = Precision(rawValue: best.precision) ?? .fp32
      if let batched = try measureBatch(name, bytes: bytes, cost: cost, precision: precision, note: note) {
        all.append(batched)
      }
    }
    return all
  }

  private static func isCard(_ provider: String) -> Bool {
    [ExecutionProvider.cuda, .tensorrt].map(\.rawValue).contains(provider)
  }

  private func computing(in precision: Precision) -> SessionOptions {
    var changed = options
    changed.precision = precision
    return changed
  }

  /// One answer at a time, on noise from 0 to 1. At least two runs count, and two before them do not.
  func measure(
    _ name: String, bytes: [UInt8], cost: ModelBuilder?, precision: Precision = .fp32
  ) throws -> FullBenchmarkReport.Solo {
    let start = ContinuousClock.now
    let session = try InferenceSession(runtime: runtime, bytes: bytes, name: name, options: computing(in: precision))
    let loading = elapsedSeconds(since: start)
    return try time(session, batch: 1, cost: cost, loading: loading)
  }

  /// In the batch that gives most answers a second; nil where a network takes one request at a time, or that is best.
  private func measureBatch(
    _ name: String, bytes: [UInt8], cost: ModelBuilder?, precision: Precision, note: (String) -> Void
  ) throws -> FullBenchmarkReport.Solo? {
    let start = ContinuousClock.now
    let model = try BatchedModel.open(
      runtime: runtime, bytes: bytes, name: name, options: computing(in: precision), reason: note)
    guard let model else { return nil }
    let loading = elapsedSeconds(since: start)
    let calibration = try BatchCalibration.run { size in
      let inputs = model.session.inputs.map { Self.noise(for: $0, batch: size) }
      return try BatchCalibration.seconds(rounds: 3) { _ = try run(model.session, inputs) }
    }
    guard calibration.size > 1 else { return nil }
    return try time(model.session, batch: calibration.size, cost: cost, loading: loading)
  }

  private func time(
    _ session: InferenceSession, batch: Int, cost: ModelBuilder?, loading: Double
  ) throws -> FullBenchmarkReport.Solo {
    let inputs = session.inputs.map { Self.noise(for: $0, batch: batch) }
    for _ in 0..<2 { _ = try run(session, inputs) }
    var durations: [Double] = []
    let begin = ContinuousClock.now
    while durations.count < 2 || (durations.count < most && elapsedSeconds(since: begin) < patience) {
      durations.append(try run(session, inputs))
    }
    durations.sort()
    /// Of so few runs exactly: the time that this share of them did not exceed.
    func milliseconds(_ share: Double) -> Double {
      durations[max(Int((share * Double(durations.count)).rounded(.up)) - 1, 0)] * 1000
    }
    return FullBenchmarkReport.Solo(
      model: session.name, weightsMillions: cost.map { Double($0.weightCount) / 1e6 },
      gigaflops: cost.map { Double(2 * $0.multiplyAdds) / 1e9 }, provider: session.provider.rawValue,
      precision: (session.precision?.isHalf == true ? Precision.fp16 : .fp32).rawValue, batch: batch,
      loadSeconds: loading, runs: durations.count,
      meanMilliseconds: durations.reduce(0, +) * 1000 / Double(durations.count),
      p50Milliseconds: milliseconds(0.5), p95Milliseconds: milliseconds(0.95))
  }

  private func run(_ session: InferenceSession, _ inputs: [Tensor]) throws -> Double {
    try stop.check()
    let start = ContinuousClock.now
    _ = try session.run(inputs)
    return elapsedSeconds(since: start)
  }

  /// Open sizes are 1, but the first, which is the batch's, and those of a picture.
  private static func noise(for info: TensorInfo, batch: Int) -> Tensor {
    var shape = info.shape.map { $0 == -1 ? 1 : $0 }
    // What a detector for any size sees of a frame of 16:9.
    if info.shape.count == 4, info.shape[2] == -1, info.shape[3] == -1 {
      shape.replaceSubrange(2..., with: [384, 640])
    }
    if info.shape.first == -1 { shape[0] = batch }
    let tensor = Tensor(shape: shape, type: info.type)
    guard info.type == .float32 || info.type == .float16 else { return tensor }
    var generator = SeededGenerator(seed: 7)
    tensor.floats = (0..<tensor.count).map { _ in generator.unit() }
    return tensor
  }
}
