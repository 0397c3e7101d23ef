/// `swift run -c release Kernels [name]`: each kernel of the core against a plain scalar version of itself, one thread.
@main
struct Kernels {
  static func main() {
    let filter = CommandLine.arguments.dropFirst().first
    printHeading()
    for (name, table) in tables where filter == nil || name == filter { table() }
  }

  /// One entry a module.
  private static let tables: [(String, @Sendable () -> Void)] = [
    ("imaging", measureImaging), ("swapper", measureSwapper),
  ]
}
