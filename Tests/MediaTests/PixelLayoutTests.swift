import CFFmpeg
import Foundation
import Imaging
import Testing

@testable import Media

@Suite struct PixelLayoutTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// FFmpeg's format of a clip, the layout it is processed in, and what libx264 then writes.
  @Test(arguments: [
    ("yuv422p", "yuv422p", "yuv422p"), ("yuv444p", "yuv444p", "yuv444p"), ("yuv411p", "yuv422p", "yuv422p"),
    ("yuv440p", "yuv444p", "yuv444p"), ("yuv422p10le", "yuv422p10le", "yuv422p10le"), ("gray", "gray", "yuv420p"),
    ("yuv444p12le", "yuv444p12le", "yuv444p10le"), ("bgr0", "rgb24", "yuv420p"), ("rgb24", "rgb24", "yuv420p"),
    ("gbrp", "rgb24", "yuv420p"), ("gbrp10le", "rgb48le", "yuv420p10le"), ("bgra", "rgba", "yuv420p"),
    ("yuva420p", "yuva420p", "yuv420p"), ("gray10le", "gray10le", "yuv420p10le"),
  ])
  func layoutsAreReadAndWritten(format: String, processed: String, written: String) throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "color=0xc04020:s=64x48:r=5:d=0.6", "-pix_fmt", format, "-c:v",
      ["rgb24": "png", "gbrp": "utvideo"][format] ?? "ffv1", "in.mkv")
    let actual = try #require(try MediaInfo.probe(input).mainVideo?.pixelFormat)
    #expect(actual == format)
    let reader = try VideoReader(path: input)
    #expect(PixelFormats.ffmpeg(reader.source.format)?.name == processed)
    let summary = try transcode(
      input, to: folder.file("out.mp4"), settings: VideoOutput(preset: .ultrafast, quality: 95))
    #expect(summary.pixelFormat == written)
    // The same colour on the screen.
    let a = try PictureFile.read(try folder.ffmpeg("-i", input, "-frames:v", "1", "-pix_fmt", "rgb24", "a.png")).frame
    let b = try PictureFile.read(
      try folder.ffmpeg("-i", folder.file("out.mp4"), "-frames:v", "1", "-pix_fmt", "rgb24", "b.png")
    ).frame
    #expect(zip(pixel(a, 30, 20), pixel(b, 30, 20)).allSatisfy { abs($0 - $1) <= 6 })
  }

  @Test func theNearestLayoutOfAllFormatsIsKnown() {
    var count = 0
    for raw in 0..<Int32(260) {
      let format = AVPixelFormat(raw)
      guard let facts = PixelFormatFacts(format), !facts.isHardware, !facts.name.hasPrefix("bayer"),
        facts.name != "xyz12le",
        facts.name != "xyz12be"
      else { continue }
      let nearest = PixelFormats.nearest(to: format, turns: false)
      #expect(nearest != nil, "\(facts.name)")
      if let nearest, facts.depth <= 8 { #expect(nearest.format.bitDepth == 8) }
      if let nearest, facts.depth > 8 { #expect(nearest.format.bitDepth >= min(facts.depth, 16)) }
      count += 1
    }
    #expect(count > 100)
  }

  @Test func turned422IsWidenedTo444() throws {
    try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=5:d=0.6", "-pix_fmt", "yuv422p", "-c:v", "libx264", "plain.mp4")
    let input = try folder.ffmpeg("-i", folder.file("plain.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", "in.mp4")
    let reader = try VideoReader(path: input)
    #expect(reader.source.format.layout == .planarYUV(chromaShiftX: 0, chromaShiftY: 0))
    #expect(reader.source.size == PixelSize(width: 48, height: 64))
    #expect(try readAll(input).count == 3)
  }

  @Test func transparencyStaysInWebM() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "color=red@0.5:s=64x48:r=5:d=0.6,format=yuva420p", "-c:v", "ffv1", "in.mkv")
    let summary = try transcode(input, to: folder.file("out.webm"))
    #expect(summary.pixelFormat == "yuva420p")
    #expect(summary.warnings == [])
    let lossy = try transcode(input, to: folder.file("out.mp4"))
    #expect(lossy.warnings.contains { $0.contains("transparency") })
  }

  @Test func hevcInMP4HasAppleTag() throws {
    let input = try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=0.6", "-c:v", "libx264", "in.mp4")
    var settings = fast
    settings.encoder = .libx265
    try transcode(input, to: folder.file("out.mp4"), settings: settings)
    let text = try folder.run(
      "ffprobe",
      ["-v", "error", "-show_entries", "stream=codec_tag_string", "-of", "default=nw=1:nk=1", folder.file("out.mp4")])
    #expect(text.hasPrefix("hvc1"))
  }

  @Test func theIndexStandsInFront() throws {
    let input = try folder.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=0.6", "-c:v", "libx264", "in.mkv")
    for name in ["out.mp4", "out.mov"] {
      try transcode(input, to: folder.file(name))
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
      let index = try #require(data.range(of: Data("moov".utf8)))
      let content = try #require(data.range(of: Data("mdat".utf8)))
      #expect(index.lowerBound < content.lowerBound)
    }
  }

  @Test func writtenFramesDoNotDisturbTheDecoder() throws {
    let input = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", "-c:v", "libx264", "-bf", "2", "-refs", "4", "in.mp4")
    let clean = try readAll(input)
    for threads in [1, 2] {
      let reader = try VideoReader(path: input, options: .init(threads: threads))
      var index = 0
      while var frame = try reader.next() {
        #expect(abs(mean(frame.frame) - clean[index].mean) < 1e-9, "frame \(index) is predicted from untouched frames")
        try frame.makeWritable()
        fillLuma(frame.frame, 0)
        index += 1
      }
      #expect(index == 25)
    }
  }
}
