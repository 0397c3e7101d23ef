/// How the numbers of three planes become the 256 levels of a picture.
public struct PlanarBytes: Sendable, Hashable {
  /// What a network's numbers mean; numbers beyond are cut off.
  public enum Range: Sendable, Hashable {
    /// 0…1: value · 255.
    case unit
    /// −1…1: (value + 1) / 2 · 255.
    case signed
  }

  public let range: Range
  /// To the nearest level, halves to even; else fractions are cut off.
  public let rounds: Bool

  public init(_ range: Range, rounds: Bool) {
    self.range = range
    self.rounds = rounds
  }

  /// Writes `count` pixels of three channels, each from the numbers of three planes in the given order.
  public func put(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ third: UnsafePointer<Float>, count: Int,
    to pixels: UnsafeMutablePointer<UInt8>
  ) {
    // Each case for itself, so that nothing is chosen in the loop.
    switch (range, rounds) {
    case (.unit, false): row(first, second, third, count, pixels) { unit($0).rounded(.down) }
    case (.unit, true): row(first, second, third, count, pixels) { unit($0) }
    case (.signed, false): row(first, second, third, count, pixels) { signed($0).rounded(.down) }
    case (.signed, true): row(first, second, third, count, pixels) { signed($0) }
    }
  }

  /// The same mixed into what stands there: round(old · before + new · level), where the product of the level is
  /// rounded by itself, as in the peer's weighted sum.
  public func mix(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ third: UnsafePointer<Float>, count: Int,
    old: Float, new: Float, to pixels: UnsafeMutablePointer<UInt8>
  ) {
    var levels: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &levels) { levels in
      guard let levels = levels.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      var next = 0
      while next < count {
        let length = min(8, count &- next)
        put(first + next, second + next, third + next, count: length, to: levels)
        let target = pixels + 3 &* next
        for at in 0..<3 &* length {
          let sum = (Float(levels[at]) * new).addingProduct(old, Float(target[at]))
          target[at] = UInt8(truncatingIfNeeded: scalarRound(min(max(sum, 0), 255)))
        }
        next &+= 8
      }
    }
  }
}

@inline(__always)
private func unit(_ v: Float8) -> Float8 { lanesClamp(v, .zero, Float8(repeating: 1)) * 255 }

@inline(__always)
private func signed(_ v: Float8) -> Float8 {
  let one = Float8(repeating: 1)
  return (lanesClamp(v, -one, one) + one) * 0.5 * 255
}

@inline(__always)
private func row(
  _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ third: UnsafePointer<Float>, _ count: Int,
  _ pixels: UnsafeMutablePointer<UInt8>, _ level: (Float8) -> Float8
) {
  @inline(__always) func eight(_ plane: UnsafePointer<Float>, _ at: Int) -> SIMD8<UInt32> {
    let numbers = UnsafeRawPointer(plane + at).loadUnaligned(as: Float8.self)
    // A number that is none leaves bits above the byte.
    return unsafeBitCast(lanesRound(level(numbers)), to: SIMD8<UInt32>.self) & 0xFF
  }
  var next = 0
  while next &+ 8 <= count {
    let words = eight(first, next) | (eight(second, next) &<< 8) | (eight(third, next) &<< 16)
    storePixels(words, pixels + 3 &* next)
    next &+= 8
  }
  if next == count { return }
  for at in next..<count {
    let numbers = Float8(first[at], second[at], third[at], 0, 0, 0, 0, 0)
    let levels = lanesRound(level(numbers))
    for channel in 0..<3 { pixels[3 &* at &+ channel] = UInt8(truncatingIfNeeded: levels[channel]) }
  }
}
