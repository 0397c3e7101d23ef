import CC2PA
import Foundation

extension C2PALibrary {
  /// Settings of every call: no pictures in manifests, no network, trust only in the certificates given.
  private static func settings(anchors: [String]) -> String {
    struct Settings: Encodable {
      struct Switch: Encodable { var enabled = false }
      struct Actions: Encodable {
        let autoOpenedAction = Switch()
        let autoCreatedAction = Switch()
        let autoPlacedAction = Switch()
      }
      struct Builder: Encodable {
        let thumbnail = Switch()
        let actions = Actions()
      }
      struct Verify: Encodable {
        let remoteManifestFetch = false
        let ocspFetch = false
        let verifyAfterSign = true
      }
      struct Core: Encodable {
        let allowedNetworkHosts: [String] = []
        // Longer outputs pass through a file in TMPDIR instead of memory.
        let backingStoreMemoryThresholdInMb = 64
        // Movies are hashed in pieces of 4 MB; otherwise the library takes two buffers of 256 MB.
        let merkleTreeChunkSizeInKb = 4096
        let merkleTreeMaxProofs = 0
      }
      struct Trust: Encodable { let userAnchors: String? }
      let version = 1
      let builder = Builder()
      let verify = Verify()
      let core = Core()
      let trust: Trust
    }
    let trust = Settings.Trust(userAnchors: anchors.isEmpty ? nil : anchors.joined(separator: "\n"))
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    // Plain values, always encodable.
    return (try? encoder.encode(Settings(trust: trust))).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private func error(_ what: String) -> SafeguardsError {
    SafeguardsError(.marking, "\(what): \(failure()).")
  }

  /// Calls `body` with a context of ``settings(anchors:)``.
  private func withContext<Result>(anchors: [String], _ body: (OpaquePointer) throws -> Result) throws -> Result {
    guard let settings = functions.settings_new() else { throw error("The C2PA library makes no settings") }
    defer { _ = functions.free(UnsafeRawPointer(settings)) }
    guard functions.settings_update_from_string(settings, Self.settings(anchors: anchors), "json") == 0,
      let builder = functions.context_builder_new()
    else { throw error("The C2PA library refuses its settings") }
    guard functions.context_builder_set_settings(builder, settings) == 0 else {
      defer { _ = functions.free(UnsafeRawPointer(builder)) }
      throw error("The C2PA library refuses its settings")
    }
    guard let context = functions.context_builder_build(builder) else {
      throw error("The C2PA library makes no context")
    }
    defer { _ = functions.free(UnsafeRawPointer(context)) }
    return try body(context)
  }

  /// What the library says about the manifests of a file, as JSON; nil when it has none.
  ///
  /// Throws `marking` when what is there cannot be read.
  func report(on file: ReadableFile, type: String, anchors: [String]) throws -> String? {
    try withContext(anchors: anchors) { context in
      let stream = try C2PAStream(self, reading: SplicedFile(file))
      return try stream.use { handle in
        guard let empty = functions.reader_from_context(context) else {
          throw error("The C2PA library makes no reader")
        }
        guard let reader = functions.reader_with_stream(empty, type, handle) else {
          let words = failure()
          if let own = stream.failure { throw own }
          if words.hasPrefix("ManifestNotFound") { return nil }
          throw SafeguardsError(.marking, "The manifest of \(file.path) cannot be read: \(words).")
        }
        defer { _ = functions.free(UnsafeRawPointer(reader)) }
        return take(functions.reader_json(reader))
      }
    }
  }

  /// Writes `source` with a signed manifest to `target`.
  ///
  /// `ingredients` are files whose own manifests are taken over; one that cannot be read is put down without.
  /// Throws `marking`, and `key` when the library refuses certificate or key.
  func sign(
    _ source: SplicedFile, to target: ReplacementFile, type: String, definition: ManifestDefinition,
    ingredients: [ManifestDefinition.File], identity: SigningIdentity
  ) throws {
    try withContext(anchors: []) { context in
      let signer = try signer(identity)
      defer { _ = functions.free(UnsafeRawPointer(signer)) }
      let builder = try builder(context, definition, ingredients)
      defer { _ = functions.free(UnsafeRawPointer(builder)) }
      let input = try C2PAStream(self, reading: source)
      let output = try C2PAStream(self, writing: target)
      let length = try input.use { input in
        try output.use { output in
          var manifest: UnsafePointer<UInt8>?
          defer { if let manifest { _ = functions.free(manifest) } }
          return functions.builder_sign(builder, type, input, output, signer, &manifest)
        }
      }
      if let own = input.failure ?? output.failure { throw own }
      guard length > 0 else { throw error("The C2PA library does not sign \(source.file.path)") }
    }
  }

  private func signer(_ identity: SigningIdentity) throws -> OpaquePointer {
    let made = identity.algorithm.withCString { algorithm in
      identity.chain.withCString { chain in
        identity.key.withCString { key in
          var info = C2paSignerInfo(alg: algorithm, sign_cert: chain, private_key: key, ta_url: nil)
          return functions.signer_from_info(&info)
        }
      }
    }
    guard let made else {
      throw SafeguardsError(.key, "The C2PA library refuses the certificate or the key: \(failure()).")
    }
    return made
  }

  /// A builder with everything; when an ingredient's file stands in the way, it is put down by its facts alone.
  private func builder(
    _ context: OpaquePointer, _ definition: ManifestDefinition, _ files: [ManifestDefinition.File]
  ) throws -> OpaquePointer {
    var definition = definition
    while true {
      guard let empty = functions.builder_from_context(context) else {
        throw error("The C2PA library makes no builder")
      }
      guard let builder = functions.builder_with_definition(empty, try definition.json()) else {
        throw error("The C2PA library refuses the manifest")
      }
      let plain = Set(definition.ingredients.map(\.label))
      let failed = try files.first { try !plain.contains($0.ingredient.label) && !add($0, to: builder) }
      guard let failed else { return builder }
      _ = functions.free(UnsafeRawPointer(builder))
      definition.ingredients.append(failed.ingredient)
    }
  }

  private func add(_ file: ManifestDefinition.File, to builder: OpaquePointer) throws -> Bool {
    guard let content = try? ReadableFile(path: file.path),
      let stream = try? C2PAStream(self, reading: SplicedFile(content))
    else { return false }
    let json = try ManifestDefinition.json(file.ingredient)
    return try stream.use {
      functions.builder_add_ingredient_from_stream(builder, json, file.ingredient.format, $0) == 0
    }
  }
}
