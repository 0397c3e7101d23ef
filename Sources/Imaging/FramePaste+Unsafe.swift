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

  private func add(_ difference: WindowDifference) {
    if format.bytesPerSample == 1 {
      add(difference, UInt8.self)
    } else {
      add(difference, UInt16.self)
    }
  }

  private func add<Sample: PairSample>(_ difference: WindowDifference, _: Sample.Type) {
    let coefficients = YUVCoefficients(format: format, color: color, height: size.height)
    let maximum = Float(format.maximum)
    switch format.layout {
    case .planarYUV(let shiftX, let shiftY):
      let paste = PlanarPaste<Sample>(
        planes: planes, shiftX: shiftX, shiftY: shiftY, columns: coefficients.columns, maximum: maximum)
      let rows = difference.rows(height: size.height)
      guard !rows.isEmpty else { return }
      for cellRow in rows.lowerBound >> shiftY...(rows.upperBound - 1) >> shiftY {
        paste.add(difference, cellRow: cellRow)
      }
    case .interleavedRGB:
      let channels = format.hasAlpha ? 4 : 3
      for y in difference.rows(height: size.height) {
        addInterleaved(difference, y, Sample.self, channels, maximum)
      }
    case .gray:
      let weights = coefficients.columns
      let luma = SIMD4(weights.red.x, weights.green.x, weights.blue.x, 0)
      for y in difference.rows(height: size.height) { addGray(difference, y, Sample.self, luma, maximum) }
    }
  }

  private func addInterleaved<Sample: PairSample>(
    _ difference: WindowDifference, _ y: Int, _: Sample.Type, _ channels: Int, _ maximum: Float
  ) {
    let row = difference.row(y)
    let line = (planes[0].base + y * planes[0].stride).assumingMemoryBound(to: Sample.self)
    for x in difference.columns(y, width: size.width) {
      let change = difference.value(row, x) * maximum
      guard any(change .!= .zero) else { continue }
      let pixel = line + x &* channels
      for channel in 0..<3 { pixel[channel].add(change[channel], maximum) }
    }
  }

  private func addGray<Sample: PairSample>(
    _ difference: WindowDifference, _ y: Int, _: Sample.Type, _ weights: SIMD4<Float>, _ maximum: Float
  ) {
    let row = difference.row(y)
    let line = (planes[0].base + y * planes[0].stride).assumingMemoryBound(to: Sample.self)
    for x in difference.columns(y, width: size.width) {
      let change = (difference.value(row, x) * weights).sum()
      if change != 0 { line[x].add(change, maximum) }
    }
  }
}

extension PairSample {
  /// Adds and rounds to nearest, within 0…maximum.
  @inline(__always)
  mutating func add(_ change: Float, _ maximum: Float) {
    let sum = Float(Int32(truncatingIfNeeded: self)) + change
    self = Self(truncatingIfNeeded: scalarRound(sum < 0 ? 0 : sum > maximum ? maximum : sum))
  }
}

/// Adds a difference to the three planes of a Y'CbCr frame, one row of chroma cells at a time.
private struct PlanarPaste<Sample: PairSample> {
  let planes: [Frame.Plane]
  let shiftX: Int
  let shiftY: Int
  /// (Y, Cb, Cr) in samples per unit of red, green and blue.
  let columns: (red: SIMD4<Float>, green: SIMD4<Float>, blue: SIMD4<Float>)
  let maximum: Float

  func add(_ difference: WindowDifference, cellRow: Int) {
    let luma = planes[0]
    let firstRow = cellRow << shiftY
    let lastRow = min(firstRow + (1 << shiftY), luma.height)
    var low = luma.width
    var high = 0
    for y in firstRow..<lastRow {
      let range = difference.columns(y, width: luma.width)
      if !range.isEmpty { (low, high) = (min(low, range.lowerBound), max(high, range.upperBound)) }
    }
    guard low < high else { return }
    let cb = line(planes[1], cellRow)
    let cr = line(planes[2], cellRow)
    for cell in low >> shiftX...(high - 1) >> shiftX {
      let firstColumn = cell << shiftX
      let lastColumn = min(firstColumn &+ (1 << shiftX), luma.width)
      var sum = SIMD4<Float>.zero
      for y in firstRow..<lastRow {
        let row = difference.row(y)
        let samples = line(luma, y)
        for x in firstColumn..<lastColumn {
          let rgb = difference.value(row, x)
          let change = columns.red * rgb.x + columns.green * rgb.y + columns.blue * rgb.z
          if change.x != 0 { samples[x].add(change.x, maximum) }
          sum += change
        }
      }
      guard any(sum .!= .zero) else { continue }
      let count = Float((lastRow &- firstRow) &* (lastColumn &- firstColumn))
      cb[cell].add(sum.y / count, maximum)
      cr[cell].add(sum.z / count, maximum)
    }
  }

  @inline(__always)
  private func line(_ plane: Frame.Plane, _ y: Int) -> UnsafeMutablePointer<Sample> {
    (plane.base + y &* plane.stride).assumingMemoryBound(to: Sample.self)
  }
}
