import Foundation
import Imaging
import Inference
import Media
import TestSupport
import Testing

@testable import Pipeline

/// Processors that enlarge the frame: size, length and picture of what is written.
@Suite struct EnlargingTests {
  /// A folder of models brought by hand: a network that makes four pixels of each.
  private static func models(in folder: TemporaryFolder) throws -> String {
    var model = TinyModel(name: "doubling")
    model.input("input", [1, 3, 256, 256])
    model.initializer("scales", shape: [4], floats: [1, 1, 2, 2])
    model.node(
      "Resize", ["input", "", "scales"], ["output"],
      [
        ("mode", .string("nearest")), ("coordinate_transformation_mode", .string("asymmetric")),
        ("nearest_mode", .string("floor")),
      ])
    model.output("output", [1, 3, 512, 512])
    try folder.write(model.bytes, to: "models/real_esrgan_x2.onnx")
    return folder.path("models")
  }

  private static let frames = 20

  @discardableResult
  private static func run(
    in folder: TemporaryFolder, _ target: String, _ output: String, _ more: [String] = []
  ) throws -> RunReport {
    let arguments =
      ["-t", target, "-o", output, "--processors", "frame_enhancer", "--frame-enhancer-model", "real_esrgan_x2"]
      + ["--frame-enhancer-blend", "100", "--output-video-quality", "100", "--models-path", try models(in: folder)]
    return try Runner(options: TestRun.options(arguments + more), logger: TestRun.silence, policy: TestRun.unguarded)
      .run()
  }

  /// Frame `number` of the clip: a bright square that moves over a slope of colours.
  private static func picture(_ number: Int, _ size: PixelSize) -> PixelBuffer8 {
    var picture = SyntheticFrame.picture(.gradient, size: size)
    for y in 8..<16 {
      for x in 0..<8 {
        for channel in 0..<3 { picture[2 * number + x, y + number / 4, channel] = channel == 1 ? 30 : 240 }
      }
    }
    return picture
  }

  /// Two seconds.
  private static func clip(_ path: String, size: PixelSize, format: PixelFormat, color: ColorDescription) throws {
    let rate = Rational(10, 1)
    let source = VideoSource(size: size, format: format, color: color, frameRate: rate)
    let writer = try VideoWriter(path: path, source: source, output: VideoOutput(encoder: .libx264, quality: 100))
    for number in 0..<frames {
      let frame = Frame(picture(number, size), format: format, color: color)
      try writer.write(
        VideoFrame(frame: frame, index: number, pts: Int64(number), duration: 1, timeBase: source.timeBase))
    }
    _ = try writer.finish()
  }

  private static func pictures(of path: String) throws -> (source: VideoSource, pictures: [PixelBuffer8]) {
    let reader = try VideoReader(path: path)
    var pictures: [PixelBuffer8] = []
    while let frame = try reader.next() { pictures.append(frame.frame.toPixelBuffer8()) }
    return (reader.source, pictures)
  }

  private static func meanDifference(_ a: PixelBuffer8, _ b: PixelBuffer8) -> Double {
    guard a.size == b.size, !a.samples.isEmpty else { return .infinity }
    let sum = zip(a.samples, b.samples).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(a.samples.count)
  }

  private static func doubled(_ picture: PixelBuffer8) -> PixelBuffer8 {
    let size = PixelSize(width: 2 * picture.width, height: 2 * picture.height)
    var result = PixelBuffer8(size: size, channels: picture.channels, repeating: 0)
    for y in 0..<size.height {
      for x in 0..<size.width {
        for channel in 0..<picture.channels { result[x, y, channel] = picture[x / 2, y / 2, channel] }
      }
    }
    return result
  }

  private static let fine = PixelFormat(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 8)

  @Test(
    arguments: [
      (PixelSize(width: 64, height: 48), PixelFormat.yuv420, nil), (PixelSize(width: 64, height: 48), fine, 2.0),
      (PixelSize(width: 61, height: 45), fine, nil), (PixelSize(width: 64, height: 48), PixelFormat.yuv420, 1.0),
    ])
  func aVideoHasTwiceTheSizeAndTheSameLength(size: PixelSize, format: PixelFormat, scale: Double?) throws {
    let folder = try TemporaryFolder()
    let (target, output) = (folder.path("in.mp4"), folder.path("out.mp4"))
    let color = ColorDescription(primaries: 1, transfer: 1, matrixCode: 1)
    try Self.clip(target, size: size, format: format, color: color)
    let more = scale.map { ["--output-video-scale", "\($0)"] } ?? []
    let report = try Self.run(in: folder, target, output, more)
    #expect(report.frames == Self.frames)

    let (before, after) = (try Self.pictures(of: target), try Self.pictures(of: output))
    let whole = scale != 1
    #expect(after.source.size == (whole ? PixelSize(width: 2 * size.width, height: 2 * size.height) : size))
    #expect(after.source.format == format)
    #expect(after.source.color == before.source.color)
    #expect(before.pictures.count == Self.frames)
    try #require(after.pictures.count == Self.frames)
    let lengths = try [target, output].map { try MediaInfo.probe($0).duration ?? 0 }
    #expect(abs(lengths[0] - 2) < 0.02)
    #expect(abs(lengths[1] - 2) < 0.02)

    // Each frame shows its own picture, and no other frame's.
    for number in [0, 7, Self.frames - 1] {
      let expected = whole ? Self.doubled(before.pictures[number]) : before.pictures[number]
      let own = Self.meanDifference(after.pictures[number], expected)
      #expect(own < 3, "frame \(number) differs by \(own)")
      let other = Self.meanDifference(after.pictures[(number + 10) % Self.frames], expected)
      #expect(other > own + 1, "frame \(number): \(own), another one \(other)")
    }
    #expect(!report.warnings.contains { $0.contains("unchanged") })
    #expect(folder.contents == ["in.mp4", "models", "out.mp4"])
  }

  @Test(arguments: [(PixelSize(width: 61, height: 45), nil), (PixelSize(width: 61, height: 45), 1.0)])
  func aPictureHasTwiceTheSizeUnlessAScaleIsGiven(size: PixelSize, scale: Double?) throws {
    let folder = try TemporaryFolder()
    let (target, output) = (folder.path("in.png"), folder.path("out.png"))
    let picture = Self.picture(3, size)
    try PictureFile.write(Picture(frame: Frame(picture)), to: target)
    try Self.run(in: folder, target, output, scale.map { ["--output-image-scale", "\($0)"] } ?? [])
    let result = try PictureFile.read(output).frame.toPixelBuffer8()
    if scale == nil {
      // Through the network's 0…1 and back, cut to 8 bit.
      let through = picture.samples.map { UInt8(Float(Double($0) / 255) * 255) }
      let expected = Self.doubled(PixelBuffer8(size: size, channels: 3, samples: through))
      #expect(result.size == expected.size)
      #expect(Self.meanDifference(result, expected) == 0)
    } else {
      #expect(result.size == size)
      #expect(Self.meanDifference(result, picture) < 1.5)
    }
  }

  @Test func alphaGrowsWithThePicture() throws {
    let folder = try TemporaryFolder()
    let (target, output) = (folder.path("in.png"), folder.path("out.png"))
    let picture = SyntheticFrame.picture(.gradient, size: PixelSize(width: 30, height: 20), channels: 4)
    try PictureFile.write(Picture(frame: Frame(picture)), to: target)
    try Self.run(in: folder, target, output)
    let result = try PictureFile.read(output).frame.toPixelBuffer8()
    #expect(result.size == PixelSize(width: 60, height: 40))
    try #require(result.channels == 4)
    // The mask is enlarged smoothly: the slope of the fourth channel goes on.
    for (x, y) in [(0, 0), (20, 13), (59, 39)] {
      let near = Int(picture[x / 2, y / 2, 3])
      #expect(abs(Int(result[x, y, 3]) - near) <= 14, "alpha at \(x), \(y)")
    }
  }

  @Test func theFinishedSizeFollowsFromFactorAndScale() {
    let source = PixelSize(width: 427, height: 241)
    #expect(VideoOutput(enlargement: 4).size(of: source) == PixelSize(width: 1708, height: 964))
    #expect(VideoOutput(enlargement: 2, scale: 1).size(of: source) == source)
    #expect(VideoOutput(enlargement: 4, scale: 0.5).size(of: source) == PixelSize(width: 212, height: 120))
    #expect(VideoOutput().size(of: source) == source)
  }
}
