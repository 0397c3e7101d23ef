import Foundation
import TestSupport

@testable import ModelStore

/// A home and a small catalogue of published files: `tiny` and `pair` (two files) may be used freely, `locked` is
/// non-commercial.
struct PeerFixture {
  let folder: TemporaryFolder
  let catalogue: Catalogue

  /// Two fields as an ONNX file has them: the version, and 5000 (4000) bytes.
  static let bytes: [UInt8] =
    [0x08, 0x08, 0x12, 0x88, 0x27] + (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 1) }
  static let other: [UInt8] = [0x08, 0x07, 0x12, 0xA0, 0x1F] + [UInt8](repeating: 0x55, count: 4000)

  init(bases: [(provider: String, base: String)] = [("github", "http://127.0.0.1:9")]) throws {
    folder = try TemporaryFolder()
    let hosts = bases.map {
      "{\"provider\": \"\($0.provider)\", \"base\": \"\($0.base)\", \"path\": \"/\($0.provider)/{release}/{file}\"}"
    }
    let text = """
      {"pack": "facefusion", "hosts": [\(hosts.joined(separator: ", "))],
       "licences": [
        {"name": "MIT", "commercial": true, "acceptance": false, "notes": "Free.", "url": "https://mit.example"},
        {"name": "Non-Commercial", "commercial": false, "acceptance": true, "notes": "Not for sale.", "url": ""}],
       "parts": {"face_swapper": {"module": "face_swapper", "option": "face_swapper_model", "default": "tiny"}},
       "files": [
        \(Self.file("tiny", licence: "MIT")), \(Self.file("pair", licence: "MIT")),
        \(Self.file("crossface_pair", use: "pair", licence: "MIT")), \(Self.file("locked", licence: "Non-Commercial"))]}
      """
    catalogue = try Catalogue(peerPath: folder.write(text, to: "facefusion.json"))
  }

  private static func file(_ id: String, use: String? = nil, licence: String) -> String {
    """
    {"file": "\(id).onnx", "role": "face_swapper", "uses": ["face_swapper/\(use ?? id)"], "release": "3.0.0",
     "vendor": "v", "licence": "\(licence)", "year": 2020}
    """
  }

  func store(modelsPath: String? = nil) throws -> ModelStore {
    try ModelStore(home: folder.path("home"), modelsPath: modelsPath, catalogue: catalogue)
  }

  var models: String { folder.path("home/models") }

  @discardableResult
  func place(_ bytes: [UInt8], _ name: String = "tiny.onnx") throws -> String {
    try folder.write(bytes, to: "home/models/\(name)")
  }

  func bytes(_ name: String = "tiny.onnx") -> [UInt8]? {
    (try? Data(contentsOf: URL(fileURLWithPath: "\(models)/\(name)"))).map { [UInt8]($0) }
  }

  func lock() throws -> ModelLock { try ModelLock.read(in: models) }
}
