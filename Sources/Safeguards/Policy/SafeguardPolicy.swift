/// What an operator demands of every job: the content of `likeness-policy.toml`.
///
/// Every section and every key may be left out; what is left out has the value of ``init()``, which is safe for a single
/// user. Only the file changes it, no option of the command line does.
public struct SafeguardPolicy: Codable, Sendable, Hashable {
  /// What a layer does.
  public enum Mode: String, Codable, Sendable, Hashable, CaseIterable {
    /// A refusal, or a mark that cannot be made, ends the job.
    case required
    /// It is done and recorded; what would end the job is a warning.
    case warn
    case off
  }

  /// The content gate.
  public struct Content: Codable, Sendable, Hashable {
    public var mode = Mode.required
    /// Score of open_nsfw above which a frame is flagged, 0…1.
    public var threshold = 0.8
    /// Share of the judged frames that must be flagged for a video to be refused, 0…1.
    public var share = 0.1
  }

  /// Similarity of source and target, measured on every swapped face. `warn` only reports.
  public struct Similarity: Codable, Sendable, Hashable {
    public var mode = Mode.warn
    /// Cosine below which a swap is refused, -1…1; nil = no limit.
    public var minimum: Double?
    /// Cosine above which a swap is refused, -1…1; nil = no limit.
    public var maximum: Double?

    enum CodingKeys: String, CodingKey {
      case mode
      case minimum = "min-similarity"
      case maximum = "max-similarity"
    }
  }

  /// Protected identities.
  public struct Protected: Codable, Sendable, Hashable {
    public var mode = Mode.required
    /// The registry; nil = `safeguards/protected.sqlite` in Likeness' folder.
    public var registry: String?
    /// Two faces nearer than this are one person's, 0…1, on the scale of `--reference-face-distance`
    /// (``Embedding/matchDistance(to:)``).
    public var distance = 0.3
  }

  /// Faces of children. Needs an age model; without one there is nothing to go by, which is recorded.
  public struct Minors: Codable, Sendable, Hashable {
    public var mode = Mode.required
    /// Whole years; faces below it are not swapped.
    public var age = 18
  }

  /// The statement of consent, asked for once a job. `warn`: asked for on a terminal, its absence is recorded.
  public struct Consent: Codable, Sendable, Hashable {
    public var mode = Mode.warn
  }

  /// The invisible watermark.
  public struct Watermark: Codable, Sendable, Hashable {
    public var mode = Mode.required
    /// File of 32 bytes; nil = `safeguards/watermark.key` in Likeness' folder, made on first use.
    public var key: String?
  }

  /// XMP, `AIGC` and C2PA.
  public struct Metadata: Codable, Sendable, Hashable {
    public var mode = Mode.required
    /// PEM of the certificate chain; nil = one that Likeness makes for itself.
    public var certificate: String?
    /// PEM of the private key that belongs to ``certificate``.
    public var privateKey: String?
    /// Who is named as the producer; nil = "Likeness".
    public var producer: String?

    enum CodingKeys: String, CodingKey {
      case mode, certificate, producer
      case privateKey = "private-key"
    }
  }

  /// The visible label.
  public struct Label: Codable, Sendable, Hashable {
    public enum Corner: String, Codable, Sendable, Hashable, CaseIterable {
      case topLeft = "top-left"
      case topRight = "top-right"
      case bottomLeft = "bottom-left"
      case bottomRight = "bottom-right"
    }

    public var mode = Mode.off
    public var text = "AI"
    public var corner = Corner.topLeft
    /// Height of the text relative to the picture's short side, 0.05…0.5.
    public var size = 0.05
    /// Seconds from the start of a video; 0 = all of it.
    public var seconds = 2.0
  }

  /// The audit log.
  public struct Audit: Codable, Sendable, Hashable {
    public var mode = Mode.required
    /// The database; nil = `safeguards/audit.sqlite` in Likeness' folder.
    public var database: String?
    /// Ed25519 key that signs the head; nil = `safeguards/audit.key` in Likeness' folder, made on first use.
    public var key: String?
    /// Days after which personal fields are erased; nil = never by themselves.
    public var retentionDays: Int?

    enum CodingKeys: String, CodingKey {
      case mode, database, key
      case retentionDays = "retention-days"
    }
  }

  public var content = Content()
  public var similarity = Similarity()
  public var protected = Protected()
  public var minors = Minors()
  public var consent = Consent()
  public var watermark = Watermark()
  public var metadata = Metadata()
  public var label = Label()
  public var audit = Audit()

  public init() {}
}
