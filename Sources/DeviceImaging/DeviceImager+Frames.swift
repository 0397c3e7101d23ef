public import Imaging
public import Inference

extension DeviceImager {
  /// Writes part of a frame, or all of it, as 8-bit B, G, R into a picture of the frame's size. As `Frame.bgrPicture`.
  public func read(
    _ frame: DeviceFrame, _ rectangle: PixelRectangle? = nil, into picture: DevicePicture, on stream: CUDAStream
  ) throws {
    try check(picture.size, frame)
    let part = clamped(rectangle, frame)
    guard !part.isEmpty else { return }
    var arguments = frame.arguments
    arguments.append(picture.bytes.address)
    arguments.append(contentsOf: [part.x1, part.y1, part.x2 - part.x1, part.y2 - part.y1].map { Int32($0) })
    try frameKernels.kernel("frame_picture").launch(
      on: stream, LaunchGrid(width: part.x2 - part.x1, height: part.y2 - part.y1), arguments)
  }

  /// Carries a change of its picture over into the frame; samples of pixels that are the same in both keep their bits.
  /// As `Frame.change(from:to:in:)`, and like it in one rectangle around all parts.
  ///
  /// - Parameters:
  ///   - old: what ``read(_:_:into:on:)`` gave.
  ///   - parts: where the pictures may differ; nil = anywhere.
  /// - Returns: what may have changed, to be downloaded.
  @discardableResult
  public func change(
    _ frame: DeviceFrame, from old: DevicePicture, to new: DevicePicture, in parts: [PixelRectangle]? = nil,
    on stream: CUDAStream
  ) throws -> PixelRectangle {
    try check(old.size, frame)
    try check(new.size, frame)
    let empty = PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0)
    let part = clamped(parts.map { $0.reduce(empty) { $0.union($1.clamped(to: frame.size)) } }, frame)
    guard !part.isEmpty else { return empty }
    var arguments = frame.arguments
    arguments.append(contentsOf: [old.bytes.address, new.bytes.address])
    arguments.append(contentsOf: [part.x1, part.y1, part.x2, part.y2].map { Int32($0) })
    try frameKernels.kernel("frame_change").launch(on: stream, cells(frame, part), arguments)
    return part
  }

  /// Pastes a window as a difference, frame + mask · (new − old). As `Frame.addDifference`.
  ///
  /// - Parameters:
  ///   - new, old: planes R, G, B of side² floats each, display values 0…1.
  ///   - mask: side² floats 0…1.
  ///   - transform: Frame → window pixels.
  /// - Returns: what may have changed, to be downloaded.
  @discardableResult
  public func addDifference(
    new: DeviceBytes, old: DeviceBytes, mask: DeviceBytes, side: Int, _ transform: AffineTransform,
    to frame: DeviceFrame, on stream: CUDAStream
  ) throws -> PixelRectangle {
    guard new.count >= 12 * side * side, old.count >= 12 * side * side, mask.count >= 4 * side * side else {
      throw InferenceError(.tensorMismatch, "Windows of side \(side) are larger than the blocks given.")
    }
    let part = reach(of: transform, side: side, in: frame.size)
    guard !part.isEmpty else { return part }
    var arguments = frame.arguments
    arguments.append(contentsOf: [new.address, old.address, mask.address])
    arguments.append(contentsOf: [transform.a, transform.b, transform.c, transform.d, transform.e, transform.f])
    arguments.append(contentsOf: [side, part.x1, part.y1, part.x2, part.y2, 0].map { Int32($0) })
    try frameKernels.kernel("frame_difference").launch(on: stream, cells(frame, part), arguments)
    return part
  }

  /// Makes a whole frame from its B, G, R picture. As `Frame(_:format:color:)`; a fourth sample of RGBA keeps its bits.
  public func write(_ picture: DevicePicture, into frame: DeviceFrame, on stream: CUDAStream) throws {
    try check(picture.size, frame)
    var arguments = frame.arguments
    arguments.append(picture.bytes.address)
    let whole = PixelRectangle(x1: 0, y1: 0, x2: frame.size.width, y2: frame.size.height)
    try frameKernels.kernel("frame_fill").launch(on: stream, cells(frame, whole), arguments)
  }

  /// Copies a Y'CbCr frame into one that keeps its chroma in another way, for example from NV12 into planes.
  ///
  /// Throws `tensorMismatch` unless both have the same size and format.
  public func repack(_ frame: DeviceFrame, into target: DeviceFrame, on stream: CUDAStream) throws {
    guard case .planarYUV = frame.format.layout, target.format == frame.format, target.size == frame.size else {
      throw InferenceError(
        .tensorMismatch, "A frame of \(frame.size) in \(frame.format) cannot be laid out as \(target.format).")
    }
    var arguments = frame.arguments
    arguments.append(target.arguments)
    try frameKernels.kernel("frame_repack").launch(
      on: stream, LaunchGrid(width: frame.size.width, height: frame.size.height), arguments)
  }

  private func check(_ size: PixelSize, _ frame: DeviceFrame) throws {
    guard size != frame.size else { return }
    throw InferenceError(.tensorMismatch, "A picture of \(size) is not one of a frame of \(frame.size).")
  }

  private func clamped(_ rectangle: PixelRectangle?, _ frame: DeviceFrame) -> PixelRectangle {
    let whole = PixelRectangle(x1: 0, y1: 0, x2: frame.size.width, y2: frame.size.height)
    return (rectangle ?? whole).clamped(to: frame.size)
  }

  /// One thread a chroma cell, or a pixel where there is no chroma of its own.
  private func cells(_ frame: DeviceFrame, _ part: PixelRectangle) -> LaunchGrid {
    var (shiftX, shiftY) = (0, 0)
    if case .planarYUV(let x, let y) = frame.format.layout { (shiftX, shiftY) = (x, y) }
    return LaunchGrid(
      width: ((part.x2 - 1) >> shiftX) - (part.x1 >> shiftX) + 1,
      height: ((part.y2 - 1) >> shiftY) - (part.y1 >> shiftY) + 1)
  }

  /// The frame's pixels that a window can lie on.
  private func reach(of transform: AffineTransform, side: Int, in size: PixelSize) -> PixelRectangle {
    let empty = PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0)
    guard side > 0, transform.determinant != 0 else { return empty }
    let back = transform.inverted
    let end = Double(side)
    let corners = [(-1.0, -1.0), (end, -1.0), (-1.0, end), (end, end)].map { x, y in
      (x: back.a * x + back.b * y + back.c, y: back.d * x + back.e * y + back.f)
    }
    guard corners.allSatisfy({ abs($0.x) < 1e9 && abs($0.y) < 1e9 }) else { return empty }
    let (xs, ys) = (corners.map(\.x), corners.map(\.y))
    return PixelRectangle(
      x1: Int((xs.min() ?? 0).rounded(.down)), y1: Int((ys.min() ?? 0).rounded(.down)),
      x2: Int((xs.max() ?? 0).rounded(.up)) + 1, y2: Int((ys.max() ?? 0).rounded(.up)) + 1
    ).clamped(to: size)
  }
}
