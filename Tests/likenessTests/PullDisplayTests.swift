import Foundation
import ModelStore
import Synchronization
import Testing

@testable import likeness

@Suite struct PullDisplayTests {
  private final class Screen: Sendable {
    let now = Mutex(0.0)
    let lines = Mutex<[String]>([])
    let bars = Mutex<[String]>([])

    func display(moves: Bool) -> PullDisplay {
      PullDisplay(
        moves: moves, clock: { [self] in now.withLock { $0 } },
        write: { [self] line in lines.withLock { $0.append(line) } },
        showBar: { [self] bar in bars.withLock { $0.append(bar) } })
    }

    func wait(_ seconds: Double) { now.withLock { $0 += seconds } }
  }

  private let entry: ModelEntry

  init() throws { entry = try Catalogue.facefusion().entry("inswapper_128") }

  private func progress(_ done: Int) -> PullEvent {
    .progress(entry, host: "github.com", done: done, total: 4_000_000)
  }

  @Test func elsewhereALineComesEveryTenSeconds() {
    let screen = Screen()
    let display = screen.display(moves: false)
    display.show(progress(1_000_000))
    for step in 1...20 {
      screen.wait(1)
      display.show(progress(1_000_000 + step * 100_000))
    }
    display.show(.fetched(entry, size: 4_000_000))
    display.finish()
    let name = "inswapper_128.onnx"
    #expect(
      screen.lines.withLock { $0 } == [
        "\(name) from github.com: 1.0/4.0 MB",
        "\(name) from github.com: 2.0/4.0 MB, 0.1 MB/s, 0:20 left",
        "\(name) from github.com: 3.0/4.0 MB, 0.1 MB/s, 0:10 left",
        "\(name): fetched and checked, 4.0 MB",
      ])
    #expect(screen.bars.withLock { $0.isEmpty })
  }

  @Test func onATerminalTheBarMovesAndGoes() {
    let screen = Screen()
    let display = screen.display(moves: true)
    display.show(progress(0))
    for step in 1...8 {
      screen.wait(0.125)
      display.show(progress(step * 250_000))
    }
    display.show(.retrying(entry, host: "github.com", reason: "sent nothing for 30 s", seconds: 0.5))
    display.finish()
    let bars = screen.bars.withLock { $0 }
    // One at the start, four in a second, two that take the bar away.
    #expect(bars.count == 7 && bars.suffix(2).allSatisfy(\.isEmpty), "\(bars)")
    #expect(bars[4].hasPrefix("████████████░░░░░░░░░░░░ inswapper_128.onnx from github.com: 2.0/4.0 MB, 2.0 MB/s"))
    #expect(screen.lines.withLock { $0 } == ["inswapper_128.onnx: github.com sent nothing for 30 s; again in 0.5 s"])
  }

  @Test func aTransferWithoutATotalIsTold() {
    let line = TransferLine(name: "a", done: 2_500_000, total: nil, fetched: 2_500_000, seconds: 1)
    #expect(line.bar() == "a: 2.5 MB, 2.5 MB/s")
    let over = TransferLine(name: "a", done: 10, total: 5, fetched: 0, seconds: 0)
    #expect(over.bar(width: 4) == "████ a: 0.0/0.0 MB")
  }
}
