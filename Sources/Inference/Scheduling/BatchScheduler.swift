import Foundation
import Logging

/// Puts the requests of several workers together into batches.
///
/// A worker submits and waits for its own answer. Whoever finds a slot free runs it, with as many waiting requests as
/// fit, first come, first served; the others wait. While all slots are busy requests gather, and the next free slot
/// takes them together. So batches grow exactly when the device is the limit: there are no timers, nobody waits for
/// requests that may never be made, and no thread is needed beyond the workers' own.
///
/// A request and its answer belong to the worker that submitted them; they are never seen by another request.
public final class BatchScheduler<Request, Answer>: @unchecked Sendable {
  public typealias Slot = any BatchSlot<Request, Answer>

  /// One request on its way.
  private final class Ticket {
    let request: Request
    var result: Result<Answer, any Error>?

    init(_ request: Request) { self.request = request }
  }

  /// For messages.
  public let name: String
  private let slots: [Slot]
  /// Completes the error when not even one request fits.
  private let budget: String
  /// Memory promised to the slots.
  private let keeping: [MemoryReservation]
  private let didQueue: @Sendable (Int) -> Void
  // Everything below is read and changed under the condition's lock.
  private let condition = NSCondition()
  private var waiting: [Ticket] = []
  private var free: [Int]
  private var stopReason: (any Error)?
  private var counted = BatchStatistics()
  /// Which batch each slot ran last.
  private var started: [Int: Int] = [:]
  private var batches = 0

  /// - Parameters:
  ///   - slots: one or more; the scheduler alone uses them from now on.
  ///   - budget: Names the memory budget for the error when not even one request fits in.
  ///   - keeping: What was promised for the slots; given back with the scheduler.
  ///   - didQueue: Called on the submitting thread with the number of waiting requests each time some are added.
  public init(
    name: String, slots: [Slot], budget: String = "no --gpu-memory-limit is set", keeping: [MemoryReservation] = [],
    didQueue: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    precondition(!slots.isEmpty, "a scheduler needs a slot")
    self.name = name
    self.slots = slots
    self.budget = budget
    self.keeping = keeping
    self.didQueue = didQueue
    free = Array(slots.indices)
  }

  var slotCount: Int { slots.count }

  public var statistics: BatchStatistics { condition.withLock { counted } }

  /// Waits for the answer.
  ///
  /// - Throws: What went wrong with this request, or the reason given to ``stop(_:)``.
  public func submit(_ request: Request) throws -> Answer {
    guard let answer = try submit([request]).first else {
      throw InferenceError(.runFailed, "\(name) gave no answer.")
    }
    return answer
  }

  /// Waits for the answers, in the order of the requests. They may be computed in one batch or in several.
  ///
  /// - Throws: The first error among them, when all have been dealt with.
  public func submit(_ requests: [Request]) throws -> [Answer] {
    let tickets = requests.map(Ticket.init)
    didQueue(try queue(tickets))
    condition.lock()
    defer { condition.unlock() }
    while tickets.contains(where: { $0.result == nil }) {
      if !runNext(), tickets.contains(where: { $0.result == nil }) { condition.wait() }
    }
    return try tickets.map { ticket in
      guard let result = ticket.result else { throw InferenceError(.runFailed, "\(name) gave no answer.") }
      return try result.get()
    }
  }

  /// Ends all waiting, with this error, and cuts runs in progress short. Later requests fail at once.
  public func stop(_ reason: any Error) {
    condition.lock()
    defer { condition.unlock() }
    guard stopReason == nil else { return }
    stopReason = reason
    // A run in progress still reads its requests, so those who wait for it go on waiting.
    for ticket in waiting { ticket.result = .failure(reason) }
    waiting = []
    for slot in slots { slot.cancel() }
    condition.broadcast()
  }

  /// Returns how many requests wait now.
  private func queue(_ tickets: [Ticket]) throws -> Int {
    try condition.withLock {
      if let stopReason { throw stopReason }
      waiting += tickets
      return waiting.count
    }
  }

  // MARK: Running

  /// Runs one batch on a free slot, giving the lock back meanwhile. False when there is no slot or nothing to do.
  private func runNext() -> Bool {
    guard !waiting.isEmpty, let index = takeSlot() else { return false }
    let slot = slots[index]
    if !slot.isReady {
      condition.unlock()
      // What the device says about the batch before is the next run's to tell.
      try? slot.waitUntilReady()
      condition.lock()
    }
    // Another slot may have taken them all.
    if !waiting.isEmpty {
      batches += 1
      started[index] = batches
      runBatch(on: slot)
    }
    free.insert(index, at: free.firstIndex { $0 > index } ?? free.endIndex)
    condition.broadcast()
    return true
  }

  /// The first slot that is free and ready, so that a lone worker always meets the same one; else, of the free ones, the
  /// one that has been at work longest.
  private func takeSlot() -> Int? {
    let place =
      free.firstIndex { slots[$0].isReady }
      ?? free.indices.min { started[free[$0], default: 0] < started[free[$1], default: 0] }
    return place.map { free.remove(at: $0) }
  }

  private func runBatch(on slot: Slot) {
    let batch = Array(waiting.prefix(max(1, slot.capacity)))
    waiting.removeFirst(batch.count)
    condition.unlock()
    let (results, statistics) = answers(batch.map(\.request), slot)
    condition.lock()
    for (ticket, result) in zip(batch, results) { ticket.result = result }
    counted.add(statistics)
  }

  /// One result for each request. Memory that runs out halves the batch for good; any other failure of a batch is
  /// looked for request by request, so that only the one that caused it hears of it.
  private func answers(_ requests: [Request], _ slot: Slot) -> ([Result<Answer, any Error>], BatchStatistics) {
    var statistics = BatchStatistics()
    var results: [Result<Answer, any Error>] = []
    var isSearching = false
    while results.count < requests.count {
      let size = isSearching ? 1 : min(requests.count - results.count, max(1, slot.capacity))
      let chunk = Array(requests[results.count..<results.count + size])
      do {
        results += try run(chunk, slot).map { .success($0) }
        statistics.runs[size, default: 0] += 1
      } catch let error as InferenceError where error.isMemory && size > 1 {
        statistics.halvings += 1
        if let failure = shrink(slot, to: size / 2) {
          results += chunk.map { _ in .failure(failure) }
        }
      } catch let error as InferenceError where error.code == .deviceOutOfMemory {
        results.append(.failure(Self.overBudget(name, budget, error)))
      } catch let error as InferenceError where error.code == .cancelled {
        results += chunk.map { _ in .failure(error) }
      } catch {
        if size == 1 { results.append(.failure(error)) } else { isSearching = true }
      }
    }
    return (results, statistics)
  }

  private func run(_ requests: [Request], _ slot: Slot) throws -> [Answer] {
    let answers = try slot.run(requests)
    guard answers.count == requests.count else {
      throw InferenceError(.runFailed, "\(name) gave \(answers.count) answers to \(requests.count) requests.")
    }
    return answers
  }

  private func shrink(_ slot: Slot, to capacity: Int) -> (any Error)? {
    log.notice("\(name): out of memory; going on with batches of \(capacity).")
    do {
      try slot.shrink(to: capacity)
      return nil
    } catch {
      return error
    }
  }

  static func overBudget(_ name: String, _ budget: String, _ error: InferenceError) -> InferenceError {
    InferenceError(
      .overBudget, "\(name) does not fit into the device's memory, not even one at a time (\(budget)).",
      hint: "Free memory on the device, raise --gpu-memory-limit, or use --execution-providers cpu.", underlying: error)
  }
}

extension BatchStatistics {
  mutating func add(_ other: BatchStatistics) {
    runs.merge(other.runs, uniquingKeysWith: +)
    halvings += other.halvings
  }
}
