import Processors
import Testing

@Suite struct StageTimingsTests {
  @Test func sumsAndQuantiles() {
    var durations = StageDurations()
    for milliseconds in 1...100 { durations.add(Double(milliseconds) / 1000) }
    #expect(durations.count == 100)
    #expect(abs(durations.total - 5.05) < 1e-9)
    #expect(abs(durations.quantile(0.5) - 0.050) < 0.008)
    #expect(abs(durations.quantile(0.95) - 0.095) < 0.015)
  }

  @Test(arguments: [1e-9, 1e-6, 3.3e-5, 0.004, 0.5, 12, 50, 1e6])
  func oneDurationIsItsOwnMedian(seconds: Double) {
    var durations = StageDurations()
    durations.add(seconds)
    let expected = min(max(seconds, 1e-6), 3900)
    #expect(durations.quantile(0.5) / expected < 1.2)
    #expect(durations.quantile(0.5) / expected > 0.8)
  }

  @Test func nothingMeasuredIsZero() {
    #expect(StageDurations().quantile(0.5) == 0)
  }

  @Test func workersAreMerged() throws {
    var first = StageTimings()
    var second = StageTimings()
    first.add(.decode, 1)
    second.add(.decode, 2)
    let value = second.measure(.encode) { 5 }
    first.merge(second)
    #expect(value == 5)
    #expect(first.stages[.decode]?.count == 2)
    #expect(first.stages[.decode]?.total == 3)
    #expect(first.stages[.encode]?.count == 1)
  }
}
