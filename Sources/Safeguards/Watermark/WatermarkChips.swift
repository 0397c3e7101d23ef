/// The waves a watermark is made of, and what each of them carries under one key.
///
/// A tile of period P holds the plane waves (k, l) whose radius is 10 to 18 waves a tile: 7 to 13 pixels long at 128
/// pixels a tile. That is what H.264 and JPEG keep longest among the waves that the eye sees least, and what is still 3.5
/// to 6.5 pixels long when the picture is scaled to half its size. The cosine and the sine of each wave carry one chip of
/// ±1: some are known (the pilot, which finds the tile's place), the others carry the coded bits, each bit about two and a
/// half times. Every chip is turned over by a random sign of the key.
struct WatermarkChips: Sendable {
  /// Waves across and down one tile; half of the plane, the other half is its mirror image.
  static let waves: [(k: Int, l: Int)] = {
    var waves: [(k: Int, l: Int)] = []
    for l in -highest...highest {
      for k in 0...highest where k > 0 || l > 0 {
        if (100...324).contains(k * k + l * l) { waves.append((k, l)) }
      }
    }
    return waves
  }()
  static let highest = 18
  /// One wave in six is pilot.
  static let pilotCount = waves.count / 6

  /// The key's sign of the cosine and the sine of each wave.
  let signs: [(cosine: Float, sine: Float)]
  /// Waves of the pilot.
  let pilot: [Int]
  /// Waves that carry bits, and which bits of the code their cosine and sine carry.
  let data: [(wave: Int, cosineBit: Int, sineBit: Int)]

  init(key: WatermarkKey) {
    let count = Self.waves.count
    let drawn = key.bits(2 * count, for: "signs")
    signs = (0..<count).map { (drawn[2 * $0] ? 1 : -1, drawn[2 * $0 + 1] ? 1 : -1) }
    let order = key.order(count, for: "waves")
    pilot = Array(order.prefix(Self.pilotCount))
    let carriers = order.dropFirst(Self.pilotCount)
    let places = key.order(2 * carriers.count, for: "bits")
    data = carriers.enumerated().map { index, wave in
      (wave, places[2 * index] % WatermarkCode.codedBits, places[2 * index + 1] % WatermarkCode.codedBits)
    }
  }

  /// The ±1 of every wave for one id.
  func values(of id: WatermarkID) -> [(cosine: Float, sine: Float)] {
    let coded = WatermarkCode.encode(id)
    var values = signs
    for entry in data {
      if !coded[entry.cosineBit] { values[entry.wave].cosine.negate() }
      if !coded[entry.sineBit] { values[entry.wave].sine.negate() }
    }
    return values
  }
}
