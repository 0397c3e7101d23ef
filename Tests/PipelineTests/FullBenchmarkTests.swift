import CUDATestSupport
import Faces
import Foundation
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Pipeline

/// The benchmark of published networks, with thin ones.
@Suite struct FullBenchmarkTests {
  private func values(_ arguments: String...) throws -> OptionValues {
    let table = OptionTable.benchmark.flatMap(\.options)
    return try OptionValues(table: table, given: ParsedArguments(arguments, table: table).values, ini: nil)
  }

  private static let thin = [
    "--models", "full", "--model-thinness", "32", "--benchmark-frames", "2", "--benchmark-resolutions", "360p",
    "--benchmark-mode", "cold", "--benchmark-cycle-count", "1", "--output-video-preset", "ultrafast",
  ]

  private func benchmark() throws -> FullBenchmark {
    let table = OptionTable.benchmark.flatMap(\.options)
    let values = try OptionValues(table: table, given: ParsedArguments(Self.thin, table: table).values, ini: nil)
    var benchmark = FullBenchmark(
      sample: TestRun.collins, source: TestRun.hopper, values: values, logger: TestRun.silence, stop: StopToken())
    benchmark.policy = try TestRun.unguarded
    return benchmark
  }

  @Test func thePublishedPipelineSwapsTheSteeredFace() throws {
    let folder = try TemporaryFolder()
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 2, height: 360)
    let models = BenchmarkModels(others: try ModelStore(), thinness: 32, face: .middle)
    let result = try PipelineMeasurement(
      try benchmark(), models: models, target: target, folder: folder.path, solo: []
    ).measure(.enhanced, resolution: "360p")
    #expect(result.frames == 2)
    // Two processors worked on the face of both frames.
    #expect(result.facesSwapped == 4)
    #expect(result.soloFPS == nil && result.ratio == nil && result.busyPercent == nil)
    for stage in ["faces", "swap_network", "swap_paste", "face_enhance", "decode", "encode"] {
      #expect(result.stages[stage]?.count ?? 0 > 0, "\(stage)")
    }
  }

  @Test func theDetectorSeesOneFaceInItsPlace() throws {
    let models = BenchmarkModels(others: try ModelStore(), thinness: 64, face: .middle)
    let networks = FaceNetworks(runtime: try OnnxRuntime.open(), models: models)
    let analyser = try networks.publishedAnalyser(FaceOptions(detectorModel: .yoloFace, landmarkerModel: .twoDFan4))
    let picture = PixelBuffer8(size: PixelSize(width: 1280, height: 720), channels: 3, repeating: 90)
    let faces = try analyser.faces(in: picture)
    try #require(faces.count == 1)
    // The unit square of the alignment lies from 30 to 70 % of the width.
    let eye = faces[0].landmarks5[0]
    #expect(abs(eye.x - 1280 * (0.3 + 0.4 * 0.377)) < 3)
    #expect(abs(eye.y - 1280 * 0.4 * 0.469) < 3)
    #expect(faces[0].landmarkerScore > 0.9)
    // The landmarker sees the same face as the detector.
    for (five, of68) in zip(faces[0].landmarks5, faces[0].landmarks5From68) {
      #expect(abs(five.x - of68.x) < 8 && abs(five.y - of68.y) < 8)
    }
    #expect(faces[0].angle == 0)
  }

  @Test func modelsAreMadeOnceAndForgotten() throws {
    struct Others: ModelLoading {
      func load(_ id: ModelID) throws -> [UInt8] { Array(id.rawValue.utf8) }
    }
    let models = BenchmarkModels(others: Others(), thinness: 64, face: .middle)
    #expect(try models.load("centerface") == Array("centerface".utf8))
    let first = try models.load("2dfan4")
    #expect(try models.load("2dfan4") == first)
    models.forget()
    #expect(try models.load("2dfan4") == first)
    #expect(first.count > models.builder(.twoDFan4).weightBytes)
  }

  @Test func aNetworkIsTimedAlone() throws {
    let builder = FullModel.arcFace.builder(thinness: 32)
    var measurement = SoloMeasurement(
      runtime: try OnnxRuntime.open(), options: SessionOptions(providers: .list([.cpu])), stop: StopToken())
    measurement.most = 3
    let solo = try measurement.measure("arcface", bytes: builder.model.bytes, cost: builder)
    #expect((2...3).contains(solo.runs))
    #expect(solo.provider == "cpu")
    #expect(solo.meanMilliseconds > 0)
    #expect(solo.p50Milliseconds > 0 && solo.p50Milliseconds <= solo.p95Milliseconds)
    // The worst of few is the last of them, and no mean is above it.
    #expect(solo.meanMilliseconds <= solo.p95Milliseconds * 1.000_001)
    #expect(solo.gigaflops == Double(2 * builder.multiplyAdds) / 1e9)
    let speed = try #require(solo.gigaflopsPerSecond)
    #expect(abs(speed * solo.meanMilliseconds / 1000 - (solo.gigaflops ?? 0)) < 1e-9)
  }

  @Test func whatTheNetworksAllowIsTheSumOfTheirTimes() {
    let times = ["yoloface_8n": 2.0, "2dfan4": 3, "inswapper_128": 5]
    #expect(FullPipeline.full.soloFPS(times) == 100)
    #expect(FullPipeline.enhanced.soloFPS(times) == nil)
    #expect(FullPipeline.enhanced.soloFPS(times.merging(["gfpgan_1.4": 10]) { $1 }) == 50)
    let open = ["centerface": 10.0, "face_mesh_478": 2, "likeness_occluder_128_int8": 1]
    #expect(FullPipeline.swap.soloFPS(open) == 250)
  }

  @Test func theSteadyRateLeavesOutStartAndEnd() {
    var samples = ProgressSamples()
    // Loading for two seconds, then 50 frames a second.
    for step in 0...40 { samples.add(seconds: 2 + Double(step) / 10, done: step * 5) }
    samples.add(seconds: 9, done: 200)
    #expect(abs((samples.steadyRate(from: 4) ?? 0) - 50) < 1e-9)
    #expect(samples.moments.count == 41)
    #expect(samples.steadyRate(from: 195) == nil)
    #expect(ProgressSamples().steadyRate(from: 0) == nil)
  }

  @Test func theCardSaysHowBusyItIs() throws {
    let machine = try EmulatedMachine([.init(name: "Fast Card", memory: 80_000_000_000)])
    let card = try BenchmarkCard(device: "0", driver: machine.driver, management: machine.management)
    #expect(card.name == "Fast Card, 80.0 GB, compute capability 9.0")
    let busy = try #require(card.busy())
    #expect((0...100).contains(busy))
    let silent = try BenchmarkCard(device: "0", driver: machine.driver) {
      throw InferenceError(.libraryMissing, "There is no NVML.")
    }
    #expect(silent.busy() == nil)
    #expect(throws: InferenceError.self) { try BenchmarkCard(device: "7", driver: machine.driver) }
  }

  @Test func theWatchEndsWithTheRun() throws {
    let progress = RunProgress()
    let watch = RunWatch(progress) { 50 }
    progress.begin(total: 3)
    for _ in 0..<3 { progress.advance() }
    let seen = watch.finish()
    #expect(seen.samples.moments.last?.done == 3)
    #expect(seen.busyPercent == 50)
    #expect(RunWatch(RunProgress(), busy: { 50 }).finish().busyPercent == nil)
  }

  @Test func givenOptionsReachTheRuns() throws {
    let given = try values("--models", "full", "--output-video-quality", "30", "--source-path", "x.jpg", "--json")
    let passed = given.passedOn(to: OptionTable.run.flatMap(\.options))
    #expect(passed == ["output_video_quality": ["30"]])
  }
}
