/// Any JSON value, for the parts of a document whose form depends on the case.
public enum JSONValue: Sendable, Hashable, Codable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  public var number: Double? { if case .number(let value) = self { value } else { nil } }
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var list: [JSONValue]? { if case .list(let value) = self { value } else { nil } }
  public subscript(key: String) -> JSONValue? { if case .object(let value) = self { value[key] } else { nil } }

  /// Every number in the structure with the path to it; two structures are alike when the paths and the rest are.
  public var numbers: [Double] {
    switch self {
    case .number(let value): [value]
    case .list(let values): values.flatMap(\.numbers)
    case .object(let values): values.sorted { $0.key < $1.key }.flatMap(\.value.numbers)
    case .null, .bool, .text: []
    }
  }

  /// The structure with every number replaced by 0, to compare the form apart from the numbers.
  public var form: JSONValue {
    switch self {
    case .number: .number(0)
    case .list(let values): .list(values.map(\.form))
    case .object(let values): .object(values.mapValues(\.form))
    case .null, .bool, .text: self
    }
  }
}
