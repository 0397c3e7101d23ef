import Foundation
import TestSupport
import Testing

@testable import ModelStore

@Suite struct ChecksumTests {
  /// The definition, one bit at a time.
  private func plain(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      for bit in 0..<8 {
        let out = (value ^ UInt32(byte >> UInt8(bit))) & 1
        value = value >> 1 ^ (out == 1 ? 0xEDB8_8320 : 0)
      }
    }
    return ~value
  }

  @Test func hasThePublishedCheckValue() {
    #expect(CRC32.text(of: Array("123456789".utf8)) == "cbf43926")
    #expect(CRC32.text(of: []) == "00000000")
  }

  @Test func agreesWithTheDefinitionAtEveryLengthAndCut() {
    let bytes = (0..<61).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 5) }
    for length in 0...bytes.count {
      let expected = plain(Array(bytes[..<length]))
      #expect(UInt32(CRC32.text(of: Array(bytes[..<length])), radix: 16) == expected)
      var pieces = CRC32()
      pieces.update(Array(bytes[..<(length / 3)]))
      pieces.update(Array(bytes[(length / 3)..<length]))
      #expect(UInt32(pieces.text, radix: 16) == expected)
    }
  }

  @Test func smallSumsKeepTheirZeros() {
    // Found by search with the definition: a text whose sum begins with a zero.
    let text = (0..<2000).map { "n\($0)" }.first { plain(Array($0.utf8)) < 0x0100_0000 }
    let sum = text.map { CRC32.text(of: Array($0.utf8)) }
    #expect(sum?.hasPrefix("00") == true && sum?.count == 8)
  }

  @Test(arguments: [
    ("cbf43926", "cbf43926"), ("cbf43926\n", "cbf43926"), (" \tcbf43926\r\n", "cbf43926"), ("CBF43926", nil),
    ("cbf4392", nil), ("cbf439260", nil), ("cbf4392g", nil), ("", nil), ("<html>ok", nil),
  ])
  func readsACompanion(content: String, sum: String?) {
    #expect(CRC32.stated(in: content) == sum)
  }

  @Test func sumsAFileInOneReading() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<(1 << 20) + 333).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let (digest, crc32) = try FileDigest.withCRC32(path: folder.write(bytes, to: "large"))
    #expect(digest.size == bytes.count)
    #expect(digest.sha256 == FileDigest.sha256(bytes))
    #expect(crc32 == CRC32.text(of: bytes))
  }
}
