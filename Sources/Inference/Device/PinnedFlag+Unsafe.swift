import Synchronization

/// A word of pinned memory that the card writes: anything but 0 says that something is wrong. It goes back to its page
/// when the last reference goes.
final class PinnedFlag: Sendable {
  private let page: PinnedFlags
  private let memory: PinnedMemory
  private let place: Int

  fileprivate init(page: PinnedFlags, memory: PinnedMemory, place: Int) {
    self.page = page
    self.memory = memory
    self.place = place
  }

  /// Where the card writes.
  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory.bytes[4 * place..<4 * place + 4])
  }

  /// To be read when the stream that writes it is done.
  var isRaised: Bool { bytes.loadUnaligned(as: UInt32.self) != 0 }

  func lower() { bytes.storeBytes(of: 0, as: UInt32.self) }

  deinit { page.giveBack(memory, place) }
}

/// Flags for runs that are under way, many of them in one page.
final class PinnedFlags: Sendable {
  private let context: CUDAContext
  private let free = Mutex<[(memory: PinnedMemory, place: Int)]>([])

  init(on context: CUDAContext) { self.context = context }

  /// A flag that is not raised.
  func take() throws -> PinnedFlag {
    let known = free.withLock { $0.popLast() }
    let (memory, place) = try known ?? makePage()
    let flag = PinnedFlag(page: self, memory: memory, place: place)
    flag.lower()
    return flag
  }

  private func makePage() throws -> (memory: PinnedMemory, place: Int) {
    let memory = try PinnedMemory(byteCount: 4096, on: context)
    free.withLock { free in
      for place in 1..<1024 { free.append((memory, place)) }
    }
    return (memory, 0)
  }

  fileprivate func giveBack(_ memory: PinnedMemory, _ place: Int) { free.withLock { $0.append((memory, place)) } }
}
