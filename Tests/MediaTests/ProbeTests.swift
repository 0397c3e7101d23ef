import Foundation
import Media
import Testing

@Suite struct ProbeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aVideoIsDescribed() throws {
    let path = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=128x96:r=24000/1001:d=2", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo",
      "-shortest", "-c:v", "libx264", "-profile:v", "high", "-c:a", "aac", "-metadata:s:a", "language=eng", "in.mp4")
    let info = try MediaInfo.probe(path)
    #expect(info.kind == .video)
    #expect(info.container.contains("mp4"))
    #expect(abs((info.duration ?? 0) - 2) < 0.06)
    #expect(info.fileSize > 1000)
    #expect((info.bitRate ?? 0) > 1000)
    let video = try #require(info.mainVideo)
    #expect(video.codec == "h264")
    #expect(video.profile == "High")
    #expect(video.codedWidth == 128 && video.codedHeight == 96)
    #expect(video.realFrameRate == Rational(24000, 1001))
    #expect(video.averageFrameRate == Rational(24000, 1001))
    #expect(!video.isVariableFrameRate)
    #expect(video.frameCount == 48 && video.isFrameCountExact)
    #expect(video.pixelFormat == "yuv420p" && video.bitDepth == 8)
    #expect(video.rotation == 0 && !video.isHDR)
    let audio = try #require(info.audio.first)
    #expect(audio.codec == "aac" && audio.sampleRate == 48000 && audio.channels == 2)
    #expect(audio.channelLayout == "stereo" && audio.language == "eng")
  }

  @Test func framesAreCountedWhereTheFileDoesNotSay() throws {
    let path = try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-c:v", "libx264", "in.mkv")
    #expect(try MediaInfo.probe(path).mainVideo?.isFrameCountExact == false)
    let counted = try #require(try MediaInfo.probe(path, countsFrames: true).mainVideo)
    #expect(counted.frameCount == 25 && counted.isFrameCountExact)
  }

  @Test func aPictureIsDescribed() throws {
    let path = try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=40x30", "-frames:v", "1", "a.png")
    let info = try MediaInfo.probe(path)
    #expect(info.kind == .picture)
    #expect(info.container == "png")
    #expect(info.mainVideo?.codedWidth == 40)
    #expect(info.mainVideo?.frameCount == 1)
    #expect(info.duration == nil)
  }

  @Test func soundIsAudio() throws {
    let path = try folder.ffmpeg("-f", "lavfi", "-i", "sine=d=1", "a.wav")
    let info = try MediaInfo.probe(path)
    #expect(info.kind == .audio)
    #expect(info.mainVideo == nil)
  }

  @Test func theFactsGoThroughJSON() throws {
    let path = try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=0.4", "-c:v", "libx264", "in.mov")
    let info = try MediaInfo.probe(path)
    let data = try JSONEncoder().encode(info)
    #expect(try JSONDecoder().decode(MediaInfo.self, from: data) == info)
  }

  @Test func theFactsReadAsText() throws {
    let path = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=0.4", "-f", "lavfi", "-i", "sine=d=0.4", "-c:v", "libx264",
      "-metadata",
      "title=Name", "in.mkv")
    let text = try MediaInfo.probe(path).description
    for part in [
      "video #0: h264", "64x48", "25 fps", "yuv420p", "audio #1", "44100 Hz", "title: Name", "about 10 frames",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test func rotationIsShown() throws {
    try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=0.4", "-c:v", "libx264", "plain.mp4")
    let path = try folder.ffmpeg("-i", folder.file("plain.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", "in.mp4")
    let video = try #require(try MediaInfo.probe(path).mainVideo)
    #expect(video.rotation == 90 || video.rotation == 270)
    #expect(video.displayWidth == 48 && video.displayHeight == 64)
  }
}
