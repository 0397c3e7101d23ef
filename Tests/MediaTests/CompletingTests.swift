import Foundation
import Imaging
import Media
import Testing

/// What is done to an output between its last byte and its name.
@Suite struct CompletingTests {
  private struct Refusal: Error {}

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func picture() -> Picture {
    Picture(frame: makeFrame(PixelSize(width: 8, height: 8), .rgb8) { x, y, _ in (x * 20 + y) % 256 })
  }

  private func append(_ text: String, to path: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  @Test func aPictureIsCompleteAndHiddenWhenItIsAddedTo() throws {
    let path = folder.file("a.png")
    try PictureFile.write(picture(), to: path) { hidden in
      #expect(PictureFile.isPicture(hidden))
      #expect(!FileManager.default.fileExists(atPath: path))
      try append("more", to: hidden)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).suffix(4) == Data("more".utf8))
    #expect(folder.names == ["a.png"])
  }

  @Test func aRefusalLeavesNoPicture() throws {
    #expect(throws: Refusal.self) {
      try PictureFile.write(picture(), to: folder.file("a.png")) { _ in throw Refusal() }
    }
    #expect(folder.names == [])
  }

  @Test(arguments: [true, false])
  func aVideoIsCompleteAndHiddenWhenItIsAddedTo(refuses: Bool) throws {
    let input = try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=32x32:r=5:d=1", "in.mp4")
    let output = folder.file("out.mp4")
    let reader = try VideoReader(path: input)
    let writer = try VideoWriter(path: output, source: reader.source)
    while let frame = try reader.next() { try writer.write(frame) }
    let complete: (String) throws -> Void = { hidden in
      #expect(try MediaInfo.probe(hidden, countsFrames: true).mainVideo?.frameCount == 5)
      #expect(!FileManager.default.fileExists(atPath: output))
      if refuses { throw Refusal() }
    }
    if refuses {
      #expect(throws: Refusal.self) { try writer.finish(completing: complete) }
    } else {
      #expect(try writer.finish(completing: complete).frameCount == 5)
    }
    #expect(folder.names == (refuses ? ["in.mp4"] : ["in.mp4", "out.mp4"]))
  }
}
