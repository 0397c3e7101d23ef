/// The error correcting code of the watermark: 64 bits of id and a CRC-16 in a convolutional code of rate 1/3 and
/// constraint length 9 (generators 557, 663, 711 octal) that bites its own tail, so that no bits are spent on its end.
enum WatermarkCode {
  static let messageBits = 80
  static let codedBits = 240
  private static let stateBits = 8
  private static let states = 256
  private static let generators: [Int] = [0o557, 0o663, 0o711]

  /// The 240 coded bits of an id.
  static func encode(_ id: WatermarkID) -> [Bool] {
    let message = message(id)
    var state = 0
    for bit in message.suffix(stateBits) { state = state >> 1 | (bit ? 128 : 0) }
    var coded: [Bool] = []
    coded.reserveCapacity(codedBits)
    for bit in message {
      let register = state | (bit ? states : 0)
      for generator in generators { coded.append((register & generator).nonzeroBitCount % 2 == 1) }
      state = register >> 1
    }
    return coded
  }

  /// The likeliest id of 240 soft values (positive = 1, size = trust), or nil when its checksum is wrong.
  ///
  /// Viterbi's algorithm goes three times around the ring; the middle round is free of the unknown beginning and end.
  static func decode(_ soft: [Float]) -> WatermarkID? {
    precondition(soft.count == codedBits)
    let steps = 3 * messageBits
    let outputs = (0..<2 * states).map { register in
      generators.enumerated().reduce(0) { $0 | ((register & $1.element).nonzeroBitCount & 1) << $1.offset }
    }
    var scores = [Float](repeating: 0, count: states)
    var next = scores
    var came = [Bool](repeating: false, count: steps * states)
    var branch = [Float](repeating: 0, count: 8)
    for step in 0..<steps {
      let at = step % messageBits * 3
      for word in 0..<8 {
        branch[word] = (0..<3).reduce(0) { $0 + (word >> $1 & 1 == 1 ? soft[at + $1] : -soft[at + $1]) }
      }
      for to in 0..<states {
        // The new state's bits are the register's upper eight: its two origins differ in the lowest bit.
        let low = to << 1
        let a = scores[low & 255] + branch[outputs[low]]
        let b = scores[(low | 1) & 255] + branch[outputs[low | 1]]
        next[to] = a >= b ? a : b
        came[step * states + to] = b > a
      }
      swap(&scores, &next)
    }
    var state = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    var bits = [Bool](repeating: false, count: messageBits)
    for step in stride(from: steps - 1, through: messageBits, by: -1) {
      if step < 2 * messageBits { bits[step - messageBits] = state & 128 != 0 }
      state = (state << 1 | (came[step * states + state] ? 1 : 0)) & 255
    }
    let id = WatermarkID(value: bits.prefix(64).reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
    return message(id) == bits ? id : nil
  }

  private static func message(_ id: WatermarkID) -> [Bool] {
    let crc = checksum(id.value)
    return (0..<64).map { id.value >> UInt64(63 - $0) & 1 == 1 } + (0..<16).map { crc >> UInt16(15 - $0) & 1 == 1 }
  }

  /// CRC-16 of CCITT (polynomial 0x1021, start 0xFFFF) over the eight bytes, highest first.
  static func checksum(_ value: UInt64) -> UInt16 {
    var crc: UInt16 = 0xFFFF
    for byte in stride(from: 56, through: 0, by: -8) {
      crc ^= UInt16(value >> UInt64(byte) & 255) << 8
      for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
    }
    return crc
  }
}
