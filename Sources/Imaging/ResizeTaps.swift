/// How ``resize(_:to:mode:)`` finds its values.
public enum ResizeMode: Sendable, Hashable {
  /// Two taps an axis, no smoothing when shrinking.
  case bilinear
  /// Area-weighted mean when shrinking; linear between neighbours when enlarging.
  case area
  /// Four taps an axis, parameter −0.75.
  case cubic
}

/// Which source samples an output sample is made of along one axis.
package struct AxisTaps: Sendable {
  /// First index and weights of the taps of each output sample; indices are already within the source.
  package var indices: [Int32]
  package var weights: [Float]
  /// Taps per output sample.
  package let count: Int

  /// Two taps at (i + ½)·src/dst − ½; `f` is set to 0 at the edges when `flattening`.
  package static func bilinear(from source: Int, to target: Int, flattening: Bool) -> AxisTaps {
    linear(source, target, flattening: flattening) { i in
      let position = Float((Double(i) + 0.5) * Double(source) / Double(target) - 0.5)
      let index = position.rounded(.down)
      return (Int(index), position - index)
    }
  }

  /// Two taps of the area mode when an axis grows.
  package static func enlarging(from source: Int, to target: Int, flattening: Bool) -> AxisTaps {
    let scale = Double(source) / Double(target)
    return linear(source, target, flattening: flattening) { i in
      let index = (Double(i) * scale).rounded(.down)
      let fraction = Float(Double(i + 1) - (index + 1) / scale)
      return (Int(index), fraction <= 0 ? 0 : fraction - fraction.rounded(.down))
    }
  }

  private static func linear(
    _ source: Int, _ target: Int, flattening: Bool, _ position: (Int) -> (Int, Float)
  ) -> AxisTaps {
    var taps = AxisTaps(indices: [], weights: [], count: 2)
    for i in 0..<target {
      let (index, whole) = position(i)
      var fraction = whole
      if flattening, index < 0 || index >= source - 1 { fraction = 0 }
      taps.indices += [index, index + 1].map { Int32(min(max($0, 0), source - 1)) }
      taps.weights += [1 - fraction, fraction]
    }
    return taps
  }

  /// Four taps of the cubic with parameter −0.75. Positions and weights are worked out in double precision, which comes
  /// closest to the peer.
  package static func cubic(from source: Int, to target: Int) -> AxisTaps {
    let a = -0.75
    var taps = AxisTaps(indices: [], weights: [], count: 4)
    for i in 0..<target {
      let position = (Double(i) + 0.5) * Double(source) / Double(target) - 0.5
      let index = position.rounded(.down)
      let f = position - index
      let outer = ((a * (f + 1) - 5 * a) * (f + 1) + 8 * a) * (f + 1) - 4 * a
      let inner = ((a + 2) * f - (a + 3)) * f * f + 1
      let next = ((a + 2) * (1 - f) - (a + 3)) * (1 - f) * (1 - f) + 1
      taps.weights += [outer, inner, next, 1 - outer - inner - next].map { Float($0) }
      taps.indices += (-1...2).map { Int32(min(max(Int(index) + $0, 0), source - 1)) }
    }
    return taps
  }

  /// The samples under each output sample with their share of its area; as many taps as the widest needs.
  package static func area(from source: Int, to target: Int) -> AxisTaps {
    let scale = Double(source) / Double(target)
    var rows: [[(Int, Double)]] = []
    for i in 0..<target {
      let (start, end) = (Double(i) * scale, min(Double(i + 1) * scale, Double(source)))
      var row: [(Int, Double)] = []
      for j in Int(start)..<min(source, Int(end.rounded(.up))) {
        let share = min(Double(j + 1), end) - max(Double(j), start)
        if share > 1e-9 { row.append((j, share / (end - start))) }
      }
      rows.append(row)
    }
    var taps = AxisTaps(indices: [], weights: [], count: rows.map(\.count).max() ?? 1)
    for row in rows {
      for k in 0..<taps.count {
        taps.indices.append(Int32(k < row.count ? row[k].0 : row.last?.0 ?? 0))
        taps.weights.append(k < row.count ? Float(row[k].1) : 0)
      }
    }
    return taps
  }
}
