import Foundation

/// A manifest before it is signed, as libc2pa takes it (JSON; names are the library's).
struct ManifestDefinition: Encodable {
  struct Agent: Encodable {
    let name: String
    let version: String
  }

  struct Ingredient: Encodable {
    let title: String
    let format: String
    /// parentOf: what was opened and changed; inputTo: what a computation was fed with.
    let relationship: String
    /// By which actions name it.
    let label: String
    let description: String
    let metadata: [String: String]
  }

  /// An ingredient whose file is looked into for a manifest of its own.
  struct File {
    let ingredient: Ingredient
    let path: String
  }

  struct Action: Encodable {
    struct Parameters: Encodable { let ingredientIds: [String] }
    let action: String
    var when: String?
    var digitalSourceType: String?
    var softwareAgent: Agent?
    var description: String?
    var parameters: Parameters?
  }

  struct Actions: Encodable {
    let actions: [Action]
    let allActionsIncluded: Bool
  }

  enum Assertion: Encodable {
    case actions(Actions)
    case swap(SwapAssertion)

    private enum CodingKeys: String, CodingKey { case label, data }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .actions(let actions):
        try values.encode("c2pa.actions.v2", forKey: .label)
        try values.encode(actions, forKey: .data)
      case .swap(let swap):
        try values.encode(SwapAssertion.label, forKey: .label)
        try values.encode(swap, forKey: .data)
      }
    }
  }

  let label: String
  let claimGeneratorInfo: [Agent]
  let title: String
  let format: String
  var ingredients: [Ingredient]
  let assertions: [Assertion]

  private enum CodingKeys: String, CodingKey {
    case label, title, format, ingredients, assertions
    case claimGeneratorInfo = "claim_generator_info"
  }

  /// - Returns: the definition, and the ingredients to be added from their files.
  static func make(_ record: ProvenanceRecord, format: String) -> (ManifestDefinition, [File]) {
    let target = record.target.map { [ingredient($0, relationship: "parentOf", label: "target")] } ?? []
    let sources = record.sources.enumerated().map {
      ingredient($1, relationship: "inputTo", label: "source-\($0 + 1)")
    }
    let agent = Agent(name: record.software, version: record.softwareVersion)
    let edited = Action(
      action: "c2pa.edited", when: record.time.formatted(.iso8601),
      digitalSourceType: ProvenanceRecord.digitalSourceType, softwareAgent: agent,
      description: "Faces were changed: " + record.processors.joined(separator: ", "),
      parameters: sources.isEmpty ? nil : Action.Parameters(ingredientIds: sources.map(\.ingredient.label)))
    let opened = target.map { (ingredient, _) in
      Action(action: "c2pa.opened", parameters: Action.Parameters(ingredientIds: [ingredient.label]))
    }
    let all = target + sources
    let definition = ManifestDefinition(
      label: "urn:c2pa:" + UUID().uuidString.lowercased(), claimGeneratorInfo: [agent], title: record.title,
      format: format, ingredients: all.filter { $0.path == nil }.map(\.ingredient),
      assertions: [
        .actions(Actions(actions: opened + [edited], allActionsIncluded: true)), .swap(SwapAssertion(record)),
      ])
    return (definition, all.compactMap { item in item.path.map { File(ingredient: item.ingredient, path: $0) } })
  }

  /// `path` is nil for files that libc2pa cannot look into.
  private static func ingredient(
    _ source: ProvenanceRecord.Ingredient, relationship: String, label: String
  ) -> (ingredient: Ingredient, path: String?) {
    let kind = source.path.flatMap { try? MediaKind(of: ReadableFile(path: $0)) }
    let ingredient = Ingredient(
      title: source.name, format: kind?.mimeType ?? "application/octet-stream", relationship: relationship,
      label: label,
      description: "SHA-256 \(source.sha256)", metadata: ["org.likeness.sha256": source.sha256])
    return (ingredient, kind?.signedType == nil ? nil : source.path)
  }

  func json() throws -> String { try Self.json(self) }

  static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
