import Foundation

/// The machine a measurement was made on.
public struct MachineFacts: Codable, Sendable {
  public var processor: String
  /// Processors that this process may use.
  public var cores: Int
  public var system: String
  public var onnxRuntime: String

  init(onnxRuntime: String) {
    self.onnxRuntime = onnxRuntime
    cores = ProcessInfo.processInfo.activeProcessorCount
    system = ProcessInfo.processInfo.operatingSystemVersionString
    processor = MachineFacts.processorName()
  }

  private static func processorName() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }
}
