import Foundation

/// A file as it would be with some of its parts left out and others put in; nothing is copied before it is read.
struct SplicedFile: Sendable {
  enum Piece: Sendable {
    /// A range of the original.
    case file(Range<Int>)
    case bytes([UInt8])

    var count: Int {
      switch self {
      case .file(let range): range.count
      case .bytes(let bytes): bytes.count
      }
    }
  }

  let file: ReadableFile
  private let pieces: [Piece]
  /// Where each piece begins, and the end of the last one.
  private let starts: [Int]

  var size: Int { starts[pieces.count] }

  init(_ file: ReadableFile, _ pieces: [Piece]) {
    self.file = file
    self.pieces = pieces.filter { $0.count > 0 }
    starts = self.pieces.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  /// The file as it is.
  init(_ file: ReadableFile) { self.init(file, [.file(0..<file.size)]) }

  /// Fills as much of `buffer` as there is from `offset` on; returns the number of bytes. Throws `marking`.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    guard offset >= 0, offset < size else { return 0 }
    // The last piece that begins at or before the offset.
    var (low, high) = (0, pieces.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    var (done, index) = (0, low)
    while done < buffer.count, index < pieces.count {
      let inside = offset + done - starts[index]
      let wanted = min(buffer.count - done, pieces[index].count - inside)
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + wanted])
      switch pieces[index] {
      case .file(let range):
        guard try file.read(into: target, at: range.lowerBound + inside) == wanted else {
          throw SafeguardsError(.marking, "\(file.path) became shorter while it was read.")
        }
      case .bytes(let bytes):
        bytes.withUnsafeBytes {
          target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[inside..<inside + wanted]))
        }
      }
      done += wanted
      index += 1
    }
    return done
  }

  /// Everything, in pieces of a megabyte. Throws `marking`.
  func copy(to target: ReplacementFile) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < size {
      let count = try read(into: buffer, at: offset)
      try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
      offset += count
    }
  }
}
