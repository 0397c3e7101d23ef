public import Imaging
public import Inference
import Synchronization

/// Carries pictures between the memory of a card's decoder or encoder and frames on the same card, on a stream of its own.
/// Nothing goes over the host.
public final class SurfaceCopier: SurfaceFilling {
  /// The stream of the copies. A decoder that makes its pictures on it, or an encoder that reads them on it, is waited for
  /// in order.
  public let stream: CUDAStream
  private let imager: DeviceImager
  private let pool: DeviceFramePool
  private let lent = Mutex<[Lent]>([])

  /// What a copy in the stream reads and writes.
  private struct Lent: Sendable {
    let owner: any Sendable & AnyObject
    let target: DeviceFrame
    let done: CUDAEvent
  }

  /// How many pictures of a decoder are kept at most while they are copied.
  public static let held = 2

  /// - Parameter pool: of the imager's card.
  public init(imager: DeviceImager, pool: DeviceFramePool) throws {
    self.imager = imager
    self.pool = pool
    stream = try CUDAStream(on: pool.context)
  }

  deinit { try? stream.synchronize() }

  /// Copies a decoder's picture into a frame of the pool, in planes. Streams that ``DeviceFrame/wait(on:)`` see it; the
  /// host does not wait.
  ///
  /// - Parameter owner: keeps the picture's memory; it is let go when the copy is done.
  public func take(
    _ surface: DeviceSurface, color: ColorDescription, owner: any Sendable & AnyObject
  ) throws -> DeviceFrame {
    guard surface.device == pool.context.device.ordinal else {
      throw InferenceError(
        .tensorMismatch, "A picture on card \(surface.device) is not one on card \(pool.context.device.ordinal).")
    }
    try makeRoom()
    let target = try pool.frame(size: surface.size, format: surface.layout.format, color: color)
    try imager.repack(DeviceFrame(surface, color: color, owner: owner), into: target, on: stream)
    try target.markWritten(on: stream)
    let done = try CUDAEvent(on: stream.context)
    try done.record(on: stream)
    lent.withLock { $0.append(Lent(owner: owner, target: target, done: done)) }
    return target
  }

  /// Lets go of the pictures whose copies are done, and of the oldest in any case when there are too many.
  private func makeRoom() throws {
    var kept = lent.withLock { lent in
      defer { lent = [] }
      return lent
    }
    while let first = kept.first {
      if kept.count >= SurfaceCopier.held {
        try first.done.synchronize()
      } else if try !first.done.isReached() {
        break
      }
      kept.removeFirst()
    }
    lent.withLock { $0 = kept + $0 }
  }

  public func fill(_ surface: DeviceSurface, from frame: Frame) throws -> Bool {
    guard let device = frame.device as? DeviceFrame, device.ordinal == surface.device,
      surface.device == pool.context.device.ordinal, device.size == surface.size,
      device.format == surface.layout.format
    else { return false }
    try device.wait(on: stream)
    try imager.repack(device, into: DeviceFrame(surface, color: device.color, owner: self), on: stream)
    // The frame's memory may serve another one as soon as it is let go.
    try stream.synchronize()
    return true
  }
}
