/// One picture in memory: up to four planes of 8- or 16-bit samples, owned by whoever holds the frame.
///
/// A frame is passed from stage to stage by ownership: exactly one stage touches it at a time, so it carries no lock.
/// Planes may belong to a decoder's buffer; `release` gives them back when the last reference goes away.
public final class Frame: @unchecked Sendable {
  /// One plane: `base` points at row 0, rows are `stride` bytes apart.
  public struct Plane {
    public let base: UnsafeMutableRawPointer
    public let stride: Int
    public let width: Int
    public let height: Int

    public init(base: UnsafeMutableRawPointer, stride: Int, width: Int, height: Int) {
      self.base = base
      self.stride = stride
      self.width = width
      self.height = height
    }

    @inlinable
    public func row8(_ y: Int) -> UnsafeMutablePointer<UInt8> {
      (base + y * stride).assumingMemoryBound(to: UInt8.self)
    }

    @inlinable
    public func row16(_ y: Int) -> UnsafeMutablePointer<UInt16> {
      (base + y * stride).assumingMemoryBound(to: UInt16.self)
    }
  }

  public let size: PixelSize
  public let format: PixelFormat
  public var color: ColorDescription
  /// Y, Cb, Cr, A or the one interleaved plane. Widths and heights are in samples (pixels when interleaved).
  ///
  /// What a card has newer is brought here first; when that fails, ``complete()`` says so.
  @inlinable public var planes: [Plane] {
    if link.isBehind { catchUp() }
    return host
  }
  @usableFromInline var host: [Plane]
  /// The same picture on a card.
  @usableFromInline var link = DeviceLink()
  private var release: @Sendable () -> Void

  /// Wraps memory that someone else allocated.
  public init(
    size: PixelSize, format: PixelFormat, color: ColorDescription, planes: [Plane],
    release: @escaping @Sendable () -> Void
  ) {
    self.size = size
    self.format = format
    self.color = color
    host = planes
    self.release = release
  }

  /// A frame that lies on a card. Its planes are made, and filled, when they are first asked for.
  ///
  /// - Parameter makeHost: gives planes of the frame's size and format, and what gives them back.
  public init(
    size: PixelSize, format: PixelFormat, color: ColorDescription, device: any FrameDevice,
    makeHost: @escaping @Sendable () throws -> (planes: [Plane], release: @Sendable () -> Void)
  ) {
    self.size = size
    self.format = format
    self.color = color
    host = []
    release = {}
    link = DeviceLink(
      device: device, behind: PixelRectangle(x1: 0, y1: 0, x2: size.width, y2: size.height), makeHost: makeHost)
  }

  /// Gives a frame that had none its planes.
  func takeHost(_ planes: [Plane], release: @escaping @Sendable () -> Void) {
    host = planes
    self.release = release
  }

  /// A new zeroed frame, rows aligned to 64 bytes.
  public convenience init(size: PixelSize, format: PixelFormat, color: ColorDescription = .init()) {
    let shapes = Frame.planeShapes(size: size, format: format)
    var offset = 0
    var offsets: [Int] = []
    for shape in shapes {
      offsets.append(offset)
      offset += shape.stride * shape.height
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: offset + 64, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: offset + 64)
    let planes = zip(shapes, offsets).map { shape, start in
      Plane(base: memory + start, stride: shape.stride, width: shape.width, height: shape.height)
    }
    let address = UInt(bitPattern: memory)
    self.init(size: size, format: format, color: color, planes: planes) {
      UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
    }
  }

  deinit { release() }

  /// A copy in memory of its own.
  public func copy() -> Frame {
    let copy = Frame(size: size, format: format, color: color)
    for (from, to) in zip(planes, copy.planes) {
      for y in 0..<from.height {
        (to.base + y * to.stride).copyMemory(from: from.base + y * from.stride, byteCount: min(from.stride, to.stride))
      }
    }
    return copy
  }

  private static func planeShapes(
    size: PixelSize, format: PixelFormat
  ) -> [(stride: Int, width: Int, height: Int)] {
    func shape(_ width: Int, _ height: Int, _ channels: Int) -> (stride: Int, width: Int, height: Int) {
      ((width * channels * format.bytesPerSample + 63) / 64 * 64, width, height)
    }
    switch format.layout {
    case .interleavedRGB: return [shape(size.width, size.height, format.hasAlpha ? 4 : 3)]
    case .gray: return Array(repeating: shape(size.width, size.height, 1), count: format.hasAlpha ? 2 : 1)
    case .planarYUV(let shiftX, let shiftY):
      let luma = shape(size.width, size.height, 1)
      let chroma = shape(-(-size.width >> shiftX), -(-size.height >> shiftY), 1)
      return [luma, chroma, chroma] + (format.hasAlpha ? [luma] : [])
    }
  }
}
