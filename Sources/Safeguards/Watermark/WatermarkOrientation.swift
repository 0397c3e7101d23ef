/// How a picture may have been turned or mirrored since it was marked: what became of a wave (k, l).
enum WatermarkOrientation: CaseIterable {
  case same, mirroredAcross, mirroredDown, turnedAround
  case transposed, turnedLeft, turnedRight, transverse

  func map(_ k: Int, _ l: Int) -> (k: Int, l: Int) {
    switch self {
    case .same: (k, l)
    case .mirroredAcross: (-k, l)
    case .mirroredDown: (k, -l)
    case .turnedAround: (-k, -l)
    case .transposed: (l, k)
    case .turnedLeft: (l, -k)
    case .turnedRight: (-l, k)
    case .transverse: (-l, -k)
    }
  }

  /// Puts the waves seen in a picture where they were when it was marked. The place of the tile, which the turn moves
  /// too, is still to be found.
  func restore(_ seen: [Wave]) -> [Wave] {
    WatermarkChips.waves.map { wave in
      let (k, l) = map(wave.k, wave.l)
      // A real picture has at (-k, -l) the conjugate of (k, l).
      if let index = Self.indices[Self.place(k, l)] { return seen[index] }
      return Self.indices[Self.place(-k, -l)].map { seen[$0].conjugate } ?? Wave(re: 0, im: 0)
    }
  }

  private static func place(_ k: Int, _ l: Int) -> Int { l * 64 + k }

  private static let indices = Dictionary(
    uniqueKeysWithValues: WatermarkChips.waves.enumerated().map { (place($0.element.k, $0.element.l), $0.offset) })
}
