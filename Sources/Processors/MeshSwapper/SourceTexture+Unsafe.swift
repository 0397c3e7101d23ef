import Imaging

/// A picture for fetching from: 8-bit R, G, B, 0, one more column and row that repeat the edge, so that the right and
/// lower neighbour of every place can be read. Never changes once made.
package final class SourceTexture: @unchecked Sendable {
  package let width: Int
  package let height: Int
  /// Pixels from one row to the next.
  package let stride: Int
  package let base: UnsafePointer<UInt32>
  private let memory: Scratch<UInt32>

  /// - Parameter pixel: R, G, B of a place, 0…255.
  init(width: Int, height: Int, pixel: (_ x: Int, _ y: Int) -> SIMD4<UInt8>) {
    self.width = width
    self.height = height
    stride = width + 1
    // A fetch reads two pixels at once, at most one beyond the last column: one spare pixel behind the last row.
    memory = Scratch((width + 1) * (height + 1) + 1)
    for y in 0...height {
      for x in 0...width {
        let value = pixel(min(x, width - 1), min(y, height - 1))
        memory.base[y * stride + x] = unsafeBitCast(value, to: UInt32.self)
      }
    }
    base = UnsafePointer(memory.base)
  }

  /// Bilinear value, 0…255, `fx` and `fy` of the way from the pixel at `offset` to its right and lower neighbours.
  @inline(__always)
  static func fetch(_ base: UnsafePointer<UInt32>, _ offset: Int, _ stride: Int, _ fx: Float, _ fy: Float) -> Float4 {
    let upper = lanesFloat(UnsafeRawPointer(base + offset).loadUnaligned(as: SIMD8<UInt8>.self))
    let lower = lanesFloat(UnsafeRawPointer(base + (offset &+ stride)).loadUnaligned(as: SIMD8<UInt8>.self))
    let pair = upper.addingProduct(lower - upper, Float8(repeating: fy))
    return pair.lowHalf.addingProduct(pair.highHalf - pair.lowHalf, Float4(repeating: fx))
  }
}
