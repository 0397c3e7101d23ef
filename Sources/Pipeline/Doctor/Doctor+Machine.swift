import Foundation

/// What the processor is, from the text of `/proc/cpuinfo`.
struct ProcessorFacts {
  let name: String
  /// Extensions that the program or its libraries make use of, by their usual names.
  let features: [String]

  /// Flags of the kernel and the names people know, in the order shown.
  private static let known = [
    ("avx2", "AVX2"), ("fma", "FMA"), ("avx512f", "AVX-512"), ("avx512_vnni", "AVX-512 VNNI"), ("avx_vnni", "AVX-VNNI"),
    ("avx512_bf16", "BF16"), ("amx_tile", "AMX"), ("asimd", "NEON"), ("asimddp", "dot product"), ("sve", "SVE"),
  ]

  init(cpuinfo: String) {
    func value(_ key: String) -> String? {
      let line = cpuinfo.split(separator: "\n").first { $0.hasPrefix(key) }
      return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    name = value("model name") ?? "unknown processor"
    let flags = Set((value("flags") ?? value("Features") ?? "").split(separator: " ").map(String.init))
    features = Self.known.filter { flags.contains($0.0) }.map(\.1)
  }
}

/// A number of `/proc/meminfo` in bytes; nil when the key is not there.
func memoryBytes(_ key: String, in meminfo: String) -> Int? {
  let line = meminfo.split(separator: "\n").first { $0.hasPrefix(key + ":") }
  let words = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }) ?? []
  return words.count >= 2 ? Int(words[1]).map { $0 * 1024 } : nil
}

extension Doctor {
  /// Free space below which a run of some length may fail.
  private static let littleSpace = 1_000_000_000

  func examineMachine() -> [Finding] {
    let cpu = ProcessorFacts(cpuinfo: Self.text("/proc/cpuinfo"))
    let meminfo = Self.text("/proc/meminfo")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let features = cpu.features.isEmpty ? "" : "; " + cpu.features.joined(separator: ", ")
    let total = memoryBytes("MemTotal", in: meminfo) ?? Int(ProcessInfo.processInfo.physicalMemory)
    let free = memoryBytes("MemAvailable", in: meminfo).map { ", \(Self.size($0)) available" } ?? ""
    let findings = [
      Finding("system", .info, ProcessInfo.processInfo.operatingSystemVersionString),
      // A processor without what the program needs is told so before anything else runs.
      Finding("processor", .works, "\(cpu.name), \(cores) cores for this process\(features)"),
      Finding("memory", .info, Self.size(total) + free),
    ]
    return findings + [
      space("Likeness' folder", home), space("temporary files", NSTemporaryDirectory()),
    ]
  }

  /// Whether a folder, or the nearest one above it that exists, can be written and has room.
  private func space(_ name: String, _ path: String) -> Finding {
    var folder = URL(fileURLWithPath: path).standardizedFileURL
    while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path) { folder.deleteLastPathComponent() }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    let detail = "\(path), \(free.map(Self.size) ?? "unknown space") free"
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      return Finding(
        name, .fails, "\(path) cannot be written", brings: "Keys, the audit log and fetched models are kept there.",
        remedy: "Mend its permissions, or choose another folder with LIKENESS_HOME (TMPDIR for temporary files).",
        isNeeded: true)
    }
    guard let free, free < Self.littleSpace else { return Finding(name, .works, detail) }
    return Finding(
      name, .fails, detail, brings: "Results, models and compiled networks need room.", remedy: "Free some space.")
  }

  static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  /// A size as people read it, in powers of 1000.
  static func size(_ bytes: Int) -> String {
    bytes >= 1_000_000_000
      ? String(format: "%.1f GB", Double(bytes) / 1e9) : String(format: "%.0f MB", Double(bytes) / 1e6)
  }
}
