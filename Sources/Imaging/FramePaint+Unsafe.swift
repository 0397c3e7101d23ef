/// A display colour, 8 bit a channel.
public struct DrawColor: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }
}

/// A colour in the samples of one frame: R, G, B or Y, Cb, Cr or luma alone.
struct FramePaint {
  let samples: SIMD3<Int32>

  init(_ color: DrawColor, frame: Frame) {
    let rgb = SIMD3(Float(color.red), Float(color.green), Float(color.blue)) / 255
    let maximum = Float(frame.format.maximum)
    let coefficients = YUVCoefficients(format: frame.format, color: frame.color, height: frame.size.height)
    let columns = coefficients.columns
    let yuv = columns.red * rgb.x + columns.green * rgb.y + columns.blue * rgb.z
    let values =
      frame.format.layout == .interleavedRGB
      ? rgb * maximum
      : SIMD3(
        yuv.x + coefficients.lumaOffset, yuv.y + coefficients.chromaOffset, yuv.z + coefficients.chromaOffset)
    samples = SIMD3(Int32(values.x.rounded()), Int32(values.y.rounded()), Int32(values.z.rounded()))
      .clamped(lowerBound: .zero, upperBound: SIMD3(repeating: Int32(maximum)))
  }
}

extension Frame {
  /// Paints the pixels `columns` of row `y`, as far as they lie in the frame. A chroma cell takes the colour as soon as
  /// one of its pixels is painted. Alpha stays.
  func paint(_ paint: FramePaint, row y: Int, columns: ClosedRange<Int>) {
    let first = max(columns.lowerBound, 0)
    let last = min(columns.upperBound, size.width - 1)
    guard y >= 0, y < size.height, first <= last else { return }
    if format.bytesPerSample == 1 {
      write(paint, y, first, last, UInt8.self)
    } else {
      write(paint, y, first, last, UInt16.self)
    }
  }

  private func write<Sample: PairSample>(_ paint: FramePaint, _ y: Int, _ first: Int, _ last: Int, _: Sample.Type) {
    func line(_ plane: Int, _ row: Int) -> UnsafeMutablePointer<Sample> {
      (planes[plane].base + row * planes[plane].stride).assumingMemoryBound(to: Sample.self)
    }
    let values = (0..<3).map { Sample(truncatingIfNeeded: paint.samples[$0]) }
    switch format.layout {
    case .interleavedRGB:
      let channels = format.hasAlpha ? 4 : 3
      let pixels = line(0, y)
      for x in first...last { for channel in 0..<3 { pixels[x * channels + channel] = values[channel] } }
    case .gray:
      line(0, y).advanced(by: first).update(repeating: values[0], count: last - first + 1)
    case .planarYUV(let shiftX, let shiftY):
      line(0, y).advanced(by: first).update(repeating: values[0], count: last - first + 1)
      let cells = (first >> shiftX)...(last >> shiftX)
      for plane in 1...2 {
        line(plane, y >> shiftY).advanced(by: cells.lowerBound).update(repeating: values[plane], count: cells.count)
      }
    }
  }
}
