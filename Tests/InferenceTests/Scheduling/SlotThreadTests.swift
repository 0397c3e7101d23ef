import Foundation
import Synchronization
import Testing

@testable import Inference

@Suite struct SlotThreadTests {
  private struct Failure: Error {}

  @Test func allWorkIsDoneOnOneOtherThread() throws {
    let thread = SlotThread("slot")
    let first = try thread.run { Thread.current }
    let second = try thread.run { Thread.current }
    #expect(first === second && first !== Thread.current)
  }

  @Test func valuesAndErrorsComeBack() throws {
    let thread = SlotThread("slot")
    var changed = 0
    #expect(
      try thread.run {
        changed += 1; return "answer"
      } == "answer")
    #expect(changed == 1)
    #expect(throws: Failure.self) { try thread.run { throw Failure() } }
    // The thread goes on after an error.
    #expect(try thread.run { 4 } == 4)
  }

  @Test func callersTakeTurns() throws {
    let thread = SlotThread("slot")
    let inside = Atomic(0)
    let most = Atomic(0)
    let sum = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 40) { number in
      try? thread.run {
        let count = inside.add(1, ordering: .relaxed).newValue
        most.max(count, ordering: .relaxed)
        sum.add(number, ordering: .relaxed)
        inside.subtract(1, ordering: .relaxed)
      }
    }
    #expect(most.load(ordering: .relaxed) == 1)
    #expect(sum.load(ordering: .relaxed) == 780)
  }

  @Test func whatTheWorkHoldsIsLetGoBeforeItReturns() throws {
    final class Held: Sendable {
      static let gone = Atomic(0)
      deinit { Held.gone.add(1, ordering: .relaxed) }
    }
    let thread = SlotThread("slot")
    func use() throws {
      let held = Held()
      try thread.run { withExtendedLifetime(held) {} }
    }
    try use()
    #expect(Held.gone.load(ordering: .relaxed) == 1)
  }
}
