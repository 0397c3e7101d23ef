public import Foundation

/// A moment in UTC to the millisecond, written as RFC 3339: `2026-11-23T01:09:00.000Z`. Years 0 to 9999.
public struct AuditTime: Sendable, Hashable, Comparable {
  /// Since 1970-01-01T00:00:00Z, without leap seconds.
  public let milliseconds: Int64

  private static let limits: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

  /// Moments outside the years 0 to 9999 become the nearest inside.
  public init(milliseconds: Int64) {
    self.milliseconds = min(max(milliseconds, Self.limits.lowerBound), Self.limits.upperBound)
  }

  public init(_ date: Date) {
    let seconds = date.timeIntervalSince1970
    self.init(milliseconds: seconds.isNaN ? 0 : Int64((min(max(seconds, -1e12), 1e12) * 1000).rounded()))
  }

  public static func now() -> AuditTime { AuditTime(Date()) }

  public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  public static func < (first: AuditTime, second: AuditTime) -> Bool { first.milliseconds < second.milliseconds }

  public func adding(days: Int) -> AuditTime {
    AuditTime(milliseconds: milliseconds + Int64(min(max(days, -4_000_000), 4_000_000)) * 86_400_000)
  }

  public var text: String {
    let dayLength: Int64 = 86_400_000
    let day = (milliseconds - (milliseconds % dayLength + dayLength) % dayLength) / dayLength
    let (year, month, dayOfMonth) = Self.civil(day)
    let rest = Int(milliseconds - day * dayLength)
    func padded(_ number: Int, _ width: Int = 2) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(year, 4))-\(padded(month))-\(padded(dayOfMonth))T\(padded(rest / 3_600_000)):"
      + "\(padded(rest / 60_000 % 60)):\(padded(rest / 1000 % 60)).\(padded(rest % 1000, 3))Z"
  }

  /// RFC 3339 with or without fraction and with any offset; or a date alone, which means its first moment in UTC.
  public init?(text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    func has(_ mark: String, at place: Int) -> Bool { place < bytes.count && mark.utf8.contains(bytes[place]) }
    guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
      let day = number(8..<10), (1...12).contains(month), day >= 1
    else { return nil }
    let days = Self.days(year, month, day)
    guard Self.civil(days) == (year, month, day) else { return nil }
    guard bytes.count > 10 else {
      self.init(milliseconds: days * 86_400_000)
      return
    }
    guard has("Tt ", at: 10), let hour = number(11..<13), has(":", at: 13), let minute = number(14..<16),
      has(":", at: 16), let second = number(17..<19), hour < 24, minute < 60, second < 60
    else { return nil }
    var place = 19
    var fraction = 0
    if has(".", at: 19) {
      let end = bytes[20...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
      guard end > 20, let first = number(20..<min(end, 23)) else { return nil }
      fraction = first * [100, 10, 1][min(end, 23) - 21]
      place = end
    }
    var offset = 0
    if has("+-", at: place) {
      guard let hours = number(place + 1..<place + 3), has(":", at: place + 3),
        let minutes = number(place + 4..<place + 6), hours < 24, minutes < 60, bytes.count == place + 6
      else { return nil }
      offset = (hours * 60 + minutes) * (bytes[place] == 0x2B ? 1 : -1)
    } else {
      guard has("Zz", at: place), bytes.count == place + 1 else { return nil }
    }
    let seconds = days * 86_400 + Int64((hour * 60 + minute - offset) * 60 + second)
    self.init(milliseconds: seconds * 1000 + Int64(fraction))
  }

  /// Days since 1970-01-01 of a date of the Gregorian calendar, counted in eras of 400 years that begin on 1 March.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let shifted = Int64(month <= 2 ? year - 1 : year)
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * Int64((month + 9) % 12) + 2) / 5 + Int64(day) - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    return (Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), Int(month), Int(day))
  }
}

extension AuditTime: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let time = AuditTime(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "A time of RFC 3339 is expected.")
    }
    self = time
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
