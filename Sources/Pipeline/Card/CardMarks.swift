import DeviceImaging
import Imaging
import Inference
import Logging
import Safeguards
import Synchronization

/// The kernels of the marks on one card, loaded when the first worker marks a frame there.
final class CardMarkKernels: Sendable {
  private struct State {
    var kernels: DeviceMarkKernels?
    /// The card cannot mark, and it has been said so.
    var isRefused = false
  }

  private let context: CUDAContext
  private let system: CardSystem
  private let logger: Logger
  private let state = Mutex(State())

  init(on context: CUDAContext, system: CardSystem, logger: Logger) {
    self.context = context
    self.system = system
    self.logger = logger
  }

  /// Throws what loading them throws; the others wait meanwhile.
  func get() throws -> DeviceMarkKernels {
    try state.withLock { state in
      if let kernels = state.kernels { return kernels }
      let made = try DeviceMarkKernels(on: context, compiler: system.compiler, cacheFolder: system.cacheFolder)
      state.kernels = made
      return made
    }
  }

  /// Whether the card has refused before.
  var isRefused: Bool { state.withLock { $0.isRefused } }

  /// From now on no worker marks on this card.
  func refuse(_ reason: any Error) {
    let isNew = state.withLock { state in
      defer { state.isRefused = true }
      return !state.isRefused
    }
    if isNew { logger.info("The card cannot mark frames, so they come to the host for it: \(reason)") }
  }
}

/// The marks of one worker on its card.
final class CardMarks {
  private let kernels: CardMarkKernels
  private let stream: CUDAStream
  private let encodesOnCard: Bool
  private var watermark: DeviceWatermark?
  private var label: (size: PixelSize, made: DeviceLabel)?

  /// - Parameters:
  ///   - stream: the worker's.
  ///   - encodesOnCard: the encoder takes the frames from this card, so that they need not come to the host.
  init(_ kernels: CardMarkKernels, stream: CUDAStream, encodesOnCard: Bool) {
    self.kernels = kernels
    self.stream = stream
    self.encodesOnCard = encodesOnCard
  }

  /// Whether a frame is to be marked here: it lies only on the card, or its encoder is there too.
  func takes(_ frame: Frame) -> Bool { place(of: frame) != nil }

  private func place(of frame: Frame) -> DeviceFrame? {
    guard !frame.hasHost || encodesOnCard, let device = frame.device as? DeviceFrame,
      device.ordinal == stream.context.device.ordinal, !kernels.isRefused
    else { return nil }
    return device
  }

  /// Draws the label on a frame that lies only on the card. False: the host has to, and the frame is as it was.
  func draw(_ label: VisibleLabel, on frame: Frame, time: Double) throws -> Bool {
    try mark(frame) { device in
      let drawer: DeviceLabel
      if let known = self.label, known.size == frame.size {
        drawer = known.made
      } else {
        drawer = try DeviceLabel(label, kernels: kernels.get(), on: stream)
        self.label = (frame.size, drawer)
      }
      return try drawer.draw(on: device, time: time, on: stream)
    }
  }

  /// Adds the watermark to a frame that lies only on the card. False: the host has to, and the frame is as it was.
  func add(_ plan: WatermarkPlan, to frame: Frame) throws -> Bool {
    try mark(frame) { device in
      let embedder: DeviceWatermark
      if let known = watermark, known.size == frame.size, known.format == frame.format {
        embedder = known
      } else {
        embedder = try plan.makeDeviceWatermark(
          size: frame.size, format: frame.format, kernels: kernels.get(), on: stream)
        watermark = embedder
      }
      try embedder.mark(device, on: stream)
      return PixelRectangle(x1: 0, y1: 0, x2: frame.size.width, y2: frame.size.height)
    }
  }

  /// Waits for all that was put into the worker's stream.
  func wait() throws { try stream.synchronize() }

  /// - Parameter body: marks, and returns what changed.
  private func mark(_ frame: Frame, _ body: (DeviceFrame) throws -> PixelRectangle?) throws -> Bool {
    guard let device = place(of: frame) else { return false }
    let changed: PixelRectangle?
    do {
      changed = try body(device)
    } catch {
      kernels.refuse(error)
      return false
    }
    guard let changed else { return true }
    frame.noteDeviceChange(in: changed)
    // The frame is marked by now: that nobody could wait for it ends the run.
    try device.markWritten(on: stream)
    return true
  }
}
