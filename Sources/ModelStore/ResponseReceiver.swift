import Foundation
import Synchronization

/// Judges an answer and takes its body, piece by piece.
final class ResponseReceiver: FetchReceiving {
  /// What the server did.
  enum Outcome: Sendable, Hashable {
    case nothing
    case redirect(String)
    /// The body came, from this place of the file on; the bytes the whole file has, nil when the server did not say.
    case body(from: Int, total: Int?)
    /// All bytes are already here.
    case complete
    /// The bytes that are here do not belong to what the server has now.
    case changed
  }

  /// The parts of the answer the caller acts on.
  struct Start: Sendable {
    /// The first byte's place in the file: 0, or where the transfer goes on.
    let offset: Int
    let total: Int?
    let validator: String?
  }

  private struct State {
    var outcome = Outcome.nothing
    var place = 0
    var windowStart = 0.0
    var windowBytes = 0
  }

  private let state: Mutex<State>
  private let offset: Int
  private let total: Int?
  private let maximum: Int
  private let limits: FetchLimits
  private let clock: @Sendable () -> Double
  private let begin: @Sendable (Start) throws -> Void
  private let append: @Sendable ([UInt8], Int, Int?) throws -> Void

  /// - Parameters:
  ///   - offset: bytes that are already here and were asked not to be sent again.
  ///   - total: what an earlier answer said the whole file has.
  ///   - maximum: bytes the file may have.
  ///   - begin: called before the first piece of a body.
  ///   - append: called with each piece, its place in the file and the bytes of the whole file (nil when unknown).
  init(
    offset: Int = 0, total: Int? = nil, maximum: Int, limits: FetchLimits,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime },
    begin: @escaping @Sendable (Start) throws -> Void, append: @escaping @Sendable ([UInt8], Int, Int?) throws -> Void
  ) {
    self.offset = offset
    self.total = total
    self.maximum = maximum
    self.limits = limits
    self.clock = clock
    self.begin = begin
    self.append = append
    state = Mutex(State())
  }

  var outcome: Outcome { state.withLock { $0.outcome } }

  func received(_ head: FetchHead) throws -> Bool {
    switch head.status {
    case 200: return try start(head, at: 0, total: Self.length(head))
    case 206 where offset > 0: return try resume(head)
    case 301, 302, 303, 307, 308:
      guard let location = head.headers["location"] else {
        throw FetchFailure("redirects to nowhere (status \(head.status) without Location)", .never)
      }
      return end(.redirect(location))
    case 416 where offset > 0:
      return end(head.headers["content-range"] == "bytes */\(offset)" ? .complete : .changed)
    default: throw Self.refusal(head)
    }
  }

  private func end(_ outcome: Outcome) -> Bool {
    state.withLock { $0.outcome = outcome }
    return false
  }

  private func resume(_ head: FetchHead) throws -> Bool {
    guard let range = ContentRange(head.headers["content-range"] ?? ""), range.first == offset else {
      return end(.changed)
    }
    if let total, let now = range.total, total != now { return end(.changed) }
    return try start(head, at: offset, total: range.total ?? total)
  }

  private func start(_ head: FetchHead, at place: Int, total: Int?) throws -> Bool {
    if let coding = head.headers["content-encoding"], coding.lowercased() != "identity" {
      throw FetchFailure("sent the file in the coding \"\(coding)\", which was not asked for", .never)
    }
    if let total, total > maximum { throw tooLarge("\(total) bytes") }
    try begin(Start(offset: place, total: total, validator: Self.validator(head)))
    let now = clock()
    state.withLock { $0 = State(outcome: .body(from: place, total: total), place: place, windowStart: now) }
    return true
  }

  func received(_ bytes: [UInt8]) throws {
    let now = clock()
    let (place, total) = try state.withLock { state -> (Int, Int?) in
      guard case .body(_, let total) = state.outcome else { throw FetchFailure("sent a body out of turn", .never) }
      let place = state.place
      state.place += bytes.count
      if let total, state.place > total { throw FetchFailure("sent more than the \(total) bytes it announced", .once) }
      if state.place > maximum { throw tooLarge("more than that") }
      try checkSpeed(&state, now: now, count: bytes.count)
      return (place, total)
    }
    try append(bytes, place, total)
  }

  private func checkSpeed(_ state: inout State, now: Double, count: Int) throws {
    state.windowBytes += count
    guard now - state.windowStart >= limits.slowSeconds else { return }
    guard state.windowBytes >= limits.slowBytes else {
      throw FetchFailure("sent only \(state.windowBytes) bytes in \(Int(now - state.windowStart)) s", .often)
    }
    (state.windowStart, state.windowBytes) = (now, 0)
  }

  private func tooLarge(_ size: String) -> FetchFailure {
    FetchFailure("sent a file that is too large: \(size), at most \(maximum) bytes are taken", .never)
  }

  private static func refusal(_ head: FetchHead) -> FetchFailure {
    let isPassing = [408, 425, 429, 500, 502, 503, 504].contains(head.status)
    let wait = head.headers["retry-after"].flatMap(Double.init).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    return FetchFailure("answered with status \(head.status)", isPassing ? .often : .never, retryAfter: wait)
  }

  private static func length(_ head: FetchHead) -> Int? { head.headers["content-length"].flatMap { Int($0) } }

  /// Only what names one state byte for byte may guard a resumed transfer (RFC 9110, If-Range).
  private static func validator(_ head: FetchHead) -> String? {
    if let tag = head.headers["etag"], tag.hasPrefix("\"") { return tag }
    return head.headers["last-modified"]
  }
}

/// `Content-Range: bytes first-last/total`.
struct ContentRange: Sendable, Hashable {
  let first: Int
  let last: Int
  /// Nil for `*`.
  let total: Int?

  /// Nil for anything that is no range.
  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15}|\*)/),
      let first = Int(match.1), let last = Int(match.2), first <= last
    else { return nil }
    total = Int(match.3)
    if let total, last >= total { return nil }
    (self.first, self.last) = (first, last)
  }
}
