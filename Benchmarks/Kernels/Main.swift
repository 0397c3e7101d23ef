/// `swift run -c release Kernels [table [row]]`: each kernel of the core against a plain scalar version of
/// itself, and against its limit where it has one; one thread.
@main
struct Kernels {
  static func main() {
    let filter = CommandLine.arguments.dropFirst().first
    for (name, table) in tables where filter == nil || name == filter { table() }
  }

  /// One entry a module.
  private static let tables: [(String, @Sendable () -> Void)] = [
    ("imaging", measureImaging), ("swapper", measureSwapper), ("bars", measureBars),
    ("families", measureFamilies),
  ]
}
