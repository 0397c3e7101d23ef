import Imaging
import Testing

@testable import Safeguards

@Suite struct WatermarkTests {
  private static let id = WatermarkID(value: 0x0123_4567_89AB_CDEF)

  private func marked(_ picture: TestPicture, _ format: PixelFormat? = nil) throws -> Frame {
    let frame = format.map { picture.frame($0) } ?? picture.frame()
    try WatermarkPlan(key: testKey(5), id: Self.id).makeEmbedder(size: frame.size, format: frame.format).mark(frame)
    return frame
  }

  private func finding(_ frames: [Frame], key: UInt64 = 5) throws -> WatermarkFinding {
    var detector = WatermarkDetector(key: try testKey(key))
    for frame in frames { detector.add(frame) }
    return detector.finding()
  }

  @Test(arguments: [
    PixelFormat.yuv420, .yuv420p10, .rgb8, .rgba8, .rgb16, .rgba16,
    PixelFormat(layout: .gray, bitDepth: 8), PixelFormat(layout: .gray, bitDepth: 16, hasAlpha: true),
    PixelFormat(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 12),
  ])
  func everyFormatTakesTheMark(_ format: PixelFormat) throws {
    let picture = TestPicture.textured(171, 163)
    let plain = picture.frame(format)
    let frame = try marked(picture, format)
    let found = try finding([frame])
    #expect(found.outcome == .found && found.id == Self.id && found.confidence <= -9 && found.frames == 1)
    #expect(found.isTurned == false && found.period == [128, 128])
    #expect(TestPicture(frame).psnr(to: TestPicture(plain)) >= 42)
    // Nothing but luma, or R, G and B alike, is touched.
    for (before, after) in zip(plain.planes.dropFirst(), frame.planes.dropFirst()) {
      for y in 0..<before.height {
        for x in 0..<before.width * format.bytesPerSample { #expect(before.row8(y)[x] == after.row8(y)[x]) }
      }
    }
    guard format.layout == .interleavedRGB, format.bitDepth == 8 else { return }
    let step = format.hasAlpha ? 4 : 3
    for x in 0..<171 {
      let (before, after) = (plain.planes[0].row8(100), frame.planes[0].row8(100))
      let change = Int(after[x * step]) - Int(before[x * step])
      for channel in 1..<3 { #expect(Int(after[x * step + channel]) - Int(before[x * step + channel]) == change) }
      if format.hasAlpha { #expect(after[x * step + 3] == before[x * step + 3]) }
    }
  }

  /// The change against a plain computation from the tile, away from the picture's limits.
  @Test func theChangeIsTileTimesStrength() throws {
    let flat = TestPicture(width: 77, height: 45) { _, _ in 120 }
    let change = TestPicture(try marked(flat))
    let tile = WatermarkTile(chips: WatermarkChips(key: try testKey(5)), id: Self.id, period: 128)
    for y in 0..<45 {
      for x in 0..<77 {
        let wanted = Double(tile.values[y * 128 + x]) / 24 * 1.5
        #expect(abs(change.values[y * 77 + x] - 120 - wanted) <= 0.52)
      }
    }
  }

  @Test func qualityHoldsForFlatBusyAndBlackPictures() throws {
    for picture in [
      TestPicture.textured(160, 90, grain: 0), .textured(161, 91, grain: 60),
      TestPicture(width: 96, height: 96) { _, _ in 0 }, TestPicture(width: 96, height: 96) { x, _ in x < 48 ? 0 : 255 },
    ] {
      #expect(TestPicture(try marked(picture)).psnr(to: TestPicture(picture.frame())) >= 42)
    }
  }

  @Test func manyKeysAreCountedLikeOneByOne() throws {
    var detector = WatermarkDetector(key: try testKey(5))
    #expect(try detector.findings(of: [testKey(5)]) == 0)
    detector.add(try marked(.textured(192, 160)))
    #expect(try detector.findings(of: [testKey(4), testKey(5), testKey(6), testKey(5)]) == 2)
    #expect(detector.finding().id == Self.id)
  }

  @Test func survivesWhatTheWebDoes() throws {
    let frame = TestPicture(try marked(.textured(320, 288)))
    let attacks: [(String, TestPicture)] = [
      ("compression", frame.compressed(step: 9)),
      ("crop", frame.crop(41, 37, 224, 202)),
      ("brightness", frame.mapped { $0 * 1.05 + 12 }),
      ("darkness", frame.mapped { $0 * 0.95 - 12 }),
      ("noise", frame.noisy(14, seed: 3)),
    ]
    for (name, picture) in attacks {
      let found = try finding([picture.frame()])
      #expect(found.id == Self.id, "\(name)")
    }
  }

  @Test func findsScaledAndTurnedPictures() throws {
    let frame = TestPicture(try marked(.textured(320, 288)))
    let half = try finding([frame.halved().frame()])
    #expect(half.id == Self.id)
    #expect(abs((half.period?[0] ?? 0) - 64) < 0.3 && abs((half.period?[1] ?? 0) - 64) < 0.3)
    for picture in [frame.mirrored(), frame.turned()] {
      let found = try finding([picture.crop(3, 5, 250, 260).frame()])
      #expect(found.id == Self.id && found.isTurned == true)
    }
  }

  @Test func framesOfAVideoAddUp() throws {
    // Each frame alone is drowned in noise.
    let frames = try (1...12).map { index in
      TestPicture(try marked(.textured(192, 192, seed: UInt64(index)))).noisy(70, seed: UInt64(index)).frame()
    }
    #expect(try finding([frames[0]]).id == nil)
    let found = try finding(frames)
    #expect(found.id == Self.id && found.frames == 12)
  }

  @Test func onlyTheKeyReadsIt() throws {
    let frame = try marked(.textured(224, 224))
    for key: UInt64 in [1, 6, 77] {
      let found = try finding([frame], key: key)
      #expect(found.outcome == .notFound && found.id == nil && found.confidence == 0)
    }
  }

  @Test(arguments: [2.0, 40])
  func unmarkedPicturesSayNothing(_ grain: Double) throws {
    for key: UInt64 in 10..<12 {
      #expect(try finding([TestPicture.textured(180, 170, seed: key, grain: grain).frame()], key: key).id == nil)
    }
    // Stripes of the tile's own period are no mark.
    let stripes = TestPicture(width: 192, height: 192) { x, y in Double(60 + (x % 16) * 5 + (y % 8) * 8) }
    #expect(try finding([stripes.frame()]).id == nil)
  }

  @Test func tinyPicturesAreAnsweredHonestly() throws {
    #expect(try finding([]).outcome == .noFrames)
    let tiny = TestPicture.textured(7, 5)
    #expect(TestPicture(try marked(tiny)).values == TestPicture(tiny.frame()).values)
    #expect(try finding([marked(.textured(63, 200))]).outcome == .tooSmall)
    for (width, height) in [(8, 8), (9, 33), (33, 9), (31, 32), (65, 64)] {
      let picture = TestPicture.textured(width, height)
      let frame = try marked(picture)
      #expect(TestPicture(frame).values != TestPicture(picture.frame()).values)
      #expect(TestPicture(frame).psnr(to: TestPicture(picture.frame())) > 40)
    }
  }

  @Test func framesOfOtherSizesAreRefusedOrPassedOver() throws {
    let plan = WatermarkPlan(key: try testKey(5), id: Self.id)
    let embedder = plan.makeEmbedder(size: PixelSize(width: 64, height: 64), format: .yuv420)
    #expect(throws: SafeguardsError.self) { try embedder.mark(TestPicture.textured(65, 64).frame(.yuv420)) }
    #expect(throws: SafeguardsError.self) { try embedder.mark(TestPicture.textured(64, 64).frame(.rgb8)) }
    let frames = [try marked(.textured(160, 160)), try marked(.textured(150, 160))]
    #expect(try finding(frames).frames == 1)
  }
}
