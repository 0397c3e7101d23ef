public import Imaging
public import Inference
import Synchronization

/// One plane of a frame on the card: rows are `pitch` bytes apart.
public struct DevicePlane: Sendable, Hashable {
  public let bytes: DeviceBytes
  public let pitch: Int
  /// In samples; in pixels when colours are interleaved, in pairs when chroma is.
  public let width: Int
  public let height: Int

  public init(bytes: DeviceBytes, pitch: Int, width: Int, height: Int) {
    self.bytes = bytes
    self.pitch = pitch
    self.width = width
    self.height = height
  }
}

/// How a frame on the card keeps its chroma.
public enum ChromaPacking: Sendable, Hashable {
  /// Planes Cb and Cr, as a ``Imaging/Frame`` has them.
  case planes
  /// One plane of pairs Cb, Cr, as hardware decoders and encoders have them: NV12, and P010 with 6 unused low bits.
  case pairs(unusedBits: Int)

  /// NV12.
  public static let nv12 = ChromaPacking.pairs(unusedBits: 0)
  /// P010: the ten bits are the upper ones of sixteen.
  public static let p010 = ChromaPacking.pairs(unusedBits: 6)
}

/// A picture on a card. Immutable but for its samples, which belong to one worker at a time.
///
/// A host ``Imaging/Frame`` that is on the card too has it as its `device`. Alpha stays on the host.
public final class DeviceFrame: Sendable {
  public let size: PixelSize
  public let format: PixelFormat
  public let color: ColorDescription
  public let packing: ChromaPacking
  /// The number of the card.
  public let ordinal: Int
  /// Y, Cb, Cr; Y and the pairs; or the one interleaved plane.
  public let planes: [DevicePlane]
  /// Behind the last work that wrote the samples.
  private let written = Mutex<CUDAEvent?>(nil)
  /// The frame as a picture.
  private let shown = Mutex(Shown())
  /// Keeps the memory.
  private let owner: any Sendable & AnyObject
  /// All of its memory, where that is one block of its own.
  let block: DeviceBytes?
  /// What brings it to the host; nil = it cannot be brought.
  let transfer: DeviceTransfer?
  /// The struct `Frame` of `common.cuh`.
  package let arguments: KernelArguments

  /// A frame in memory that somebody else allocated: `owner` keeps it. It cannot be brought to the host.
  public convenience init(
    size: PixelSize, format: PixelFormat, color: ColorDescription, packing: ChromaPacking = .planes,
    planes: [DevicePlane], ordinal: Int = 0, owner: any Sendable & AnyObject
  ) {
    self.init(
      size: size, format: format, color: color, packing: packing, planes: planes, ordinal: ordinal, owner: owner,
      block: nil, transfer: nil)
  }

  private init(
    size: PixelSize, format: PixelFormat, color: ColorDescription, packing: ChromaPacking, planes: [DevicePlane],
    ordinal: Int, owner: any Sendable & AnyObject, block: DeviceBytes?, transfer: DeviceTransfer?
  ) {
    precondition(planes.count == DeviceFrame.planeCount(format, packing), "a frame has all its planes")
    self.size = size
    self.format = format
    self.color = color
    self.packing = packing
    self.planes = planes
    self.ordinal = ordinal
    self.owner = owner
    self.block = block
    self.transfer = transfer
    arguments = DeviceFrame.arguments(size, format, color, packing, planes)
  }

  /// What is in the stream now makes the samples: others wait for it. To be called after each change.
  public func markWritten(on stream: CUDAStream) throws {
    let event = try CUDAEvent(on: stream.context)
    try event.record(on: stream)
    written.withLock { $0 = event }
    // The picture's memory stays: work on it may still be queued.
    shown.withLock { $0.made = nil }
  }

  /// What is put into the stream from now on sees the samples as they were marked last. The host does not wait.
  public func wait(on stream: CUDAStream) throws {
    guard let event = written.withLock({ $0 }) else { return }
    try stream.wait(for: event)
  }

  /// The whole frame as a B, G, R picture, made when it is first asked for and kept until the samples are written
  /// again. Not to be changed. As `Frame.bgrPicture`.
  public func picture(by imager: DeviceImager, on stream: CUDAStream) throws -> DevicePicture {
    // A frame is one worker's at a time: the lock only hands the picture over.
    let known = shown.withLock { $0 }
    if let picture = known.picture, let made = known.made {
      try stream.wait(for: made)
      return picture
    }
    let picture =
      try known.picture ?? DevicePicture(size: size, block: imager.pool.block(byteCount: 3 * max(size.area, 1)))
    try wait(on: stream)
    try imager.read(self, into: picture, on: stream)
    let made = try CUDAEvent(on: stream.context)
    try made.record(on: stream)
    shown.withLock { $0 = Shown(picture: picture, made: made) }
    return picture
  }

  /// Planes on the card: alpha is left out.
  private static func planeCount(_ format: PixelFormat, _ packing: ChromaPacking) -> Int {
    guard case .planarYUV = format.layout else { return 1 }
    return packing == .planes ? 3 : 2
  }

  /// Samples from a pixel to the next in an interleaved plane.
  var step: Int { format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1 }

  private struct Shown {
    var picture: DevicePicture?
    /// Behind the work that makes it; nil = it shows what the frame was before.
    var made: CUDAEvent?
  }

  /// What a new frame needs.
  struct Shape {
    let planes: [(offset: Int, pitch: Int, width: Int, height: Int)]
    let byteCount: Int

    /// Rows begin at multiples of 128 bytes, planes at multiples of 256.
    init(_ size: PixelSize, _ format: PixelFormat, _ packing: ChromaPacking) {
      var (offset, planes): (Int, [(offset: Int, pitch: Int, width: Int, height: Int)]) = (0, [])
      func add(_ width: Int, _ height: Int, samples: Int) {
        let pitch = (width * samples * format.bytesPerSample + 127) / 128 * 128
        planes.append((offset, pitch, width, height))
        offset += (pitch * height + 255) / 256 * 256
      }
      switch format.layout {
      case .interleavedRGB: add(size.width, size.height, samples: format.hasAlpha ? 4 : 3)
      case .gray: add(size.width, size.height, samples: 1)
      case .planarYUV(let shiftX, let shiftY):
        add(size.width, size.height, samples: 1)
        let (width, height) = (-(-size.width >> shiftX), -(-size.height >> shiftY))
        if packing == .planes {
          add(width, height, samples: 1)
          add(width, height, samples: 1)
        } else {
          add(width, height, samples: 2)
        }
      }
      self.planes = planes
      byteCount = offset
    }
  }

  /// A frame in a block of memory; its samples are undefined.
  convenience init(
    size: PixelSize, format: PixelFormat, color: ColorDescription, packing: ChromaPacking, block: DeviceBlock,
    transfer: DeviceTransfer? = nil
  ) {
    let shape = Shape(size, format, packing)
    let planes = shape.planes.map { plane in
      DevicePlane(
        bytes: block.memory.bytes(at: plane.offset, count: plane.pitch * plane.height), pitch: plane.pitch,
        width: plane.width, height: plane.height)
    }
    self.init(
      size: size, format: format, color: color, packing: packing, planes: planes,
      ordinal: block.memory.context.device.ordinal, owner: block, block: block.memory.bytes, transfer: transfer)
  }

  /// A new frame; its samples are undefined.
  public convenience init(
    size: PixelSize, format: PixelFormat, color: ColorDescription = .init(), packing: ChromaPacking = .planes,
    on context: CUDAContext
  ) throws {
    let memory = try DeviceMemory(byteCount: Shape(size, format, packing).byteCount, on: context)
    self.init(
      size: size, format: format, color: color, packing: packing, block: DeviceBlock(memory),
      transfer: DeviceTransfer(on: context))
  }
}

/// A block that goes back to its pool, if it has one, when it is no longer used.
final class DeviceBlock: Sendable {
  let memory: DeviceMemory
  private let pool: DeviceFramePool?

  init(_ memory: DeviceMemory, pool: DeviceFramePool? = nil) {
    self.memory = memory
    self.pool = pool
  }

  deinit { pool?.take(memory) }
}
