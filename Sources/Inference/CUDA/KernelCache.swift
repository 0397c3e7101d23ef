import Foundation
import Logging

/// Compiled kernels on disk: one file a source, generation and compiler, named by the hash of all that decides it.
struct KernelCache: Sendable {
  let folder: String

  /// `cache/kernels` in Likeness' home.
  static var standard: KernelCache {
    KernelCache(
      folder: LibrarySearch(path: nil, environment: ProcessInfo.processInfo.environment).home + "/cache/kernels")
  }

  private func path(_ key: String) -> String { "\(folder)/\(key).kernel" }

  /// Nil when there is none.
  func image(_ key: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(fileURLWithPath: path(key)))).flatMap { $0.isEmpty ? nil : Array($0) }
  }

  /// Several processes may write one file: each writes its own and moves it into place. Without room or permission the
  /// kernels are compiled again next time.
  func store(_ image: [UInt8], _ key: String) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    do {
      try Data(image).write(to: URL(fileURLWithPath: path(key)), options: .atomic)
    } catch {
      log.info("Compiled kernels cannot be kept in \(folder): \(error.localizedDescription)")
    }
  }

  func remove(_ key: String) { try? FileManager.default.removeItem(atPath: path(key)) }
}
