import Synchronization

/// Memory of a card that is lent again and again, in pieces of a few sizes, across streams: getting memory from the driver
/// makes the whole card wait.
public final class DeviceMemoryPool: Sendable {
  /// A piece that nobody has, with what was queued on it before.
  private struct Kept: Sendable {
    let memory: DeviceMemory
    let after: [CUDAEvent]
  }

  public let context: CUDAContext
  private let budget: DeviceBudget?
  private let kept = Mutex<[Kept]>([])

  /// - Parameter budget: asked for every piece.
  public init(on context: CUDAContext, budget: DeviceBudget? = nil) {
    self.context = context
    self.budget = budget
  }

  /// A piece that `stream` may write at once: it waits for what others have queued on it. Its bytes are undefined.
  ///
  /// Throws `deviceOutOfMemory` or `overBudget`.
  public func take(_ byteCount: Int, for stream: CUDAStream) throws -> PooledMemory {
    let found = kept.withLock { kept in
      kept.lastIndex { $0.memory.byteCount == byteCount }.map { kept.remove(at: $0) }
    }
    if let found {
      for event in found.after { try stream.wait(for: event) }
      return PooledMemory(found.memory, pool: self, stream: stream)
    }
    do {
      return PooledMemory(try make(byteCount), pool: self, stream: stream)
    } catch let error as InferenceError where error.isMemory {
      // Pieces of other sizes may stand in the way.
      releaseAll()
      return PooledMemory(try make(byteCount), pool: self, stream: stream)
    }
  }

  private func make(_ byteCount: Int) throws -> DeviceMemory {
    try DeviceMemory(byteCount: byteCount, on: context, budget: budget, for: "What networks leave on the card")
  }

  fileprivate func giveBack(_ memory: DeviceMemory, after events: [CUDAEvent]) {
    kept.withLock { $0.append(Kept(memory: memory, after: events)) }
  }

  /// Gives back to the driver what nobody has.
  public func releaseAll() {
    // Memory is given back after the lock.
    let dropped = kept.withLock { kept in
      defer { kept = [] }
      return kept
    }
    withExtendedLifetime(dropped) {}
  }
}

/// A piece of a pool. It may be let go of as soon as everything that reads or writes it is queued: whoever gets it next
/// waits for the streams that used it, on the card.
public final class PooledMemory: Sendable {
  private struct Users: Sendable {
    var streams: [CUDAStream]
    var events: [CUDAEvent] = []
  }

  public let bytes: DeviceBytes
  private let memory: DeviceMemory
  private let pool: DeviceMemoryPool
  private let users: Mutex<Users>

  fileprivate init(_ memory: DeviceMemory, pool: DeviceMemoryPool, stream: CUDAStream) {
    self.memory = memory
    self.pool = pool
    bytes = memory.bytes
    users = Mutex(Users(streams: [stream]))
  }

  /// Says that work on the piece is, or will be, queued on the stream.
  public func use(on stream: CUDAStream) {
    users.withLock { users in
      if !users.streams.contains(where: { $0 === stream }) { users.streams.append(stream) }
    }
  }

  /// Says that everything that was queued on the piece so far lies before the event.
  func isDone(at event: CUDAEvent) { users.withLock { $0 = Users(streams: [], events: [event]) } }

  deinit {
    let users = users.withLock { $0 }
    let events = users.streams.compactMap { stream -> CUDAEvent? in
      do {
        let event = try CUDAEvent(on: stream.context)
        try event.record(on: stream)
        return event
      } catch {
        // A card that takes no event has failed; what it still does to the piece is waited for, if it says anything.
        try? stream.synchronize()
        return nil
      }
    }
    pool.giveBack(memory, after: users.events + events)
  }
}
