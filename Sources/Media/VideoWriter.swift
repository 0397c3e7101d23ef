import CFFmpeg
public import Imaging

/// Writes a video like its source: encoded frames, and everything else of the source file beside them.
///
/// The file grows under a hidden name beside the output (`.name.part-….ext`) and takes its name in ``finish()``. A writer
/// that is cancelled, fails or goes away before that leaves nothing behind. It belongs to one thread at a time; the encoder
/// runs threads of its own.
public final class VideoWriter {
  /// What was written.
  public struct Summary: Sendable, Hashable {
    public var path: String
    public var frameCount: Int
    /// Seconds from the first to the end of the last frame.
    public var duration: Double
    public var encoder: VideoEncoder
    public var size: PixelSize
    /// FFmpeg's name of the encoded pixel format.
    public var pixelFormat: String
    public var warnings: [String]
  }

  /// What could not be kept, in sentences for the user.
  public private(set) var warnings: [String]
  public let encoder: VideoEncoder
  /// What was decided in place of the user, such as an encoder for hardware that is not there; nothing is lost by it.
  public let notes: [String]
  /// Size of the encoded frames.
  public let size: PixelSize
  /// Whether the encoder reads the memory of ``VideoOutput/card``: frames that lie there need not be on the host.
  public let encodesOnCard: Bool

  /// The hidden file that grows until ``finish()``, for whoever has to end the program at once.
  public var temporaryPath: String { file.path }

  private let source: VideoSource
  private let file: PartialFile
  private let muxer: Muxer
  private let encoding: VideoEncoding
  private let input: EncoderInput
  private let copier: StreamCopier?
  private let videoStream: Int
  private var clock: OutputClock
  private var previous: VideoFrame?
  private var durations: [Int64: Int64] = [:]
  private var frameCount = 0
  private let packet: Packet
  private var isOver = false

  /// Prepares the output and starts the encoder.
  ///
  /// Throws: badSetting, unknownContainer, folderMissing, notWritable, outputEqualsInput, diskFull, encoderUnavailable,
  /// and the errors of reading the source's other streams.
  public convenience init(path: String, source: VideoSource, output: VideoOutput = .init()) throws {
    try self.init(path: path, source: source, output: output, openSurfaces: CUDASurfaces.open)
  }

  /// - Parameter openSurfaces: opens the memory of ``VideoOutput/card`` for the encoder, or what stands for it.
  package init(
    path: String, source: VideoSource, output: VideoOutput, openSurfaces: SurfaceOpening
  ) throws {
    try output.validate()
    let container = try Container(path: path)
    let file = try PartialFile(finalPath: path, inputs: source.path.isEmpty ? [] : [source.path])
    do {
      let setup = try VideoWriterSetup(
        container: container, file: file, source: source, output: output, openSurfaces: openSurfaces)
      self.source = source
      self.file = file
      muxer = setup.muxer
      encoding = setup.encoding
      copier = setup.copier
      clock = setup.clock
      warnings = setup.warnings
      notes = setup.notes
      encoder = setup.choice.encoder
      size = setup.size
      encodesOnCard = setup.encoding.surfaces != nil
      let card = setup.encoding.surfaces.flatMap { surfaces in output.card.map { (surfaces, $0.filler) } }
      input = EncoderInput(size: setup.size, format: setup.inputFormat, color: setup.choice.color, card: card)
      videoStream = setup.videoStream
      packet = try Packet()
    } catch {
      file.remove()
      throw error
    }
  }

  deinit { cancel() }

  /// Adds the next frame in order of display. The frame must not be changed afterwards.
  ///
  /// Throws: diskFull, writeFailed, cancelled. After an error nothing is left behind.
  public func write(_ frame: VideoFrame) throws {
    try guarded {
      try emit(until: frame.pts)
      previous = frame
    }
  }

  /// Completes the file and gives it its name.
  ///
  /// - Parameter completing: Given the complete file while it still has its hidden name, to add to it; what it throws
  ///   ends the writing and leaves nothing behind.
  ///
  /// Throws: diskFull, writeFailed, notWritable, noFrames when nothing was written, cancelled.
  public func finish(completing: (_ hiddenPath: String) throws -> Void = { _ in }) throws -> Summary {
    try guarded {
      guard let last = previous else {
        throw MediaError(.noFrames, "No frame was written to '\(file.finalPath)'.")
      }
      let end = last.pts + last.duration
      try emit(until: end)
      if frameCount == 0 { try encode(last, slot: clock.slot(of: last), duration: 1) }
      try drain(after: nil)
      try copier?.finish(end: source.endsBeforeFile ? clock.seconds(of: end) : nil)
      try muxer.finish()
      try completing(file.path)
      try file.commit()
      isOver = true
    }
    return Summary(
      path: file.finalPath, frameCount: frameCount, duration: clock.duration, encoder: encoder, size: size,
      pixelFormat: encoding.settings.pixelFormat.name, warnings: warnings)
  }

  /// Gives up and removes the hidden file. Does nothing after ``finish()``.
  public func cancel() {
    guard !isOver else { return }
    isOver = true
    file.remove()
  }

  private func guarded(_ body: () throws -> Void) throws {
    guard !isOver else { throw MediaError(.cancelled, "Writing '\(file.finalPath)' was cancelled.") }
    do {
      try body()
    } catch {
      cancel()
      throw error
    }
  }

  /// Encodes the frame that waits, now that it is known how long it is shown.
  private func emit(until pts: Int64) throws {
    let slots = clock.slots(until: pts)
    guard let frame = previous else { return }
    for slot in slots { try encode(frame, slot: slot.pts, duration: slot.duration) }
  }

  private func encode(_ frame: VideoFrame, slot: Int64, duration: Int64) throws {
    let box = try input.frame(for: frame.frame)
    box.setTime(
      pts: slot, duration: duration, isInterlaced: frame.isInterlaced && encoding.settings.isInterlaced,
      isTopFieldFirst: frame.isTopFieldFirst)
    durations[slot] = duration
    frameCount += 1
    try drain(after: box)
  }

  /// Sends one frame (nil = no more) and writes the packets that are ready, each after the sound that belongs before it.
  private func drain(after frame: AVFrameBox?) throws {
    try encoding.send(frame)
    while try encoding.receive(into: packet) {
      packet.setDuration(durations.removeValue(forKey: packet.pts ?? 0))
      if let dts = packet.dts {
        try copier?.advance(to: Double(dts) * encoding.settings.timeBase.value)
      }
      try muxer.write(packet, stream: videoStream, timeBase: encoding.settings.timeBase.av)
    }
  }
}
