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
    /// It cannot be judged or used; the sentence says why.
    case failed(String)
  }

  public let entry: ModelEntry
  public let path: String
  public let state: State

  public var isUsable: Bool { state == .verified || state == .present }

  /// Whether the installation is whole as far as this model goes: an optional one may be missing.
  public var isAcceptable: Bool { isUsable || (state == .missing && entry.isOptional) }

  /// The state in words.
  public var summary: String {
    switch state {
    case .verified: return "verified"
    case .present: return "present"
    case .missing: return entry.isOptional ? "missing (optional)" : "missing"
    case .wrongSize(let found, let expected): return "wrong size: \(found) bytes, expected \(expected)"
    case .wrongChecksum(let found, let expected): return "wrong SHA-256: \(found), expected \(expected)"
    case .failed(let reason): return reason
    }
  }
}

extension ModelStore {
  /// Every model of the catalogue with its licence and whether its file is there (size only).
  public func list() -> [ModelStatus] { catalogue.entries.map { status(of: $0, comparesDigest: false) } }

  /// Every model with its file's size and SHA-256 compared. A downloaded file that nothing is known of yet is recorded.
  public func verify() -> [ModelStatus] { verify(catalogue.entries) }

  /// The same for some.
  public func verify(_ entries: [ModelEntry]) -> [ModelStatus] {
    entries.map { status(of: $0, comparesDigest: true) }
  }

  private func status(of entry: ModelEntry, comparesDigest: Bool) -> ModelStatus {
    let path: String
    do {
      path = try self.path(of: entry)
    } catch {
      return ModelStatus(entry: entry, path: entry.file, state: .missing)
    }
    guard let size = Self.fileSize(path) else { return ModelStatus(entry: entry, path: path, state: .missing) }
    let state: ModelStatus.State
    do {
      state =
        entry.origin == .download
        ? try downloadState(of: entry, path: path, size: size, comparesDigest: comparesDigest)
        : try packState(of: entry, path: path, size: size, comparesDigest: comparesDigest)
    } catch let error as ModelStoreError {
      state = .failed(error.message)
    } catch {
      state = .failed(error.localizedDescription)
    }
    return ModelStatus(entry: entry, path: path, state: state)
  }

  private func packState(
    of entry: ModelEntry, path: String, size: Int, comparesDigest: Bool
  ) throws -> ModelStatus.State {
    let expected = try expectation(of: entry)
    if let expectedSize = expected.size, size != expectedSize {
      return .wrongSize(found: size, expected: expectedSize)
    }
    guard comparesDigest else { return .present }
    let found = try FileDigest.sha256(path: path)
    return found == expected.sha256 ? .verified : .wrongChecksum(found: found, expected: expected.sha256)
  }

  private func downloadState(
    of entry: ModelEntry, path: String, size: Int, comparesDigest: Bool
  ) throws -> ModelStatus.State {
    guard size > 0 else { return .failed("empty (0 bytes)") }
    let known = try ModelLock.read(in: Self.folder(of: path)).files[entry.file]
    if let known, known.size != size { return .wrongSize(found: size, expected: known.size) }
    guard comparesDigest else { return .present }
    try ModelBytes.check(start: Self.start(of: path), path: path, hint: "")
    let (digest, crc32) = try FileDigest.withCRC32(path: path)
    if let known, known.sha256 != digest.sha256 {
      return .wrongChecksum(found: digest.sha256, expected: known.sha256)
    }
    let bytes = try Self.mapped(path)
    try confirm(entry, path: path, sha256: digest.sha256, bytes: bytes) { crc32 }
    return .verified
  }

  /// The first 64 bytes of a file.
  static func start(of path: String) throws -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      return try [UInt8](file.read(upToCount: 64) ?? Data())
    } catch {
      throw ModelStoreError(.unreadable, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
  }

  /// Bytes of a regular file, links followed; nil when there is none.
  static func fileSize(_ path: String) -> Int? {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
      attributes[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    return (attributes[.size] as? NSNumber)?.intValue
  }
}
