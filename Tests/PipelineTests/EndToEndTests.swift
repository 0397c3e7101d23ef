import Faces
import Foundation
import Imaging
import Media
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// The whole way from files to files, on the two portraits.
@Suite struct EndToEndTests {
  @Test(arguments: [(TestRun.hopper, TestRun.collins), (TestRun.collins, TestRun.hopper)])
  func thePictureLooksLikeTheSource(source: String, target: String) throws {
    let folder = try TemporaryFolder()
    let output = folder.path("out.png")
    let report = try TestRun.run(source: source, target: target, output: output)
    #expect(report.frames == 1)
    #expect(report.facesSwapped == 1)
    #expect(report.framesWithoutFace == 0)
    let swapped = try TestRun.identity(output)
    let toSource = swapped.euclideanDistance(to: try TestRun.identity(source))
    let toTarget = swapped.euclideanDistance(to: try TestRun.identity(target))
    #expect(toSource < toTarget, "source \(toSource), target \(toTarget)")
    #expect(folder.contents == ["out.png"])
  }

  @Test func pixelsAwayFromTheFaceKeepTheirBits() throws {
    let folder = try TemporaryFolder()
    let output = folder.path("out.png")
    try TestRun.run(source: TestRun.hopper, target: TestRun.collins, output: output)
    let before = try PictureFile.read(TestRun.collins).frame.toPixelBuffer8()
    let after = try PictureFile.read(output).frame.toPixelBuffer8()
    try #require(before.size == after.size && before.channels == after.channels)
    // The face of the portrait with half of its size around it.
    let face = (x: 120..<320, y: 10..<220)
    var changed = 0
    for y in 0..<before.height {
      for x in 0..<before.width {
        let differs = (0..<before.channels).contains { before[x, y, $0] != after[x, y, $0] }
        if differs, !(face.x.contains(x) && face.y.contains(y)) { Issue.record("pixel \(x), \(y) changed") }
        if differs { changed += 1 }
      }
    }
    #expect(changed > 2000)
  }

  @Test func aVideoKeepsItsFramesAndItsLooksChange() throws {
    let folder = try TemporaryFolder()
    let (target, output) = (folder.path("in.mp4"), folder.path("out.mp4"))
    try TestRun.clip(of: TestRun.collins, to: target)
    let report = try TestRun.run(source: TestRun.hopper, target: target, output: output)
    #expect(report.frames == 8)
    #expect(report.facesSwapped == 8)
    let info = try MediaInfo.probe(output, countsFrames: true)
    let original = try MediaInfo.probe(target, countsFrames: true)
    #expect(info.mainVideo?.frameCount == 8)
    #expect(abs((info.duration ?? 0) - (original.duration ?? 1)) < 1.0 / 30)
    let swapped = try TestRun.identity(output)
    #expect(
      swapped.euclideanDistance(to: try TestRun.identity(TestRun.hopper))
        < swapped.euclideanDistance(to: try TestRun.identity(TestRun.collins)))
    #expect(folder.contents == ["in.mp4", "out.mp4"])
    #expect(report.stages.keys.sorted() == report.stages.keys.sorted().filter { (report.stages[$0]?.count ?? 0) > 0 })
    #expect(report.peakMemoryMegabytes > 10)
  }

  @Test func twoRunsAtOnceKeepTheirSourcesApart() throws {
    let folder = try TemporaryFolder()
    let pairs = [(TestRun.hopper, TestRun.collins), (TestRun.collins, TestRun.hopper)]
    let failures = Mutex<[String]>([])
    let group = ThreadGroup(stop: StopToken())
    for (number, pair) in pairs.enumerated() {
      let (target, output) = (folder.path("in\(number).mp4"), folder.path("out\(number).mp4"))
      try TestRun.clip(of: pair.1, to: target, frames: 6)
      group.start("run \(number)") {
        do {
          try TestRun.run(source: pair.0, target: target, output: output)
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    try group.join()
    #expect(failures.withLock { $0 } == [])
    for (number, pair) in pairs.enumerated() {
      let (source, target) = (try TestRun.identity(pair.0), try TestRun.identity(pair.1))
      let frames = try TestRun.identities(folder.path("out\(number).mp4"))
      #expect(frames.count == 6)
      for (index, swapped) in frames.enumerated() {
        #expect(
          swapped.euclideanDistance(to: source) < swapped.euclideanDistance(to: target),
          "run \(number), frame \(index)")
      }
    }
  }

  @Test func withoutAFaceNothingChanges() throws {
    let folder = try TemporaryFolder()
    let wall = Frame(PixelBuffer8(size: PixelSize(width: 64, height: 48), channels: 3, repeating: 90))
    let (target, output) = (folder.path("wall.png"), folder.path("out.png"))
    try PictureFile.write(Picture(frame: wall), to: target)
    let report = try TestRun.run(source: TestRun.hopper, target: target, output: output)
    #expect(report.framesWithoutFace == 1)
    #expect(report.facesSwapped == 0)
    #expect(report.warnings.contains { $0.contains("No face was found") })
    #expect(try TestRun.frame(output).toPixelBuffer8() == TestRun.frame(target).toPixelBuffer8())
  }

  @Test func aClipAndAFolderServeAsSource() throws {
    let folder = try TemporaryFolder()
    let photos = folder.path("photos")
    try FileManager.default.createDirectory(atPath: photos, withIntermediateDirectories: true)
    try TestRun.clip(of: TestRun.hopper, to: photos + "/a clip.mp4", frames: 6, height: 240)
    try FileManager.default.copyItem(atPath: TestRun.hopper, toPath: photos + "/b photo.jpg")
    try folder.write("notes", to: "photos/notes.txt")
    let output = folder.path("out.png")
    try TestRun.run(source: photos, target: TestRun.collins, output: output)
    let swapped = try TestRun.identity(output)
    #expect(
      swapped.euclideanDistance(to: try TestRun.identity(TestRun.hopper))
        < swapped.euclideanDistance(to: try TestRun.identity(TestRun.collins)))
  }

  @Test func aStoppedRunThrowsAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let target = folder.path("in.mp4")
    try TestRun.clip(of: TestRun.collins, to: target, frames: 4)
    let stop = StopToken()
    stop.stop(PipelineError(.cancelled, "Stopped."))
    let runner = Runner(
      options: try TestRun.options("-s", TestRun.hopper, "-t", target, "-o", folder.path("out.mp4")),
      logger: TestRun.silence, stop: stop, policy: try TestRun.unguarded)
    #expect(throws: PipelineError.self) { try runner.run() }
    #expect(folder.contents == ["in.mp4"])
  }
}
