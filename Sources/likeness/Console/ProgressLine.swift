import Foundation

/// The words of the progress display.
struct ProgressLine: Sendable {
  let done: Int
  /// 0 = not known.
  let total: Int
  let seconds: Double

  var fps: Double { seconds > 0 ? Double(done) / seconds : 0 }

  /// Seconds still to go, nil when nobody can tell.
  var remaining: Double? {
    guard total > 0, fps > 0 else { return nil }
    return Double(max(total - done, 0)) / fps
  }

  /// One line with a bar of `width` cells.
  func bar(width: Int = 24) -> String {
    guard total > 0 else { return text }
    let share = min(Double(done) / Double(total), 1)
    let filled = Int(share * Double(width))
    let cells = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return "\(cells) \(text)"
  }

  /// The same without a bar.
  var text: String {
    var parts = [total > 0 ? "\(done)/\(total) frames" : "\(done) frames"]
    parts.append(String(format: "%.1f fps", fps))
    if let remaining { parts.append(ProgressLine.clock(remaining) + " left") }
    return parts.joined(separator: ", ")
  }

  /// For `--log-format json`.
  var fields: [String: any Sendable] {
    var fields: [String: any Sendable] = ["event": "progress", "frames": done, "fps": (fps * 100).rounded() / 100]
    if total > 0 { fields["total"] = total }
    if let remaining { fields["seconds_left"] = remaining.rounded() }
    return fields
  }

  static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let (minutes, rest) = (whole / 60 % 60, whole % 60)
    return whole >= 3600
      ? String(format: "%d:%02d:%02d", whole / 3600, minutes, rest) : String(format: "%d:%02d", minutes, rest)
  }
}
