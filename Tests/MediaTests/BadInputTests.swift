import Foundation
import Imaging
import Testing

@testable import Media

@Suite struct BadInputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func clip(_ name: String = "in.mp4") throws -> String {
    try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-g", "25",
      "-c:a", "aac", name)
  }

  private func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  enum Case: String, CaseIterable {
    case missing, empty, folder, text, noise, sound, headerOnly, playlist, concatList, address
  }

  @Test(arguments: Case.allCases)
  func videosThatCannotBeRead(input: Case) throws {
    let path: String
    let expected: MediaError.Code
    switch input {
    case .missing: (path, expected) = (folder.file("none.mp4"), .notFound)
    case .empty: (path, expected) = (try write("a.mp4", []), .emptyFile)
    case .folder: (path, expected) = (folder.path, .notAFile)
    case .text: (path, expected) = (try write("a.mp4", Array("Just some words, no video.\n".utf8)), .unreadable)
    case .noise:
      (path, expected) = (try write("a.mp4", (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7919) }), .unreadable)
    case .sound:
      (path, expected) = (try folder.ffmpeg("-f", "lavfi", "-i", "sine=d=1", "a.m4a"), .noVideo)
    case .headerOnly:
      // The index stands at the end of the file and is cut off.
      let data = try Data(contentsOf: URL(fileURLWithPath: clip()))
      (path, expected) = (try write("a.mp4", data.prefix(data.count / 2)), .unreadable)
    case .playlist:
      _ = try clip("part.ts")
      let text = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\npart.ts\n#EXT-X-ENDLIST\n"
      (path, expected) = (try write("a.m3u8", Array(text.utf8)), .refersElsewhere)
    case .concatList:
      _ = try clip("part.mp4")
      (path, expected) = (try write("a.txt", Array("ffconcat version 1.0\nfile part.mp4\n".utf8)), .refersElsewhere)
    case .address: (path, expected) = ("http://127.0.0.1:1/a.mp4", .notFound)
    }
    let error = #expect(throws: MediaError.self) { try VideoReader(path: path) }
    #expect(error?.code == expected)
    #expect(error?.message.contains(path) == true)
  }

  @Test func aTruncatedFileStopsOrIsReadAsFarAsPossible() throws {
    try folder.ffmpeg("-i", try clip(), "-c", "copy", "-movflags", "+faststart", "front.mp4")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("front.mp4")))
    let path = try write("cut.mp4", data.prefix(data.count * 6 / 10))
    let error = damage(path)
    #expect(error?.code == .damaged)
    #expect(error?.message.contains("frame ") == true)
    #expect(error?.hint?.contains("--on-damage continue") == true)

    let reader = try VideoReader(path: path, options: .init(damagePolicy: .continueOnDamage))
    let output = folder.file("out.mp4")
    let writer = try VideoWriter(path: output, source: reader.source, output: fast)
    var count = 0
    while let frame = try reader.next() {
      try writer.write(frame)
      count += 1
    }
    _ = try writer.finish()
    #expect(count > 30 && count < 100)
    #expect(reader.damage.count > 0)
    #expect(reader.damage.first?.contains(path) == true)
    #expect(try readAll(output).count == count)
  }

  @Test(arguments: ["mp4", "mkv"])
  func brokenBytesInTheMiddleAreFound(container: String) throws {
    try folder.ffmpeg("-i", try clip("in.mkv"), "-c", "copy", "-movflags", "+faststart", "whole.\(container)")
    var data = try Data(contentsOf: URL(fileURLWithPath: folder.file("whole.\(container)")))
    for index in data.count / 2..<data.count / 2 + 3000 { data[index] = UInt8(truncatingIfNeeded: index &* 31) }
    let path = try write("broken.\(container)", data)
    let error = damage(path)
    #expect(error?.code == .damaged)
    let reader = try VideoReader(path: path, options: .init(damagePolicy: .continueOnDamage))
    var count = 0
    while try reader.next() != nil { count += 1 }
    #expect(count > 20)
    #expect(reader.damage.count > 0)
  }

  @Test func aCutMatroskaFileIsFound() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: clip("in.mkv")))
    #expect(damage(try write("cut.mkv", data.prefix(data.count * 6 / 10)))?.code == .damaged)
  }

  /// The error of reading all of a file, nil when it reads well.
  private func damage(_ path: String) -> MediaError? {
    do {
      _ = try readAll(path)
      return nil
    } catch {
      return error as? MediaError
    }
  }

  @Test(arguments: [
    "with space.mp4", "quote'\"s.mp4", "new\nline.mp4", "ünï—код 面.mp4", "100%d.mp4", "a:b.mp4", "-x.mp4",
  ])
  func strangeNamesWork(name: String) throws {
    let path = folder.file(name)
    try FileManager.default.moveItem(atPath: try clip(), toPath: path)
    let output = folder.file("out " + name)
    try transcode(path, to: output)
    #expect(try MediaInfo.probe(output).mainVideo?.frameCount == 100)
    #expect(folder.names.count == 2)
  }

  @Test func aFrameOfOnePixelIsWritten() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "color=red:s=16x16:r=5:d=1,format=rgb24,crop=1:1:exact=1", "-c:v",
      "png", "in.mov")
    let summary = try transcode(input, to: folder.file("out.mp4"))
    #expect(summary.size == PixelSize(width: 1, height: 1))
    #expect(summary.frameCount == 5)
  }

  enum BadOutput: String, CaseIterable {
    case folderMissing, sameFile, sameFileByLink, unknownType, noType, isFolder
  }

  @Test(arguments: BadOutput.allCases)
  func outputsThatCannotBeWritten(output: BadOutput) throws {
    let input = try clip()
    let reader = try VideoReader(path: input)
    let before = try Data(contentsOf: URL(fileURLWithPath: input))
    let path: String
    let expected: MediaError.Code
    switch output {
    case .folderMissing: (path, expected) = (folder.file("nowhere/out.mp4"), .folderMissing)
    case .sameFile: (path, expected) = (folder.path + "/./in.mp4", .outputEqualsInput)
    case .sameFileByLink:
      try FileManager.default.createSymbolicLink(atPath: folder.file("link.mp4"), withDestinationPath: input)
      (path, expected) = (folder.file("link.mp4"), .outputEqualsInput)
    case .unknownType: (path, expected) = (folder.file("out.xyz"), .unknownContainer)
    case .noType: (path, expected) = (folder.file("out"), .unknownContainer)
    case .isFolder:
      try FileManager.default.createDirectory(atPath: folder.file("dir.mp4"), withIntermediateDirectories: false)
      (path, expected) = (folder.file("dir.mp4"), .notWritable)
    }
    let names = folder.names
    let error = #expect(throws: MediaError.self) { try VideoWriter(path: path, source: reader.source) }
    #expect(error?.code == expected)
    #expect(folder.names == names, "nothing is left behind")
    #expect(try Data(contentsOf: URL(fileURLWithPath: input)) == before)
  }

  @Test func cancellingLeavesNothing() throws {
    let input = try clip()
    let reader = try VideoReader(path: input)
    let writer = try VideoWriter(path: folder.file("out.mp4"), source: reader.source, output: fast)
    #expect(folder.names.count == 2)
    for _ in 0..<10 { if let frame = try reader.next() { try writer.write(frame) } }
    writer.cancel()
    #expect(folder.names == ["in.mp4"])
    let frame = try #require(try reader.next())
    let error = #expect(throws: MediaError.self) { try writer.write(frame) }
    #expect(error?.code == .cancelled)
    #expect(throws: MediaError.self) { try writer.finish() }
  }

  @Test func aForgottenWriterLeavesNothing() throws {
    let input = try clip()
    do {
      let reader = try VideoReader(path: input)
      let writer = try VideoWriter(path: folder.file("out.mp4"), source: reader.source, output: fast)
      if let frame = try reader.next() { try writer.write(frame) }
    }
    #expect(folder.names == ["in.mp4"])
  }

  @Test func anOlderOutputStaysUntilTheNewOneIsComplete() throws {
    let input = try clip()
    let old = try write("out.mp4", Array("old".utf8))
    let reader = try VideoReader(path: input)
    let writer = try VideoWriter(path: old, source: reader.source, output: fast)
    while let frame = try reader.next() { try writer.write(frame) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: old)).count == 3)
    _ = try writer.finish()
    #expect(try MediaInfo.probe(old).mainVideo?.frameCount == 100)
  }

  @Test func aFullDeviceIsNamed() throws {
    let (code, hint) = (MediaError.Code.diskFull, "space")
    #expect(MediaError.writingCode(errno: ENOSPC).0 == code)
    #expect(MediaError.writingCode(errno: ENOSPC).1?.contains(hint) == true)
    #expect(MediaError.writingCode(errno: EDQUOT).0 == code)
    #expect(MediaError.writingCode(errno: EACCES).0 == .notWritable)
    #expect(MediaError.writingCode(errno: EIO).0 == .writeFailed)
  }
}
