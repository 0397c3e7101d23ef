/// What a file says about its origin, and whether that holds.
public struct ProvenanceFinding: Sendable, Codable, Hashable {
  public enum State: String, Sendable, Codable, Hashable {
    /// No manifest.
    case none
    /// The manifest belongs to this content, unchanged, and was signed by a certificate of this installation or policy.
    case trusted
    /// The manifest belongs to this content, unchanged; who signed it is not known here.
    case valid
    /// Content or manifest was changed after signing.
    case invalid
    /// There are traces of a manifest, or the file is damaged: it cannot be read.
    case unreadable
    /// The C2PA library is missing.
    case unchecked
  }

  public struct Action: Sendable, Codable, Hashable {
    /// `c2pa.edited`, …
    public var name: String
    public var digitalSourceType: String?
    public var softwareAgent: String?
    public var when: String?
    public var description: String?
  }

  public struct Ingredient: Sendable, Codable, Hashable {
    public var title: String
    /// `parentOf`, `componentOf` or `inputTo`.
    public var relationship: String
    /// As our writer notes it down.
    public var sha256: String?
    /// It came with a manifest of its own.
    public var hasManifest: Bool
  }

  /// The newest manifest of a file.
  public struct Manifest: Sendable, Codable, Hashable {
    /// `urn:c2pa:…`
    public var id: String
    public var claimGenerator: String
    public var title: String?
    /// Names in the signer's certificate. Anybody can write any name; only ``State/trusted`` says who it was.
    public var signer: String
    public var algorithm: String?
    public var actions: [Action]
    public var ingredients: [Ingredient]
    /// Our own assertion.
    public var swap: SwapAssertion?
  }

  public var state: State = .none
  /// Why the state is what it is, a sentence each; empty for `none`, `trusted` and `valid`.
  public var problems: [String] = []
  public var manifest: Manifest?
  /// nil without XMP.
  public var xmp: XMPFacts?
  /// The same, from the container's tags; nil without them and in formats that have XMP.
  public var tags: XMPFacts?
  public var aigc: AIGCLabel?
  /// Marks that files of this kind have no place for.
  public var unheld: [ProvenanceMark] = []

  public init() {}

  /// Fills in what the library says. Throws a decoding error.
  mutating func take(_ report: ManifestReport) {
    guard let id = report.activeManifest, let active = report.manifests[id] else { return }
    switch report.validationState {
    case "Trusted": state = .trusted
    case "Valid": state = .valid
    default: state = .invalid
    }
    if state == .invalid {
      problems = (report.validationStatus ?? []).filter { $0.code != "signingCredential.untrusted" }.map {
        "\($0.code): \($0.explanation ?? "no reason given")"
      }
    }
    let signature = active.signatureInfo
    manifest = Manifest(
      id: id, claimGenerator: active.claimGeneratorInfo?.first?.text ?? active.claimGenerator ?? "",
      title: active.title,
      signer: [signature?.issuer, signature?.commonName].compactMap { $0 }.joined(separator: ", "),
      algorithm: signature?.alg,
      actions: (active.assertions ?? []).flatMap(\.actions).map {
        Action(
          name: $0.action, digitalSourceType: $0.digitalSourceType, softwareAgent: $0.softwareAgent?.text,
          when: $0.when,
          description: $0.description)
      },
      ingredients: (active.ingredients ?? []).map {
        Ingredient(
          title: $0.title ?? "", relationship: $0.relationship ?? "", sha256: $0.metadata?.sha256,
          hasManifest: $0.activeManifest != nil)
      },
      swap: active.assertions?.lazy.compactMap(\.swap).first)
  }
}
