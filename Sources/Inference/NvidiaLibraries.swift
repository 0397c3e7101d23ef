import COnnxRuntime
import Foundation
import Synchronization

/// NVIDIA's libraries beside the runtime's, as `./scripts/setup --gpu` puts them there.
///
/// The runtime's CUDA provider names the libraries that it needs without a folder. The loader finds those that are open
/// already, so they are opened first; what does not lie there is left to the system.
enum NvidiaLibraries {
  /// In the order in which they need each other.
  static let stems = ["libcudart.so", "libnvrtc.so", "libcublasLt.so", "libcublas.so", "libcurand.so", "libcudnn.so"]
  private static let opened = Mutex<Set<String>>([])

  /// Opens those that lie in `folder`, once for the life of the process. Returns the paths of all that are open.
  @discardableResult
  static func open(in folder: String) -> [String] {
    opened.withLock { opened in
      for path in files(in: folder) where !opened.contains(path) {
        if likeness_preload_library(path) != 0 { opened.insert(path) }
      }
      return opened.filter { $0.hasPrefix(folder + "/") }.sorted()
    }
  }

  /// The libraries of the folder in the order of ``stems``; of several versions the newest.
  static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return stems.compactMap { stem in
      names.filter { $0 == stem || $0.hasPrefix(stem + ".") }
        .max { $0.compare($1, options: .numeric) == .orderedAscending }
        .map { folder + "/" + $0 }
    }
  }
}
