import Foundation
import Safeguards
import Testing

@Suite struct AuditTimeTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_000_000_000_123, "2001-09-09T01:46:40.123Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
      (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    ] as [(Int64, String)]) func knownMoments(_ milliseconds: Int64, _ text: String)
  {
    #expect(AuditTime(milliseconds: milliseconds).text == text)
    #expect(AuditTime(text: text)?.milliseconds == milliseconds)
  }

  /// Against Foundation's calendar, over a long time and at odd steps.
  @Test func everyDayIsTheCalendars() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for step in 0..<800 {
      let seconds = Double(step) * 9_876_543 - 1_000_000_000
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: seconds))
      let text = AuditTime(Date(timeIntervalSince1970: seconds)).text
      let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
      #expect(numbers == [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second, 0])
    }
  }

  @Test func otherSpellings() {
    let moment = AuditTime(milliseconds: 1_000_000_000_000)
    for text in [
      "2001-09-09T01:46:40Z", "2001-09-09 01:46:40z", "2001-09-09T03:46:40+02:00", "2001-09-08T20:16:40.0-05:30",
      "2001-09-09T01:46:40.0000009Z",
    ] {
      #expect(AuditTime(text: text) == moment, "\(text)")
    }
    #expect(AuditTime(text: "2001-09-09")?.text == "2001-09-09T00:00:00.000Z")
    #expect(AuditTime(text: "2001-09-09T01:46:40.5Z")?.text == "2001-09-09T01:46:40.500Z")
    #expect(AuditTime(text: "2001-09-09T01:46:40.05Z")?.text == "2001-09-09T01:46:40.050Z")
  }

  @Test(arguments: [
    "", "today", "2001", "2001-13-01", "2001-02-29", "2001-00-01", "2001-01-00", "2001-09-09T", "2001-09-09T01:46:40",
    "2001-09-09T24:00:00Z", "2001-09-09T01:46:40.Z", "2001-09-09T01:46:40Zx", "2001-09-09T01:46:40+2:00", "２001-09-09",
    "2001-09-09T01:46:40.1",
  ]) func whatIsNoTime(_ text: String) {
    #expect(AuditTime(text: text) == nil)
  }

  @Test func limitsAndArithmetic() {
    #expect(AuditTime(milliseconds: .max).text == "9999-12-31T23:59:59.999Z")
    #expect(AuditTime(Date(timeIntervalSince1970: .nan)).milliseconds == 0)
    #expect(AuditTime(Date(timeIntervalSince1970: 1e300)) == AuditTime(milliseconds: .max))
    #expect(AuditTime(text: "2024-03-01")?.adding(days: -1).text == "2024-02-29T00:00:00.000Z")
    #expect(AuditTime(milliseconds: 0).adding(days: .min) == AuditTime(milliseconds: .min))
    #expect(AuditTime(Date(timeIntervalSince1970: 0.0015)).milliseconds == 2)
    #expect(AuditTime(milliseconds: 1500).date == Date(timeIntervalSince1970: 1.5))
  }
}
