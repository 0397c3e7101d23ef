/// Adds a piece of one line of the mark: sample + tile · strength, in steps of 2^-16 of the whole range, rounded. A tile
/// times a strength is between -8128 and 8128. Written so that the compiler takes many samples at once.
enum WatermarkKernels {
  static func add8(
    _ samples: UnsafeMutablePointer<UInt8>, _ tile: UnsafePointer<Int16>, _ strength: UnsafePointer<Int16>, _ count: Int
  ) {
    var x = 0
    while x < count {
      let value = Int16(samples[x]) &+ ((tile[x] &* strength[x] &+ 128) &>> 8)
      samples[x] = UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
      x &+= 1
    }
  }

  /// Samples of 9 to 14 bits.
  static func add14(
    _ samples: UnsafeMutablePointer<UInt16>, _ tile: UnsafePointer<Int16>, _ strength: UnsafePointer<Int16>,
    _ count: Int, _ shift: Int, _ maximum: Int
  ) {
    let (half, shift, maximum) = (Int16(1 << (shift - 1)), Int16(shift), Int16(maximum))
    var x = 0
    while x < count {
      let change = (tile[x] &* strength[x] &+ half) &>> shift
      let value = Int16(truncatingIfNeeded: samples[x]) &+ change
      samples[x] = UInt16(truncatingIfNeeded: value < 0 ? 0 : value > maximum ? maximum : value)
      x &+= 1
    }
  }

  static func add16(
    _ samples: UnsafeMutablePointer<UInt16>, _ tile: UnsafePointer<Int16>, _ strength: UnsafePointer<Int16>,
    _ count: Int, _ shift: Int, _ maximum: Int
  ) {
    let (half, shift, maximum) = (Int32(shift == 0 ? 0 : 1 << (shift - 1)), Int32(shift), Int32(maximum))
    var x = 0
    while x < count {
      let value = Int32(samples[x]) &+ ((Int32(tile[x]) &* Int32(strength[x]) &+ half) &>> shift)
      samples[x] = UInt16(truncatingIfNeeded: value < 0 ? 0 : value > maximum ? maximum : value)
      x &+= 1
    }
  }
}
