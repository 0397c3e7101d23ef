import Foundation

/// What a look at one model's file found.
public struct ModelStatus: Sendable, Hashable {
  public enum State: Sendable, Hashable {
    /// There, and its SHA-256 was compared.
    case verified
    /// There with the right size; the SHA-256 was not compared.
    case present
    case missing
    case wrongSize(found: Int, expected: Int)
    case wrongChecksum(found: String, expected: String)
    /// It cannot be judged; the sentence says why.
    case failed(String)
  }

  public let entry: ModelEntry
  public let path: String
  public let state: State

  public var isUsable: Bool { state == .verified || state == .present }

  /// The state in words.
  public var summary: String {
    switch state {
    case .verified: return "verified"
    case .present: return "present"
    case .missing: return "missing"
    case .wrongSize(let found, let expected): return "wrong size: \(found) bytes, expected \(expected)"
    case .wrongChecksum(let found, let expected): return "wrong SHA-256: \(found), expected \(expected)"
    case .failed(let reason): return reason
    }
  }
}

extension ModelStore {
  /// Every model of the catalogue with its licence and whether its file is there (size only).
  public func list() -> [ModelStatus] { catalogue.entries.map { status(of: $0, comparesDigest: false) } }

  /// Every model with its file's size and SHA-256 compared.
  public func verify() -> [ModelStatus] { catalogue.entries.map { status(of: $0, comparesDigest: true) } }

  private func status(of entry: ModelEntry, comparesDigest: Bool) -> ModelStatus {
    let path: String
    do {
      path = try self.path(of: entry)
    } catch {
      return ModelStatus(entry: entry, path: entry.file, state: .missing)
    }
    return ModelStatus(entry: entry, path: path, state: state(of: entry, path: path, comparesDigest: comparesDigest))
  }

  private func state(of entry: ModelEntry, path: String, comparesDigest: Bool) -> ModelStatus.State {
    guard let size = Self.fileSize(path) else { return .missing }
    do {
      let expected = try expectation(of: entry)
      if let expectedSize = expected.size, size != expectedSize {
        return .wrongSize(found: size, expected: expectedSize)
      }
      guard comparesDigest else { return .present }
      let found = try FileDigest.sha256(path: path)
      return found == expected.sha256 ? .verified : .wrongChecksum(found: found, expected: expected.sha256)
    } catch let error as ModelStoreError {
      return .failed(error.message)
    } catch {
      return .failed(error.localizedDescription)
    }
  }

  /// Bytes of a regular file, links followed; nil when there is none.
  private static func fileSize(_ path: String) -> Int? {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
      attributes[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    return (attributes[.size] as? NSNumber)?.intValue
  }
}
