import CFFmpeg
import Foundation

/// One open media file: FFmpeg's demuxer over a local file, nothing else is ever opened.
///
/// Used from one thread at a time.
final class InputFile {
  enum Read {
    case packet
    case endOfFile
    case damaged(FFmpegFailure)
  }

  let path: String
  private(set) var context: UnsafeMutablePointer<AVFormatContext>

  /// Opens the file and reads enough of it to know its streams.
  init(path: String, knowsStreams: Bool = true) throws {
    try InputFile.checkIsReadableFile(path)
    FFmpegLog.reset()
    var opened: UnsafeMutablePointer<AVFormatContext>?
    let hint = String(URL(fileURLWithPath: path).pathExtension.lowercased().prefix(16))
    var code = ffshim_open_input(&opened, path, hint)
    guard code >= 0, let opened else {
      throw MediaError.reading(code, "'\(path)' cannot be read as a media file")
    }
    self.path = path
    context = opened
    guard knowsStreams else { return }
    code = avformat_find_stream_info(context, nil)
    if code < 0 {
      throw MediaError.reading(code, "the streams of '\(path)' cannot be read")
    }
  }

  deinit {
    var closing: UnsafeMutablePointer<AVFormatContext>? = context
    ffshim_close_input(&closing)
  }

  var streamCount: Int { Int(context.pointee.nb_streams) }

  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> {
    ffshim_stream(context, Int32(index))
  }

  var streams: [UnsafeMutablePointer<AVStream>] { (0..<streamCount).map(stream) }

  /// Only these streams are read; the others are skipped without copying.
  func keepOnly(_ isKept: (Int) -> Bool) {
    for index in 0..<streamCount {
      stream(index).pointee.discard = isKept(index) ? AVDISCARD_DEFAULT : AVDISCARD_ALL
    }
  }

  /// Reads the next packet of any kept stream.
  func read(into packet: Packet) -> Read {
    FFmpegLog.reset()
    packet.unref()
    let code = av_read_frame(context, packet.pointer)
    if code >= 0 { return .packet }
    if code == FFmpegCode.endOfFile {
      if let pb = context.pointee.pb, pb.pointee.error < 0, pb.pointee.error != FFmpegCode.endOfFile {
        return .damaged(FFmpegFailure(pb.pointee.error))
      }
      return .endOfFile
    }
    return .damaged(FFmpegFailure(code))
  }

  /// Goes to the last key packet of a stream at or before `timestamp` (the stream's time base). False when refused.
  func seek(stream: Int, timestamp: Int64) -> Bool {
    av_seek_frame(context, Int32(stream), timestamp, AVSEEK_FLAG_BACKWARD) >= 0
  }

  /// A sentence for the commonest mistakes before FFmpeg sees the path.
  static func checkIsReadableFile(_ path: String) throws {
    var status = stat()
    guard !path.isEmpty, stat(path, &status) == 0 else {
      if errno == EACCES { throw MediaError(.unreadable, "'\(path)' may not be read.", hint: "Check its rights.") }
      throw MediaError(.notFound, "'\(path)' does not exist.", hint: "Check the path.")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw MediaError(.notAFile, "'\(path)' is a folder or a device, not a file.")
    }
    guard status.st_size > 0 else {
      throw MediaError(.emptyFile, "'\(path)' is empty (0 bytes).")
    }
    guard access(path, R_OK) == 0 else {
      throw MediaError(.unreadable, "'\(path)' may not be read.", hint: "Check its rights.")
    }
  }
}

/// One compressed packet, reused from read to read.
final class Packet {
  let pointer: UnsafeMutablePointer<AVPacket>

  init() throws {
    guard let pointer = av_packet_alloc() else { throw MediaError(.outOfMemory, "No memory for a packet.") }
    self.pointer = pointer
  }

  deinit {
    var freed: UnsafeMutablePointer<AVPacket>? = pointer
    av_packet_free(&freed)
  }

  func unref() { av_packet_unref(pointer) }

  var streamIndex: Int { Int(pointer.pointee.stream_index) }
  var isKey: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
  var isCorrupt: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
  var isDiscarded: Bool { pointer.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }
  var pts: Int64? { pointer.pointee.pts == FFmpegCode.noTimestamp ? nil : pointer.pointee.pts }
  var dts: Int64? { pointer.pointee.dts == FFmpegCode.noTimestamp ? nil : pointer.pointee.dts }
}

/// An FFmpeg dictionary as Swift's.
func swiftDictionary(_ dictionary: OpaquePointer?) -> [String: String] {
  var result: [String: String] = [:]
  var entry: UnsafeMutablePointer<AVDictionaryEntry>?
  while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
    if let key = next.pointee.key, let value = next.pointee.value {
      result[String(cString: key)] = String(cString: value)
    }
    entry = next
  }
  return result
}

extension Rational {
  init(_ value: AVRational) {
    self.init(value.num, value.den)
  }

  var av: AVRational { AVRational(num: numerator, den: denominator) }

  /// nil for 0/1, 0/0 and negative ratios, FFmpeg's way of saying "not known".
  static func known(_ value: AVRational) -> Rational? {
    value.num > 0 && value.den > 0 ? Rational(value) : nil
  }
}
