/// How often and when a host is asked again.
struct RetryPolicy: Sendable {
  /// Times a host is asked, the first included, while nothing new arrives.
  var attempts = 5
  /// Seconds before the second attempt; doubled each time up to `longest`.
  var first = 0.5
  var longest = 30.0
  /// An attempt that brought this many bytes starts the count anew.
  var progress = 1 << 20

  /// Whether to ask again after `attempt` attempts.
  func allows(_ failure: FetchFailure, after attempt: Int) -> Bool {
    switch failure.repetition {
    case .never: false
    case .once: attempt < min(2, attempts)
    case .often: attempt < attempts
    }
  }

  /// Seconds to wait after `attempt` attempts (1 = the first failed). Half of it is left to chance, so that many
  /// programs stopped by one failure do not come back at one time; what the server asks for counts when it is more.
  ///
  /// - Parameter chance: 0..<1.
  func delay(after attempt: Int, chance: Double, asked: Double?) -> Double {
    var whole = first
    for _ in 1..<max(attempt, 1) { whole = min(whole * 2, longest) }
    return max(whole * (0.5 + chance / 2), min(asked ?? 0, longest))
  }
}
