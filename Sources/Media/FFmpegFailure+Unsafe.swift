import CFFmpeg
import Foundation
import Logging

/// FFmpeg's log, sent to swift-log once per process.
enum FFmpegLog {
  static let logger = Logger(label: "likeness.media")

  /// Installed by the first use of any reader or writer.
  static let installed: Void = {
    ffshim_set_log_sink { _, line in
      guard let line else { return }
      FFmpegLog.logger.debug("ffmpeg: \(String(cString: line))")
    }
  }()

  /// Forgets the last error line, so that a later failure is not explained by an older one.
  static func reset() {
    _ = installed
    ffshim_clear_last_lines()
  }
}

extension FFmpegLog {
  /// What demuxers say when a file is cut short or broken; they go on reading as if it had simply ended.
  private static let signsOfDamage = [
    "partial file", "ended prematurely", "exceeds containing master", "exceeds max length", "Invalid EBML",
    "Invalid element", "truncated", "invalid chunk", "corrupt",
  ]

  /// The line of this thread's last FFmpeg call that tells of damage, if any.
  static var damageLine: String? {
    for pointer in [ffshim_last_error_line(), ffshim_last_warning_line()] {
      guard let pointer, pointer[0] != 0 else { continue }
      let line = String(cString: pointer)
      if signsOfDamage.contains(where: line.contains) { return line }
    }
    return nil
  }
}

extension FFmpegFailure {
  init(_ number: Int32) {
    var text = [CChar](repeating: 0, count: 128)
    av_strerror(number, &text, text.count)
    let line = ffshim_last_error_line().map { String(cString: $0) } ?? ""
    self.init(
      number: number,
      text: String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
      logLine: line.isEmpty ? nil : line)
  }
}

extension MediaError {
  /// The code that fits an FFmpeg number while reading.
  static func reading(_ number: Int32, _ sentence: String, hint: String? = nil) -> MediaError {
    let failure = FFmpegFailure(number)
    let code: Code =
      switch ffshim_errno(number) {
      case ENOENT: .notFound
      case EACCES: .unreadable
      case EPERM: .refersElsewhere
      case ENOMEM: .outOfMemory
      default: .unreadable
      }
    return MediaError(code, "\(sentence): \(failure.description).", hint: hint, underlying: failure)
  }

  /// The code that fits an FFmpeg number while writing.
  static func writing(_ number: Int32, _ sentence: String) -> MediaError {
    let failure = FFmpegFailure(number)
    let (code, hint) = writingCode(errno: ffshim_errno(number))
    return MediaError(code, "\(sentence): \(failure.description).", hint: hint, underlying: failure)
  }

  /// The error code and the advice for a failed write.
  static func writingCode(errno number: Int32) -> (Code, String?) {
    switch number {
    case ENOSPC, EDQUOT: (.diskFull, "Free some space on the output's device or choose another folder.")
    case EFBIG: (.diskFull, "The file would be larger than this device or account allows.")
    case EACCES, EPERM, EROFS: (.notWritable, "Check the rights of the output's folder.")
    case ENOMEM: (.outOfMemory, nil)
    default: (.writeFailed, nil)
    }
  }
}

/// FFmpeg's numbers that decide the flow.
enum FFmpegCode {
  static let again = ffshim_error_again()
  static let endOfFile = ffshim_error_eof()
  static let invalidData = ffshim_error_invalid_data()
  static let noTimestamp = Int64.min
}
