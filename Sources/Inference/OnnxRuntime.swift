import COnnxRuntime
import Foundation
import Logging
import Synchronization

let log = Logger(label: "likeness.inference")

/// One opened ONNX Runtime library with its environment. One for each library and process; shared by all threads.
public final class OnnxRuntime: Sendable {
  /// As the library states it, for example `1.31.1`.
  public let version: String
  public let libraryPath: String
  /// What the library was built with, in the order `auto` tries. A provider may still fail to start.
  public let availableProviders: [ExecutionProvider]
  /// Default folder for compiled models of TensorRT, MIGraphX and CoreML.
  let cacheFolder: String

  // The table never changes, and the runtime documents its environment as safe for all threads.
  let api: OrtApi
  /// Functions that only newer libraries have.
  let extras: LikenessOrtExtras
  nonisolated(unsafe) let environment: OpaquePointer
  /// Describes plain memory of the process.
  nonisolated(unsafe) let memoryInfo: OpaquePointer
  /// Providers that did not start when `auto` tried them; they are not tried (and logged) again.
  let failedProviders = Mutex<Set<ExecutionProvider>>([])
  let models = ModelCache<LoadedModel>()
  let batches = ModelCache<SharedBatches>()
  /// Models that half precision failed for, by name: each is told of once.
  let fellBack = Mutex<Set<String>>([])
  let plugins = Mutex<[String: RegisteredPlugin]>([:])
  /// Descriptions of device memory made so far.
  let deviceMemory = Mutex<[MemoryPlace: UInt]>([:])

  /// Every library opened so far by path; they stay open for the life of the process.
  private static let opened = Mutex<[String: OnnxRuntime]>([:])

  init(library: OpenedLibrary, cacheFolder: String) throws {
    version = library.version
    libraryPath = library.path
    api = library.api
    extras = library.extras
    self.cacheFolder = "\(cacheFolder)/onnxruntime-\(library.version)"
    (environment, memoryInfo) = try library.makeEnvironment()
    let names = try library.providerNames()
    availableProviders = ExecutionProvider.allCases.filter { names.contains($0.runtimeName) }
  }

  /// Opens the library at `path` (a file or a folder that holds it). Without a path:
  /// `$LIKENESS_ONNXRUNTIME_PATH`, the `lib` folder of Likeness' home, the system's libraries.
  ///
  /// Opening the same library again gives the same object. Throws ``InferenceError`` with `libraryMissing`,
  /// `libraryUnusable` or `libraryTooOld`.
  public static func open(path: String? = nil) throws -> OnnxRuntime {
    try open(path: path, environment: ProcessInfo.processInfo.environment)
  }

  static func open(path: String?, environment: [String: String]) throws -> OnnxRuntime {
    let search = LibrarySearch(path: path, environment: environment)
    var firstFailure: InferenceError?
    for candidate in search.candidates {
      do {
        let library = try OpenedLibrary(path: candidate)
        return try opened.withLock { opened in
          if let known = opened[library.path] { return known }
          let runtime = try OnnxRuntime(library: library, cacheFolder: search.home + "/cache")
          opened[library.path] = runtime
          return runtime
        }
      } catch let failure as InferenceError {
        // A bare name that the system does not know is no failure worth telling.
        if candidate.contains("/") { firstFailure = firstFailure ?? failure }
      }
    }
    throw firstFailure
      ?? InferenceError(
        .libraryMissing,
        "The ONNX Runtime library was not found. Searched: \(search.places.joined(separator: "; ")).",
        hint: OnnxRuntime.installHint)
  }

  static let installHint =
    "Run ./scripts/setup, or unpack the Python wheel onnxruntime 1.31 and name its libonnxruntime.so with "
    + "--onnxruntime-path or LIKENESS_ONNXRUNTIME_PATH."
}
