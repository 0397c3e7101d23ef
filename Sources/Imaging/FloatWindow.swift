/// A square working picture of floats: one SIMD4 (R, G, B, 0) a pixel, 0…1 display values, row-major.
///
/// Made once per worker and reused from frame to frame: ``resize(side:)`` keeps the memory when it suffices.
public struct FloatWindow: Sendable {
  /// Edge in pixels.
  public private(set) var side: Int
  /// At least `side * side` pixels, index `y * side + x`; what lies behind is left over from larger windows.
  public var storage: [SIMD4<Float>]

  /// A window of zeros.
  public init(side: Int) {
    precondition(side >= 0, "a window's side is not negative")
    self.side = side
    storage = Array(repeating: .zero, count: side * side)
  }

  /// Changes the edge. The pixels are undefined afterwards; memory only grows.
  public mutating func resize(side: Int) {
    precondition(side >= 0, "a window's side is not negative")
    self.side = side
    if storage.count < side * side {
      storage = Array(repeating: .zero, count: side * side)
    }
  }

  @inlinable
  public subscript(x: Int, y: Int) -> SIMD4<Float> {
    get { storage[y * side + x] }
    set { storage[y * side + x] = newValue }
  }
}
