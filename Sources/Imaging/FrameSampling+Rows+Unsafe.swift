extension Frame {
  /// Samples part of the window of side S that `m` cuts out of the frame, like ``sample(_:into:)``.
  ///
  /// `columns` has one range a row; pixels outside them (but for a few next to them) keep what they held. Rows without
  /// an entry are left out.
  public func sample(_ m: AffineTransform, into window: inout FloatWindow, columns: [Range<Int>]) {
    let size = PixelSize(width: window.side, height: min(window.side, columns.count))
    guard size.area > 0 else { return }
    columns.withUnsafeBufferPointer { columns in
      window.storage.withUnsafeMutableBufferPointer { storage in
        guard let base = storage.baseAddress, let ranges = columns.baseAddress else { return }
        let sink = WindowRowsSink(window: WindowSink(base: base), ranges: ranges)
        read(m.inverted, size, border: .replicate, into: sink)
      }
    }
  }
}

/// A window of which only some columns of each row are wanted.
private struct WindowRowsSink: LaneSink {
  let window: WindowSink
  let ranges: UnsafePointer<Range<Int>>

  @inline(__always)
  func store(_ lanes: RGBLanes, pixel: Int, count: Int) { window.store(lanes, pixel: pixel, count: count) }

  @inline(__always)
  func columns(row: Int, width: Int) -> Range<Int> { ranges[row].clamped(to: 0..<width) }
}
