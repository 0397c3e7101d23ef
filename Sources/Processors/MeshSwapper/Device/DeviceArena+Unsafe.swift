import Inference

/// Places in a block of memory that is made afterwards, 256 bytes apart at least.
struct ArenaPlan {
  private(set) var byteCount = 0

  /// The place of `count` elements.
  mutating func take<Element>(_ count: Int, of _: Element.Type) -> Int {
    take(bytes: count * MemoryLayout<Element>.stride)
  }

  mutating func take(bytes: Int) -> Int {
    let place = byteCount
    byteCount += (max(bytes, 1) + 255) / 256 * 256
    return place
  }
}

/// Memory of the card that grows when asked for more and never shrinks, and memory of the host of the same size, from
/// which it is filled. Belongs to one worker.
final class DeviceArena {
  private let stream: CUDAStream
  private let isFilled: Bool
  private var memory: DeviceMemory?
  private var host: PinnedMemory?
  /// Reached when the last upload is through.
  private let uploaded: CUDAEvent

  /// - Parameter isFilled: whether it has memory of the host.
  init(on stream: CUDAStream, isFilled: Bool) throws {
    self.stream = stream
    self.isFilled = isFilled
    uploaded = try CUDAEvent(on: stream.context)
  }

  /// The card's address of the first byte.
  var address: UInt64 { memory?.address ?? 0 }

  /// Makes room; waits until what was there is no longer in use. Contents are undefined afterwards.
  func reserve(_ byteCount: Int) throws {
    if let memory, memory.byteCount >= byteCount {
      if isFilled { try uploaded.synchronize() }
      return
    }
    try stream.synchronize()
    // A little more, so that a face that comes nearer does not ask again with every frame.
    let generous = byteCount + byteCount / 4
    (memory, host) = (nil, nil)
    memory = try DeviceMemory(byteCount: generous, on: stream.context)
    if isFilled { host = try PinnedMemory(byteCount: generous, on: stream.context) }
  }

  /// Puts bytes into the host's memory at a place of the plan.
  func put(_ bytes: [UInt8], at place: Int) {
    bytes.withUnsafeBytes { copy($0, to: place) }
  }

  func put<Element: BitwiseCopyable>(_ elements: UnsafePointer<Element>, count: Int, at place: Int) {
    copy(UnsafeRawBufferPointer(start: elements, count: count * MemoryLayout<Element>.stride), to: place)
  }

  private func copy(_ bytes: UnsafeRawBufferPointer, to place: Int) {
    guard let host, place + bytes.count <= host.bytes.count, let base = bytes.baseAddress else { return }
    host.bytes.baseAddress?.advanced(by: place).copyMemory(from: base, byteCount: bytes.count)
  }

  /// Carries the first bytes to the card.
  func upload(_ byteCount: Int) throws {
    guard let host, let memory else { return }
    try stream.upload(UnsafeRawBufferPointer(rebasing: host.bytes[0..<byteCount]), to: memory.bytes)
    try uploaded.record(on: stream)
  }
}
