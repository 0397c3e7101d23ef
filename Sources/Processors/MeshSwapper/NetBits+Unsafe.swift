/// A picture of 112×112 bits, one row a 128-bit number (bit x = column x): masks and their erosions in a few operations.
struct NetBits {
  static let side = 112
  private static let rowMask = (UInt128(1) << 112) - 1

  let rows: UnsafeMutablePointer<UInt128>

  func clear() { rows.update(repeating: 0, count: NetBits.side) }

  func fill(_ polygon: PolygonFill, crossings: UnsafeMutablePointer<Float>) {
    for row in polygon.rows(limit: NetBits.side) {
      polygon.runs(row: row, side: NetBits.side, crossings: crossings) { run in
        set(run, row: row)
      }
    }
  }

  @inline(__always)
  func set(_ columns: Range<Int>, row: Int) {
    rows[row] |= ((UInt128(1) << UInt128(columns.count)) - 1) << UInt128(columns.lowerBound)
  }

  @inline(__always)
  func isSet(_ x: Int, _ y: Int) -> Bool { rows[y] >> UInt128(x) & 1 == 1 }

  /// Bits whose whole 3×3 neighbourhood is set; outside counts as unset.
  func eroded3(into result: NetBits) {
    eroded(reach: NetBits.squareReach, into: result)
  }

  /// Bits whose whole neighbourhood with dx² + dy² ≤ 27 is set; outside counts as unset.
  func erodedDisc(into result: NetBits) {
    eroded(reach: NetBits.discReach, into: result)
  }

  private static let squareReach = [1, 1]
  /// Half the width of the disc dx² + dy² ≤ 27 at |dy| = 0…5.
  private static let discReach = [5, 5, 4, 4, 3, 1]

  /// `reach[|dy|]` columns to each side must be set in the row `dy` away.
  private func eroded(reach: [Int], into result: NetBits) {
    for y in 0..<NetBits.side {
      var bits = NetBits.rowMask
      for dy in (1 - reach.count)..<reach.count where bits != 0 {
        let row = y + dy
        bits &= row >= 0 && row < NetBits.side ? NetBits.narrowed(rows[row], by: reach[abs(dy)]) : 0
      }
      result.rows[y] = bits
    }
  }

  /// Bits with `reach` set neighbours on both sides.
  @inline(__always)
  private static func narrowed(_ row: UInt128, by reach: Int) -> UInt128 {
    var bits = row
    for _ in 0..<reach { bits &= (bits << 1) & (bits >> 1) }
    return bits
  }
}
