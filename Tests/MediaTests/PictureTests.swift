import Foundation
import Imaging
import Testing

@testable import Media

@Suite struct PictureTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let size = PixelSize(width: 37, height: 23)

  /// Something with slopes and edges that no layout hides.
  private func value(_ x: Int, _ y: Int, _ channel: Int, _ maximum: Int) -> Int {
    (x * 7 + y * 11 + channel * 83 + (x > 20 ? 60 : 0)) * (maximum / 255) % (maximum + 1)
  }

  private func picture(_ format: PixelFormat) -> Picture {
    Picture(frame: makeFrame(size, format) { value($0, $1, $2, format.maximum) })
  }

  @Test(arguments: [
    ("png", PixelFormat.rgb8), ("png", .rgba8), ("png", .rgb16), ("png", .rgba16),
    ("png", PixelFormat(layout: .gray, bitDepth: 8)), ("png", PixelFormat(layout: .gray, bitDepth: 16)),
    ("tiff", .rgb8), ("tiff", .rgba8), ("tif", .rgb16), ("tiff", .rgba16),
    ("tiff", PixelFormat(layout: .gray, bitDepth: 8)), ("tiff", PixelFormat(layout: .gray, bitDepth: 16)),
    ("bmp", .rgb8), ("bmp", .rgba8),
  ])
  func losslessTypesKeepEveryBit(suffix: String, format: PixelFormat) throws {
    let path = folder.file("a.\(suffix)")
    let original = picture(format)
    #expect(try PictureFile.write(original, to: path) == [])
    let read = try PictureFile.read(path)
    #expect(read.frame.format == format)
    #expect(samples(read.frame) == samples(original.frame))
    #expect(folder.names == ["a.\(suffix)"])
  }

  @Test(arguments: [("jpg", 100, 2.0), ("jpg", 80, 8.0), ("jpeg", 95, 4.0), ("webp", 95, 5.0)])
  func lossyTypesAreClose(suffix: String, quality: Int, tolerance: Double) throws {
    let smooth = makeFrame(PixelSize(width: 64, height: 48), .rgb8) { x, y, channel in
      128 + Int(90 * sin(Double(x + 10 * channel) / 17) * cos(Double(y) / 13))
    }
    let path = folder.file("a.\(suffix)")
    try PictureFile.write(Picture(frame: smooth), to: path, quality: quality)
    let read = try PictureFile.read(path).frame
    #expect(read.size == smooth.size && read.format == .rgb8)
    let difference = zip(samples(read)[0], samples(smooth)[0]).map { abs($0 - $1) }
    #expect(Double(difference.reduce(0, +)) / Double(difference.count) < tolerance)
  }

  @Test func betterQualityIsLargerAndCloser() throws {
    let noisy = makeFrame(PixelSize(width: 64, height: 64), .rgb8) { x, y, c in (x * x + y * 31 + c * 50 + x * y) % 256
    }
    var sizes: [Int] = []
    for quality in [10, 50, 80, 100] {
      let path = folder.file("q\(quality).jpg")
      try PictureFile.write(Picture(frame: noisy), to: path, quality: quality)
      sizes.append(try Data(contentsOf: URL(fileURLWithPath: path)).count)
    }
    #expect(sizes == sizes.sorted() && Set(sizes).count == 4)
  }

  @Test func transparencyStaysInWebP() throws {
    let path = folder.file("a.webp")
    let source = makeFrame(PixelSize(width: 32, height: 32), .rgba8) { x, _, c in c == 3 ? (x < 16 ? 0 : 255) : 120 }
    try PictureFile.write(Picture(frame: source), to: path)
    let read = try PictureFile.read(path).frame
    #expect(read.format == .rgba8)
    #expect(pixel(read, 4, 4)[3] == 0 && pixel(read, 28, 4)[3] == 255)
  }

  @Test func whatATypeCannotHoldIsNamed() throws {
    #expect(try PictureFile.write(picture(.rgba8), to: folder.file("a.jpg")).first?.contains("transparency") == true)
    #expect(try PictureFile.write(picture(.rgb16), to: folder.file("b.jpg")).first?.contains("8 bits") == true)
    #expect(try PictureFile.write(picture(.rgb16), to: folder.file("c.bmp")).count == 1)
    #expect(try PictureFile.read(folder.file("b.jpg")).frame.format == .rgb8)
  }

  @Test(arguments: ["pal8", "gray", "monob", "ya8", "gray16be", "rgba64be", "rgb24"])
  func everyKindOfPNGIsReadLikeFFmpegDoes(kind: String) throws {
    let path = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=40x30", "-frames:v", "1", "-pix_fmt", kind, "a.png")
    let isDeep = kind.contains("16") || kind.contains("64")
    try expectEqualsFFmpeg(path, deep: isDeep)
  }

  @Test(arguments: [
    ("pal8", "tiff"), ("gray", "tiff"), ("rgb48le", "tiff"), ("rgb24", "tiff"), ("bgr24", "bmp"), ("pal8", "bmp"),
  ])
  func otherTypesAreReadLikeFFmpegDoes(kind: String, suffix: String) throws {
    let path = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=40x30", "-frames:v", "1", "-pix_fmt", kind, "a.\(suffix)")
    try expectEqualsFFmpeg(path, deep: kind.contains("48"))
  }

  /// Compares with the raw pixels that the ffmpeg program makes of the file.
  private func expectEqualsFFmpeg(_ path: String, deep: Bool) throws {
    let read = try PictureFile.read(path).frame
    let layout = read.format.layout == .gray ? "gray" : read.format.hasAlpha ? "rgba" : "rgb24"
    let deepLayout = ["gray": "gray16le", "rgba": "rgba64le", "rgb24": "rgb48le"][layout] ?? layout
    let raw = try folder.ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", deep ? deepLayout : layout, "a.raw")
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: raw)))
    let expected =
      deep ? (0..<bytes.count / 2).map { Int(bytes[2 * $0]) + 256 * Int(bytes[2 * $0 + 1]) } : bytes.map { Int($0) }
    #expect(read.format.bitDepth == (deep ? 16 : 8))
    #expect(samples(read)[0] == expected)
  }

  @Test func alphaPicturesArePassedThroughBitExactly() throws {
    let path = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=50x40,format=rgba,colorchannelmixer=aa=0.5", "-frames:v", "1", "a.png")
    let first = try PictureFile.read(path)
    try PictureFile.write(first, to: folder.file("b.png"))
    #expect(samples(try PictureFile.read(folder.file("b.png")).frame) == samples(first.frame))
  }

  @Test func theScaleIsRoundedToEvenSizes() throws {
    let big = Picture(frame: makeFrame(PixelSize(width: 426, height: 226), .rgb8) { x, _, _ in x % 256 })
    for (scale, expected) in [(0.5, PixelSize(width: 212, height: 112)), (2, PixelSize(width: 852, height: 452))] {
      try PictureFile.write(big, to: folder.file("s.png"), scale: scale)
      #expect(try PictureFile.read(folder.file("s.png")).frame.size == expected)
    }
  }

  @Test func onePixelIsAPicture() throws {
    for suffix in ["png", "jpg", "bmp", "tiff", "webp"] {
      let one = Picture(frame: makeFrame(PixelSize(width: 1, height: 1), .rgb8) { _, _, _ in 200 })
      let path = folder.file("one.\(suffix)")
      try PictureFile.write(one, to: path)
      let read = try PictureFile.read(path).frame
      #expect(read.size == PixelSize(width: 1, height: 1))
      #expect(abs(pixel(read, 0, 0)[1] - 200) < 6)
    }
  }

  @Test func aColourProfileStays() throws {
    let profile = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    var source = picture(.rgb8)
    source.iccProfile = profile
    for suffix in ["jpg", "png", "webp"] {
      let path = folder.file("icc.\(suffix)")
      #expect(try PictureFile.write(source, to: path) == [])
      #expect(try PictureFile.read(path).iccProfile == profile)
    }
    #expect(try PictureFile.write(source, to: folder.file("icc.bmp")).first?.contains("profile") == true)
  }

  @Test func videoFramesAreWrittenWithTheirMatrix() throws {
    let path = try folder.ffmpeg(
      "-f", "lavfi", "-i",
      "color=0xc03020:s=64x64:r=5:d=0.4,format=rgb24,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
      "-colorspace", "bt709",
      "-c:v", "libx264", "-qp", "4", "in.mp4")
    let reader = try VideoReader(path: path)
    let frame = try #require(try reader.next())
    try PictureFile.write(Picture(frame: frame.frame), to: folder.file("a.png"))
    let color = pixel(try PictureFile.read(folder.file("a.png")).frame, 30, 30)
    #expect(zip(color, [0xc0, 0x30, 0x20]).allSatisfy { abs($0 - $1) < 6 })
  }
}
