import CUDATestSupport
import Foundation
import Imaging
import Inference
import Media
import MediaTestSupport
import Safeguards
import TestSupport
import Testing

@testable import Pipeline

/// Whole runs whose frames are decoded, or encoded, on the card too: stand-ins for NVDEC and NVENC have the emulated
/// card's memory.
@Suite struct CardVideoTests {
  /// The clip is written without loss, so that runs can be compared.
  private static let lossless = ["--output-video-quality", "100", "--face-swapper-interval", "1"]

  /// A machine whose first card decodes and encodes.
  private final class Studio: @unchecked Sendable {
    let folder: TemporaryFolder
    let machine: EmulatedMachine
    let target: String
    var encodes = true
    private(set) var decoder: StandInDecoder?
    private(set) var surfaces: StandInSurfaces?
    var refusal: String?

    init(frames: Int = 3, cards: Int = 1) throws {
      folder = try TemporaryFolder()
      machine = try EmulatedMachine((1...cards).map { .init(mark: UInt8($0), memory: 1 << 34) })
      target = folder.path("in.mp4")
      try TestRun.clip(of: TestRun.collins, to: target, frames: frames)
    }

    private func memory(_ bytes: Int) throws -> CardMemory {
      let memory = try DeviceMemory(byteCount: bytes, on: machine.context())
      return CardMemory(address: UInt(memory.address), owner: memory)
    }

    /// - Parameter withCodecs: false = frames come from the host and go there.
    func system(withCodecs: Bool) -> CardSystem {
      var system = CardSystem(
        driver: machine.driver, compiler: { [machine] in try machine.compiler() }, cacheFolder: folder.path("kernels"),
        isHostMemory: true)
      system.largestBatch = 1
      guard withCodecs else { return system }
      system.codecs = CardCodecs(
        openDecoder: { [unowned self] options in
          if let refusal { throw MediaError(.decoderUnavailable, refusal) }
          #expect(options.heldHardwareFrames > 0 && options.card?.device == 0)
          let made = StandInDecoder(device: 0, stream: options.card?.stream ?? 0, memory: memory)
          decoder = made
          return made
        },
        openSurfaces: { [unowned self] request in
          guard encodes else { return nil }
          #expect(request.layout == .nv12 && request.card.device == 0)
          let made = StandInSurfaces(request, memory: memory)
          surfaces = made
          return made
        })
      return system
    }

    func run(
      _ name: String, withCodecs: Bool, _ more: [String] = [], policy: PolicyFile.Loaded? = nil
    ) throws -> RunReport {
      try Runner(
        options: TestRun.options(
          ["-s", TestRun.hopper, "-t", target, "-o", folder.path(name)] + CardVideoTests.lossless + more),
        logger: TestRun.silence, policy: policy ?? TestRun.unguarded, cardSystem: system(withCodecs: withCodecs)
      ).run()
    }

    func frames(_ name: String) throws -> [[UInt8]] {
      let reader = try VideoReader(path: folder.path(name))
      var frames: [[UInt8]] = []
      while let frame = try reader.next() { frames.append(frame.frame.toPixelBuffer8().samples) }
      return frames
    }

    /// Lets go of what the stand-ins hold.
    func close() { (decoder, surfaces) = (nil, nil) }
  }

  @Test func framesStayOnTheCardFromTheDecoderOn() throws {
    let studio = try Studio()
    _ = try studio.run("plain.mp4", withCodecs: false)
    let plain = try studio.frames("plain.mp4")

    studio.encodes = false
    let decoded = try studio.run("decoded.mp4", withCodecs: true)
    #expect(decoded.facesSwapped == 3)
    // No frame goes up. Each comes down once, for the encoder of the processor.
    let pictures = try #require(decoded.card?.pictures)
    #expect(pictures.uploads == 0 && pictures.downloads == 1)
    // Only to see whether the card decodes a frame was brought down by the decoder.
    #expect(studio.decoder?.downloads == 1 && studio.surfaces == nil)
    #expect(try studio.frames("decoded.mp4") == plain)

    studio.encodes = true
    let encoded = try studio.run("encoded.mp4", withCodecs: true)
    let others = try #require(encoded.card?.pictures)
    #expect(others.uploads == 0 && others.downloads == 0)
    #expect(studio.surfaces?.taken.count == 3 && studio.surfaces?.uploads == 0)
    #expect(studio.decoder?.downloads == 1)
    #expect(try studio.frames("encoded.mp4") == plain)
    studio.close()
    #expect(studio.machine.counts.liveBytes == 0 && studio.machine.counts.violations == 0)
  }

  /// Watermark and label are put on where the frames are; the host sees them at the end, or never.
  @Test(arguments: [false, true])
  func marksArePutOnWhereTheFramesAre(_ encodes: Bool) throws {
    let studio = try Studio(frames: 2)
    studio.encodes = encodes
    let key = studio.folder.path("key")
    var policy = try TestRun.unguarded.policy
    (policy.watermark.mode, policy.watermark.key, policy.label.mode) = (.required, key, .required)
    let report = try studio.run(
      "out.mp4", withCodecs: true, policy: PolicyFile.Loaded(policy: policy, origin: .builtIn))
    let card = try #require(report.card)
    #expect(card.pictures.uploads == 0 && card.pictures.downloads == (encodes ? 0 : 1))
    var detector = WatermarkDetector(key: try WatermarkKey(bytes: KeyFile(path: key).secret()))
    let reader = try VideoReader(path: studio.folder.path("out.mp4"))
    while let frame = try reader.next() {
      detector.add(frame.frame)
      // The plate of the label is dark.
      #expect(frame.frame.planes[0].row8(6)[6] < 120)
    }
    let finding = detector.finding()
    #expect(finding.outcome == .found && finding.id?.hex == report.safeguards.watermark)
    studio.close()
    #expect(studio.machine.counts.violations == 0)
  }

  /// Decoder and encoder are the first card's; the second card's worker gets its frames over the host.
  @Test func anotherCardGoesOverTheHost() throws {
    let studio = try Studio(frames: 4, cards: 2)
    let devices = ["--execution-device-ids", "0", "1", "--execution-thread-count", "2"]
    let report = try studio.run("out.mp4", withCodecs: true, devices)
    #expect(report.facesSwapped == 4 && report.card?.devices.count == 2)
    let card = try #require(report.card)
    #expect(card.pictures.uploads <= 1 && card.pictures.downloads <= 2)
    #expect(studio.surfaces?.taken.count == 4)
    #expect(try studio.frames("out.mp4").count == 4)
    studio.close()
    #expect(studio.machine.counts.liveBytes == 0 && studio.machine.counts.violations == 0)
  }

  @Test func aCardThatDoesNotDecodeIsSaidInOneLine() throws {
    let studio = try Studio(frames: 1)
    studio.encodes = false
    studio.refusal = "The decoder is busy."
    let lines = LogLines()
    let options = try TestRun.options(
      ["-s", TestRun.hopper, "-t", studio.target, "-o", studio.folder.path("out.mp4"), "--video-decoder", "cuda"])
    let report = try Runner(
      options: options, logger: lines.logger, policy: TestRun.unguarded, cardSystem: studio.system(withCodecs: true)
    ).run()
    #expect(report.facesSwapped == 1 && report.card?.pictures.uploads == 1)
    #expect(lines.all.filter { $0 == "The CPU decodes '\(studio.target)': The decoder is busy." }.count == 1)
  }
}
