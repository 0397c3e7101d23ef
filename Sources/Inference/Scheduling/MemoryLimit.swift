/// The value of `--gpu-memory-limit`: `8GB`, `500MB`, `80%`.
public enum MemoryLimit: Sendable, Hashable {
  case bytes(Int)
  /// Of the device's memory, above 0, up to 1.
  case share(Double)

  private static let units: [(name: String, bytes: Double)] = [
    ("gib", 0x1p30), ("mib", 0x1p20), ("kib", 0x1p10), ("gb", 1e9), ("mb", 1e6), ("kb", 1e3), ("g", 1e9), ("m", 1e6),
    ("b", 1),
  ]

  /// Units of 1000 (GB, MB) or 1024 (GiB, MiB), or percent; upper or lower case.
  ///
  /// Throws `invalidOption` for anything else and for values that are not positive.
  public init(text: String) throws {
    let trimmed = text.lowercased().filter { !$0.isWhitespace }
    if trimmed.hasSuffix("%"), let percent = Double(trimmed.dropLast()), percent > 0, percent <= 100 {
      self = .share(percent / 100)
      return
    }
    let unit = Self.units.first { trimmed.hasSuffix($0.name) }
    let number = Double(unit.map { String(trimmed.dropLast($0.name.count)) } ?? "")
    guard let unit, let number, number > 0, number * unit.bytes < 0x1p60 else {
      throw InferenceError(
        .invalidOption, "--gpu-memory-limit is \"\(text)\".", hint: "Write a size or a share, for example 8GB or 80%.")
    }
    self = .bytes(Int(number * unit.bytes))
  }

  /// In bytes, for a device of this size.
  public func bytes(of total: Int) -> Int {
    switch self {
    case .bytes(let bytes): min(bytes, total)
    case .share(let share): Int(Double(total) * share)
    }
  }

  /// For people: `7.5 GB`.
  static func text(_ bytes: Int) -> String {
    let large = bytes >= 1_000_000_000
    let tenths = Int((Double(bytes) / (large ? 1e8 : 1e5)).rounded())
    return "\(tenths / 10).\(abs(tenths % 10)) \(large ? "GB" : "MB")"
  }
}
