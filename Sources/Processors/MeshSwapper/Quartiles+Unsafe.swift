/// The quartiles of a list, between two values in proportion (numpy's default rule).
struct Quartiles {
  let low: Float
  let middle: Float
  let high: Float

  /// Reorders `values`; at least one.
  init(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let (middle, split) = Quartiles.quantile(values, 0..<count, 0.5 * Double(count - 1))
    self.middle = middle
    // In very short lists the lower quartile lies between the two values around the median.
    let lower = count < 8 ? 0..<count : 0..<(split + 1)
    let upper = count < 8 ? 0..<count : split..<count
    low = Quartiles.quantile(values, lower, 0.25 * Double(count - 1)).value
    high = Quartiles.quantile(values, upper, 0.75 * Double(count - 1)).value
  }

  /// The value at the real-valued `position` of the sorted list, of which the part `range` is already in its place.
  /// Afterwards index `rank` holds what it would hold in the sorted list, smaller values in front of it.
  private static func quantile(
    _ values: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ position: Double
  ) -> (value: Float, rank: Int) {
    let rank = min(max(Int(position), range.lowerBound), range.upperBound - 1)
    select(values, range, rank)
    let fraction = Float(position - Double(rank))
    guard fraction > 0, rank + 1 < range.upperBound else { return (values[rank], rank) }
    var next = values[rank + 1]
    for index in (rank + 1)..<range.upperBound where values[index] < next { next = values[index] }
    return (values[rank] + (next - values[rank]) * fraction, rank)
  }

  /// Hoare's selection.
  private static func select(_ values: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ rank: Int) {
    var low = range.lowerBound
    var high = range.upperBound - 1
    while low < high {
      let pivot = values[rank]
      var i = low
      var j = high
      while i <= j {
        while values[i] < pivot { i &+= 1 }
        while pivot < values[j] { j &-= 1 }
        if i <= j {
          (values[i], values[j]) = (values[j], values[i])
          i &+= 1
          j &-= 1
        }
      }
      if j < rank { low = i }
      if rank < i { high = j }
    }
  }
}
