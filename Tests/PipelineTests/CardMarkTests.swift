import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import Safeguards
import TestSupport
import Testing

@testable import Pipeline

/// Marks on frames that lie on an emulated card.
@Suite struct CardMarkTests {
  private static let size = PixelSize(width: 170, height: 122)

  /// One worker's place on a card, with its marks.
  private struct Bench {
    let machine: EmulatedMachine
    let pool: DeviceFramePool
    let stream: CUDAStream
    let kernels: CardMarkKernels
    let lines = LogLines()
    private let folder: TemporaryFolder
    private let plan: WatermarkPlan

    /// - Parameter refuses: the compiler does not take the marks' kernels.
    init(refuses: Bool = false) throws {
      let machine = try EmulatedMachine()
      self.machine = machine
      folder = try TemporaryFolder()
      let context = try machine.context()
      let system = CardSystem(
        driver: machine.driver,
        compiler: {
          guard !refuses else { throw InferenceError(.kernelRejected, "The compiler is too old.") }
          return try machine.compiler()
        }, cacheFolder: folder.path("marks"))
      let imager = try DeviceImager(on: context, compiler: machine.compiler, cacheFolder: folder.path)
      pool = DeviceFramePool(on: context, imager: imager)
      stream = try CUDAStream(on: context)
      kernels = CardMarkKernels(on: context, system: system, logger: lines.logger)
      plan = WatermarkPlan(key: try WatermarkKey(bytes: (0..<32).map { UInt8($0) }), id: WatermarkID(value: 77))
    }

    func guards(onCard: Bool = true, encodesOnCard: Bool = false, notes: FrameNotes = FrameNotes()) throws -> FrameGuard
    {
      var policy = try TestRun.unguarded.policy
      policy.label.size = 0.2
      let guards = FrameGuard(
        isPicture: false, content: { _, _ in },
        faces: try FaceInspection(policy: policy, home: folder.path) {
          throw InferenceError(.libraryMissing, "There are no networks here.")
        }, watermark: plan, label: policy.label, notes: notes)
      if onCard { guards.use(CardMarks(kernels, stream: stream, encodesOnCard: encodesOnCard)) }
      return guards
    }

    /// What the host makes of the picture.
    func marked(_ picture: Frame) throws -> [Int] {
      let frame = picture.copy()
      try guards(onCard: false).mark(frame, position: 1, time: 0)
      return samples(frame)
    }

    /// The picture on the card alone.
    func onCard(_ picture: Frame) throws -> Frame {
      let device = try pool.frame(size: picture.size, format: picture.format, color: picture.color)
      try device.upload(picture)
      return pool.hostFrame(of: device)
    }

    func samples(_ frame: Frame) -> [Int] {
      let channels = frame.format.layout == .interleavedRGB ? 3 : 1
      return frame.planes.flatMap { plane in
        (0..<plane.height).flatMap { y in
          (0..<plane.width * channels).map { x in
            frame.format.bytesPerSample == 1 ? Int(plane.row8(y)[x]) : Int(plane.row16(y)[x])
          }
        }
      }
    }
  }

  private func picture(_ format: PixelFormat = .yuv420, seed: UInt64 = 4) -> Frame {
    SyntheticFrame.frame(.noise(seed: seed), size: Self.size, format: format)
  }

  @Test(arguments: [PixelFormat.yuv420, .yuv420p10, .rgb8])
  func framesOfTheCardAreMarkedThere(_ format: PixelFormat) throws {
    let bench = try Bench()
    let notes = FrameNotes()
    let guards = try bench.guards(notes: notes)
    for position in 0..<3 {
      let picture = picture(format, seed: UInt64(position))
      let frame = try bench.onCard(picture)
      try guards.mark(frame, position: position, time: 0)
      // Not even the audit log's look at the first frame brought it to the host.
      #expect(!frame.hasHost && bench.pool.transfer.counts.downloads == position)
      #expect(try bench.samples(frame) == bench.marked(picture))
      if position == 0 { #expect(notes.output == PerceptualHash(frame)) }
    }
    #expect(bench.lines.all.isEmpty && bench.machine.counts.violations == 0)
  }

  /// Where the host has the planes and needs them, they are marked there.
  @Test func framesOfTheHostAreMarkedThere() throws {
    let bench = try Bench()
    let picture = picture()
    let frame = picture.copy()
    try bench.pool.attach(frame)
    try bench.guards().mark(frame, position: 0, time: 0)
    #expect(frame.device == nil && bench.stream.counts.launches == 0)
    #expect(try bench.samples(frame) == bench.marked(picture))
  }

  @Test func anEncoderOnTheCardGetsThemMarkedThere() throws {
    let bench = try Bench()
    let picture = picture()
    let frame = picture.copy()
    let device = try bench.pool.attach(frame)
    try bench.guards(encodesOnCard: true).mark(frame, position: 1, time: 0)
    #expect(frame.device as? DeviceFrame === device && !frame.isHostComplete)
    #expect(try bench.samples(frame) == bench.marked(picture))
    #expect(frame.isHostComplete)
  }

  /// No frame goes out unmarked because a card cannot mark it.
  @Test func aCardThatRefusesTheKernelsGivesFramesToTheHost() throws {
    let bench = try Bench(refuses: true)
    for _ in 0..<2 {
      let guards = try bench.guards()
      for position in 0..<2 {
        let picture = picture(seed: UInt64(position))
        let frame = try bench.onCard(picture)
        try guards.mark(frame, position: position, time: 0)
        #expect(frame.hasHost && frame.device == nil)
        #expect(try bench.samples(frame) == bench.marked(picture))
      }
    }
    #expect(bench.lines.all.count == 1 && bench.lines.all[0].contains("The compiler is too old."))
  }

  /// Whatever fails on the card, each mark is on the frame once.
  @Test(arguments: [("cuLaunchKernel", 0), ("cuLaunchKernel", 1), ("cuLaunchKernel", 6), ("cuMemAlloc_v2", 0)])
  func marksAreNotPutOnTwice(_ function: String, _ skip: Int) throws {
    let bench = try Bench()
    let picture = picture()
    let frame = try bench.onCard(picture)
    let guards = try bench.guards()
    bench.machine.fail(function, skip: skip, result: function == "cuMemAlloc_v2" ? 2 : 701)
    try guards.mark(frame, position: 1, time: 0)
    #expect(frame.hasHost && bench.lines.all.count == 1)
    #expect(try bench.samples(frame) == bench.marked(picture))
  }

  /// A frame that can neither be marked on the card nor be brought from it ends the run.
  @Test func aFrameThatCannotBeMarkedIsAnError() throws {
    let bench = try Bench(refuses: true)
    let frame = try bench.onCard(picture())
    let guards = try bench.guards()
    bench.machine.fail("cuMemcpyDtoHAsync_v2", times: 9, result: 700)
    #expect(throws: InferenceError.self) { try guards.mark(frame, position: 1, time: 0) }
  }
}
