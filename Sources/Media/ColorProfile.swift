/// Puts an ICC profile into an encoded picture.
enum ColorProfile {
  /// nil when the type has no place for it here.
  static func add(_ profile: [UInt8], to bytes: [UInt8], format: PictureFormat, width: Int, height: Int) -> [UInt8]? {
    switch format {
    case .jpeg: jpeg(profile, bytes)
    case .png: png(profile, bytes)
    case .webp: WebPFile.adding(profile: profile, to: bytes, width: width, height: height)
    case .bmp, .tiff: nil
    }
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }

  /// APP2 segments behind the start and the JFIF segment, each with its number and the count (ICC.1, annex B.4).
  private static func jpeg(_ profile: [UInt8], _ bytes: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(bytes)
    let largest = 65_519
    let count = (profile.count + largest - 1) / largest
    guard count <= 255, reader.starts(with: [0xff, 0xd8]) else { return nil }
    var place = 2
    if reader.byte(3) == 0xe0, let length = reader.word(4) { place = 4 + length }
    var segments: [UInt8] = []
    for number in 0..<count {
      let part = profile[(number * largest)..<min(profile.count, (number + 1) * largest)]
      let length = part.count + 16
      segments += [0xff, 0xe2, UInt8(length >> 8), UInt8(length & 0xff)]
      segments += Array("ICC_PROFILE\0".utf8) + [UInt8(number + 1), UInt8(count)] + part
    }
    guard let start = reader.slice(0, count: place) else { return nil }
    return Array(start) + segments + bytes[place...]
  }

  /// An `iCCP` chunk behind the header chunk, in place of what the encoder says about colour.
  private static func png(_ profile: [UInt8], _ bytes: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(bytes)
    guard reader.starts(12, with: "IHDR"), var rest = reader.slice(33, count: bytes.count - 33) else { return nil }
    while let length = ByteReader(rest).long(0), let name = ByteReader(rest).slice(4, count: 4),
      ["sRGB", "gAMA", "cHRM", "iCCP"].contains(String(decoding: name, as: UTF8.self)), length + 12 <= rest.count
    {
      rest = rest.dropFirst(length + 12)
    }
    let content = Array("ICC profile\0\0".utf8) + stored(profile)
    let named = Array("iCCP".utf8) + content
    return Array(bytes.prefix(33)) + bigEndian(UInt32(content.count)) + named + bigEndian(crc32(named)) + rest
  }

  /// A zlib stream without compression (RFC 1950 and 1951): profiles are small.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x78, 0x01]
    var offset = 0
    repeat {
      let count = min(65_535, bytes.count - offset)
      let isLast = offset + count == bytes.count
      let low = UInt8(count & 0xff)
      let high = UInt8(count >> 8)
      result += [isLast ? 1 : 0, low, high, ~low, ~high] + bytes[offset..<offset + count]
      offset += count
    } while offset < bytes.count
    return result + bigEndian(adler32(bytes))
  }

  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }

  /// The checksum of PNG chunks (polynomial 0xEDB88320, reflected).
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
