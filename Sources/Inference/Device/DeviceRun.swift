import Logging
import Synchronization

/// One run of a batch, whose outputs may still be on their way.
final class DeviceRun: Sendable {
  private let done: CUDAEvent
  /// What the card says about outputs that stayed there; nil where it was not asked.
  private let flag: PinnedFlag?
  private let doubt: PrecisionDoubt

  /// - Parameter done: recorded behind everything of the run.
  init(done: CUDAEvent, flag: PinnedFlag?, doubt: PrecisionDoubt) {
    self.done = done
    self.flag = flag
    self.doubt = doubt
  }

  func wait(on stream: CUDAStream) throws { try stream.wait(for: done) }

  func isReached() throws -> Bool { try done.isReached() }

  func synchronize() throws { try done.synchronize() }

  /// Waits for the run.
  func isFinite() throws -> Bool {
    guard let flag else { return true }
    try done.synchronize()
    guard flag.isRaised else { return true }
    doubt.raise()
    return false
  }
}

/// Whether half precision of a network has given numbers that are not finite, in any of its slots.
///
/// What goes to the host is looked at there. What stays on the card is looked at by a kernel, whose finding is read when
/// the slot takes its next batch, at the latest at the end of the work.
final class PrecisionDoubt: Sendable {
  private let isRaisedFlag = Atomic(false)
  /// The last run of each slot whose finding nobody has read.
  private let unread = Mutex<[ObjectIdentifier: DeviceRun]>([:])

  var isRaised: Bool { isRaisedFlag.load(ordering: .acquiring) }

  func raise() { isRaisedFlag.store(true, ordering: .releasing) }

  func note(_ run: DeviceRun?, of slot: AnyObject) {
    unread.withLock { $0[ObjectIdentifier(slot)] = run }
  }

  /// Waits for what is under way and reads what was found.
  func settle() {
    let runs = unread.withLock { unread in
      defer { unread = [:] }
      return Array(unread.values)
    }
    for run in runs { _ = try? run.isFinite() }
  }
}

/// Looks on a card whether numbers are finite.
public protocol NumbersChecking: Sendable {
  /// Queues work that sets the 32-bit word `flag` to 1 when one of the numbers is infinite or none.
  ///
  /// - Parameter type: float16 or float32.
  func check(_ numbers: DeviceBytes, type: ElementType, flag: DeviceBytes, on stream: CUDAStream) throws
}
