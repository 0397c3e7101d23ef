public import Imaging
import Inference

extension DeviceFrame: FrameDevice {
  /// Copies a part into the planes of a host frame of the same size and format, in one copy, and waits for it.
  ///
  /// Throws `tensorMismatch` for other frames, and when the memory is somebody else's.
  public func bring(_ part: PixelRectangle, to frame: Frame) throws {
    let block = try check(frame)
    try transfer?.download(self, block, part, into: frame)
  }

  public func lumaThumbnail(columns: Int, rows: Int) -> [UInt8]? {
    transfer?.lumaThumbnail(of: self, columns: columns, rows: rows)
  }

  /// Copies all of it into the planes of a host frame. As ``bring(_:to:)``.
  public func bring(to frame: Frame) throws {
    try bring(PixelRectangle(x1: 0, y1: 0, x2: size.width, y2: size.height), to: frame)
  }

  /// Copies a host frame of the same size and format onto the card, in one copy. Streams that ``wait(on:)`` see it.
  public func upload(_ frame: Frame) throws {
    let block = try check(frame)
    try transfer?.upload(frame, to: self, block)
  }

  /// The block that holds the planes.
  private func check(_ frame: Frame) throws -> DeviceBytes {
    guard frame.size == size, frame.format == format, packing == .planes, transfer != nil, let block else {
      throw InferenceError(
        .tensorMismatch,
        "A frame of \(frame.size) in \(frame.format) is not one of \(size) in \(format), \(packing), of our own memory."
      )
    }
    return block
  }

  /// Where the planes lie in the block.
  var hostShapes: [DevicePlaneShape] {
    planes.map { plane in
      DevicePlaneShape(
        offset: offset(of: plane), pitch: plane.pitch,
        rows: RowLayout(rowBytes: plane.width * step * format.bytesPerSample, rows: plane.height))
    }
  }

  private func offset(of plane: DevicePlane) -> Int { Int(plane.bytes.address - (block?.address ?? 0)) }

  /// A part of the picture, plane by plane: whole chroma cells.
  func pieces(of part: PixelRectangle) -> [DevicePlanePiece] {
    let part = part.clamped(to: size)
    guard !part.isEmpty else { return [] }
    var (shiftX, shiftY) = (0, 0)
    if case .planarYUV(let x, let y) = format.layout { (shiftX, shiftY) = (x, y) }
    let bytes = step * format.bytesPerSample
    return planes.enumerated().map { index, plane in
      let (x, y) = index == 0 ? (0, 0) : (shiftX, shiftY)
      // Whole cells in the first plane too.
      let (unitX, unitY) = index == 0 ? (1 << shiftX, 1 << shiftY) : (1, 1)
      let left = (part.x1 >> x) / unitX * unitX
      let top = (part.y1 >> y) / unitY * unitY
      let right = min(((-(-part.x2 >> x)) + unitX - 1) / unitX * unitX, plane.width)
      let bottom = min(((-(-part.y2 >> y)) + unitY - 1) / unitY * unitY, plane.height)
      return DevicePlanePiece(
        plane: index, blockOffset: offset(of: plane) + top * plane.pitch + left * bytes, columnByte: left * bytes,
        row: top, rows: RowLayout(rowBytes: (right - left) * bytes, rows: bottom - top), pitch: plane.pitch)
    }
  }
}

extension DeviceFramePool {
  /// Puts a host frame onto the card and makes it the frame's `device`. Streams that ``DeviceFrame/wait(on:)`` see it.
  @discardableResult
  public func attach(_ frame: Frame) throws -> DeviceFrame {
    let device = try self.frame(size: frame.size, format: frame.format, color: frame.color)
    try device.upload(frame)
    frame.attach(device)
    return device
  }

  /// A frame without alpha that lies only on the card: its planes on the host are made when somebody asks for them.
  public func hostFrame(of device: DeviceFrame) -> Frame {
    Frame(size: device.size, format: device.format, color: device.color, device: device) { [transfer] in
      try transfer.makeHostPlanes(of: device, count: device.block?.count ?? 0)
    }
  }
}
