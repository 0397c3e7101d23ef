import Foundation

/// What this process holds in memory. Only of use in a process of its own (an exit test): other tests that run beside
/// take and give back memory as they like.
public enum ResidentMemory {
  /// Bytes, in whole pages; 0 where the system does not tell.
  public static func bytes() -> Int {
    let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
    return (pages.flatMap { Int($0) } ?? 0) * 4096
  }

  /// How much more is held after `rounds` of `body` than before them, once `rounds` of them have warmed up.
  ///
  /// The least of up to three tries: an allocator takes memory in jumps and keeps it, a leak shows in every try.
  ///
  /// - Parameter limit: Bytes; growth below it ends the tries.
  public static func growth(rounds: Int, limit: Int, _ body: () throws -> Void) rethrows -> Int {
    for _ in 0..<rounds { try body() }
    var least = Int.max
    for _ in 0..<3 where least >= limit {
      let before = bytes()
      for _ in 0..<rounds { try body() }
      least = min(least, bytes() - before)
    }
    return least
  }
}
