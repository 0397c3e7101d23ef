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

  /// Tags that the muxer of an MKV or WebM file has to write, as nobody can add them later: names and values. A tag of a
  /// name with an empty value must not be in the file. None where the policy says `off`.
  public func containerTags(_ record: ProvenanceRecord) -> [String: String] {
    policy.mode == .off ? [:] : ProvenanceTags.make(record, producer: policy.producer)
  }

  /// The hidden file beside a file that is being marked, for whoever has to end the program at once.
  public static func hiddenCopy(of path: String) -> String { ReplacementFile.path(beside: path) }

  /// Marks a file whose content is finished. XMP and label go in first, as the signature covers them.
  ///
  /// The file is replaced in one step by a marked copy made beside it. Marks the format has no place for are in the
  /// result. In MKV and WebM nothing is written: the marks have to be among their tags already.
  ///
  /// - Parameter tags: the tags of an MKV or WebM file, as they are read from it.
  ///
  /// Throws `marking` and `key` when the policy says `required` and a mark fails: the file is then as it was.
  public func mark(file path: String, record: ProvenanceRecord, tags: [String: String] = [:]) throws -> ProvenanceResult
  {
    var result = ProvenanceResult()
    guard policy.mode != .off else { return result }
    do {
      let file = try ReadableFile(path: path)
      let kind = try MediaKind(of: file)
      if kind.places.contains(.tags) { return try checked(tags, of: file, kind, record) }
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

  /// Whether the muxer has written the tags it was given.
  private func checked(
    _ tags: [String: String], of file: ReadableFile, _ kind: MediaKind, _ record: ProvenanceRecord
  ) throws -> ProvenanceResult {
    let wanted = ProvenanceTags.read(
      ProvenanceTags.make(record, producer: policy.producer).filter { !$0.value.isEmpty })
    let found = ProvenanceTags.read(tags)
    guard found.facts == wanted.facts, found.aigc == wanted.aigc else {
      throw SafeguardsError(.marking, "\(file.path) does not have the tags that say how it was made.")
    }
    var result = ProvenanceResult()
    result.made = [.tags, .aigc]
    result.unheld = kind.unheld
    return result
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
