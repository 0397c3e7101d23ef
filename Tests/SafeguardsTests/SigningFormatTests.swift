import Foundation
import Testing

@testable import Safeguards

/// The bytes certificates are made of.
@Suite struct SigningFormatTests {
  /// Examples of X.690 and of everyday certificates.
  @Test func valuesHaveTheirOnlySpelling() {
    #expect(DER.identifier([1, 2, 840, 113549]) == [0x06, 0x06, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d])
    #expect(DER.identifier([2, 5, 29, 15]) == [0x06, 0x03, 0x55, 0x1d, 0x0f])
    #expect(DER.integer([]) == [2, 1, 0] && DER.integer([0, 0, 0x7f]) == [2, 1, 0x7f])
    #expect(DER.integer([0x80]) == [2, 2, 0, 0x80])
    #expect(DER.boolean(true) == [1, 1, 0xff] && DER.bits([0x80], unused: 7) == [3, 2, 7, 0x80])
    #expect(DER.sequence(DER.octets([1]), DER.text("é")) == [0x30, 7, 4, 1, 1, 0x0c, 2, 0xc3, 0xa9])
    #expect(DER.value(4, [UInt8](repeating: 0, count: 127)).prefix(2) == [4, 127])
    #expect(DER.value(4, [UInt8](repeating: 0, count: 128)).prefix(3) == [4, 0x81, 128])
    #expect(DER.value(4, [UInt8](repeating: 0, count: 300)).prefix(4) == [4, 0x82, 1, 44])
  }

  @Test func yearsFrom2050OnHaveFourDigits() throws {
    let short = try #require(ISO8601DateFormatter().date(from: "2049-12-31T23:59:59Z"))
    #expect(DER.time(short) == [0x17, 13] + Array("491231235959Z".utf8))
    #expect(DER.time(short + 1) == [0x18, 15] + Array("20500101000000Z".utf8))
  }

  @Test func blocksAreFoundBetweenOtherWords() {
    let block = PEM.Block(label: "PRIVATE KEY", bytes: Array(0..<100))
    let text =
      "Subject: x\n" + block.text + "more\r\n-----BEGIN A-----\r\n  AQID\r\n-----END A-----\r\n-----BEGIN B-----\nAA"
    #expect(PEM.blocks(text) == [block, PEM.Block(label: "A", bytes: [1, 2, 3])])
    #expect(PEM.blocks("-----BEGIN A-----\n!!!\n-----END A-----\n").isEmpty)
    #expect(PEM.blocks("-----END A-----\n-----BEGIN -----\n").isEmpty)
  }

  @Test func kindsAreToldByTheirFirstBytes() throws {
    for (name, kind) in [
      ("a.jpg", MediaKind.jpeg), ("a.png", .png), ("lossy.webp", .webp), ("a.tiff", .tiff), ("a.bmp", .bmp),
      ("late.mp4", .mp4), ("fast.mov", .mov), ("a.avi", .avi), ("a.mkv", .matroska),
    ] {
      #expect(try MediaKind(start: Array(MarkSamples.bytes(name).prefix(16))) == kind)
    }
    #expect(MediaKind(start: []) == .other && MediaKind(start: [0xff]) == .other)
    #expect(MediaKind(start: Array("\0\0\0\u{18}ftypavif".utf8)) == .avif)
    #expect(MediaKind(start: Array("\0\0\0\u{18}ftypheic".utf8)) == .heif)
    #expect(MediaKind(start: Array("\0\0\0\u{8}wide\0\0\0\0mdat".utf8)) == .mov)
  }
}
