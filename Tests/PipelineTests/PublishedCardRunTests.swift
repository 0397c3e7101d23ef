import CUDATestSupport
import Imaging
import Logging
import Media
import ModelStore
import TestSupport
import Testing

@testable import Pipeline

/// Whole runs with the published pack, thin networks in its place, whose frames lie on an emulated card: detector,
/// landmarks, recogniser, swapper and enhancer cut and paste there.
@Suite struct PublishedCardRunTests {
  private static func system(_ machine: EmulatedMachine, _ folder: TemporaryFolder) -> CardSystem {
    CardSystem(
      driver: machine.driver, compiler: { try machine.compiler() }, cacheFolder: folder.path("kernels"),
      isHostMemory: true)
  }

  private static func run(
    _ pipeline: FullPipeline, _ target: String, _ output: String, _ system: CardSystem?, _ more: [String] = []
  ) throws -> RunReport {
    let arguments = ["-s", TestRun.hopper, "-t", target, "-o", output, "--output-video-quality", "100"]
    return try Runner(
      options: TestRun.options(arguments + pipeline.arguments + more), logger: TestRun.silence,
      models: BenchmarkModels(others: try ModelStore(), thinness: 32, face: .middle), kept: KeptModels(),
      policy: TestRun.unguarded, cardSystem: system
    ).run()
  }

  private static func frames(_ path: String) throws -> [PixelBuffer8] {
    let reader = try VideoReader(path: path)
    var frames: [PixelBuffer8] = []
    while let frame = try reader.next() { frames.append(frame.frame.toPixelBuffer8()) }
    return frames
  }

  private func target(_ folder: TemporaryFolder, frames: Int) throws -> String {
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: frames, height: 180)
    return target
  }

  /// With all networks on the card no copy is as large as a frame but the one up and the one down.
  @Test func aFrameGoesUpOnceAndComesDownOnce() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = try target(folder, frames: 3)
    let plain = try Self.run(.enhanced, target, folder.path("host.mp4"), nil)
    let report = try Self.run(.enhanced, target, folder.path("card.mp4"), Self.system(machine, folder))
    // Two processors worked on the face of every frame.
    #expect(plain.card == nil && plain.facesSwapped == 6 && report.facesSwapped == 6)
    let card = try #require(report.card)
    #expect(card.pictures.uploads == 1 && card.pictures.downloads == 1)
    // On the card rows begin at multiples of 128 bytes.
    #expect(card.pictures.uploadedBytes == 384 * 180 + 2 * 256 * 90)
    for name in ["yoloface_8n", "2dfan4", "inswapper_128", "gfpgan_1.4"] {
      #expect(card.meanBatches[name] ?? 0 >= 1, "\(name)")
    }
    for stage in ["swap_crop", "swap_network", "swap_paste", "face_enhance"] {
      #expect(report.stages[stage]?.count ?? 0 > 0, "\(stage)")
    }
    #expect(machine.counts.violations == 0)
    #expect(machine.counts.liveBytes == 0)
    let (host, other) = (try Self.frames(folder.path("host.mp4")), try Self.frames(folder.path("card.mp4")))
    try #require(host.count == 3 && other.count == 3)
    for (index, (one, other)) in zip(host, other).enumerated() {
      let differences = zip(one.samples, other.samples).map { abs(Int($0) - Int($1)) }
      // What differs by a level in the crops, the thin networks of random weights make more of.
      #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 0.1, "frame \(index)")
      #expect(differences.max() ?? 255 <= 24, "frame \(index)")
    }
  }

  /// A processor that has not come to the card gets the picture that those before it have made there.
  @Test func aProcessorOfTheHostGoesOnWithThePicture() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = try target(folder, frames: 2)
    let more = ["--processors", "face_swapper", "face_debugger", "--face-debugger-items", "bounding-box"]
    let plain = try Self.run(.full, target, folder.path("host.mp4"), nil, more)
    let report = try Self.run(.full, target, folder.path("card.mp4"), Self.system(machine, folder), more)
    #expect(report.facesSwapped == plain.facesSwapped && report.card != nil)
    #expect(report.stages["swap_paste"]?.count == 2 && report.stages["debug"]?.count == plain.stages["debug"]?.count)
    let (host, other) = (try Self.frames(folder.path("host.mp4")), try Self.frames(folder.path("card.mp4")))
    try #require(host.count == 2 && other.count == 2)
    for (one, other) in zip(host, other) {
      let differences = zip(one.samples, other.samples).map { abs(Int($0) - Int($1)) }
      #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 0.1)
    }
  }

  @Test func processorsOfTheHostAloneKeepFramesThere() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = try target(folder, frames: 1)
    let report = try Self.run(
      .full, target, folder.path("out.mp4"), Self.system(machine, folder), ["--processors", "face_debugger"])
    #expect(report.card == nil)
    #expect(machine.counts.uploads == 0)
  }
}
