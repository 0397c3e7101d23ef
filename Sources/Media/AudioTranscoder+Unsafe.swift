import CFFmpeg
import Foundation

/// Decodes one audio track, applies volume and start, and encodes it. Used from one thread at a time.
final class AudioTranscoder {
  let encoding: AudioEncoding
  private let decoder: Decoder
  private let inputTimeBase: AVRational
  private let chain: String
  private var filter: AudioFilter?
  private let packet: Packet
  /// Seconds on the input's clock that become time 0.
  private let origin: Double
  private var nextPTS: Int64 = 0
  private var hasStarted = false
  private var hasEnded = false

  /// `start` cuts sound before that second of the input's clock; `origin` is the second that becomes 0.
  init(
    stream: UnsafeMutablePointer<AVStream>, path: String, encoder: AudioEncoder, output: VideoOutput, start: Double?,
    origin: Double, needsGlobalHeader: Bool
  ) throws {
    decoder = try Decoder(stream: stream, threads: 1, path: path)
    encoding = try AudioEncoding(
      encoder, quality: output.audioQuality, like: stream.pointee.codecpar, needsGlobalHeader: needsGlobalHeader)
    inputTimeBase = stream.pointee.time_base
    self.origin = origin
    packet = try Packet()
    var filters: [String] = []
    if let start { filters.append(String(format: "atrim=start=%.6f", start)) }
    if output.audioVolume != 100 { filters.append(String(format: "volume=%.2f", Double(output.audioVolume) / 100)) }
    // Gaps become silence, so that the samples alone tell the time from here on.
    filters.append("aresample=async=1")
    filters.append(encoding.formatFilter)
    chain = filters.joined(separator: ",")
  }

  /// Takes one packet of the track (nil = no more), sound at or after `end` seconds is cut, and `write` gets what was
  /// encoded, with times in ``AudioEncoding/timeBase``.
  func process(_ input: Packet?, end: Double?, write: (Packet) throws -> Void) throws {
    guard !hasEnded else { return }
    // A damaged stretch of sound leaves a gap; the rest still fits the picture.
    _ = decoder.send(input)
    while case .frame(let frame) = try decoder.receive() {
      if let pts = frame.bestTimestamp { frame.pointer.pointee.pts = pts }
      if filter == nil {
        filter = try AudioFilter(
          like: frame, timeBase: inputTimeBase, chain: chain, frameSize: encoding.frameSize)
      }
      try filter?.send(frame)
      try drainFilter(end: end, write: write)
    }
    guard input == nil else { return }
    try filter?.send(nil)
    try drainFilter(end: end, write: write)
    try close(write: write)
  }

  private func drainFilter(end: Double?, write: (Packet) throws -> Void) throws {
    while !hasEnded, let filter, let frame = try filter.receive() {
      let rate = Double(encoding.timeBase.den)
      let stated = frame.pointer.pointee.pts
      if !hasStarted, stated != FFmpegCode.noTimestamp {
        let seconds = Double(stated) * Rational(filter.timeBase).value - origin
        nextPTS = Int64((seconds * rate).rounded())
      }
      let pts = nextPTS
      if let end {
        let left = Int64(((end - origin) * rate).rounded()) - pts
        guard left > 0 else { return try close(write: write) }
        frame.pointer.pointee.nb_samples = Int32(min(left, Int64(frame.pointer.pointee.nb_samples)))
      }
      frame.pointer.pointee.pts = pts
      nextPTS = pts + Int64(frame.pointer.pointee.nb_samples)
      hasStarted = true
      try encoding.send(frame)
      try drainEncoder(write: write)
    }
  }

  private func close(write: (Packet) throws -> Void) throws {
    guard !hasEnded else { return }
    hasEnded = true
    try encoding.send(nil)
    try drainEncoder(write: write)
  }

  private func drainEncoder(write: (Packet) throws -> Void) throws {
    while try encoding.receive(into: packet) { try write(packet) }
  }
}
