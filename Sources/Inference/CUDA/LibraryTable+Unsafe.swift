import CCUDA
import Foundation

/// Where the CUDA libraries are looked for, and their tables.
///
/// A place the user names is the only one looked at; otherwise Likeness' own `lib` folder and the system's libraries.
enum LibraryTable {
  typealias Open<Table> = (UnsafePointer<CChar>, UnsafeMutablePointer<Table>, UnsafeMutablePointer<CChar>, Int) -> Int32

  private static var own: [String: String] { ProcessInfo.processInfo.environment }

  static func cudaDriver(_ environment: [String: String] = own) throws -> LikenessCUDADriver {
    try open(
      likeness_cuda_open, LikenessCUDADriver.self, title: "NVIDIA driver (libcuda)", variable: "LIKENESS_CUDA_PATH",
      names: ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"],
      hint: "Install the driver, R470 or later, or compute on the processor.", environment: environment
    ).table
  }

  static func nvrtc(_ environment: [String: String] = own) throws -> (table: LikenessNVRTC, path: String) {
    try open(
      likeness_nvrtc_open, LikenessNVRTC.self, title: "CUDA compiler (NVRTC)", variable: "LIKENESS_NVRTC_PATH",
      names: [
        "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so", "/usr/local/cuda/lib64/libnvrtc.so",
      ],
      hint:
        "Run scripts/setup with --gpu, or install the Python wheel nvidia-cuda-nvrtc and name it in LIKENESS_NVRTC_PATH.",
      environment: environment
    )
  }

  static func nvml(_ environment: [String: String] = own) throws -> LikenessNVML {
    try open(
      likeness_nvml_open, LikenessNVML.self, title: "management library of the NVIDIA driver (NVML)",
      variable: "LIKENESS_NVML_PATH", names: ["libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1"],
      hint: "It is part of the driver.", environment: environment
    ).table
  }

  /// The first library that opens. Throws `libraryMissing`, or why the first file that is there does not do.
  private static func open<Table>(
    _ open: Open<Table>, _: Table.Type, title: String, variable: String, names: [String], hint: String,
    environment: [String: String]
  ) throws -> (table: Table, path: String) {
    let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    let search = LibrarySearch(path: nil, environment: environment)
    let stem = names[0].prefix { $0 != "." } + ".so"
    let candidates = named.map { files(at: $0, stem: stem) } ?? (files(at: search.home + "/lib", stem: stem) + names)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<Table>.size, alignment: MemoryLayout<Table>.alignment)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<Table>.size)
    defer { memory.deallocate() }
    let table = memory.assumingMemoryBound(to: Table.self)
    var failure: String?
    for candidate in candidates {
      var message = [CChar](repeating: 0, count: 1024)
      let result = open(candidate, table, &message, message.count)
      if result == LIKENESS_CUDA_OPENED { return (table.pointee, candidate) }
      let reason = text(message)
      if result == LIKENESS_CUDA_FUNCTION_MISSING {
        failure = failure ?? "\(candidate) is too old or no such library: it has no \(reason)"
      } else if candidate.contains("/"), FileManager.default.fileExists(atPath: candidate) {
        failure = failure ?? "\(candidate) cannot be opened: \(reason)"
      }
    }
    let place = named.map { "\($0) (from \(variable))" } ?? "\(search.home)/lib and the system's libraries"
    throw InferenceError(
      failure == nil ? .libraryMissing : .libraryUnusable,
      failure.map { "The \(title) cannot be used: \($0)." } ?? "The \(title) was not found. Searched: \(place).",
      hint: hint)
  }

  /// The file itself, or the libraries of this name in a folder, newest first.
  private static func files(at path: String, stem: some StringProtocol) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
    guard isFolder.boolValue else { return [path] }
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasPrefix(stem) }
      .sorted { $0.compare($1, options: .numeric) == .orderedDescending }.map { path + "/" + $0 }
  }
}
