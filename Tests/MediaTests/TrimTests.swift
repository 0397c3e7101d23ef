import Foundation
import Testing

@testable import Media

@Suite struct TrimTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func clip(_ name: String, _ encoding: String...) throws -> String {
    try folder.run(
      "ffmpeg",
      [
        "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=6", "-f", "lavfi", "-i",
        "sine=d=6", "-c:a", "aac",
      ] + encoding + [folder.file(name)])
    return folder.file(name)
  }

  @Test(arguments: [
    (10, 20), (60, 75), (73, 74), (100, 140), (149, 150), (0, 5), (140, 900),
  ])
  func frameNumbersAreExact(start: Int, end: Int) throws {
    let path = try clip("in.mp4", "-c:v", "libx264", "-g", "30", "-bf", "3")
    let all = try readAll(path)
    let part = try readAll(path, options: .init(trimStart: start, trimEnd: end))
    #expect(part == Array(all[start..<min(end, 150)]))
  }

  @Test(arguments: ["in.mkv", "in.ts", "in.avi", "in.webm", "in.mov"])
  func frameNumbersAreExactInEveryContainer(name: String) throws {
    let codec = name.hasSuffix("webm") ? ["libvpx", "-deadline", "realtime"] : ["libx264", "-preset", "veryfast"]
    let sound = name.hasSuffix("webm") ? ["-c:a", "libopus"] : []
    let path = folder.file(name)
    try folder.run(
      "ffmpeg",
      ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4", "-c:v"]
        + codec + sound + ["-g", "20", path])
    let all = try readAll(path)
    let part = try readAll(path, options: .init(trimStart: 66, trimEnd: 90))
    #expect(all.count == 100)
    #expect(part == Array(all[66..<90]))
  }

  @Test(arguments: ["libx264", "libx265"])
  func openGroupsOfPicturesAreExactToo(encoder: String) throws {
    let path = try clip(
      "in.mp4", "-c:v", encoder, "-\(encoder.dropFirst(3))-params",
      "open-gop=1:keyint=20:bframes=3:b-adapt=0\(encoder == "libx265" ? ":log-level=none" : "")")
    let all = try readAll(path)
    for start in [58, 59, 60, 61, 62, 80] {
      let part = try readAll(path, options: .init(trimStart: start, trimEnd: start + 3))
      #expect(part == Array(all[start..<start + 3]))
    }
  }

  @Test func theOutputBeginsAtZeroAndSoundIsCut() throws {
    let path = try clip("in.mp4", "-c:v", "libx264", "-g", "30")
    let options = VideoReader.Options(trimStart: 70, trimEnd: 120)
    let summary = try transcode(path, to: folder.file("out.mp4"), options: options)
    #expect(summary.frameCount == 50)
    let info = try MediaInfo.probe(folder.file("out.mp4"))
    #expect(abs((info.mainVideo?.duration ?? 0) - 2) < 0.041)
    #expect(abs((info.audio.first?.duration ?? 0) - 2) < 0.05)
    #expect(abs(info.mainVideo?.startTime ?? 1) < 0.001)
    #expect(abs(info.audio.first?.startTime ?? 1) < 0.03)
  }

  @Test func theRightSoundIsCut() throws {
    // A tone that starts at 3 s: in the part from 2 s on it starts at 1 s.
    let path = folder.file("in.mp4")
    try folder.run(
      "ffmpeg",
      [
        "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=5", "-f", "lavfi", "-i",
        "aevalsrc='if(gte(t,3),sin(2*PI*440*t),0)':d=5:s=44100", "-c:v", "libx264", "-c:a", "aac", path,
      ])
    try transcode(path, to: folder.file("out.mp4"), options: .init(trimStart: 50, trimEnd: 125))
    let log = try folder.run(
      "ffmpeg",
      [
        "-nostdin", "-hide_banner", "-i", folder.file("out.mp4"), "-af", "silencedetect=n=-40dB:d=0.3", "-f", "null",
        "-",
      ])
    let line = try #require(log.split(separator: "\n").first { $0.contains("silence_end") })
    let words = line.split(separator: " ")
    let place = try #require(words.firstIndex(of: "silence_end:"))
    #expect(abs((Double(words[place + 1]) ?? 0) - 1) < 0.03)
  }

  @Test func chaptersAndSubtitlesFollow() throws {
    try "1\n00:00:01,000 --> 00:00:01,400\nA\n\n2\n00:00:02,500 --> 00:00:03,000\nB\n".write(
      toFile: folder.file("s.srt"), atomically: true, encoding: .utf8)
    try
      ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1\nSTART=2\nEND=4\ntitle=Two\n"
      .write(toFile: folder.file("m.txt"), atomically: true, encoding: .utf8)
    let path = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=4", "-i", folder.file("s.srt"), "-i", folder.file("m.txt"),
      "-map_metadata", "2", "-c:v", "libx264", "in.mkv")
    try transcode(path, to: folder.file("out.mkv"), options: .init(trimStart: 55, trimEnd: 95))
    let info = try MediaInfo.probe(folder.file("out.mkv"))
    #expect(info.chapters.map(\.title) == ["Two"])
    #expect(abs((info.chapters.first?.start ?? 1)) < 0.01)
    let text = try folder.run("ffmpeg", ["-v", "error", "-i", folder.file("out.mkv"), "-f", "srt", "-"])
    #expect(text.contains("00:00:00,300 --> 00:00:00,800"))
    #expect(!text.contains("A\n"))
  }

  @Test func aRangeWithoutFramesIsAnError() throws {
    let path = try clip("in.mp4", "-c:v", "libx264")
    for (start, end) in [(500, 600), (20, 20), (30, 10)] {
      let error = #expect(throws: MediaError.self) {
        try VideoReader(path: path, options: .init(trimStart: start, trimEnd: end))
      }
      #expect(error?.code == .noFrames)
      #expect(error?.message.contains("\(start)") == true)
    }
  }

  @Test func theScanFindsTheKeyFrameBefore() {
    var scan = TrimPlan.Scan(frame: 5)
    // I P B B I P B B in decoding order, one unit a frame.
    let packets: [(pts: Int64, dts: Int64, key: Bool)] = [
      (0, -2, true), (3, -1, false), (1, 0, false), (2, 1, false), (4, 2, true), (7, 3, false), (5, 4, false),
      (6, 5, false), (8, 6, true),
    ]
    for packet in packets { _ = scan.add(pts: packet.pts, dts: packet.dts, isKey: packet.key) }
    #expect(scan.plan() == TrimPlan(framePTS: 5, seekTimestamp: 2))
  }

  @Test func timesThatRepeatOrLackAllowNoPlan() {
    var scan = TrimPlan.Scan(frame: 1)
    _ = scan.add(pts: 0, dts: 0, isKey: true)
    _ = scan.add(pts: 0, dts: 0, isKey: false)
    #expect(scan.plan() == nil)
    var missing = TrimPlan.Scan(frame: 0)
    let isEnough = missing.add(pts: nil, dts: 0, isKey: true)
    #expect(isEnough)
    #expect(missing.plan() == nil)
  }
}
