import CCUDA

/// Rows of bytes inside a block of memory: `rowBytes` of every `pitch` bytes.
public struct RowLayout: Sendable, Hashable {
  public var rowBytes: Int
  public var rows: Int

  public init(rowBytes: Int, rows: Int) {
    self.rowBytes = rowBytes
    self.rows = rows
  }

  public var isEmpty: Bool { rowBytes <= 0 || rows <= 0 }
}

extension CUDAStream {
  /// Copies from the host to the device. Plain memory may be used again at once; pinned memory when the stream is done.
  public func upload(_ bytes: UnsafeRawBufferPointer, to target: DeviceBytes) throws {
    precondition(bytes.count <= target.count, "the block on the card is large enough")
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    let driver = try context.enter()
    try context.check(
      driver.api.cuMemcpyHtoDAsync_v2(target.address, base, bytes.count, handle), "A copy to the card failed")
    count { ($0.uploads, $0.uploadedBytes) = ($0.uploads + 1, $0.uploadedBytes + bytes.count) }
  }

  /// Copies numbers to the device.
  public func upload<Element: BitwiseCopyable>(_ elements: [Element], to target: DeviceBytes) throws {
    try elements.withUnsafeBytes { try upload($0, to: target) }
  }

  /// A new block with these numbers.
  public func makeMemory<Element: BitwiseCopyable>(_ elements: [Element]) throws -> DeviceMemory {
    let memory = try DeviceMemory(byteCount: elements.count * MemoryLayout<Element>.stride, on: context)
    try upload(elements, to: memory.bytes)
    return memory
  }

  /// Copies from the device to the host. Plain memory is filled at return, pinned memory when the stream is done.
  public func download(_ source: DeviceBytes, to bytes: UnsafeMutableRawBufferPointer) throws {
    precondition(source.count <= bytes.count, "the block of the host is large enough")
    guard let base = bytes.baseAddress, source.count > 0 else { return }
    let driver = try context.enter()
    try context.check(
      driver.api.cuMemcpyDtoHAsync_v2(base, source.address, source.count, handle), "A copy from the card failed")
    count { ($0.downloads, $0.downloadedBytes) = ($0.downloads + 1, $0.downloadedBytes + source.count) }
  }

  /// Waits for the stream and gives the numbers in a block.
  public func elements<Element: BitwiseCopyable>(
    _ source: DeviceBytes, as _: Element.Type = Element.self
  ) throws -> [Element] {
    let count = source.count / MemoryLayout<Element>.stride
    let elements = try [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      try download(
        DeviceBytes(address: source.address, count: count * MemoryLayout<Element>.stride),
        to: UnsafeMutableRawBufferPointer(buffer))
      try synchronize()
      filled = count
    }
    return elements
  }

  /// Copies rows from the host to the device. `pitch` and `targetPitch` are the bytes from one row to the next.
  public func uploadRows(
    _ base: UnsafeRawPointer, pitch: Int, to target: DeviceBytes, targetPitch: Int, _ layout: RowLayout
  ) throws {
    guard !layout.isEmpty else { return }
    precondition((layout.rows - 1) * targetPitch + layout.rowBytes <= target.count, "the rows lie inside the block")
    if pitch == targetPitch, pitch == layout.rowBytes {
      return try upload(UnsafeRawBufferPointer(start: base, count: pitch * layout.rows), to: target)
    }
    var copy = LikenessCUCopy2D()
    copy.srcMemoryType = Int32(LIKENESS_CUDA_MEMORY_HOST)
    copy.srcHost = base
    copy.srcPitch = pitch
    copy.dstMemoryType = Int32(LIKENESS_CUDA_MEMORY_DEVICE)
    copy.dstDevice = target.address
    copy.dstPitch = targetPitch
    try run(&copy, layout, "A copy to the card failed")
    let bytes = layout.rowBytes * layout.rows
    count { ($0.uploads, $0.uploadedBytes) = ($0.uploads + 1, $0.uploadedBytes + bytes) }
  }

  /// Copies rows from the device to the host.
  public func downloadRows(
    _ source: DeviceBytes, sourcePitch: Int, to base: UnsafeMutableRawPointer, pitch: Int, _ layout: RowLayout
  ) throws {
    guard !layout.isEmpty else { return }
    precondition((layout.rows - 1) * sourcePitch + layout.rowBytes <= source.count, "the rows lie inside the block")
    if pitch == sourcePitch, pitch == layout.rowBytes {
      let bytes = pitch * layout.rows
      return try download(
        DeviceBytes(address: source.address, count: bytes), to: UnsafeMutableRawBufferPointer(start: base, count: bytes)
      )
    }
    var copy = LikenessCUCopy2D()
    copy.srcMemoryType = Int32(LIKENESS_CUDA_MEMORY_DEVICE)
    copy.srcDevice = source.address
    copy.srcPitch = sourcePitch
    copy.dstMemoryType = Int32(LIKENESS_CUDA_MEMORY_HOST)
    copy.dstHost = base
    copy.dstPitch = pitch
    try run(&copy, layout, "A copy from the card failed")
    let bytes = layout.rowBytes * layout.rows
    count { ($0.downloads, $0.downloadedBytes) = ($0.downloads + 1, $0.downloadedBytes + bytes) }
  }

  /// Copies inside the device.
  public func copy(_ source: DeviceBytes, to target: DeviceBytes) throws {
    precondition(source.count <= target.count, "the block on the card is large enough")
    guard source.count > 0 else { return }
    let driver = try context.enter()
    try context.check(
      driver.api.cuMemcpyDtoDAsync_v2(target.address, source.address, source.count, handle), "A copy on the card failed"
    )
  }

  /// Copies rows inside the device.
  public func copyRows(
    _ source: DeviceBytes, sourcePitch: Int, to target: DeviceBytes, targetPitch: Int, _ layout: RowLayout
  ) throws {
    guard !layout.isEmpty else { return }
    precondition((layout.rows - 1) * sourcePitch + layout.rowBytes <= source.count, "the rows lie inside the block")
    precondition((layout.rows - 1) * targetPitch + layout.rowBytes <= target.count, "the rows lie inside the block")
    var copy = LikenessCUCopy2D()
    copy.srcMemoryType = Int32(LIKENESS_CUDA_MEMORY_DEVICE)
    copy.srcDevice = source.address
    copy.srcPitch = sourcePitch
    copy.dstMemoryType = Int32(LIKENESS_CUDA_MEMORY_DEVICE)
    copy.dstDevice = target.address
    copy.dstPitch = targetPitch
    try run(&copy, layout, "A copy on the card failed")
  }

  /// Fills a block with one byte.
  public func fill(_ target: DeviceBytes, byte: UInt8) throws {
    guard target.count > 0 else { return }
    let driver = try context.enter()
    try context.check(
      driver.api.cuMemsetD8Async(target.address, byte, target.count, handle), "Memory of the card cannot be set")
  }

  /// Fills a block with one word of 32 bits; whole words only.
  public func fill(_ target: DeviceBytes, word: UInt32) throws {
    guard target.count >= 4 else { return }
    let driver = try context.enter()
    try context.check(
      driver.api.cuMemsetD32Async(target.address, word, target.count / 4, handle), "Memory of the card cannot be set")
  }

  private func run(_ copy: inout LikenessCUCopy2D, _ layout: RowLayout, _ what: String) throws {
    copy.WidthInBytes = layout.rowBytes
    copy.Height = layout.rows
    let driver = try context.enter()
    try context.check(driver.api.cuMemcpy2DAsync_v2(&copy, handle), what)
  }
}
