import Faces
import Imaging
import Synchronization
import TestSupport
import Testing

@testable import Safeguards

/// Frames of tests carry what a judge is to say in the red of their first pixel.
private final class FakeJudge: ContentJudging {
  func judge(_ frame: Frame) throws -> ContentJudgement {
    let score = Double(frame.planes[0].row8(0)[0]) / 255
    return ContentJudgement(isFlagged: score > 0.5, measures: ["fake": score])
  }
}

private struct Broken: Error, CustomStringConvertible { let description = "The judge is ill." }

/// How often the judge was made.
private final class Counter: Sendable {
  let count = Mutex(0)
}

private func frame(_ isBad: Bool) -> Frame {
  SyntheticFrame.frame(.plain([isBad ? 1 : 0, 0.5, 0.5]), size: PixelSize(width: 8, height: 8))
}

private let good = frame(false)
private let bad = frame(true)

@Suite struct ContentGateTests {
  private func policy(_ mode: SafeguardPolicy.Mode, share: Double = 0.1) -> SafeguardPolicy.Content {
    SafeguardPolicy.Content(mode: mode, share: share)
  }

  private func gate(_ mode: SafeguardPolicy.Mode, share: Double = 0.1) -> ContentGate {
    ContentGate(policy: policy(mode, share: share)) { FakeJudge() }
  }

  // MARK: - Pictures

  @Test func aPictureIsRefused() throws {
    let gate = gate(.required)
    try gate.check(good, name: "a.jpg")
    #expect(gate.result == GateResult(.content, .passed, measures: ["judged": 1, "flagged": 0, "fake_highest": 0]))
    #expect(throwsSafeguardsError(.content, saying: ["'b.jpg'", "fake 1.0"]) { try gate.check(bad, name: "b.jpg") })
    #expect(gate.result.outcome == .refused && gate.result.measures["flagged"] == 1)
    #expect(gate.result.reason?.contains("'b.jpg'") == true)
  }

  @Test func aWarningEndsNothing() throws {
    let gate = gate(.warn)
    try gate.check(bad, name: "b.jpg")
    let watch = gate.watch("c.mp4", first: 0, count: 3, fps: 25)
    for index in 0..<3 { try watch.check(bad, index: index) }
    try watch.finish()
    #expect(gate.result.outcome == .warned && gate.result.reason?.contains("'b.jpg'") == true)
    #expect(gate.result.measures["judged"] == 4)
  }

  @Test func switchedOffItLooksAtNothing() throws {
    let made = Counter()
    let gate = ContentGate(policy: policy(.off)) {
      made.count.withLock { $0 += 1 }
      return FakeJudge()
    }
    try gate.prepare()
    try gate.check(bad, name: "b.jpg")
    let watch = gate.watch("c.mp4", first: 0, count: 1, fps: 25)
    try watch.check(bad, index: 0)
    try watch.finish()
    #expect(gate.result.outcome == .notChecked && made.count.withLock { $0 } == 0)
  }

  @Test func theJudgeIsMadeOnce() throws {
    let made = Counter()
    let gate = ContentGate(policy: policy(.required)) {
      made.count.withLock { $0 += 1 }
      return FakeJudge()
    }
    #expect(gate.result.outcome == .notChecked)
    try gate.prepare()
    try gate.check(good, name: "a.jpg")
    try gate.check(good, name: "b.jpg")
    #expect(made.count.withLock { $0 } == 1)
  }

  @Test func withoutAJudgeNothingPasses() throws {
    let gate = ContentGate(policy: policy(.required)) { throw Broken() }
    #expect(throws: Broken.self) { try gate.prepare() }
    #expect(throws: Broken.self) { try gate.check(good, name: "a.jpg") }
    #expect(
      gate.result
        == GateResult(.content, .notChecked, reason: "The judge is ill.", measures: ["judged": 0, "flagged": 0]))
    let lenient = ContentGate(policy: policy(.warn)) { throw Broken() }
    try lenient.check(bad, name: "a.jpg")
    #expect(lenient.result.outcome == .notChecked)
  }

  // MARK: - Videos

  /// Runs a video through the gate; returns the frames looked at before the end or the refusal.
  @discardableResult
  private func run(
    _ gate: ContentGate, frames: Range<Int>, told count: Int?, fps: Double = 25, seed: UInt64 = 1,
    isBad: (Int) -> Bool
  ) throws -> Int {
    let watch = gate.watch("c.mp4", first: frames.lowerBound, count: count, fps: fps, seed: seed)
    for index in frames { try watch.check(isBad(index) ? bad : good, index: index) }
    try watch.finish()
    return Int(gate.result.measures["judged"] ?? 0)
  }

  @Test(arguments: 1...12)
  func theShortestVideosAreJudged(length: Int) throws {
    for told in [length, nil, 1000] {
      #expect(
        throwsSafeguardsError(.content, saying: ["'c.mp4'", "frame 7"]) {
          try run(gate(.required), frames: 7..<7 + length, told: told) { _ in true }
        })
    }
    #expect(try run(gate(.required), frames: 7..<7 + length, told: length) { _ in false } >= min(length, 4))
  }

  @Test func aPictureInAOneFrameVideoIsRefused() {
    #expect(
      throwsSafeguardsError(.content, saying: ["1 of 1"]) {
        try run(gate(.required), frames: 0..<1, told: 1) { _ in true }
      })
  }

  @Test func theShareDecides() throws {
    // 1000 frames at 25: 40 of the peer and one more in each of ten groups.
    #expect(try run(gate(.required), frames: 0..<1000, told: 1000) { $0 < 100 } == 50)
    #expect(
      throwsSafeguardsError(.content, saying: ["of 50 judged frames", "frame 0"]) {
        try run(gate(.required), frames: 0..<1000, told: nil) { $0 < 160 }
      })
    try run(gate(.required, share: 0.5), frames: 0..<1000, told: 1000) { $0 < 400 }
    #expect(
      throwsSafeguardsError(.content, saying: []) {
        try run(gate(.required, share: 0), frames: 0..<1000, told: 1000) { $0 == 975 }
      })
    try run(gate(.required, share: 1), frames: 0..<100, told: 100) { _ in true }
  }

  /// With the number of frames known nobody has to wait for the end.
  @Test func theRefusalComesAsSoonAsItIsCertain() throws {
    let gate = gate(.required)
    let watch = gate.watch("c.mp4", first: 0, count: 10_000, fps: 25, seed: 5)
    var last = 0
    #expect(
      throwsSafeguardsError(.content, saying: ["frame 0"]) {
        for index in 0..<10_000 {
          last = index
          try watch.check(bad, index: index)
        }
      })
    #expect(last < 1200 && last > 900)
  }

  /// Harmless pictures in the places that everybody knows do not help.
  @Test(arguments: 0..<40)
  func knownPlacesDoNotHelp(seed: Int) {
    for length in [30, 100, 101, 250, 1000] {
      #expect(
        throwsSafeguardsError(.content, saying: ["'c.mp4'"]) {
          try run(gate(.required), frames: 0..<length, told: nil, seed: UInt64(seed)) { !$0.isMultiple(of: 25) }
        })
    }
  }

  @Test func aVideoOfWhichNothingCameIsNotPassed() throws {
    #expect(
      throwsSafeguardsError(.content, saying: ["No frame", "'c.mp4'"]) {
        try gate(.required).watch("c.mp4", first: 0, count: 0, fps: 25).finish()
      })
    try gate(.warn).watch("c.mp4", first: 0, count: nil, fps: 25).finish()
  }

  @Test func workersMayComeInAnyOrder() async throws {
    let gate = gate(.warn, share: 0.1)
    let watch = gate.watch("c.mp4", first: 0, count: 400, fps: 25, seed: 9)
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for index in stride(from: 399 - worker, through: 0, by: -4) {
            try? watch.check(index < 100 ? bad : good, index: index)
          }
        }
      }
    }
    try watch.finish()
    let judged = try #require(gate.result.measures["judged"])
    // 16 of the peer, four more, and the one that came first.
    #expect((20...21).contains(judged) && gate.result.measures["flagged"] == 5)
    #expect(gate.result.outcome == .warned && gate.result.reason?.contains("first is frame 0") == true)
  }
}

@Suite struct ContentPlanTests {
  @Test func thePeersFramesAreAmongThem() {
    for (first, fps) in [(0, 25.0), (13, 29.97), (100, 23.976), (7, 60), (0, 0.5), (3, .nan)] {
      let plan = ContentPlan(first: first, count: 2000, fps: fps, seed: 11)
      let frames = (first..<first + 2000).filter(plan.wants)
      #expect(Set(frames).isSuperset(of: ContentSampling.frames(in: first..<first + 2000, fps: fps)))
      #expect(frames.first == first)
      #expect(frames.count <= plan.most ?? 0)
    }
  }

  @Test func oneFrameInFourSecondsIsElsewhere() {
    for seed in UInt64(0)..<20 {
      let plan = ContentPlan(first: 0, count: 1000, fps: 25, seed: seed)
      let others = (0..<1000).filter { plan.wants($0) && !$0.isMultiple(of: 25) }
      #expect(others.count == 10)
      #expect(others.enumerated().allSatisfy { $1 / 100 == $0 })
    }
    let places = Set(
      (UInt64(0)..<200).map { seed in
        (1..<100).first { ContentPlan(first: 0, count: 1000, fps: 25, seed: seed).wants($0) && $0 % 25 != 0 }
      })
    #expect(places.count > 60)
  }

  @Test func shortClipsAreJudgedMoreOften() {
    for length in 1...120 {
      let plan = ContentPlan(first: 5, count: length, fps: 30, seed: 2)
      let frames = (5..<5 + length).filter(plan.wants)
      #expect(frames.count >= min(length, 4))
      #expect(frames.count <= min(length, 12))
    }
    #expect(ContentPlan(first: 0, count: nil, fps: 30, seed: 2).most == nil)
  }
}
