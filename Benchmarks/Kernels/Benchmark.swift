import Foundation

/// Times a fast kernel and its plain scalar version and prints one row of the table.
///
/// Each is run for about a fifth of a second, at least three times; the median counts.
func measure(_ name: String, size: String, fast: () -> Void, scalar: () -> Void) {
  let ours = median(fast)
  let plain = median(scalar)
  print(
    name.padding(toLength: 34, withPad: " ", startingAt: 0) + size.padding(toLength: 16, withPad: " ", startingAt: 0)
      + String(format: "%10.3f %12.3f %8.1f", ours, plain, plain / ours))
}

/// The heading of the table.
func printHeading() {
  print(
    "kernel".padding(toLength: 34, withPad: " ", startingAt: 0)
      + "size".padding(toLength: 16, withPad: " ", startingAt: 0)
      + "   ours ms    scalar ms    ratio")
}

/// Times a kernel that has a limit in milliseconds, for about half a second, and prints one row.
///
/// The program's second argument chooses rows by a part of name or size.
func bar(_ name: String, size: String, limit: Double?, _ body: () -> Void) {
  if let wanted = CommandLine.arguments.dropFirst(2).first, !"\(name) \(size)".contains(wanted) { return }
  let times = sortedTimes(body, atLeast: 500)
  let (best, middle) = (times[0], times[times.count / 2])
  let verdict = limit.map { String(format: "%10.2f  %@", $0, best <= $0 ? "held" : "missed") } ?? ""
  print(
    name.padding(toLength: 34, withPad: " ", startingAt: 0) + size.padding(toLength: 16, withPad: " ", startingAt: 0)
      + String(format: "%10.3f %10.3f", best, middle) + verdict)
}

/// The heading of the table of limits.
func printBarHeading() {
  print(
    "kernel".padding(toLength: 34, withPad: " ", startingAt: 0)
      + "size".padding(toLength: 16, withPad: " ", startingAt: 0) + "   best ms  median ms  limit ms")
}

/// Median of the running times in milliseconds.
private func median(_ body: () -> Void) -> Double {
  let times = sortedTimes(body, atLeast: 200)
  return times[times.count / 2]
}

/// Running times in milliseconds: processor time of this thread, so that other work on the machine weighs less.
private func sortedTimes(_ body: () -> Void, atLeast total: Double) -> [Double] {
  body()
  var times: [Double] = []
  let start = threadTime()
  while times.count < 3 || (threadTime() - start < total && times.count < 1000) {
    let before = threadTime()
    body()
    times.append(threadTime() - before)
  }
  return times.sorted()
}

/// Milliseconds of processor time that this thread has used.
private func threadTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
}

/// Keeps a result alive, so that the optimiser cannot drop the work that made it.
@inline(never)
func keep<Value>(_ value: Value) {
  withExtendedLifetime(value) {}
}
