extension Frame {
  /// The frame as an 8-bit B, G, R picture, without alpha.
  public func bgrPicture() -> PixelBuffer8 { toPixelBuffer8(keepingAlpha: false).reversingChannels() }

  /// Alpha as 8 bit, one channel; nil for a frame without alpha.
  public func alphaPlane8() -> PixelBuffer8? {
    guard format.hasAlpha else { return nil }
    let whole = toPixelBuffer8()
    guard whole.channels == 4 else { return nil }
    return PixelBuffer8(
      size: size, channels: 1, samples: stride(from: 3, to: whole.samples.count, by: 4).map { whole.samples[$0] })
  }

  /// Writes alpha from 8 bit, one channel, of the frame's size. Does nothing for a frame without alpha.
  public func setAlpha(_ mask: PixelBuffer8) {
    guard format.hasAlpha, mask.size == size, mask.channels == 1 else { return }
    let isInterleaved = format.layout == .interleavedRGB
    guard let plane = isInterleaved ? planes.first : planes.last else { return }
    let (step, start) = isInterleaved ? (4, 3) : (1, 0)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let value = Int(mask.samples[y * size.width + x])
        if format.bytesPerSample == 1 {
          plane.row8(y)[x * step + start] = UInt8(value)
        } else {
          plane.row16(y)[x * step + start] = UInt16((value * format.maximum + 127) / 255)
        }
      }
    }
  }

  /// The same picture in a format with alpha, opaque; itself where there is alpha already.
  public func addingAlpha() -> Frame {
    guard !format.hasAlpha else { return self }
    let format = PixelFormat(layout: format.layout, bitDepth: format.bitDepth, hasAlpha: true)
    let result = Frame(size: size, format: format, color: color)
    let isInterleaved = format.layout == .interleavedRGB
    let bytes = format.bytesPerSample
    for (from, to) in zip(planes, result.planes) {
      for y in 0..<from.height {
        let (source, target) = (from.base + y * from.stride, to.base + y * to.stride)
        if isInterleaved {
          for x in 0..<from.width {
            (target + x * 4 * bytes).copyMemory(from: source + x * 3 * bytes, byteCount: 3 * bytes)
          }
        } else {
          target.copyMemory(from: source, byteCount: from.width * bytes)
        }
      }
    }
    result.setAlpha(PixelBuffer8(size: size, channels: 1, repeating: 255))
    return result
  }

  /// Carries a change of its 8-bit B, G, R picture over into the frame.
  ///
  /// The difference is added, so pixels that are the same in both pictures keep their bits, and 10-bit frames keep their
  /// depth where little is changed. Y'CbCr frames take it with their own matrix and range, chroma as the mean over its
  /// cell.
  ///
  /// - Parameters:
  ///   - old: what ``bgrPicture()`` gave.
  ///   - new: of the same size.
  ///   - parts: where the pictures may differ; nil = anywhere.
  public func change(from old: PixelBuffer8, to new: PixelBuffer8, in parts: [PixelRectangle]?) {
    precondition(old.size == size && new.size == size && old.channels == 3 && new.channels == 3)
    let whole = PixelRectangle(x1: 0, y1: 0, x2: size.width, y2: size.height)
    var covered = PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0)
    for part in (parts ?? [whole]) { covered = covered.union(part.clamped(to: size)) }
    guard !covered.isEmpty else { return }
    // Bands start on even rows so that no chroma cell is split between two; they keep the scratch memory small.
    let band = 64
    var scratch = [SIMD4<Float>](repeating: .zero, count: (covered.x2 - covered.x1 + 3) * (band + 4))
    for top in stride(from: covered.y1 / 2 * 2, to: covered.y2, by: band) {
      add(
        old, new, PixelRectangle(x1: covered.x1, y1: top, x2: covered.x2, y2: min(top + band, covered.y2)), &scratch)
    }
  }

  /// Adds new − old inside one rectangle, with a rim of zeros around it: two at the right and the bottom, because a
  /// patch ends a hair before its last column and row.
  private func add(_ old: PixelBuffer8, _ new: PixelBuffer8, _ part: PixelRectangle, _ scratch: inout [SIMD4<Float>]) {
    let width = part.x2 - part.x1 + 3
    let height = part.y2 - part.y1 + 3
    scratch.withUnsafeMutableBufferPointer { scratch in
      old.samples.withUnsafeBufferPointer { old in
        new.samples.withUnsafeBufferPointer { new in
          guard let change = scratch.baseAddress, let old = old.baseAddress, let new = new.baseAddress else { return }
          change.update(repeating: .zero, count: width * height)
          for y in part.y1..<part.y2 {
            let row = change + (y - part.y1 + 1) * width + 1
            let start = (y * size.width + part.x1) * 3
            for x in 0..<(part.x2 - part.x1) {
              let (before, after) = (old + start + x * 3, new + start + x * 3)
              row[x] =
                SIMD4(
                  Float(after[2]) - Float(before[2]), Float(after[1]) - Float(before[1]),
                  Float(after[0]) - Float(before[0]), 0) / 255
            }
          }
          let shift = AffineTransform(a: 1, b: 0, c: Double(1 - part.x1), d: 0, e: 1, f: Double(1 - part.y1))
          add(FramePatch(change: change, size: PixelSize(width: width, height: height), transform: shift))
        }
      }
    }
  }
}
