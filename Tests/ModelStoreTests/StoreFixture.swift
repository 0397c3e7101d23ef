import Crypto
import Foundation
import TestSupport

@testable import ModelStore

/// A home with one model `tiny`, whose bytes a test chooses.
struct StoreFixture {
  let folder: TemporaryFolder
  let store: ModelStore

  static let bytes = Array("the right bytes".utf8)
  static var digest: String { SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined() }

  /// - Parameters:
  ///   - file: what lies in the models folder; nil for nothing.
  ///   - pinned: the catalogue's SHA-256.
  ///   - manifest: text of `manifest.json`; nil for none.
  init(file: [UInt8]? = bytes, pinned: String? = digest, size: Int? = nil, manifest: String? = nil) throws {
    folder = try TemporaryFolder()
    if let file { try folder.write(file, to: "models/tiny.onnx") }
    if let manifest { try folder.write(manifest, to: "models/manifest.json") }
    let entry = Self.entry(id: "tiny", file: "tiny.onnx", sha256: pinned, size: size)
    let list = try folder.write("{\"pack\": \"test\", \"models\": [\(entry)]}", to: "catalogue.json")
    store = try ModelStore(home: folder.path, catalogue: Catalogue(path: list))
  }

  /// - Parameter more: further fields, each after a comma.
  static func entry(id: String, file: String, sha256: String?, size: Int? = nil, more: String = "") -> String {
    """
    {"id": "\(id)", "role": "face_detector", "title": "t", "file": "\(file)", "origin": "pack", "vendor": "v",
     "year": 2026, "licence": "MIT", "licenceURL": "", "licenceNotes": "n", "allowsCommercialUse": true
     \(sha256.map { ", \"sha256\": \"\($0)\"" } ?? "")\(size.map { ", \"size\": \($0)" } ?? "")\(more)}
    """
  }

  static func manifest(sha256: String, size: Int) -> String {
    "{\"version\": 1, \"files\": {\"tiny.onnx\": {\"sha256\": \"\(sha256)\", \"size\": \(size), \"id\": \"tiny\"}}}"
  }
}
