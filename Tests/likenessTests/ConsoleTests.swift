import Foundation
import Logging
import Testing

@testable import likeness

@Suite struct ConsoleTests {
  @Test func progressTellsFramesSpeedAndTimeLeft() {
    let line = ProgressLine(done: 150, total: 600, seconds: 10)
    #expect(line.text == "150/600 frames, 15.0 fps, 0:30 left")
    #expect(line.bar(width: 8) == "██░░░░░░ 150/600 frames, 15.0 fps, 0:30 left")
    #expect(line.fields["frames"] as? Int == 150)
    #expect(line.fields["seconds_left"] as? Double == 30)
  }

  @Test func progressWithoutATotal() {
    let line = ProgressLine(done: 7, total: 0, seconds: 2)
    #expect(line.bar() == "7 frames, 3.5 fps")
    #expect(line.remaining == nil)
    #expect(line.fields["total"] == nil)
  }

  @Test func moreFramesThanExpectedAreNoTrouble() {
    let line = ProgressLine(done: 12, total: 10, seconds: 1)
    #expect(line.bar(width: 4).hasPrefix("████ 12/10 frames"))
    #expect(line.remaining == 0)
  }

  @Test(arguments: [(0.4, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3661, "1:01:01")])
  func clock(seconds: Double, text: String) {
    #expect(ProgressLine.clock(seconds) == text)
  }

  @Test func messagesAsTextAndJSON() throws {
    #expect(ConsoleLogHandler.line(.info, "done", .text) == "done")
    #expect(ConsoleLogHandler.line(.warning, "odd", .text) == "warn: odd")
    let json = ConsoleLogHandler.line(.error, "a \"quoted\"\nline", .json)
    #expect(!json.contains("\n"))
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
    #expect(object == ["level": "error", "message": "a \"quoted\"\nline"])
  }

  @Test func tablesAreAsWideAsTheirCells() {
    let table = TextTable(header: ["a", "bb"], rows: [["long cell", "1"], ["x", ""]])
    #expect(table.text == "a          bb\n---------  --\nlong cell  1\nx")
  }
}
