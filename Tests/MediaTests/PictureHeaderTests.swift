import Foundation
import Imaging
import Testing

@testable import Media

@Suite struct PictureHeaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
  }

  private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  /// A TIFF structure with the orientation tag alone.
  private func exif(_ orientation: Int, isBig: Bool) -> [UInt8] {
    let value = UInt8(orientation)
    return isBig
      ? [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]
      : [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0]
  }

  private func marked(_ suffix: String, _ orientation: Int) throws -> [UInt8] {
    let plain = try bytes("plain.\(suffix)")
    let tag = exif(orientation, isBig: orientation % 2 == 0)
    switch suffix {
    case "jpg":
      let segment = Array("Exif\0\0".utf8) + tag
      return [0xff, 0xd8, 0xff, 0xe1, 0, UInt8(segment.count + 2)] + segment + plain.dropFirst(2)
    case "png":
      let named = Array("eXIf".utf8) + tag
      let crc = ColorProfile.crc32(named)
      let sum = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: crc >> UInt32($0)) }
      return Array(plain.prefix(33)) + [0, 0, 0, UInt8(tag.count)] + named + sum + plain.dropFirst(33)
    default:
      // WebP: an extended header, the picture, the tag.
      let header: [UInt8] = [0x08, 0, 0, 0, 47, 0, 0, 31, 0, 0]
      var body = Array("WEBPVP8X".utf8) + [10, 0, 0, 0] + header + plain.dropFirst(12)
      body += Array("EXIF".utf8) + [UInt8(tag.count), 0, 0, 0] + tag
      let count = body.count
      return Array("RIFF".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + body
    }
  }

  @Test(arguments: ["jpg", "png", "webp"], 1...8)
  func exifOrientationIsObeyed(suffix: String, value: Int) throws {
    // A dark corner at the top left, a half dark one at the top right.
    let stored = makeFrame(PixelSize(width: 48, height: 32), .rgb8) { x, y, _ in
      y < 16 ? (x < 24 ? 20 : 120) : 230
    }
    try PictureFile.write(Picture(frame: stored), to: folder.file("plain.\(suffix)"), quality: 95)
    let read = try PictureFile.read(try write("a.\(suffix)", marked(suffix, value)))
    let orientation = try #require(Orientation(rawValue: value))
    #expect(read.orientation == orientation)
    #expect(read.frame.size == PixelSize(width: value >= 5 ? 32 : 48, height: value >= 5 ? 48 : 32))
    // Where the corners stand upright, by the EXIF definition of the eight values.
    let corners: [(dark: (Bool, Bool), half: (Bool, Bool))] = [
      ((false, false), (true, false)), ((true, false), (false, false)), ((true, true), (false, true)),
      ((false, true), (true, true)), ((false, false), (false, true)), ((true, false), (true, true)),
      ((true, true), (true, false)), ((false, true), (false, false)),
    ]
    func corner(_ place: (Bool, Bool)) -> Int {
      pixel(
        read.frame, place.0 ? read.frame.size.width - 6 : 5, place.1 ? read.frame.size.height - 6 : 5)[0]
    }
    #expect(abs(corner(corners[value - 1].dark) - 20) < 12)
    #expect(abs(corner(corners[value - 1].half) - 120) < 12)
  }

  /// 2x1 grey pixels in a hand-made TIFF.
  private func tiff(_ orientation: UInt8) -> [UInt8] {
    func entry(_ tag: UInt16, _ value: UInt8) -> [UInt8] {
      [UInt8(tag & 255), UInt8(tag >> 8), 3, 0, 1, 0, 0, 0, value, 0, 0, 0]
    }
    let tags: [(UInt16, UInt8)] = [
      (256, 2), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (274, orientation), (277, 1), (278, 1), (279, 2),
    ]
    return [0x49, 0x49, 42, 0, 12, 0, 0, 0, 10, 250, 0, 0, UInt8(tags.count), 0]
      + tags.flatMap { entry($0.0, $0.1) } + [0, 0, 0, 0]
  }

  @Test func tiffOrientationIsObeyed() throws {
    let plain = try PictureFile.read(try write("a.tiff", tiff(1))).frame
    #expect(samples(plain) == [[10, 250]])
    let mirrored = try PictureFile.read(try write("b.tiff", tiff(2))).frame
    #expect(samples(mirrored) == [[250, 10]])
    let turned = try PictureFile.read(try write("c.tiff", tiff(6))).frame
    #expect(turned.size == PixelSize(width: 1, height: 2))
    #expect(samples(turned) == [[10, 250]])
  }

  private func header(_ suffix: String, _ size: PixelSize) throws -> PictureHeader? {
    let picture = Picture(frame: makeFrame(size, .rgb8) { x, _, _ in x % 256 })
    try PictureFile.write(picture, to: folder.file("h.\(suffix)"))
    return PictureHeader(try bytes("h.\(suffix)"))
  }

  @Test(arguments: ["jpg", "png", "webp", "bmp", "tiff"])
  func sizesAreReadBeforeDecoding(suffix: String) throws {
    let size = PixelSize(width: 301, height: 77)
    let found = try #require(try header(suffix, size))
    #expect(found.size == size)
    #expect(found.format == PictureFormat(suffixOf: "x.\(suffix)"))
    #expect(found.isComplete)
  }

  @Test(arguments: ["jpg", "png", "webp", "bmp", "tiff"])
  func largePicturesAreRefusedBeforeDecoding(suffix: String) throws {
    _ = try header(suffix, PixelSize(width: 400, height: 300))
    let path = folder.file("h.\(suffix)")
    let error = #expect(throws: MediaError.self) { try PictureFile.read(path, limitMegapixels: 0.1) }
    #expect(error?.code == .tooLarge)
    #expect(error?.message.contains("400x300") == true)
    #expect(try PictureFile.read(path, limitMegapixels: 0.12).frame.size.area == 120_000)
    #expect(throws: MediaError.self) { try MediaInfo.probe(path, limitMegapixels: 0.1) }
  }

  @Test func aHugeSizeInAHeaderIsRefused() throws {
    var png = try bytesOfPNG()
    for (index, byte) in [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff].enumerated() { png[16 + index] = UInt8(byte) }
    let path = try write("huge.png", png)
    #expect(#expect(throws: MediaError.self) { try PictureFile.read(path) }?.code == .tooLarge)
  }

  private func bytesOfPNG() throws -> [UInt8] {
    _ = try header("png", PixelSize(width: 60, height: 40))
    return try bytes("h.png")
  }

  @Test(arguments: ["jpg", "png", "webp", "bmp", "tiff"])
  func cutPicturesAreDamaged(suffix: String) throws {
    _ = try header(suffix, PixelSize(width: 120, height: 90))
    let whole = try bytes("h.\(suffix)")
    let path = try write("cut.\(suffix)", Array(whole.prefix(whole.count * 2 / 3)))
    let error = #expect(throws: MediaError.self) { try PictureFile.read(path) }
    #expect(error?.code == .damaged)
    #expect(error?.message.contains("cut.\(suffix)") == true)
  }

  @Test func theReadablePartOfACutJPEGIsDelivered() throws {
    _ = try header("jpg", PixelSize(width: 120, height: 90))
    let whole = try bytes("h.jpg")
    let path = try write("cut.jpg", Array(whole.prefix(whole.count * 3 / 4)))
    #expect(try PictureFile.read(path, toleratesDamage: true).frame.size.width == 120)
  }

  @Test func everyCutOfEveryHeaderIsHandled() throws {
    for suffix in ["jpg", "png", "webp", "bmp", "tiff"] {
      _ = try header(suffix, PixelSize(width: 20, height: 20))
      let whole = try bytes("h.\(suffix)")
      for count in 0..<min(whole.count, 200) {
        let header = PictureHeader(Array(whole.prefix(count)))
        #expect(header.map { $0.size.width <= 20 } ?? true)
      }
    }
  }

  @Test(arguments: [
    ("a.jpg", "Dear diary, this is no picture.", "text"), ("b.png", "GIF89a\u{1}\u{0}", "GIF"),
    ("c.jpg", "%PDF-1.4", "PDF"),
  ])
  func namesDoNotDecide(name: String, content: String, guess: String) throws {
    let path = try write(name, Array(content.utf8))
    let error = #expect(throws: MediaError.self) { try PictureFile.read(path) }
    #expect(error?.code == .notAPicture)
    #expect(error?.message.contains(guess) == true)
    #expect(!PictureFile.isPicture(path))
  }

  @Test func contentDecidesWhereTheNameIsWrong() throws {
    let path = try write("really-a-png.jpg", bytesOfPNG())
    #expect(try PictureFile.read(path).format == .png)
    #expect(PictureFile.isPicture(path))
  }

  @Test func missingAndEmptyPicturesAreNamed() throws {
    let missing = #expect(throws: MediaError.self) { try PictureFile.read(folder.file("none.jpg")) }
    #expect(missing?.code == .notFound)
    let empty = try write("empty.jpg", [])
    #expect(#expect(throws: MediaError.self) { try PictureFile.read(empty) }?.code == .emptyFile)
  }

  @Test func unknownOutputTypesAreNamed() throws {
    let picture = Picture(frame: Frame(size: PixelSize(width: 2, height: 2), format: .rgb8))
    let error = #expect(throws: MediaError.self) { try PictureFile.write(picture, to: folder.file("a.gif")) }
    #expect(error?.code == .unknownContainer)
    #expect(error?.hint?.contains(".webp") == true)
    #expect(folder.names.isEmpty)
  }

  @Test func theInputIsNotOverwritten() throws {
    let path = try write("in.png", bytesOfPNG())
    let picture = try PictureFile.read(path)
    #expect(#expect(throws: MediaError.self) { try PictureFile.write(picture, to: path) }?.code == .outputEqualsInput)
  }
}
