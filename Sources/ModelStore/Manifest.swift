import Foundation

/// `models/manifest.json`: what the converter made on this machine.
struct Manifest: Sendable, Hashable, Codable {
  struct File: Sendable, Hashable, Codable {
    let size: Int?
    /// 64 lower-case hex digits.
    let sha256: String
  }

  let files: [String: File]

  /// Nil when there is no manifest; throws `listInvalid` when it cannot be understood.
  static func read(in folder: String) throws -> Manifest? {
    let path = folder + "/manifest.json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw ModelStoreError(
        .listInvalid, "\(path) is damaged: \(error.localizedDescription)", hint: "Run: likeness models pull",
        underlying: error)
    }
  }
}
