/// Whether the sessions of one model put their runs together.
public enum Batching: Sendable, Hashable {
  /// Every session runs for itself.
  case off
  /// On a card or another device as many requests at once as pay, up to so many. On the processor, where frames run
  /// side by side and a batch gains nothing, as with `off`.
  case onDevice(upTo: Int)
  /// So many at once on any provider, without measuring.
  case fixed(Int)

  /// The sizes to choose from on a provider; one or none: nothing is measured.
  func sizes(on provider: ExecutionProvider) -> [Int] {
    switch self {
    case .off: []
    case .onDevice(let limit):
      provider == .cpu ? [] : [1, 2, 4, 8, 16, 32].filter { $0 <= limit }
    case .fixed(let size): [max(1, size)]
    }
  }
}
