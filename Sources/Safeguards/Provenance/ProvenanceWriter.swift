import Foundation
import ModelStore

/// Puts the marks into the metadata of a finished file. A value without state; any thread may use it.
public struct ProvenanceWriter: Sendable {
  private let policy: SafeguardPolicy.Metadata
  private let signing: Result<(library: C2PALibrary, identity: SigningIdentity), any Error>

  /// Opens the C2PA library and the certificate, which is made on first use; neither where the policy says `off`.
  ///
  /// - Parameters:
  ///   - home: Likeness' folder; nil = ``ModelStore/ModelStore/defaultHome(environment:)``.
  ///   - environment: nil = that of the process; `LIKENESS_C2PA_PATH` names the library.
  ///
  /// Throws `marking`, `key` and `storage` when the policy says `required`; with `warn`, ``mark(file:record:)`` has the words.
  public init(policy: SafeguardPolicy.Metadata, home: String? = nil, environment: [String: String]? = nil) throws {
    self.policy = policy
    let environment = environment ?? ProcessInfo.processInfo.environment
    let home = home ?? ModelStore.defaultHome(environment: environment)
    let isOff = policy.mode == .off
    signing = Result {
      if isOff { throw SafeguardsError(.marking, "The policy has metadata.mode = off.") }
      return try (C2PALibrary(environment: environment, home: home), SigningIdentity(policy: policy, home: home))
    }
    if policy.mode == .required { _ = try signing.get() }
  }

  /// Marks a file whose content is finished. XMP and label go in first, as the signature covers them.
  ///
  /// The file is replaced in one step by a marked copy made beside it. Marks the format has no place for are in the
  /// result. Throws `marking` and `key` when the policy says `required` and a mark fails: the file is then as it was.
  public func mark(file path: String, record: ProvenanceRecord) throws -> ProvenanceResult {
    var result = ProvenanceResult()
    guard policy.mode != .off else { return result }
    do {
      let file = try ReadableFile(path: path)
      let kind = try MediaKind(of: file)
      let source = try splice(file, kind, record, &result)
      if try !sign(source ?? SplicedFile(file), kind, record, &result), let source {
        let target = try ReplacementFile(for: file)
        try source.copy(to: target)
        try target.commit()
      }
    } catch {
      guard policy.mode == .warn else { throw error }
      result.made = []
      result.warnings.append("\(error)")
    }
    return result
  }

  /// The file with XMP and label; nil when it has no room for them.
  private func splice(
    _ file: ReadableFile, _ kind: MediaKind, _ record: ProvenanceRecord, _ result: inout ProvenanceResult
  ) throws -> SplicedFile? {
    let label = AIGCLabel(record, producer: policy.producer)
    let packet = XMPPacket.bytes(record, aigc: label)
    let spliced = try kind.container?.spliced(file, packet: packet, aigc: label)
    if spliced == nil { result.unheld += [.xmp, .aigc] } else { result.made += [.xmp, .aigc] }
    return spliced
  }

  /// false when the file has no room for a manifest, or none could be made and that is only a warning.
  private func sign(
    _ source: SplicedFile, _ kind: MediaKind, _ record: ProvenanceRecord, _ result: inout ProvenanceResult
  ) throws -> Bool {
    guard let type = kind.signedType else {
      result.unheld.append(.c2pa)
      return false
    }
    do {
      let (library, identity) = try signing.get()
      let (definition, ingredients) = ManifestDefinition.make(record, format: type)
      let target = try ReplacementFile(for: source.file)
      try library.sign(
        source, to: target, type: type, definition: definition, ingredients: ingredients, identity: identity)
      try target.commit()
      result.made.append(.c2pa)
      result.manifestID = definition.label
      return true
    } catch {
      guard policy.mode == .warn else { throw error }
      result.warnings.append("\(error)")
      return false
    }
  }
}
