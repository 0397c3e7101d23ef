import Foundation

/// The NVIDIA cards of the machine, as the driver's own files name them.
struct NvidiaCards: Sendable {
  /// In the order of their places on the bus, which need not be that of the device numbers.
  let names: [String]
  /// Empty without the driver.
  let driver: String

  static let installed = NvidiaCards(driverFolder: "/proc/driver/nvidia")

  /// Reads the driver's own list; empty without the driver.
  init(driverFolder: String) {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: driverFolder + "/gpus")) ?? []
    names = folders.sorted().compactMap { folder in
      let path = "\(driverFolder)/gpus/\(folder)/information"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      let line = text.split(separator: "\n").first { $0.hasPrefix("Model:") }
      return line.map { $0.dropFirst("Model:".count).trimmingCharacters(in: .whitespaces) }
    }
    // NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 …
    let version = (try? String(contentsOfFile: driverFolder + "/version", encoding: .utf8)) ?? ""
    let words = version.split(whereSeparator: \.isWhitespace)
    driver = words.first { $0.contains(".") && $0.allSatisfy { $0.isNumber || $0 == "." } }.map(String.init) ?? ""
  }

  /// How cuDNN looks for the fastest convolution: by trying all, except where a GTX 16 card is in the machine, which
  /// gets cuDNN's own choice (the rule of FaceFusion).
  var convolutionSearch: CUDAOptions.ConvolutionSearch {
    let hasSmallCard = names.contains { name in
      ["GTX 1630", "GTX 1650", "GTX 1660"].contains { name.contains($0) }
    }
    return hasSmallCard ? .standard : .exhaustive
  }
}
