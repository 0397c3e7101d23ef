import Foundation
import Synchronization
import Testing

@testable import ModelStore

/// The rules of a transfer, without a network.
@Suite struct TransferRuleTests {
  @Test func waitsGrowToALimit() {
    let policy = RetryPolicy()
    #expect((1...8).map { policy.delay(after: $0, chance: 1, asked: nil) } == [0.5, 1, 2, 4, 8, 16, 30, 30])
    #expect((1...3).map { policy.delay(after: $0, chance: 0, asked: nil) } == [0.25, 0.5, 1])
    #expect(policy.delay(after: 1, chance: 0.5, asked: nil) == 0.375)
    #expect(policy.delay(after: 1, chance: 0, asked: 12) == 12)
    #expect(policy.delay(after: 1, chance: 0, asked: 3600) == 30)
    #expect(policy.delay(after: 8, chance: 1, asked: 1) == 30)
  }

  @Test func whatDoesNotPassIsNotRepeated() {
    let policy = RetryPolicy()
    #expect(!policy.allows(FetchFailure("", .never), after: 1))
    #expect(policy.allows(FetchFailure("", .once), after: 1) && !policy.allows(FetchFailure("", .once), after: 2))
    #expect(policy.allows(FetchFailure("", .often), after: 4) && !policy.allows(FetchFailure("", .often), after: 5))
  }

  @Test(arguments: [
    ("bytes 0-9/10", 0, 9, 10), ("bytes 5-9/10", 5, 9, 10), ("bytes 5-9/*", 5, 9, nil),
  ])
  func readsARange(text: String, first: Int, last: Int, total: Int?) throws {
    let range = try #require(ContentRange(text))
    #expect(range.first == first && range.last == last && range.total == total)
  }

  @Test(arguments: [
    "", "bytes", "bytes 9-5/10", "bytes 0-10/10", "bytes -5/10", "bytes */10", "bytes 0-9", "items 0-9/10",
    "bytes 0-99999999999999999999/*", "bytes 0-9/10 ",
  ])
  func refusesWhatIsNoRange(text: String) {
    #expect(ContentRange(text) == nil)
  }

  private func receiver(
    offset: Int = 0, limits: FetchLimits = FetchLimits(), clock: @escaping @Sendable () -> Double = { 0 }
  ) -> ResponseReceiver {
    ResponseReceiver(
      offset: offset, maximum: 1 << 20, limits: limits, clock: clock, begin: { _ in }, append: { _, _, _ in })
  }

  @Test func aTrickleIsAStall() throws {
    let now = Mutex(0.0)
    var limits = FetchLimits()
    (limits.slowSeconds, limits.slowBytes) = (60, 1000)
    let receiver = receiver(limits: limits) { now.withLock { $0 } }
    #expect(try receiver.received(FetchHead(status: 200, headers: [:])))
    for second in 1...120 {
      now.withLock { $0 = Double(second) }
      try receiver.received([UInt8](repeating: 0, count: 20))
    }
    for second in 121..<180 {
      now.withLock { $0 = Double(second) }
      try receiver.received([0])
    }
    now.withLock { $0 = 180 }
    let failure = #expect(throws: FetchFailure.self) { try receiver.received([0]) }
    #expect(failure?.reason == "sent only 60 bytes in 60 s")
    #expect(failure?.repetition == .often)
  }

  @Test func anAnswerToAQuestionThatWasNotAskedIsRefused() {
    let whole = receiver()
    for status in [206, 416, 204, 304, 100] {
      #expect(throws: FetchFailure.self) { try whole.received(FetchHead(status: status, headers: [:])) }
    }
    #expect(throws: FetchFailure.self) { try whole.received([1]) }
  }

  @Test(arguments: [("3", 3.0), ("-1", nil), ("soon", nil), ("inf", nil), ("Wed, 21 Oct 2026 07:28:00 GMT", nil)])
  func readsTheTimeToWait(text: String, seconds: Double?) {
    let failure = #expect(throws: FetchFailure.self) {
      try receiver().received(FetchHead(status: 503, headers: ["retry-after": text]))
    }
    #expect(failure?.retryAfter == seconds)
  }

  @Test func onlyAStrongTagGuardsAResumedTransfer() throws {
    let found = Mutex<[String?]>([])
    let headers: [[String: String]] = [
      ["etag": "\"a\"", "last-modified": "today"], ["etag": "W/\"a\"", "last-modified": "today"], ["etag": "W/\"a\""],
    ]
    for headers in headers {
      let receiver = ResponseReceiver(
        maximum: 10, limits: FetchLimits(), begin: { start in found.withLock { $0.append(start.validator) } },
        append: { _, _, _ in })
      _ = try receiver.received(FetchHead(status: 200, headers: headers))
    }
    #expect(found.withLock { $0 } == ["\"a\"", "today", nil])
  }
}
