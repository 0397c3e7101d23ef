/// Text about a person. In the log's chain stands only a commitment to it: the SHA-256 of a random salt and the text.
///
/// Text and salt are kept beside the chain and can be erased. Without the salt the commitment tells nothing, not even to
/// somebody who tries every likely text; with both it proves that the text is the one that was recorded.
public struct PersonalText: Sendable, Hashable, Codable {
  /// Nil once it was erased.
  public let text: String?
  /// 64 hex digits; nil as long as the text was not put into a log.
  public let commitment: String?

  public init(_ text: String) {
    self.text = text
    commitment = nil
  }

  enum CodingKeys: String, CodingKey {
    case text = "personal"
    case commitment
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(text, forKey: .text)
    try container.encodeIfPresent(commitment, forKey: .commitment)
  }
}

extension PersonalText: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
