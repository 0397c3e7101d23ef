import Imaging

/// Where eight pixels of a row that begin at a place of the 112×112 values all come out as 0 or all as 1, so that they need
/// not be worked out: most of a face is either.
final class SoftReach {
  private static let stride = 128
  private static let isEmpty: UInt8 = 1
  private static let isFull: UInt8 = 2
  private static let last = Float(NetSamples.side - 1)
  /// From here on a value counts as 1; the difference is a sixteenth of an 8-bit step.
  private static let full: Float = 1 - 1 / 4096
  /// Eight pixels of the smallest window reach over as many values.
  private static let longest = 16

  private let flags = Scratch<UInt8>(SoftReach.stride * (NetSamples.side + SoftReach.longest))
  private let rows = Scratch<UInt8>(SoftReach.stride * (NetSamples.side + SoftReach.longest))

  /// - Parameters:
  ///   - soft: values as ``SoftRow`` reads them.
  ///   - transform: area → places on the values.
  ///   - least: values below come out as 0.
  func fill(_ soft: UnsafePointer<Float>, transform: AffineTransform, least: Float) {
    let side = NetSamples.side
    func length(_ step: Double) -> Int { Int(min((7 * abs(step)).rounded(.up), 1e3)) + 2 }
    let (width, height) = (length(transform.a), length(transform.d))
    let count = SoftReach.stride * (side + SoftReach.longest)
    flags.base.update(repeating: 0, count: count)
    guard max(width, height) <= SoftReach.longest else { return }
    rows.base.update(repeating: 0, count: count)
    for y in 0..<side {
      let (values, row) = (soft + y * SoftRow.stride, flags.base + y * SoftReach.stride)
      for x in 0..<side {
        row[x] = values[x] >= SoftReach.full ? SoftReach.isFull : values[x] < least ? SoftReach.isEmpty : 0
      }
    }
    for y in 0..<side {
      let place = y * SoftReach.stride
      merge(flags.base + place, step: 1, count: width, into: rows.base + place)
    }
    for y in 0..<side {
      let place = y * SoftReach.stride
      merge(rows.base + place, step: SoftReach.stride, count: height, into: flags.base + place)
    }
  }

  /// What `count` neighbours of each value have in common; behind the last value nothing is.
  private func merge(
    _ from: UnsafePointer<UInt8>, step: Int, count: Int, into result: UnsafeMutablePointer<UInt8>
  ) {
    result.update(from: from, count: NetSamples.side)
    for neighbour in 1..<count {
      let other = from + neighbour * step
      for x in 0..<NetSamples.side { result[x] &= other[x] }
    }
  }

  /// The one value of eight pixels, the first of which lies at a place and the others a step apart; nil when they have to
  /// be worked out.
  @inline(__always)
  func value(lineX: Float, lineY: Float, _ stepX: Float, _ stepY: Float) -> Float? {
    // Half a value lower and rounded is the whole part.
    let x = clamp(stepX < 0 ? lineX + 7 * stepX : lineX, 0, SoftReach.last)
    let y = clamp(stepY < 0 ? lineY + 7 * stepY : lineY, 0, SoftReach.last)
    let place = roundToInt(y - 0.5) &* SoftReach.stride &+ roundToInt(x - 0.5)
    let flag = flags.base[place]
    return flag == 0 ? nil : flag == SoftReach.isFull ? 1 : 0
  }
}
