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

/// Median of the running times in milliseconds.
private func median(_ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  body()
  var times: [Double] = []
  let start = clock.now
  while times.count < 3 || (clock.now - start < .milliseconds(200) && times.count < 200) {
    let (seconds, attoseconds) = clock.measure(body).components
    times.append(Double(seconds) * 1e3 + Double(attoseconds) * 1e-15)
  }
  return times.sorted()[times.count / 2]
}

/// Keeps a result alive, so that the optimiser cannot drop the work that made it.
@inline(never)
func keep<Value>(_ value: Value) {
  withExtendedLifetime(value) {}
}
