public import Imaging
public import Inference
import Synchronization

/// Memory for frames of one clip, used again and again: getting memory from the driver makes the card wait.
///
/// A frame's memory comes back when its last reference goes. Whoever put work on it into a stream has waited for that
/// stream before letting go of the frame.
public final class DeviceFramePool: Sendable {
  public let context: CUDAContext
  /// Carries the frames between the host and the card.
  public let transfer: DeviceTransfer
  /// What frames share with networks and everything else on the card.
  private let budget: DeviceBudget
  private let kept: Mutex<[DeviceMemory]>
  private let limit: Int

  /// - Parameters:
  ///   - imager: makes small pictures of frames that lie only on the card; nil = they come to the host for it.
  ///   - limit: blocks that are kept while nobody uses them.
  public init(on context: CUDAContext, imager: DeviceImager? = nil, limit: Int = 16) {
    self.context = context
    transfer = DeviceTransfer(on: context, imager: imager)
    budget = .shared(for: context)
    self.limit = limit
    kept = Mutex([])
  }

  /// A frame whose samples are undefined. Throws `deviceOutOfMemory` or `overBudget`.
  public func frame(
    size: PixelSize, format: PixelFormat, color: ColorDescription, packing: ChromaPacking = .planes
  ) throws -> DeviceFrame {
    let shape = DeviceFrame.Shape(size, format, packing)
    return DeviceFrame(
      size: size, format: format, color: color, packing: packing, block: try block(byteCount: shape.byteCount),
      transfer: transfer)
  }

  func block(byteCount: Int) throws -> DeviceBlock {
    let found = kept.withLock { kept in
      kept.firstIndex { $0.byteCount == byteCount }.map { kept.remove(at: $0) }
    }
    if let found { return DeviceBlock(found, pool: self) }
    do {
      return DeviceBlock(try make(byteCount), pool: self)
    } catch let error as InferenceError where error.isMemory {
      // Blocks of other sizes may stand in the way.
      releaseAll()
      return DeviceBlock(try make(byteCount), pool: self)
    }
  }

  private func make(_ byteCount: Int) throws -> DeviceMemory {
    try DeviceMemory(byteCount: byteCount, on: context, budget: budget, for: "A frame on the card")
  }

  /// Takes a block back.
  func take(_ memory: DeviceMemory) {
    let dropped = kept.withLock { kept -> DeviceMemory? in
      kept.append(memory)
      return kept.count > limit ? kept.removeFirst() : nil
    }
    withExtendedLifetime(dropped) {}
  }

  /// Gives back what nobody uses.
  public func releaseAll() {
    // Memory is given back after the lock.
    let dropped = kept.withLock { kept in
      defer { kept = [] }
      return kept
    }
    withExtendedLifetime(dropped) {}
  }
}
