import Faces
import Foundation
import GRDB

/// The tables of the registry of protected identities.
enum RegistrySchema {
  /// "LkPi", so that no other database is taken for a registry.
  private static let application = 0x4C6B_5069
  private static let version = 1

  static func make(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE identity (
          id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note TEXT NOT NULL, added TEXT NOT NULL
        ) STRICT;
        CREATE TABLE embedding (
          identity INTEGER NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
          recognizer TEXT NOT NULL, numbers BLOB NOT NULL
        ) STRICT;
        CREATE INDEX embedding_identity ON embedding (identity);
        PRAGMA application_id = \(application);
        PRAGMA user_version = \(version);
        """)
  }

  static func check(_ database: Database, _ path: String) throws {
    guard try Int.fetchOne(database, sql: "PRAGMA application_id") == application else {
      throw ProtectedIdentities.failure(path, "it is not a registry", nil)
    }
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard found == version else {
      throw ProtectedIdentities.failure(path, "it has the form \(found), this program knows \(version)", nil)
    }
  }

  static func entries(_ database: Database) throws -> [ProtectedIdentities.Entry] {
    var counts: [Int64: [String: Int]] = [:]
    let sums = "SELECT identity, recognizer, count(*) FROM embedding GROUP BY identity, recognizer"
    for row in try Row.fetchAll(database, sql: sums) {
      let (identity, recognizer): (Int64, String) = (row[0], row[1])
      counts[identity, default: [:]][recognizer] = row[2]
    }
    return try Row.fetchAll(database, sql: "SELECT id, name, note, added FROM identity ORDER BY id").map { row in
      let id: Int64 = row[0]
      return ProtectedIdentities.Entry(
        id: id, name: row[1], note: row[2], added: row[3], recognizers: counts[id] ?? [:])
    }
  }

  /// Throws for numbers that are not those of their recogniser, and for a person without any: such a person would not be
  /// protected.
  static func members(_ database: Database, _ path: String) throws -> [ProtectedMatcher.Member] {
    let joined = """
      SELECT identity.id, embedding.recognizer, embedding.numbers
      FROM identity LEFT JOIN embedding ON embedding.identity = identity.id ORDER BY identity.id
      """
    return try Row.fetchAll(database, sql: joined).map { row in
      let (id, name, data): (Int64, String?, Data?) = (row[0], row[1], row[2])
      guard let recognizer = name.flatMap(FaceRecognizerModel.init(rawValue:)), let form = recognizer.form,
        let values = data.flatMap(EmbeddingBytes.values), values.count == form.count,
        values.allSatisfy(\.isFinite)
      else { throw ProtectedIdentities.failure(path, "the entry \(id) is damaged", nil) }
      return ProtectedMatcher.Member(
        id: id, recognizer: recognizer, embedding: Embedding(values, measure: form.measure))
    }
  }
}

/// A recogniser's numbers as bytes: 32-bit floats, little endian.
enum EmbeddingBytes {
  static func data(of values: [Float]) -> Data {
    Data(
      values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
      })
  }

  /// Nil for bytes that are not whole numbers of floats.
  static func values(_ data: Data) -> [Float]? {
    guard data.count.isMultiple(of: 4) else { return nil }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
  }
}

extension FaceRecognizerModel {
  /// How many numbers the recogniser gives and how they are compared; nil for `auto`.
  var form: (count: Int, measure: Embedding.Measure)? {
    switch self {
    case .auto: nil
    case .dlib: (128, .euclidean)
    case .arcFace: (512, .cosine)
    }
  }
}

extension ProtectedIdentities.Face {
  /// Throws `request` for numbers that are not those of the recogniser.
  func check() throws {
    let values = embedding.values
    guard let form = recognizer.form, values.count == form.count, embedding.measure == form.measure,
      values.allSatisfy(\.isFinite), values.contains(where: { $0 != 0 })
    else {
      throw SafeguardsError(
        .request, "A face has \(values.count) numbers that are not those of the recogniser \(recognizer.rawValue).")
    }
  }
}
