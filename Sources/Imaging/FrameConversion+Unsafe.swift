extension Frame {
  /// The frame as 8-bit R, G, B, or R, G, B, A when it has alpha and `keepingAlpha` is set; rounded to nearest.
  ///
  /// Chroma is interpolated as in ``sample(_:into:)``.
  public func toPixelBuffer8(keepingAlpha: Bool = true) -> PixelBuffer8 {
    let channels = format.hasAlpha && keepingAlpha ? 4 : 3
    var buffer = PixelBuffer8(size: size, channels: channels, repeating: 0)
    guard size.area > 0 else { return buffer }
    buffer.samples.withUnsafeMutableBufferPointer { samples in
      guard let base = samples.baseAddress else { return }
      read(.identity, size, border: .replicate, into: ByteSink(base: base, channels: channels))
      if channels == 4 { copyAlpha(to: base + 3, step: 4) }
    }
    return buffer
  }

  private func copyAlpha(to target: UnsafeMutablePointer<UInt8>, step: Int) {
    let isInterleaved = format.layout == .interleavedRGB
    guard let plane = isInterleaved ? planes.first : planes.last else { return }
    let (distance, start) = isInterleaved ? (4, 3) : (1, 0)
    let maximum = format.maximum
    for y in 0..<size.height {
      for x in 0..<size.width {
        let at = x * distance + start
        let value = format.bytesPerSample == 1 ? Int(plane.row8(y)[at]) : Int(plane.row16(y)[at])
        target[(y * size.width + x) * step] = UInt8((value * 255 + maximum / 2) / maximum)
      }
    }
  }

  /// A frame of `format` made from 8-bit grey (1 channel), R, G, B (3) or R, G, B, A (4) pixels.
  ///
  /// Y'CbCr planes are made with the matrix and range of `color`, chroma as the mean over its cell, all rounded to
  /// nearest. Alpha is 255 where the buffer has none.
  public convenience init(_ buffer: PixelBuffer8, format: PixelFormat, color: ColorDescription = .init()) {
    precondition([1, 3, 4].contains(buffer.channels), "a picture has 1, 3 or 4 channels")
    self.init(size: buffer.size, format: format, color: color)
    if format.bytesPerSample == 1 {
      fill(from: buffer, UInt8.self)
    } else {
      fill(from: buffer, UInt16.self)
    }
  }

  /// A frame with the buffer's own channels: 8-bit grey, RGB or RGBA, full range.
  public convenience init(_ buffer: PixelBuffer8) {
    let layout: PixelFormat.Layout = buffer.channels == 1 ? .gray : .interleavedRGB
    self.init(
      buffer, format: PixelFormat(layout: layout, bitDepth: 8, hasAlpha: buffer.channels == 4),
      color: ColorDescription(isFullRange: true))
  }

  private func fill<Sample: PairSample>(from buffer: PixelBuffer8, _: Sample.Type) {
    let coefficients = YUVCoefficients(format: format, color: color, height: size.height)
    let maximum = Float(format.maximum)
    switch format.layout {
    case .interleavedRGB:
      let channels = format.hasAlpha ? 4 : 3
      forEachPixel(buffer) { x, y, pixel in
        let line = self.line(0, y, Sample.self) + x * channels
        for channel in 0..<channels { line[channel] = Sample(nearest: pixel[channel] * maximum, maximum) }
      }
    case .gray:
      let weights = SIMD4(
        coefficients.columns.red.x, coefficients.columns.green.x, coefficients.columns.blue.x, 0)
      forEachPixel(buffer) { x, y, pixel in
        let luma = (pixel * weights).sum() + coefficients.lumaOffset
        self.line(0, y, Sample.self)[x] = Sample(nearest: luma, maximum)
        if self.format.hasAlpha { self.line(1, y, Sample.self)[x] = Sample(nearest: pixel.w * maximum, maximum) }
      }
    case .planarYUV(let shiftX, let shiftY):
      fillPlanar(buffer, Sample.self, shiftX, shiftY, coefficients)
    }
  }

  private func fillPlanar<Sample: PairSample>(
    _ buffer: PixelBuffer8, _: Sample.Type, _ shiftX: Int, _ shiftY: Int, _ coefficients: YUVCoefficients
  ) {
    let maximum = Float(format.maximum)
    let columns = coefficients.columns
    let chroma = planes[1]
    var sums = [SIMD4<Float>](repeating: .zero, count: chroma.width * chroma.height)
    forEachPixel(buffer) { x, y, pixel in
      let yuv = columns.red * pixel.x + columns.green * pixel.y + columns.blue * pixel.z
      self.line(0, y, Sample.self)[x] = Sample(nearest: yuv.x + coefficients.lumaOffset, maximum)
      if self.format.hasAlpha { self.line(3, y, Sample.self)[x] = Sample(nearest: pixel.w * maximum, maximum) }
      sums[(y >> shiftY) * chroma.width + (x >> shiftX)] += SIMD4(yuv.y, yuv.z, 1, 0)
    }
    for y in 0..<chroma.height {
      for x in 0..<chroma.width {
        let sum = sums[y * chroma.width + x]
        self.line(1, y, Sample.self)[x] = Sample(nearest: sum.x / sum.z + coefficients.chromaOffset, maximum)
        self.line(2, y, Sample.self)[x] = Sample(nearest: sum.y / sum.z + coefficients.chromaOffset, maximum)
      }
    }
  }

  private func line<Sample>(_ plane: Int, _ y: Int, _: Sample.Type) -> UnsafeMutablePointer<Sample> {
    (planes[plane].base + y * planes[plane].stride).assumingMemoryBound(to: Sample.self)
  }

  /// Calls `body` with each pixel as R, G, B, A, 0…1.
  private func forEachPixel(_ buffer: PixelBuffer8, _ body: (Int, Int, SIMD4<Float>) -> Void) {
    let channels = buffer.channels
    buffer.samples.withUnsafeBufferPointer { samples in
      for y in 0..<buffer.height {
        for x in 0..<buffer.width {
          let at = (y * buffer.width + x) * channels
          let (green, blue) = channels == 1 ? (at, at) : (at + 1, at + 2)
          let alpha: Float = channels == 4 ? Float(samples[at + 3]) : 255
          body(x, y, SIMD4(Float(samples[at]), Float(samples[green]), Float(samples[blue]), alpha) / 255)
        }
      }
    }
  }
}
