import Foundation
public import ModelStore
import TestSupport

/// The small models that stand in for published ones in golden cases.
public struct StandInModels: ModelLoading {
  private struct Entry: Codable {
    let file: String
    let standsInFor: [String]

    enum CodingKeys: String, CodingKey {
      case file
      case standsInFor = "stands_in_for"
    }
  }

  private let folder: String
  /// By the name of the published file.
  private let files: [String: String]

  /// - Parameter folder: with `standins.json`, which names who stands in for whom; without it every file stands in for
  ///   the one of its own name.
  public init(folder: String) {
    self.folder = folder
    let list = FileManager.default.contents(atPath: folder + "/standins.json") ?? Data()
    let entries = (try? JSONDecoder().decode([Entry].self, from: list)) ?? []
    files = entries.reduce(into: [:]) { files, entry in
      for name in entry.standsInFor { files[name] = entry.file }
    }
  }

  /// The folder `standins` beside the case, beside its folder, or one above that.
  public init(near caseFolder: String) {
    let place = URL(fileURLWithPath: caseFolder).standardizedFileURL
    let places = [
      place, place.deletingLastPathComponent(), place.deletingLastPathComponent().deletingLastPathComponent(),
    ]
    .map { $0.appendingPathComponent("standins").path }
    self.init(folder: places.first { FileManager.default.fileExists(atPath: $0) } ?? places[0])
  }

  public func load(_ id: ModelID) throws -> [UInt8] {
    for suffix in ["onnx", "dfm"] {
      let name = "\(id.rawValue).\(suffix)"
      let path = "\(folder)/\(files[name] ?? name)"
      if let data = FileManager.default.contents(atPath: path) { return [UInt8](data) }
    }
    throw TestSupportError(.nameUnknown, "\(folder) has no stand-in for the model \(id.rawValue).")
  }
}
