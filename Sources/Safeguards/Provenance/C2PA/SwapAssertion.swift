import Foundation

/// Our own assertion in a manifest, `org.likeness.swap`: what was put together to what, with what.
public struct SwapAssertion: Sendable, Codable, Hashable {
  public struct Input: Sendable, Codable, Hashable {
    /// `target` or `source`.
    public var role: String
    public var name: String
    public var sha256: String
  }

  static let label = "org.likeness.swap"

  public var job: String
  /// 16 hex digits; nil without a watermark.
  public var watermark: String?
  public var processors: [String]
  public var models: [ProvenanceRecord.Model]
  public var inputs: [Input]

  init(_ record: ProvenanceRecord) {
    job = record.jobID
    watermark = record.watermarkID
    processors = record.processors
    models = record.models
    inputs =
      (record.target.map { [Input(role: "target", name: $0.name, sha256: $0.sha256)] } ?? [])
      + record.sources.map { Input(role: "source", name: $0.name, sha256: $0.sha256) }
  }
}
