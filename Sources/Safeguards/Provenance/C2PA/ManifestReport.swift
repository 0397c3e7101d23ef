import Foundation

/// What libc2pa tells about a file, as far as it is used here.
struct ManifestReport: Decodable {
  struct Agent: Decodable {
    let name: String?
    let version: String?

    var text: String { [name, version].compactMap { $0 }.joined(separator: " ") }
  }

  struct Ingredient: Decodable {
    let title: String?
    let relationship: String?
    let activeManifest: String?
    let metadata: Metadata?

    struct Metadata: Decodable {
      let sha256: String?
      enum CodingKeys: String, CodingKey { case sha256 = "org.likeness.sha256" }
    }
  }

  struct Action: Decodable {
    let action: String
    let digitalSourceType: String?
    let softwareAgent: Named?
    let when: String?
    let description: String?
  }

  /// Older manifests give a name, newer ones an object.
  struct Named: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        self.text = text
      } else {
        text = try Agent(from: decoder).text
      }
    }
  }

  struct Assertion: Decodable {
    let label: String
    let actions: [Action]
    let swap: SwapAssertion?

    private enum CodingKeys: String, CodingKey { case label, data }
    private struct Actions: Decodable { let actions: [Action] }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      label = try values.decode(String.self, forKey: .label)
      let isActions = label.hasPrefix("c2pa.actions")
      actions = isActions ? (try? values.decode(Actions.self, forKey: .data))?.actions ?? [] : []
      swap = label == SwapAssertion.label ? try? values.decode(SwapAssertion.self, forKey: .data) : nil
    }
  }

  struct Signature: Decodable {
    let alg: String?
    let issuer: String?
    let commonName: String?
    let time: String?
  }

  struct Manifest: Decodable {
    let claimGenerator: String?
    let claimGeneratorInfo: [Agent]?
    let title: String?
    let ingredients: [Ingredient]?
    let assertions: [Assertion]?
    let signatureInfo: Signature?
  }

  struct Status: Decodable {
    let code: String
    let explanation: String?
  }

  init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(ManifestReport.self, from: Data(json.utf8))
  }

  let activeManifest: String?
  let manifests: [String: Manifest]
  let validationStatus: [Status]?
  let validationState: String?
}
