public import Imaging
public import Inference

extension DeviceFrame {
  /// Copies a host frame of the same size and format onto the card; alpha is left out.
  ///
  /// The host's memory may be used again at once, unless it is pinned.
  public func upload(_ frame: Frame, on stream: CUDAStream) throws {
    try check(frame)
    for (plane, target) in zip(frame.planes, planes) {
      try stream.uploadRows(
        UnsafeRawPointer(plane.base), pitch: plane.stride, to: target.bytes, targetPitch: target.pitch,
        RowLayout(rowBytes: target.width * step * format.bytesPerSample, rows: target.height))
    }
  }

  /// Copies the frame, or the rectangle, from the card into a host frame of the same size and format; its alpha stays.
  /// Whole chroma cells are copied. The host's planes hold it when the stream has been waited for.
  public func download(_ rectangle: PixelRectangle? = nil, into frame: Frame, on stream: CUDAStream) throws {
    try check(frame)
    let whole = PixelRectangle(x1: 0, y1: 0, x2: size.width, y2: size.height)
    let part = (rectangle ?? whole).clamped(to: size)
    guard !part.isEmpty else { return }
    var (shiftX, shiftY) = (0, 0)
    if case .planarYUV(let x, let y) = format.layout { (shiftX, shiftY) = (x, y) }
    let bytes = step * format.bytesPerSample
    for (index, (plane, source)) in zip(frame.planes, planes).enumerated() {
      let (x, y) = index == 0 ? (0, 0) : (shiftX, shiftY)
      // Whole cells in all planes.
      let unitX = index == 0 ? (1 << shiftX) : 1
      let unitY = index == 0 ? (1 << shiftY) : 1
      let left = (part.x1 >> x) / unitX * unitX
      let top = (part.y1 >> y) / unitY * unitY
      let right = min(((-(-part.x2 >> x)) + unitX - 1) / unitX * unitX, source.width)
      let bottom = min(((-(-part.y2 >> y)) + unitY - 1) / unitY * unitY, source.height)
      try stream.downloadRows(
        source.bytes.dropFirst(top * source.pitch + left * bytes), sourcePitch: source.pitch,
        to: plane.base + top * plane.stride + left * bytes, pitch: plane.stride,
        RowLayout(rowBytes: (right - left) * bytes, rows: bottom - top))
    }
  }

  private func check(_ frame: Frame) throws {
    guard frame.size == size, frame.format == format, packing == .planes else {
      throw InferenceError(
        .tensorMismatch, "A frame of \(frame.size) in \(frame.format) is not one of \(size) in \(format), \(packing).")
    }
  }
}

extension DeviceFramePool {
  /// Puts a host frame onto the card and makes it the frame's `device`; other streams wait for the copy.
  @discardableResult
  public func attach(_ frame: Frame, on stream: CUDAStream) throws -> DeviceFrame {
    let device = try self.frame(size: frame.size, format: frame.format, color: frame.color)
    try device.upload(frame, on: stream)
    try device.markWritten(on: stream)
    frame.device = device
    return device
  }
}
