import CUDATestSupport
import DeviceImaging
import Faces
import Foundation
import Imaging
import Inference
import Logging
import Media
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// Whole runs whose frames lie on a card: an emulated one, whose kernels the processor runs.
@Suite struct CardRunTests {
  /// The clip is written without loss, so that what the two ways paint can be compared.
  private static let lossless = ["--output-video-quality", "100", "--face-swapper-interval", "1"]

  /// - Parameter largestBatch: 1 saves the measuring of batches, which the processor has to compute.
  private static func system(
    _ machine: EmulatedMachine, _ folder: TemporaryFolder, largestBatch: Int? = 1
  ) -> CardSystem {
    var system = CardSystem(
      driver: machine.driver, compiler: { try machine.compiler() }, cacheFolder: folder.path("kernels"),
      isHostMemory: true)
    system.largestBatch = largestBatch
    return system
  }

  @discardableResult
  private static func run(
    _ source: String, _ target: String, _ output: String, _ system: CardSystem?, _ more: [String] = lossless,
    logger: Logger = TestRun.silence
  ) throws -> RunReport {
    try Runner(
      options: TestRun.options(["-s", source, "-t", target, "-o", output] + more), logger: logger,
      policy: TestRun.unguarded, cardSystem: system
    ).run()
  }

  private static func frames(_ path: String) throws -> [PixelBuffer8] {
    let reader = try VideoReader(path: path)
    var frames: [PixelBuffer8] = []
    while let frame = try reader.next() { frames.append(frame.frame.toPixelBuffer8()) }
    return frames
  }

  @Test func aCardPaintsWhatTheProcessorPaints() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 4)
    let plain = try Self.run(TestRun.hopper, target, folder.path("host.mp4"), nil)
    let report = try Self.run(TestRun.hopper, target, folder.path("card.mp4"), Self.system(machine, folder))
    #expect(plain.card == nil)
    #expect(report.facesSwapped == plain.facesSwapped && plain.facesSwapped == 4)
    let (host, card) = (try Self.frames(folder.path("host.mp4")), try Self.frames(folder.path("card.mp4")))
    try #require(host.count == 4 && card.count == 4)
    for (index, (one, other)) in zip(host, card).enumerated() {
      let differences = zip(one.samples, other.samples).map { abs(Int($0) - Int($1)) }
      // One code value of luma and of chroma come to three in a colour; the landmarks of the two crops differ a little.
      #expect(differences.max() ?? 255 <= 12, "frame \(index)")
      #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 0.05, "frame \(index)")
    }
    #expect(machine.counts.violations == 0)
  }

  @Test func aFrameGoesUpOnceAndOnlyFacesComeBack() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 6)
    let report = try Self.run(TestRun.hopper, target, folder.path("out.mp4"), Self.system(machine, folder))
    let card = try #require(report.card)
    #expect(card.devices.count == 1 && card.devices[0].hasPrefix("Emulated Card"))
    let frameBytes = 320.0 * 180 * 1.5
    // Rows on the card are padded.
    #expect(card.pictures.uploads == 1 && card.pictures.downloads == 1)
    #expect(card.pictures.uploadedBytes >= frameBytes && card.pictures.uploadedBytes < frameBytes * 1.4)
    #expect(card.pictures.downloadedBytes > 0 && card.pictures.downloadedBytes < frameBytes)
    // The parameters of the swapper, and once for each worker the mask of the window.
    #expect(card.others.uploads <= 1 + 2.0 / 6 && card.others.uploadedBytes < 120_000)
    #expect(card.meanBatches.keys.contains("face_mesh_478"))
    #expect(report.models.contains { $0.model == "face_mesh_478" && $0.batches != nil })
    // What the run had on the card is given back.
    #expect(machine.counts.liveBytes == 0)
  }

  @Test func twoRunsOnOneCardKeepTheirSourcesApart() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let pairs = [(TestRun.hopper, TestRun.collins), (TestRun.collins, TestRun.hopper)]
    let failures = Mutex<[String]>([])
    let group = ThreadGroup(stop: StopToken())
    for (number, pair) in pairs.enumerated() {
      let (target, output) = (folder.path("in\(number).mp4"), folder.path("out\(number).mp4"))
      try TestRun.clip(of: pair.1, to: target, frames: 3)
      group.start("run \(number)") {
        do {
          try Self.run(pair.0, target, output, Self.system(machine, folder, largestBatch: nil))
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    try group.join()
    #expect(failures.withLock { $0 } == [])
    for (number, pair) in pairs.enumerated() {
      let (source, target) = (try TestRun.identity(pair.0), try TestRun.identity(pair.1))
      for (index, swapped) in try TestRun.identities(folder.path("out\(number).mp4")).enumerated() {
        #expect(
          swapped.euclideanDistance(to: source) < swapped.euclideanDistance(to: target),
          "run \(number), frame \(index)")
      }
    }
  }

  @Test func twoCardsShareTheFrames() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine([.init(mark: 1), .init(mark: 2)])
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 4)
    let report = try Self.run(
      TestRun.hopper, target, folder.path("out.mp4"), Self.system(machine, folder),
      Self.lossless + ["--execution-device-ids", "0", "1", "--execution-thread-count", "2"])
    #expect(report.card?.devices.count == 2)
    #expect(report.facesSwapped == 4)
    #expect(machine.counts.liveBytes == 0)
  }

  @Test func kernelsThatDoNotCompileLeaveTheFramesOnTheHost() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 2)
    let system = CardSystem(
      driver: machine.driver, compiler: { throw InferenceError(.libraryMissing, "There is no compiler.") },
      cacheFolder: folder.path("kernels"), isHostMemory: true)
    let report = try Self.run(TestRun.hopper, target, folder.path("out.mp4"), system)
    #expect(report.card == nil)
    #expect(report.facesSwapped == 2)
  }

  /// The kernels of frames and crops compile, those of the swapper do not: it works on the host, and one line says so.
  @Test func kernelsOfTheSwapperThatDoNotCompileLeaveItOnTheHost() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 3)
    let plain = folder.path("plain.mp4")
    try Self.run(TestRun.hopper, target, plain, nil)
    // The kernels of frames are found compiled; those of the swapper would have to be.
    _ = try DeviceImager(
      on: machine.context(), compiler: { try machine.compiler() }, cacheFolder: folder.path("kernels"))
    var system = CardSystem(
      driver: machine.driver, compiler: { throw InferenceError(.kernelRejected, "mesh_raster.cu does not compile.") },
      cacheFolder: folder.path("kernels"), isHostMemory: true)
    system.largestBatch = 1
    let lines = RecordedLines()
    let report = try Self.run(
      TestRun.hopper, target, folder.path("out.mp4"), system, logger: lines.logger)
    #expect(report.facesSwapped == 3)
    #expect(report.card != nil)
    #expect(lines.all.filter { $0.contains("mesh_raster.cu does not compile") }.count == 1)
    let (host, card) = (try Self.frames(plain), try Self.frames(folder.path("out.mp4")))
    try #require(host.count == 3 && card.count == 3)
    for (one, other) in zip(host, card) {
      let differences = zip(one.samples, other.samples).map { abs(Int($0) - Int($1)) }
      #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 0.05)
    }
    #expect(machine.counts.violations == 0)
  }

  @Test func aCardThatIsNotThereIsNamed() throws {
    let folder = try TemporaryFolder()
    let machine = try EmulatedMachine()
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 2)
    let error = #expect(throws: InferenceError.self) {
      try Self.run(
        TestRun.hopper, target, folder.path("out.mp4"), Self.system(machine, folder),
        Self.lossless + ["--execution-device-ids", "3"])
    }
    #expect(error?.code == .deviceMissing)
    #expect(folder.contents == ["in.mp4"])
  }
}
