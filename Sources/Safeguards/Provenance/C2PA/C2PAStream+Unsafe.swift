import CC2PA
import Foundation

/// Lets the library read a spliced file, or read and write a replacement. Used by one thread at a time.
final class C2PAStream {
  private enum Backing {
    case source(SplicedFile)
    case target(ReplacementFile)
  }

  private let backing: Backing
  private let library: C2PALibrary
  private var position = 0
  /// What went wrong on our side; the library only learns that something did.
  private(set) var failure: (any Error)?
  private var handle: OpaquePointer?

  convenience init(_ library: C2PALibrary, reading source: SplicedFile) throws {
    try self.init(library, .source(source))
  }

  convenience init(_ library: C2PALibrary, writing target: ReplacementFile) throws {
    try self.init(library, .target(target))
  }

  private init(_ library: C2PALibrary, _ backing: Backing) throws {
    self.library = library
    self.backing = backing
    let context = Unmanaged.passUnretained(self).toOpaque()
    handle = library.functions.create_stream(
      context, { C2PAStream.of($0)?.read($1, $2) ?? -1 }, { C2PAStream.of($0)?.seek($1, $2) ?? -1 },
      { C2PAStream.of($0)?.write($1, $2) ?? -1 }, { _ in 0 })
    if handle == nil { throw SafeguardsError(.marking, "The C2PA library makes no stream: \(library.failure()).") }
  }

  deinit {
    if let handle { library.functions.release_stream(handle) }
  }

  /// Calls `body` with the library's name for the stream, which is good for the time of the call.
  func use<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
    guard let handle else { throw SafeguardsError(.marking, "The stream is gone.") }
    return try withExtendedLifetime(self) { try body(handle) }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> C2PAStream? {
    context.map { Unmanaged<C2PAStream>.fromOpaque($0).takeUnretainedValue() }
  }

  private func read(_ data: UnsafeMutablePointer<UInt8>?, _ length: Int) -> Int {
    guard let data, length >= 0 else { return -1 }
    let buffer = UnsafeMutableRawBufferPointer(start: data, count: length)
    return attempt {
      let count =
        switch backing {
        case .source(let file): try file.read(into: buffer, at: position)
        case .target(let file): try file.read(into: buffer, at: position)
        }
      position += count
      return count
    }
  }

  private func write(_ data: UnsafePointer<UInt8>?, _ length: Int) -> Int {
    guard let data, length >= 0, case .target(let file) = backing else { return -1 }
    return attempt {
      try file.write(UnsafeRawBufferPointer(start: data, count: length), at: position)
      position += length
      return length
    }
  }

  private func seek(_ offset: Int, _ mode: Int32) -> Int {
    attempt {
      let base: Int
      switch Int(mode) {
      case Int(LIKENESS_C2PA_SEEK_START): base = 0
      case Int(LIKENESS_C2PA_SEEK_CURRENT): base = position
      default:
        switch backing {
        case .source(let file): base = file.size
        case .target(let file): base = try file.size()
        }
      }
      let (place, overflow) = base.addingReportingOverflow(offset)
      guard !overflow, place >= 0 else { return -1 }
      position = place
      return place
    }
  }

  private func attempt(_ body: () throws -> Int) -> Int {
    do {
      return try body()
    } catch {
      failure = failure ?? error
      return -1
    }
  }
}
