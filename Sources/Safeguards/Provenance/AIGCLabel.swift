import Foundation

/// The metadata object of GB 45438-2025, appendix E: who made and who spread content of artificial intelligence.
public struct AIGCLabel: Sendable, Codable, Hashable {
  /// "1": made by artificial intelligence, "2": perhaps, "3": suspected.
  public var label: String
  /// Name or code of who made it.
  public var contentProducer: String
  /// The producer's number for this piece.
  public var produceID: String
  public var reservedCode1: String
  public var contentPropagator: String
  public var propagateID: String
  public var reservedCode2: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case label = "Label"
    case contentProducer = "ContentProducer"
    case produceID = "ProduceID"
    case reservedCode1 = "ReservedCode1"
    case contentPropagator = "ContentPropagator"
    case propagateID = "PropagateID"
    case reservedCode2 = "ReservedCode2"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String { try values.decodeIfPresent(String.self, forKey: key) ?? "" }
    label = try values.decode(String.self, forKey: .label)
    contentProducer = try text(.contentProducer)
    produceID = try text(.produceID)
    reservedCode1 = try text(.reservedCode1)
    contentPropagator = try text(.contentPropagator)
    propagateID = try text(.propagateID)
    reservedCode2 = try text(.reservedCode2)
  }

  /// Who spreads the file is not known when it is made; those fields stay empty.
  init(_ record: ProvenanceRecord, producer: String?) {
    label = "1"
    contentProducer = producer ?? record.software
    produceID = record.jobID
    reservedCode1 = ""
    contentPropagator = ""
    propagateID = ""
    reservedCode2 = ""
  }

  /// nil when the text is no such object, bare or under the name `AIGC`.
  init?(json: String) {
    let bytes = Data(json.utf8)
    struct Named: Decodable {
      enum CodingKeys: String, CodingKey { case label = "AIGC" }
      let label: AIGCLabel
    }
    let decoder = JSONDecoder()
    guard
      let label = (try? decoder.decode(AIGCLabel.self, from: bytes))
        ?? (try? decoder.decode(Named.self, from: bytes).label)
    else { return nil }
    self = label
  }

  /// The object with its seven fields, in the standard's order.
  var json: String {
    let values = [
      label, contentProducer, produceID, reservedCode1, contentPropagator, propagateID, reservedCode2,
    ]
    let fields = zip(CodingKeys.allCases, values).map { "\"\($0.rawValue)\":\(Self.quoted($1))" }
    return "{" + fields.joined(separator: ",") + "}"
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // A string is always encodable.
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
