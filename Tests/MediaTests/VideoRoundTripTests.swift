import Foundation
import Imaging
import Media
import Testing

@Suite struct VideoRoundTripTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["mp4", "mkv", "mov", "m4v", "webm", "avi"])
  func framesRateAndDurationStay(container: String) throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30000/1001:d=1", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264",
      "-preset", "ultrafast", "-c:a", "aac", "-shortest", "in.mp4")
    let output = folder.file("out.\(container)")
    let summary = try transcode(input, to: output)
    let before = try MediaInfo.probe(input, countsFrames: true)
    let after = try MediaInfo.probe(output, countsFrames: true)
    #expect(summary.frameCount == before.mainVideo?.frameCount)
    #expect(after.mainVideo?.frameCount == before.mainVideo?.frameCount)
    #expect(after.audio.count == 1)
    #expect(abs((after.mainVideo?.averageFrameRate?.value ?? 0) - 30000 / 1001) < 0.3)
    // AVI counts whole packets of sound.
    #expect(abs((after.duration ?? 0) - (before.duration ?? 0)) < (container == "avi" ? 0.05 : 0.034))
    #expect(abs(after.startTime ?? 0) < 0.034)
    #expect(after.mainVideo?.codec == (container == "webm" ? "vp9" : "h264"))
    #expect(folder.names == ["in.mp4", "out.\(container)"], "no hidden file is left")
  }

  @Test func timesAreExactInMP4() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", "-c:v", "libx264", "-bf", "3", "in.mp4")
    let output = folder.file("out.mp4")
    try transcode(input, to: output, settings: VideoOutput(preset: .veryfast, threads: 1))
    let before = try readAll(input)
    let after = try readAll(output)
    #expect(before.map(\.time) == after.map(\.time))
    #expect(before.count == 50)
    #expect(zip(before, after).allSatisfy { abs($0.mean - $1.mean) < 1.5 })
  }

  @Test func variableFrameRateStaysVariable() throws {
    // 12 frames at 0.1 s, then 20 at 0.05 s.
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=2.2", "-vf", "select='if(lt(n,24),not(mod(n,2)),1)'", "-vsync",
      "vfr", "-c:v", "libx264", "-preset", "ultrafast", "in.mp4")
    let output = folder.file("out.mp4")
    try transcode(input, to: output)
    let times = try readAll(input).map(\.time)
    #expect(times.count == 32)
    #expect(abs(times[1] - times[0] - 0.1) < 1e-6 && abs(times[31] - times[30] - 0.05) < 1e-6)
    #expect(try readAll(output).map(\.time) == times)
    #expect(try MediaInfo.probe(output).mainVideo?.isVariableFrameRate == true)
  }

  @Test(arguments: [(50.0, 100), (12.5, 25), (24.0, 48), (29.97, 60)])
  func anotherFrameRateKeepsTheDuration(fps: Double, frames: Int) throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-preset",
      "ultrafast", "in.mp4")
    let output = folder.file("out.mp4")
    var settings = fast
    settings.fps = Rational(frameRate: fps)
    let summary = try transcode(input, to: output, settings: settings)
    #expect(summary.frameCount == frames)
    let info = try MediaInfo.probe(output)
    #expect(abs((info.mainVideo?.duration ?? 0) - 2) < 1 / fps)
    #expect(abs((info.mainVideo?.averageFrameRate?.value ?? 0) - fps) < 0.01)
    // The picture at a time is the picture of that time: no slow motion.
    let before = try readAll(input)
    let after = try readAll(output)
    let late = try #require(after.last { $0.time < 1.5 })
    let same = try #require(before.min { abs($0.time - late.time) < abs($1.time - late.time) })
    #expect(abs(late.mean - same.mean) < 3)
  }

  @Test(arguments: [0, 90, 180, 270])
  func rotationIsApplied(degrees: Int) throws {
    try folder.ffmpeg(
      "-f", "lavfi", "-i", "color=red:s=96x64:r=10:d=0.5,drawbox=0:0:48:32:blue:fill", "-c:v", "libx264", "-preset",
      "ultrafast", "-pix_fmt", "yuv420p", "plain.mp4")
    let input = try folder.ffmpeg(
      "-i", folder.file("plain.mp4"), "-c", "copy", "-metadata:s:v", "rotate=\(degrees)", "in.mp4")
    let reader = try VideoReader(path: input)
    #expect((reader.source.orientation == .upright) == (degrees == 0))
    #expect(reader.source.size.width == (degrees % 180 == 0 ? 96 : 64))
    let output = folder.file("out.mp4")
    try transcode(input, to: output)
    let info = try #require(try MediaInfo.probe(output).mainVideo)
    #expect(info.rotation == 0)
    // What a player shows of both files must be the same: let ffmpeg turn the input itself.
    let shown = try folder.ffmpeg("-i", input, "-frames:v", "1", "shown.png")
    let ours = try folder.ffmpeg("-i", output, "-frames:v", "1", "ours.png")
    let a = try PictureFile.read(shown).frame
    let b = try PictureFile.read(ours).frame
    #expect(a.size == b.size)
    let difference = zip(samples(a)[0], samples(b)[0]).map { abs($0 - $1) }
    #expect(Double(difference.reduce(0, +)) / Double(difference.count) < 3)
  }

  @Test func tenBitsStayTenBits() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "gradients=s=128x64:r=10:d=0.5", "-pix_fmt", "yuv420p10le", "-c:v", "libx265",
      "-x265-params",
      "log-level=none", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "in.mp4")
    let output = folder.file("out.mp4")
    let summary = try transcode(input, to: output)
    #expect(summary.pixelFormat == "yuv420p10le")
    let info = try #require(try MediaInfo.probe(output).mainVideo)
    #expect(info.bitDepth == 10)
    #expect(info.isHDR)
    #expect(info.colorPrimaries == "bt2020")
    #expect(info.colorMatrix == "bt2020nc")
    let reader = try VideoReader(path: output)
    #expect(reader.source.format == .yuv420p10)
    #expect(try readAll(output).count == 5)
  }

  @Test func aFrameWithHighBitsReachesTheEncoder() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "color=gray:s=32x32:r=5:d=1", "-pix_fmt", "yuv420p10le", "-c:v", "ffv1", "in.mkv")
    let summary = try transcode(input, to: folder.file("out.mkv"))
    #expect(summary.pixelFormat == "yuv420p10le")
    let before = try readAll(input)
    #expect(before[0].mean > 255)
    #expect(abs(try readAll(folder.file("out.mkv"))[0].mean - before[0].mean) < 4)
  }

  @Test(arguments: ["mp4", "webm"])
  func oddSizesStay(container: String) throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=0.3,scale=359:481", "-c:v", "libvpx-vp9", "-deadline", "realtime",
      "in.webm")
    let output = folder.file("out.\(container)")
    let summary = try transcode(input, to: output)
    #expect(summary.size == PixelSize(width: 359, height: 481))
    let info = try #require(try MediaInfo.probe(output).mainVideo)
    #expect(info.codedWidth == 359 && info.codedHeight == 481)
    #expect(summary.warnings.isEmpty == (container == "webm"))
  }

  @Test func colourTagsAreCarriedOver() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=0.4", "-pix_fmt", "yuvj420p", "-color_primaries", "smpte170m",
      "-color_trc", "bt709", "-colorspace", "smpte170m", "-c:v", "libx264", "in.mp4")
    for container in ["mp4", "mkv", "mov"] {
      let output = folder.file("out.\(container)")
      try transcode(input, to: output)
      let info = try #require(try MediaInfo.probe(output).mainVideo)
      #expect(info.colorRange == "pc")
      #expect(info.colorPrimaries == "smpte170m")
      #expect(info.colorTransfer == "bt709")
      #expect(info.colorMatrix == "smpte170m")
    }
  }

  @Test func theScaleIsRoundedToEvenSizes() throws {
    let input = try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=426x226:r=5:d=0.4", "-c:v", "libx264", "in.mp4")
    var settings = fast
    settings.scale = 0.5
    #expect(
      try transcode(input, to: folder.file("out.mp4"), settings: settings).size == PixelSize(width: 212, height: 112))
  }

  @Test func sampleAspectStays() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=0.4,setsar=4/3", "-c:v", "libx264", "in.mp4")
    try transcode(input, to: folder.file("out.mkv"))
    let info = try #require(try MediaInfo.probe(folder.file("out.mkv")).mainVideo)
    #expect(info.sampleAspect == Rational(4, 3))
    #expect(info.displayWidth == 85)
  }

  @Test func interlacedVideoKeepsItsFields() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x64:r=50:d=0.4,tinterlace=interleave_top,fieldorder=tff", "-flags",
      "+ilme+ildct", "-c:v", "libx264", "in.mp4")
    try transcode(input, to: folder.file("out.mp4"))
    let before = try VideoReader(path: input).source
    let after = try VideoReader(path: folder.file("out.mp4")).source
    #expect(before.isInterlaced)
    #expect(after.isInterlaced)
    #expect(after.isTopFieldFirst == before.isTopFieldFirst)
  }
}

extension VideoRoundTripTests {
  @Test func framesOfTheProgramAreWritten() throws {
    let source = VideoSource(
      size: PixelSize(width: 64, height: 48), format: .yuv420, color: ColorDescription(matrixCode: 1),
      frameRate: Rational(30, 1))
    let writer = try VideoWriter(path: folder.file("made.mp4"), source: source, output: fast)
    for index in 0..<12 {
      let frame = Frame(size: source.size, format: .yuv420, color: source.color)
      fillLuma(frame, UInt8(20 * index))
      try writer.write(
        VideoFrame(frame: frame, index: index, pts: Int64(index), duration: 1, timeBase: source.timeBase))
    }
    #expect(try writer.finish().frameCount == 12)
    let read = try readAll(folder.file("made.mp4"))
    #expect(read.count == 12)
    #expect(
      zip(read, 0..<12).allSatisfy { abs($0.mean - Double(20 * $1)) < 4 && abs($0.time - Double($1) / 30) < 1e-4 })
  }

  @Test func lightLevelsOfHDRAreKept() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=128x64:r=10:d=0.5", "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params",
      "log-level=none:hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400",
      "-color_trc", "smpte2084", "in.mp4")
    var settings = fast
    settings.encoder = .libx265
    try transcode(input, to: folder.file("out.mp4"), settings: settings)
    let facts = try folder.run(
      "ffprobe", ["-v", "error", "-show_streams", "-of", "default", folder.file("out.mp4")])
    #expect(facts.contains("max_content=1000"))
    #expect(facts.contains("red_x=34000/50000"))
  }
}
