import Foundation
import TestSupport
import Testing

/// Ending a run from outside.
@Suite struct SignalTests {
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func aSignalEndsTheRunWithinASecond(signal: Int32, status: Int32) throws {
    let material = try Material.shared.get()
    let folder = try TemporaryFolder()
    let long = folder.path("long.mp4")
    try Program.ffmpeg("-stream_loop", "200", "-i", material.clip, "-c", "copy", long)
    let output = try TemporaryFolder()
    let running = try Program.start(BadInput.run(target: long, output: output.path("o.mp4"), "--log-level", "error"))
    // The hidden file is there: the run is under way.
    while output.contents.isEmpty, running.process.isRunning { usleep(2000) }
    let start = ContinuousClock.now
    kill(running.process.processIdentifier, signal)
    let outcome = Program.finish(running)
    #expect(ContinuousClock.now - start < .seconds(1.5), "0.7 s of patience, and the machine may be busy")
    #expect(outcome.status == status)
    #expect(output.contents == [])
  }

  /// `Tools/kill-proof` does the same at many moments.
  @Test func aKilledRunLeavesNoOutputAndTheNextOneTidiesUp() throws {
    let material = try Material.shared.get()
    let folder = try TemporaryFolder()
    let long = folder.path("long.mp4")
    try Program.ffmpeg("-stream_loop", "200", "-i", material.clip, "-c", "copy", long)
    let output = try TemporaryFolder()
    let running = try Program.start(BadInput.run(target: long, output: output.path("o.mp4"), "--log-level", "error"))
    while output.contents.isEmpty, running.process.isRunning { usleep(2000) }
    kill(running.process.processIdentifier, SIGKILL)
    _ = Program.finish(running)
    #expect(output.contents.count == 1 && output.contents.first?.hasPrefix(".o.part-") == true)
    let outcome = try Program.run(
      BadInput.run(target: material.clip, output: output.path("o.mp4"), "--log-level", "error"))
    #expect(outcome.status == 0 && output.contents == ["o.mp4"])
  }
}
