extension Frame {
  /// Pastes a window as a difference: frame + mask · (new − old).
  ///
  /// `m` maps frame to window pixels. `new` and `old` hold display values 0…1, `mask` one value 0…1 a window pixel
  /// (row-major, side · side). The three are sampled bilinearly at `m` of each frame pixel; outside the window the
  /// mask is 0. Only the window's box is touched; pixels where the mask is 0 keep their bits, alpha always does.
  /// Y'CbCr frames get the difference through their own matrix and range: luma at full resolution, chroma with the
  /// mean over the luma samples of its cell. Results are rounded to nearest and clamped to the sample's range.
  public func addDifference(new: FloatWindow, old: FloatWindow, mask: [Float], _ m: AffineTransform) {
    precondition(new.side == old.side, "both windows have one size")
    precondition(mask.count >= new.side * new.side, "the mask covers the window")
    guard new.side > 0, m.determinant != 0, size.width > 0, size.height > 0 else { return }
    new.storage.withUnsafeBufferPointer { newPixels in
      old.storage.withUnsafeBufferPointer { oldPixels in
        mask.withUnsafeBufferPointer { maskValues in
          guard let newBase = newPixels.baseAddress, let oldBase = oldPixels.baseAddress,
            let maskBase = maskValues.baseAddress
          else { return }
          add(WindowDifference(new: newBase, old: oldBase, mask: maskBase, side: new.side, m: m))
        }
      }
    }
  }

  /// Adds any change to whatever format the frame has.
  func add(_ difference: some FrameChange) {
    let rows = difference.rows(height: size.height)
    guard !rows.isEmpty else { return }
    withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 8) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      if format.bytesPerSample == 1 {
        add(difference, rows, scratch, UInt8.self)
      } else {
        add(difference, rows, scratch, UInt16.self)
      }
    }
  }

  private func add<Sample: PairSample>(
    _ difference: some FrameChange, _ rows: Range<Int>, _ scratch: UnsafeMutablePointer<SIMD4<Float>>, _: Sample.Type
  ) {
    let coefficients = YUVCoefficients(format: format, color: color, height: size.height)
    let maximum = Float(format.maximum)
    switch format.layout {
    case .planarYUV(let shiftX, let shiftY):
      let width = planes[1].width &+ 16
      func paste(_ sums: UnsafeMutablePointer<Float>) {
        let paste = PlanarPaste<Sample>(
          planes: planes, shiftX: shiftX, shiftY: shiftY, columns: coefficients.columns, maximum: maximum,
          scratch: scratch, cb: sums, cr: sums + width)
        for cellRow in rows.lowerBound >> shiftY...(rows.upperBound - 1) >> shiftY {
          paste.add(difference, cellRow: cellRow)
        }
      }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width) { sums in
        if let sums = sums.baseAddress { paste(sums) }
      }
    case .interleavedRGB:
      let paste = PackedPaste<Sample>(
        plane: planes[0], channels: format.hasAlpha ? 4 : 3, maximum: maximum, scratch: scratch)
      for y in rows { paste.addColor(difference, y) }
    case .gray:
      let paste = PackedPaste<Sample>(plane: planes[0], channels: 1, maximum: maximum, scratch: scratch)
      let weights = coefficients.columns
      for y in rows { paste.addLuma(difference, y, weights.red.x, weights.green.x, weights.blue.x) }
    }
  }
}
