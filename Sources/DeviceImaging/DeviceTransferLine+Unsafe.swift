import Imaging
import Inference
import Synchronization

/// A stream for copies with its memory. One thread at a time has it.
final class DeviceTransferLine: @unchecked Sendable {
  let stream: CUDAStream
  private var pinned: PinnedMemory?
  private var packed: DeviceMemory?
  /// Behind the last copy that reads the pinned memory.
  private let used: CUDAEvent

  init(on context: CUDAContext) throws {
    stream = try CUDAStream(on: context)
    used = try CUDAEvent(on: context)
  }

  /// Pinned memory that no copy uses any more.
  func staging(_ count: Int) throws -> UnsafeMutableRawBufferPointer {
    try used.synchronize()
    if let pinned, pinned.bytes.count >= count {
      return UnsafeMutableRawBufferPointer(rebasing: pinned.bytes[..<count])
    }
    pinned = nil
    let made = try PinnedMemory(byteCount: count, on: stream.context)
    pinned = made
    return made.bytes
  }

  /// Memory on the card for parts put together.
  func packing(_ count: Int) throws -> DeviceBytes {
    if let packed, packed.byteCount >= count { return packed.bytes }
    packed = nil
    let made = try DeviceMemory(byteCount: count, on: stream.context)
    packed = made
    return made.bytes
  }

  /// What was put into the stream uses the pinned memory.
  func noteUse() throws { try used.record(on: stream) }
}

/// A rectangle of one plane of a frame on the card.
struct DevicePlanePiece {
  let plane: Int
  /// Of its first byte in the card's block, and in the host's plane (column bytes, row).
  let blockOffset: Int
  let columnByte: Int
  let row: Int
  let rows: RowLayout
  /// Of the card's plane.
  let pitch: Int

  var packedBytes: Int { rows.rowBytes * rows.rows }

  func copy(from memory: UnsafeMutableRawBufferPointer, at offset: Int, pitch: Int, to planes: [Frame.Plane]) {
    guard let base = memory.baseAddress else { return }
    let target = planes[plane]
    for y in 0..<rows.rows {
      (target.base + (row + y) * target.stride + columnByte).copyMemory(
        from: base + offset + y * pitch, byteCount: rows.rowBytes)
    }
  }
}

/// Where a plane lies in a block.
struct DevicePlaneShape {
  let offset: Int
  let pitch: Int
  let rows: RowLayout
}

extension Frame.Plane {
  /// Puts the plane's rows where they lie in the block.
  func copyRows(_ shape: DevicePlaneShape, to memory: UnsafeMutableRawBufferPointer) {
    guard let target = memory.baseAddress else { return }
    if stride == shape.pitch {
      (target + shape.offset).copyMemory(
        from: base, byteCount: stride * (shape.rows.rows - 1) + shape.rows.rowBytes)
      return
    }
    for y in 0..<shape.rows.rows {
      (target + shape.offset + y * shape.pitch).copyMemory(from: base + y * stride, byteCount: shape.rows.rowBytes)
    }
  }
}

extension DeviceTransfer {
  /// Planes in pinned memory that lie in it as on the card, so that one copy fills them. The memory is used again.
  func makeHostPlanes(
    of frame: DeviceFrame, count: Int
  ) throws -> (planes: [Frame.Plane], release: @Sendable () -> Void) {
    let memory = try pinned.take(count, on: context)
    guard let base = memory.bytes.baseAddress else {
      throw InferenceError(.deviceFailed, "The driver gave no pinned memory and no reason.")
    }
    let planes = zip(frame.hostShapes, frame.planes).map { shape, plane in
      Frame.Plane(base: base + shape.offset, stride: shape.pitch, width: plane.width, height: plane.height)
    }
    return (planes, { [pinned] in pinned.give(memory) })
  }

  /// The memory of such planes; nil for others.
  func block(of planes: [Frame.Plane], count: Int) -> UnsafeMutableRawBufferPointer? {
    guard let base = planes.first?.base, pinned.isOut(UInt(bitPattern: base)) else { return nil }
    return UnsafeMutableRawBufferPointer(start: base, count: count)
  }
}

/// Pinned memory for frames that come from a card: getting it from the system takes longer than a copy.
final class PinnedPool: Sendable {
  private struct State {
    var kept: [PinnedMemory] = []
    var out: Set<UInt> = []
  }

  /// Blocks that are kept while nobody uses them.
  private static let limit = 16
  private let state = Mutex(State())

  /// A block of exactly this size with undefined content.
  func take(_ count: Int, on context: CUDAContext) throws -> PinnedMemory {
    let found = state.withLock { state in
      state.kept.firstIndex { $0.bytes.count == count }.map { state.kept.remove(at: $0) }
    }
    let memory = try found ?? PinnedMemory(byteCount: count, on: context)
    state.withLock { _ = $0.out.insert(UInt(bitPattern: memory.bytes.baseAddress)) }
    return memory
  }

  func give(_ memory: PinnedMemory) {
    let dropped = state.withLock { state -> PinnedMemory? in
      state.out.remove(UInt(bitPattern: memory.bytes.baseAddress))
      state.kept.append(memory)
      return state.kept.count > PinnedPool.limit ? state.kept.removeFirst() : nil
    }
    // Given back after the lock.
    withExtendedLifetime(dropped) {}
  }

  /// Whether a block of the pool that is in use begins here.
  func isOut(_ address: UInt) -> Bool { state.withLock { $0.out.contains(address) } }
}
