import Foundation

/// The NVIDIA cards of the machine, by the names the driver gives them.
struct NvidiaCards: Sendable {
  let names: [String]

  static let installed = NvidiaCards(driverFolder: "/proc/driver/nvidia/gpus")

  /// Reads the driver's own list; empty without the driver.
  init(driverFolder: String) {
    let cards = (try? FileManager.default.contentsOfDirectory(atPath: driverFolder)) ?? []
    names = cards.sorted().compactMap { card in
      let text = try? String(contentsOfFile: "\(driverFolder)/\(card)/information", encoding: .utf8)
      let line = text?.split(separator: "\n").first { $0.hasPrefix("Model:") }
      return line.map { $0.dropFirst("Model:".count).trimmingCharacters(in: .whitespaces) }
    }
  }

  /// How cuDNN looks for the fastest convolution: by trying all, except where a GTX 16 card is in the machine, which
  /// gets cuDNN's own choice (the rule of FaceFusion).
  var convolutionSearch: String {
    let hasSmallCard = names.contains { name in
      ["GTX 1630", "GTX 1650", "GTX 1660"].contains { name.contains($0) }
    }
    return hasSmallCard ? "DEFAULT" : "EXHAUSTIVE"
  }
}
