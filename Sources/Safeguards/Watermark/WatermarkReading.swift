import Foundation

/// Reads the id out of the waves of a picture, for one period of the tile.
struct WatermarkReading {
  /// What was read, and how probable it is at most that a picture without this key's mark gives it.
  struct Result {
    let id: WatermarkID
    /// Decimal logarithm of the bound, below ``greatestLogProbability``.
    let logProbability: Double
    let orientation: WatermarkOrientation
  }

  /// An id is believed when chance gives it less often than once in 10^9 files.
  static let greatestLogProbability = -9.0
  /// Hypotheses in bits: 64 of id, 18 of place (quarter pixels of a tile of 128), 3 of orientation, 12 of period.
  private static let hypothesisBits = 97.0
  /// Places are looked for on a grid of this many steps across and down a tile.
  private static let places = 128
  /// Correlation of the pilot, in standard deviations, below which nothing is decoded.
  private static let leastPilot: Float = 5

  let chips: WatermarkChips

  /// The first orientation and place that give an id which is believed.
  func read(_ seen: [Wave]) -> Result? {
    let even = Self.evened(seen)
    for orientation in WatermarkOrientation.allCases {
      let waves = orientation.restore(even)
      for place in pilotPeaks(waves) {
        if let found = decode(waves, at: place) {
          return Result(id: found.id, logProbability: found.logProbability, orientation: orientation)
        }
      }
    }
    return nil
  }

  /// The same strength for all radii, then cut: a picture's own stripes must not outvote the rest.
  static func evened(_ seen: [Wave]) -> [Wave] {
    let waves = WatermarkChips.waves
    let order = waves.indices.sorted {
      let a = waves[$0].k * waves[$0].k + waves[$0].l * waves[$0].l
      let b = waves[$1].k * waves[$1].k + waves[$1].l * waves[$1].l
      return a == b ? $0 < $1 : a < b
    }
    var result = seen
    let reach = 50
    for (rank, index) in order.enumerated() {
      let around = order[max(0, rank - reach)...min(order.count - 1, rank + reach)]
      let power = around.reduce(Float(0)) { $0 + seen[$1].power } / Float(around.count)
      let scale = 1 / (power.squareRoot() + 1e-12)
      result[index] = Wave(re: seen[index].re * scale, im: seen[index].im * scale)
    }
    let mean = result.reduce(Float(0)) { $0 + abs($1.re) + abs($1.im) } / Float(2 * result.count)
    let cut = 1.2 * mean
    return result.map { Wave(re: max(-cut, min(cut, $0.re)), im: max(-cut, min(cut, $0.im))) }
  }

  // MARK: Place

  struct Peak {
    var score: Float
    /// Across and down, in tiles.
    var across: Double
    var down: Double
  }

  /// The two best places of the pilot, tuned to a quarter of a step.
  private func pilotPeaks(_ waves: [Wave]) -> [Peak] {
    let count = Self.places
    var re = [Float](repeating: 0, count: count * count)
    var im = re
    var power: Float = 0
    for index in chips.pilot {
      let (k, l) = WatermarkChips.waves[index]
      let value = pilotValue(waves, index)
      // A forward transform of the mirrored waves is the backward one.
      let at = (count - l) % count * count + (count - k) % count
      re[at] = value.re
      im[at] = value.im
      power += value.power
    }
    PowerSpectrum.transform(&re, &im, count: count, width: count)
    Self.transpose(&re, count)
    Self.transpose(&im, count)
    PowerSpectrum.transform(&re, &im, count: count, width: count)
    let deviation = (power / 2).squareRoot() + 1e-12
    let best = re.indices.max { re[$0] < re[$1] } ?? 0
    var second = best == 0 ? 1 : 0
    for index in re.indices where re[index] > re[second] && !Self.isNear(index, best, count) { second = index }
    return [best, second].filter { re[$0] > Self.leastPilot * deviation }.map { index in
      // After the turn of the table, rows are places across.
      tuned(waves, across: index / count, down: index % count, deviation)
    }
  }

  private static func isNear(_ a: Int, _ b: Int, _ count: Int) -> Bool {
    let across = abs(a / count - b / count)
    let down = abs(a % count - b % count)
    return min(across, count - across) <= 2 && min(down, count - down) <= 2
  }

  private static func transpose(_ table: inout [Float], _ count: Int) {
    for y in 0..<count {
      for x in 0..<y { table.swapAt(y * count + x, x * count + y) }
    }
  }

  /// Pilot times the conjugate of what the key has there.
  private func pilotValue(_ waves: [Wave], _ index: Int) -> Wave {
    waves[index] * Wave(re: chips.signs[index].cosine, im: -chips.signs[index].sine)
  }

  private func tuned(_ waves: [Wave], across: Int, down: Int, _ deviation: Float) -> Peak {
    var best = Peak(score: -1, across: 0, down: 0)
    for fineDown in -3...3 {
      for fineAcross in -3...3 {
        let x = (Double(across) + Double(fineAcross) / 4) / Double(Self.places)
        let y = (Double(down) + Double(fineDown) / 4) / Double(Self.places)
        var sum: Float = 0
        for index in chips.pilot {
          let (k, l) = WatermarkChips.waves[index]
          sum += (pilotValue(waves, index) * Wave(turns: Double(k) * x + Double(l) * y)).re
        }
        if sum > best.score * deviation { best = Peak(score: sum / deviation, across: x, down: y) }
      }
    }
    return best
  }

  // MARK: Id

  private func decode(_ waves: [Wave], at place: Peak) -> (id: WatermarkID, logProbability: Double)? {
    let moved = zip(waves, WatermarkChips.waves).map {
      $0 * Wave(turns: Double($1.k) * place.across + Double($1.l) * place.down)
    }
    var soft = [Float](repeating: 0, count: WatermarkCode.codedBits)
    for entry in chips.data {
      soft[entry.cosineBit] += moved[entry.wave].re * chips.signs[entry.wave].cosine
      soft[entry.sineBit] += moved[entry.wave].im * chips.signs[entry.wave].sine
    }
    guard let id = WatermarkCode.decode(soft) else { return nil }
    let logProbability = logProbability(of: id, moved)
    return logProbability < Self.greatestLogProbability ? (id, logProbability) : nil
  }

  /// log10 of a bound that holds for any picture: with signs drawn at random, Σ s·x exceeds t·√(Σ x²) with a probability
  /// of at most e^(-t²/2) (Hoeffding 1963), once for every id, place, orientation and period that could have been tried.
  private func logProbability(of id: WatermarkID, _ moved: [Wave]) -> Double {
    var sum = 0.0
    var power = 0.0
    for (value, wave) in zip(chips.values(of: id), moved) {
      sum += Double(value.cosine * wave.re + value.sine * wave.im)
      power += Double(wave.power)
    }
    guard sum > 0, power > 0 else { return 0 }
    return Self.hypothesisBits * log10(2) - sum * sum / power / 2 * log10(M_E)
  }
}
