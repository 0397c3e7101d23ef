import Foundation

/// Threads of one run. A thread that throws ends the run; ``join()`` waits for all and throws the first reason.
///
/// Plain threads, not tasks: every stage blocks (codec, inference, bounded queues), and blocked tasks would starve the
/// cooperative pool that other runs of the same process share.
public final class ThreadGroup: Sendable {
  private let stop: StopToken
  private let alive: Monitor<Int>

  public init(stop: StopToken) {
    self.stop = stop
    // Joining must not be cut short by the stop itself, so the count has a token of its own.
    alive = Monitor(0, stop: StopToken())
  }

  /// Starts a thread. `finally` runs when the body has ended, however it ended.
  public func start(
    _ name: String, finally: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable () throws -> Void
  ) {
    alive.change { $0 += 1 }
    let work = ThreadWork(body: body, finally: finally)
    let thread = Thread { [stop, alive] in
      work.run(stop)
      alive.change { $0 -= 1 }
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Waits until every thread has ended, then throws the reason for which the run was stopped, if any.
  public func join() throws {
    try alive.wait { $0 == 0 ? () : nil }
    if let reason = stop.reason { throw reason }
  }
}

/// What a thread does, once. Whatever it holds is let go before the thread counts as ended, so that who has joined finds
/// memory and cards given back.
private final class ThreadWork: @unchecked Sendable {
  private var body: (@Sendable () throws -> Void)?
  private var finally: (@Sendable () -> Void)?

  init(body: @escaping @Sendable () throws -> Void, finally: @escaping @Sendable () -> Void) {
    self.body = body
    self.finally = finally
  }

  func run(_ stop: StopToken) {
    do { try body?() } catch { stop.stop(error) }
    body = nil
    finally?()
    finally = nil
  }
}
