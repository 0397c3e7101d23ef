/// Something that computes up to ``capacity`` requests in one go: a session with its stream, its buffers and its
/// recorded graph. A scheduler runs one batch on it at a time, from changing threads.
public protocol BatchSlot<Request, Answer>: AnyObject {
  associatedtype Request
  associatedtype Answer

  /// The most requests of one run, 1 or more.
  var capacity: Int { get }

  /// Answers the requests, in their order. A slot with fixed shapes fills the rest of its batch itself.
  ///
  /// - Throws: `deviceOutOfMemory` (``InferenceError``) makes the scheduler repeat the work in smaller batches.
  func run(_ requests: [Request]) throws -> [Answer]

  /// Gives memory back so that batches of `capacity` fit. From then on ``capacity`` is that.
  func shrink(to capacity: Int) throws

  /// Runs what it will run later on, so that searches for the fastest algorithms and the recording of graphs do not fall
  /// on the first frame.
  func warmUp() throws

  /// Whether the device has done what was queued by the run before. A slot that gives answers before that, because they
  /// stay on the device, takes its next batch only then: meanwhile requests gather.
  var isReady: Bool { get }

  /// Waits until the slot is ready.
  func waitUntilReady() throws

  /// Ends the run in progress early, from another thread.
  func cancel()
}

extension BatchSlot {
  public var isReady: Bool { true }
  public func waitUntilReady() {}
  public func warmUp() {}
  public func cancel() {}
}

/// What a scheduler did, for the report of a run.
public struct BatchStatistics: Sendable, Hashable {
  /// How many runs had how many requests, by the number of requests.
  public internal(set) var runs: [Int: Int] = [:]
  /// How often memory ran out and a batch was halved.
  public internal(set) var halvings = 0

  public init() {}

  public var requests: Int { runs.reduce(0) { $0 + $1.key * $1.value } }
  /// Requests a run, 0 before the first.
  public var meanBatch: Double {
    let count = runs.values.reduce(0, +)
    return count == 0 ? 0 : Double(requests) / Double(count)
  }
}
