/// A quick 128-bit digest of bytes (two lanes of FNV-1a over 8-byte words, folded): tells apart files that somebody
/// mixed up, not files that somebody forged; those are caught by the SHA-256 of the model store.
struct ContentDigest: Sendable, Hashable {
  let low: UInt64
  let high: UInt64
  let byteCount: Int

  init(_ bytes: some Sequence<UInt8>) {
    var low: UInt64 = 0xCBF2_9CE4_8422_2325
    var high: UInt64 = 0x6C62_272E_07BB_0142
    func mix(_ word: UInt64) {
      low = (low ^ word) &* 0x0000_0100_0000_01B3
      low ^= low >> 29
      high = (high ^ word) &* 0x9E37_79B9_7F4A_7C15
      high ^= high >> 32
    }
    let whole: Int? = bytes.withContiguousStorageIfAvailable { storage in
      let raw = UnsafeRawBufferPointer(storage)
      var offset = 0
      while offset + 8 <= raw.count {
        mix(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      while offset < raw.count {
        mix(UInt64(raw[offset]))
        offset += 1
      }
      // Trailing zeros alone would not show in the words.
      mix(UInt64(raw.count))
      return raw.count
    }
    if let whole {
      byteCount = whole
    } else {
      let copy = ContentDigest(Array(bytes))
      (low, high, byteCount) = (copy.low, copy.high, copy.byteCount)
    }
    self.low = low
    self.high = high
  }

  /// 32 hexadecimal digits.
  var hex: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
