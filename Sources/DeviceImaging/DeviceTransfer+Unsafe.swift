import Imaging
public import Inference
import Synchronization

/// Carries frames between the host and one card: each frame, or part of one, in a single copy through pinned memory, so
/// that the copy runs beside the card's other work. Any thread may ask.
public final class DeviceTransfer: Sendable {
  public let context: CUDAContext
  let pinned = PinnedPool()
  private let state = Mutex(State())
  private let imager: DeviceImager?
  /// For small pictures of frames.
  private let looks = Mutex<CUDAStream?>(nil)

  private struct State: Sendable {
    var resting: [DeviceTransferLine] = []
    /// Of all lines, for their counts.
    var all: [DeviceTransferLine] = []
  }

  /// - Parameter imager: of the card; nil = frames come to the host to be looked at.
  public init(on context: CUDAContext, imager: DeviceImager? = nil) {
    self.context = context
    self.imager = imager
  }

  /// The copies of frames so far.
  public var counts: CUDACounts {
    state.withLock { $0.all }.reduce(into: CUDACounts()) { sum, line in sum += line.stream.counts }
  }

  /// The small pictures of frames that were brought to the host so far.
  public var lookCounts: CUDACounts { looks.withLock { $0?.counts } ?? CUDACounts() }

  /// As `DeviceImager.lumaThumbnail`; nil where the card cannot.
  func lumaThumbnail(of frame: DeviceFrame, columns: Int, rows: Int) -> [UInt8]? {
    guard let imager else { return nil }
    return looks.withLock { stream in
      do {
        let line = try stream ?? CUDAStream(on: context)
        stream = line
        return try imager.lumaThumbnail(of: frame, columns: columns, rows: rows, on: line)
      } catch {
        // Whoever asks looks at the host's planes then, and learns there what is wrong with the card.
        return nil
      }
    }
  }

  /// Copies a host frame of the same size and format onto the card and marks it as written. Alpha is left out. The host's
  /// memory may be used again at once.
  func upload(_ frame: Frame, to target: DeviceFrame, _ block: DeviceBytes) throws {
    try withLine { line in
      let pinned = try line.staging(block.count)
      for (plane, shape) in zip(frame.planes, target.hostShapes) {
        plane.copyRows(shape, to: pinned)
      }
      try line.stream.upload(UnsafeRawBufferPointer(pinned), to: block)
      try line.noteUse()
      try target.markWritten(on: line.stream)
    }
  }

  /// Copies a part of a frame into the host's planes and waits for it.
  func download(_ source: DeviceFrame, _ block: DeviceBytes, _ part: PixelRectangle, into frame: Frame) throws {
    let pieces = source.pieces(of: part)
    let bytes = pieces.reduce(0) { $0 + $1.packedBytes }
    guard bytes > 0 else { return }
    let planes = frame.planes
    try withLine { line in
      try source.wait(on: line.stream)
      if bytes * 3 >= block.count * 2 {
        // Most of the frame: what lies between costs less than putting the parts together.
        if let whole = self.block(of: planes, count: block.count) {
          try line.stream.download(block, to: whole)
          return try line.stream.synchronize()
        }
        let pinned = try line.staging(block.count)
        try line.stream.download(block, to: pinned)
        try line.stream.synchronize()
        for piece in pieces { piece.copy(from: pinned, at: piece.blockOffset, pitch: piece.pitch, to: planes) }
        return
      }
      let pinned = try line.staging(bytes)
      let packed = try line.packing(bytes)
      var offset = 0
      for piece in pieces {
        try line.stream.copyRows(
          block.dropFirst(piece.blockOffset), sourcePitch: piece.pitch, to: packed.dropFirst(offset),
          targetPitch: piece.rows.rowBytes, piece.rows)
        offset += piece.packedBytes
      }
      try line.stream.download(DeviceBytes(address: packed.address, count: bytes), to: pinned)
      try line.stream.synchronize()
      offset = 0
      for piece in pieces {
        piece.copy(from: pinned, at: offset, pitch: piece.rows.rowBytes, to: planes)
        offset += piece.packedBytes
      }
    }
  }

  /// Gives the body a line that nobody else has. One that failed is not used again.
  private func withLine(_ body: (DeviceTransferLine) throws -> Void) throws {
    let resting = state.withLock { state in
      // The one that rested longest has most likely finished its upload.
      state.resting.isEmpty ? nil : state.resting.removeFirst()
    }
    let line: DeviceTransferLine
    if let resting {
      line = resting
    } else {
      line = try DeviceTransferLine(on: context)
      state.withLock { $0.all.append(line) }
    }
    do {
      try body(line)
    } catch {
      try? line.stream.synchronize()
      throw error
    }
    state.withLock { $0.resting.append(line) }
  }
}
