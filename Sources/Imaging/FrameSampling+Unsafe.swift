extension Frame {
  /// Samples the window of side S that `m` cuts out of the frame: bilinear, replicated border.
  ///
  /// `m` maps frame to window pixels; a singular matrix repeats one pixel. The result is R'G'B' 0…1, clamped.
  public func sample(_ m: AffineTransform, into window: inout FloatWindow) {
    let size = PixelSize(width: window.side, height: window.side)
    guard size.area > 0 else { return }
    window.storage.withUnsafeMutableBufferPointer { storage in
      guard let base = storage.baseAddress else { return }
      read(m.inverted, size, border: .replicate, into: WindowSink(base: base))
    }
  }

  /// Writes the crop that `m` cuts out as a tensor of 3 · width · height floats: display value (0…255) · scale + bias.
  ///
  /// `scale` and `bias` have one value a channel, in the tensor's channel order. Bilinear; outside the frame the
  /// value is that of black (`.constant`) or of the edge (`.replicate`).
  public func sampleTensor(
    _ m: AffineTransform, size: PixelSize, order: ChannelOrder = .rgb, layout: TensorLayout = .planar,
    scale: SIMD3<Float>, bias: SIMD3<Float>, border: BorderMode = .replicate, into tensor: UnsafeMutablePointer<Float>
  ) {
    guard size.width > 0, size.height > 0 else { return }
    let sink = TensorSink(
      base: tensor, area: size.area, order: order, layout: layout, scale: scale * 255, bias: bias)
    read(m.inverted, size, border: border, into: sink)
  }

  /// The same with one scale and one bias for all channels.
  public func sampleTensor(
    _ m: AffineTransform, size: PixelSize, order: ChannelOrder = .rgb, layout: TensorLayout = .planar,
    scale: Float, bias: Float = 0, border: BorderMode = .replicate, into tensor: UnsafeMutablePointer<Float>
  ) {
    sampleTensor(
      m, size: size, order: order, layout: layout, scale: SIMD3(repeating: scale), bias: SIMD3(repeating: bias),
      border: border, into: tensor)
  }

  /// The same into a buffer, which must hold at least 3 · width · height floats.
  public func sampleTensor(
    _ m: AffineTransform, size: PixelSize, order: ChannelOrder = .rgb, layout: TensorLayout = .planar,
    scale: SIMD3<Float>, bias: SIMD3<Float>, border: BorderMode = .replicate,
    into tensor: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(tensor.count >= 3 * size.area, "the tensor is smaller than the crop")
    guard let base = tensor.baseAddress else { return }
    sampleTensor(
      m, size: size, order: order, layout: layout, scale: scale, bias: bias, border: border, into: base)
  }

  /// Chooses the compiled path for this frame's format.
  func read(_ inverse: AffineTransform, _ size: PixelSize, border: BorderMode, into sink: some LaneSink) {
    guard self.size.width > 0, self.size.height > 0 else { return }
    let thick = thickened()
    let crop = Crop(inverse: inverse.isWithinReach ? inverse : .nowhere, size: size, border: border, frame: self.size)
    if format.bytesPerSample == 1 {
      thick.read(UInt8.self, crop, sink)
    } else {
      thick.read(UInt16.self, crop, sink)
    }
    withExtendedLifetime(thick) {}
  }

  /// What is to be read, with the size of the frame whose border counts.
  private struct Crop {
    let inverse: AffineTransform
    let size: PixelSize
    let border: BorderMode
    let frame: PixelSize

    func run(_ source: some LaneSource, _ sink: some LaneSink) {
      switch border {
      case .replicate: resample(source, inverse, size, into: sink)
      case .constant: resample(CoveredSource(source, size: frame), inverse, size, covered: frame, into: sink)
      }
    }
  }

  private func read<Sample: PairSample>(_: Sample.Type, _ crop: Crop, _ sink: some LaneSink) {
    let coefficients = YUVCoefficients(format: format, color: color, height: crop.frame.height)
    switch format.layout {
    case .planarYUV(let shiftX, let shiftY):
      crop.run(PlanarSource<Sample>(planes, shiftX: shiftX, shiftY: shiftY, coefficients: coefficients), sink)
    case .interleavedRGB:
      let channels = format.hasAlpha ? 4 : 3
      crop.run(InterleavedSource<Sample>(planes[0], channels: channels, maximum: format.maximum), sink)
    case .gray:
      crop.run(GraySource<Sample>(planes[0], coefficients: coefficients), sink)
    }
  }

  /// The frame itself, or, when a plane is one sample wide or high, a copy grown by repeating the edge, so that a
  /// bilinear fetch always has a right and a lower neighbour.
  private func thickened() -> Frame {
    guard planes.contains(where: { $0.width < 2 || $0.height < 2 }) else { return self }
    var unit = 2
    if case .planarYUV(let shiftX, let shiftY) = format.layout { unit = 2 << max(shiftX, shiftY) }
    let grown = PixelSize(width: max(size.width, unit), height: max(size.height, unit))
    let copy = Frame(size: grown, format: format, color: color)
    let channels = format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1
    let pixelBytes = format.bytesPerSample * channels
    for (from, to) in zip(planes, copy.planes) {
      for y in 0..<to.height {
        let source = from.base + min(y, from.height - 1) * from.stride
        let target = to.base + y * to.stride
        for x in 0..<to.width {
          (target + x * pixelBytes).copyMemory(
            from: source + min(x, from.width - 1) * pixelBytes, byteCount: pixelBytes)
        }
      }
    }
    return copy
  }
}

extension AffineTransform {
  /// Maps everything onto the origin.
  static let nowhere = AffineTransform(a: 0, b: 0, c: 0, d: 0, e: 0, f: 0)

  /// Whether positions stay finite in single precision; NaN would slip through a clamp.
  var isWithinReach: Bool { [a, b, c, d, e, f].allSatisfy { abs($0) < 1e12 } }
}
