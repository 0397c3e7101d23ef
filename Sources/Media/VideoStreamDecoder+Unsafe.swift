import CFFmpeg

/// Demuxer and decoder of the main video stream together: compressed file in, decoded frames out, in display order.
final class VideoStreamDecoder {
  let input: InputFile
  let streamIndex: Int
  private let decoder: Decoder
  private let packet: Packet
  private var hasEnded = false
  /// Called for everything unreadable; throws to stop.
  private let onDamage: (String) throws -> Void
  private var failuresInARow = 0
  private var returned: AVFrameBox?

  /// A file that answers every read with a failure ends here.
  private static let failureLimit = 2000

  init(
    input: InputFile, streamIndex: Int, threads: Int, hardware: (any HardwareDecoding)? = nil,
    onDamage: @escaping (String) throws -> Void
  ) throws {
    self.input = input
    self.streamIndex = streamIndex
    self.onDamage = onDamage
    decoder = try Decoder(stream: input.stream(streamIndex), threads: threads, path: input.path, hardware: hardware)
    packet = try Packet()
    input.keepOnly { $0 == streamIndex }
  }

  /// The next frame, nil at the end.
  func next() throws -> AVFrameBox? {
    if let returned {
      self.returned = nil
      return returned
    }
    while true {
      switch try decoder.receive() {
      case .frame(let box): return box
      case .endOfStream: return nil
      case .damaged(let failure): try onDamage(failure.description)
      case .needsInput: try feed()
      }
    }
  }

  /// The next call of ``next()`` delivers this frame again.
  func putBack(_ box: AVFrameBox) { returned = box }

  private func feed() throws {
    guard !hasEnded else { return }
    let result = input.read(into: packet)
    // A cut packet is told twice: by its flag and by the log.
    let sign = FFmpegLog.damageLine
    if let sign, case .packet = result, !packet.isCorrupt { try onDamage(sign) }
    switch result {
    case .endOfFile:
      if let sign { try onDamage(sign) }
      try end()
    case .damaged(let failure):
      failuresInARow += 1
      try onDamage(failure.description)
      if failuresInARow >= Self.failureLimit { try end() }
    case .packet:
      guard packet.streamIndex == streamIndex else { return }
      failuresInARow = 0
      if packet.isCorrupt { try onDamage("a packet is incomplete") }
      if let failure = decoder.send(packet) { try onDamage(failure.description) }
    }
  }

  private func end() throws {
    hasEnded = true
    _ = decoder.send(nil)
  }

  /// Goes to the key frame at `timestamp` of the stream.
  func seek(to timestamp: Int64) -> Bool {
    guard input.seek(stream: streamIndex, timestamp: timestamp) else { return false }
    decoder.flush()
    returned = nil
    hasEnded = false
    return true
  }
}

extension InputFile {
  /// The first video stream that is not a cover picture.
  func mainVideoStream() throws -> Int {
    let found = streams.firstIndex { stream in
      let kind = stream.pointee.codecpar.pointee.codec_type
      return kind == AVMEDIA_TYPE_VIDEO && stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    }
    guard let found else {
      throw MediaError(.noVideo, "'\(path)' has no video.", hint: "Choose a video or a picture as the target.")
    }
    return found
  }

  /// How players turn the stream's pictures.
  func orientation(of stream: Int) -> Orientation {
    var size = 0
    guard let bytes = ffshim_stream_side_data(self.stream(stream), AV_PKT_DATA_DISPLAYMATRIX, &size), size >= 36 else {
      return .upright
    }
    func term(_ index: Int) -> Int {
      Int(UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
    }
    // The matrix is applied to row vectors: x' = m0·x + m3·y, y' = m1·x + m4·y.
    return Orientation(a: term(0), b: term(1), c: term(3), d: term(4))
  }

  /// The names under which FFmpeg knows the container.
  var containerNames: [String] {
    guard let format = context.pointee.iformat, let name = format.pointee.name else { return [] }
    return String(cString: name).split(separator: ",").map(String.init)
  }

  func timeBase(of stream: Int) -> Rational { Rational(self.stream(stream).pointee.time_base) }

  /// Nominal and average frame rate.
  func frameRates(of stream: Int) -> (nominal: Rational?, average: Rational?) {
    let pointer = self.stream(stream)
    return (Rational.known(pointer.pointee.r_frame_rate), Rational.known(pointer.pointee.avg_frame_rate))
  }

  /// Stated number of frames, or nil.
  func statedFrameCount(of stream: Int) -> Int? {
    let count = self.stream(stream).pointee.nb_frames
    return count > 0 ? Int(count) : nil
  }

  /// Seconds of a stream, else of the file.
  func duration(of stream: Int) -> Double? {
    let pointer = self.stream(stream)
    if pointer.pointee.duration != FFmpegCode.noTimestamp, pointer.pointee.duration > 0 {
      return Double(pointer.pointee.duration) * Rational(pointer.pointee.time_base).value
    }
    return duration
  }

  /// Seconds of the file.
  var duration: Double? {
    let value = context.pointee.duration
    return value == FFmpegCode.noTimestamp || value <= 0 ? nil : Double(value) / Double(AV_TIME_BASE)
  }

  /// Time of the earliest stream, in the time base of one of them.
  func startTimestamp(in stream: Int) -> Int64 {
    let value = context.pointee.start_time
    guard value != FFmpegCode.noTimestamp else { return 0 }
    return av_rescale_q(value, AVRational(num: 1, den: AV_TIME_BASE), self.stream(stream).pointee.time_base)
  }

  func sampleAspect(of stream: Int) -> Rational? {
    Rational.known(av_guess_sample_aspect_ratio(context, self.stream(stream), nil))
  }

  /// Rate for encoders and reports: average where known, else nominal, else 25.
  func frameRate(of stream: Int) -> Rational {
    let (nominal, average) = frameRates(of: stream)
    return average ?? nominal ?? Rational(25, 1)
  }

  func isVariableFrameRate(of stream: Int) -> Bool {
    guard case (let nominal?, let average?) = frameRates(of: stream) else { return false }
    return abs(nominal.value - average.value) > 0.01 * max(nominal.value, average.value)
  }
}
