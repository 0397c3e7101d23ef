import Foundation

/// Remembers how the comparison of half and single precision went, so that a model is compared once on each device
/// and not at every start. The key is that of compiled models: bytes, device, driver, options, runtime.
struct PrecisionCache {
  private struct Entry: Codable {
    let key: String
    let report: PrecisionReport
  }

  /// Counts up whenever the conversion or the comparison changes.
  private static let rules = 1
  private let key: String
  private let file: String

  init(_ cache: CompiledModelCache, provider: ExecutionProvider) {
    let shapes = cache.options.warmUpShapes.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }
    key =
      "rules: \(Self.rules)\n" + cache.modelKey(provider)
      + "interface: \(cache.options.halfInterface ? "half" : "kept"), warm-up: \(shapes.joined(separator: " "))\n"
    file = "\(cache.base)/precision/\(ContentDigest(key.utf8).hex).json"
  }

  var report: PrecisionReport? {
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    guard let entry = try? JSONDecoder().decode(Entry.self, from: data), entry.key == key else { return nil }
    return entry.report
  }

  /// A folder that cannot be written means comparing again at the next start.
  func store(_ report: PrecisionReport) {
    let folder = (file as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard let data = try? JSONEncoder().encode(Entry(key: key, report: report)) else { return }
    try? data.write(to: URL(fileURLWithPath: file), options: .atomic)
  }
}
