extension PixelBuffer8 {
  /// The same picture with the first and the third channel exchanged: R, G, B (and A) ↔ B, G, R (and A).
  ///
  /// A picture of another number of channels comes back as it is.
  public func reversingChannels() -> PixelBuffer8 {
    guard channels == 3 || channels == 4 else { return self }
    var result = self
    result.samples.withUnsafeMutableBufferPointer { samples in
      guard let base = samples.baseAddress else { return }
      var at = base
      for _ in 0..<size.area {
        let first = at[0]
        at[0] = at[2]
        at[2] = first
        at += channels
      }
    }
    return result
  }
}
