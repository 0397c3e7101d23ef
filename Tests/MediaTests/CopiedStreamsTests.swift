import Foundation
import Media
import Testing

@Suite struct CopiedStreamsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two languages, a subtitle, two chapters and tags; 3 s.
  private func rich(_ name: String, subtitle: String) throws -> String {
    try """
    1
    00:00:00,500 --> 00:00:01,000
    First

    2
    00:00:02,000 --> 00:00:02,500
    Second

    """.write(toFile: folder.file("subs.srt"), atomically: true, encoding: .utf8)
    try """
    ;FFMETADATA1
    title=A title
    artist=Somebody
    [CHAPTER]
    TIMEBASE=1/1000
    START=0
    END=1500
    title=One
    [CHAPTER]
    TIMEBASE=1/1000
    START=1500
    END=3000
    title=Two

    """.write(toFile: folder.file("meta.txt"), atomically: true, encoding: .utf8)
    return try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=3", "-f", "lavfi", "-i", "sine=440:d=3", "-f", "lavfi", "-i",
      "sine=880:d=3:r=48000", "-i", folder.file("subs.srt"), "-i", folder.file("meta.txt"), "-map", "0:v", "-map",
      "1:a",
      "-map", "2:a", "-map", "3:s", "-map_metadata", "4", "-map_chapters", "4", "-c:v", "libx264", "-preset",
      "ultrafast", "-c:a", "aac", "-c:s", subtitle, "-metadata:s:a:0", "language=eng", "-metadata:s:a:1",
      "language=deu", "-metadata:s:s:0", "language=fra", "-metadata:s:v:0", "title=Picture", "-disposition:a:1",
      "default", "-disposition:a:0", "0", name)
  }

  @Test(arguments: [
    ("in.mkv", "subrip", "out.mkv"), ("in.mp4", "mov_text", "out.mp4"), ("in.mp4", "mov_text", "out.mov"),
  ])
  func everythingIsCopied(input: String, subtitle: String, output: String) throws {
    let path = try rich(input, subtitle: subtitle)
    let summary = try transcode(path, to: folder.file(output))
    #expect(summary.warnings == [])
    let before = try MediaInfo.probe(path)
    let after = try MediaInfo.probe(folder.file(output))
    #expect(after.audio.map(\.language) == ["eng", output.hasSuffix("mov") ? "ger" : "deu"])
    #expect(after.audio.map(\.codec) == ["aac", "aac"])
    #expect(after.audio.map(\.sampleRate) == [44100, 48000])
    #expect(after.audio.map(\.isDefault) == [false, true])
    #expect(after.subtitles.map(\.language) == ["fra"])
    #expect(after.subtitles.map(\.codec) == [subtitle])
    #expect(after.chapters == before.chapters)
    #expect(after.chapters.map(\.title) == ["One", "Two"])
    #expect(after.tags["title"] == "A title")
    #expect((after.tags["artist"] ?? after.tags["ARTIST"]) == "Somebody")
    #expect(abs((after.duration ?? 0) - (before.duration ?? 0)) < 0.05)
    // Copied sound is the same sound.
    #expect(try soundHash(path, 0) == soundHash(folder.file(output), 0))
    #expect(try soundHash(path, 1) == soundHash(folder.file(output), 1))
  }

  private func soundHash(_ path: String, _ track: Int) throws -> String {
    try folder.run(
      "ffmpeg", ["-v", "error", "-i", path, "-map", "0:a:\(track)", "-c", "copy", "-f", "streamhash", "-"])
  }

  @Test func soundAndPictureKeepTheirOffset() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=2", "-itsoffset", "0.5", "-f", "lavfi", "-i", "sine=d=1", "-c:v",
      "libx264", "-c:a", "aac", "in.mp4")
    for name in ["out.mp4", "out.mkv"] {
      try transcode(input, to: folder.file(name))
      let info = try MediaInfo.probe(folder.file(name))
      let video = try #require(info.mainVideo?.startTime)
      let audio = try #require(info.audio.first?.startTime)
      #expect(abs(audio - video - 0.5) < 0.03)
    }
  }

  @Test func whatTheContainerCannotHoldIsNamed() throws {
    let path = try rich("in.mkv", subtitle: "ass")
    let summary = try transcode(path, to: folder.file("out.mp4"))
    #expect(summary.warnings.count == 1)
    #expect(summary.warnings.first?.contains("ass") == true)
    #expect(summary.warnings.first?.contains("fra") == true)
    #expect(try MediaInfo.probe(folder.file("out.mp4")).audio.count == 2)
  }

  @Test func soundThatDoesNotFitIsEncoded() throws {
    let path = try rich("in.mp4", subtitle: "mov_text")
    let summary = try transcode(path, to: folder.file("out.webm"))
    let info = try MediaInfo.probe(folder.file("out.webm"))
    #expect(info.audio.map(\.codec) == ["opus", "opus"])
    #expect(info.audio.map(\.language) == ["eng", "deu"])
    #expect(info.chapters.count == 2)
    #expect(summary.warnings.contains { $0.contains("mov_text") })
    #expect(abs((info.duration ?? 0) - 3) < 0.06)
  }

  @Test(arguments: AudioEncoder.allCases)
  func everyAudioEncoderWrites(encoder: AudioEncoder) throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=1", "-f", "lavfi", "-i", "sine=d=1:r=16000", "-c:v", "libx264",
      "-c:a",
      "aac", "in.mp4")
    var settings = fast
    settings.audioEncoder = encoder
    try transcode(input, to: folder.file("out.mkv"), settings: settings)
    let audio = try #require(try MediaInfo.probe(folder.file("out.mkv")).audio.first)
    let codec = ["libmp3lame": "mp3", "libopus": "opus", "libvorbis": "vorbis"][encoder.rawValue] ?? encoder.rawValue
    #expect(audio.codec == codec)
    #expect(audio.channels == 1)
  }

  @Test func volumeZeroLeavesSoundOut() throws {
    let path = try rich("in.mp4", subtitle: "mov_text")
    var settings = fast
    settings.audioVolume = 0
    let summary = try transcode(path, to: folder.file("out.mp4"), settings: settings)
    #expect(summary.warnings == [])
    #expect(try MediaInfo.probe(folder.file("out.mp4")).audio.isEmpty)
  }

  @Test func volumeIsApplied() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=2", "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-c:a",
      "pcm_s16le", "in.mov")
    var settings = fast
    settings.audioVolume = 50
    settings.audioEncoder = .pcmS16LE
    try transcode(input, to: folder.file("out.mkv"), settings: settings)
    let before = try loudness(input)
    let after = try loudness(folder.file("out.mkv"))
    #expect(abs(before - after - 6.02) < 0.2)
  }

  /// Mean volume in dB.
  private func loudness(_ path: String) throws -> Double {
    let log = try folder.run(
      "ffmpeg", ["-nostdin", "-hide_banner", "-i", path, "-af", "volumedetect", "-vn", "-f", "null", "-"])
    let line = try #require(log.split(separator: "\n").first { $0.contains("mean_volume:") })
    let value = line.split(separator: ":").last?.split(separator: " ").first.flatMap { Double($0) }
    return try #require(value)
  }

  @Test func aCoverPictureIsKept() throws {
    try folder.ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", "1", "cover.png")
    try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=1", "-c:v", "libx264", "plain.mp4")
    let input = try folder.ffmpeg(
      "-i", folder.file("plain.mp4"), "-i", folder.file("cover.png"), "-map", "0", "-map", "1", "-c", "copy",
      "-disposition:v:1", "attached_pic", "in.mp4")
    for name in ["out.mp4", "out.mkv"] {
      try transcode(input, to: folder.file(name))
      let info = try MediaInfo.probe(folder.file(name))
      #expect(info.video.filter(\.isAttachedPicture).count == 1)
      #expect(info.mainVideo?.codedWidth == 64)
    }
  }

  @Test func tagsThatAreLostAreNamed() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=0.5", "-c:v", "libx264", "-metadata", "MOOD=calm", "-metadata",
      "title=T", "in.mkv")
    let summary = try transcode(input, to: folder.file("out.mp4"))
    #expect(summary.warnings.contains { $0.contains("MOOD") })
    #expect(try transcode(input, to: folder.file("out.mkv")).warnings == [])
    #expect(try MediaInfo.probe(folder.file("out.mkv")).tags["MOOD"] == "calm")
  }

  /// The program's own tags join the copied ones, in the place of older ones of the same name.
  @Test(arguments: ["out.mkv", "out.webm", "out.mp4"])
  func ownTagsAreWrittenWhereAnyNameMayBe(name: String) throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=0.2", "-c:v", "libx264", "-metadata", "MOOD=calm", "-metadata",
      "aigc=an older label", "-metadata", "NUMBER=7", "in.mkv")
    var output = fast
    output.tags = ["AIGC": #"{"Label":"1"}"#, "Number": "", "LONG_NAME": "x < y & z"]
    let summary = try transcode(input, to: folder.file(name), settings: output)
    let tags = try MediaInfo.probe(folder.file(name)).tags
    guard name != "out.mp4" else {
      // What is replaced is not lost.
      #expect(tags["AIGC"] == nil && summary.warnings.count == 1)
      #expect(summary.warnings.first?.contains("left out: MOOD.") == true)
      return
    }
    #expect(tags["MOOD"] == "calm" && tags["AIGC"] == #"{"Label":"1"}"# && tags["LONG_NAME"] == "x < y & z")
    #expect(tags.keys.filter { ["aigc", "number"].contains($0.lowercased()) } == ["AIGC"])
    #expect(summary.warnings.isEmpty)
  }
}
