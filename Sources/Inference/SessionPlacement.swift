/// Which nodes of a model run on the device asked for, and which the runtime left on the processor.
public struct SessionPlacement: Sendable, Hashable, Codable {
  public struct Node: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Of the model's file; may be empty.
    public let name: String
    /// The operator, for example `Resize`.
    public let operation: String

    public init(name: String, operation: String) {
      self.name = name
      self.operation = operation
    }

    public var description: String { name.isEmpty ? operation : "\(operation) \(name)" }
  }

  public let model: String
  /// The first provider asked for.
  public let provider: String
  /// Nodes of the model as the runtime counted them after its first simplifications.
  public let total: Int
  public let onDevice: Int
  /// Those that fell off the device, in the runtime's order.
  public let fallen: [Node]

  public init(model: String, provider: String, total: Int, fallen: [Node]) {
    self.model = model
    self.provider = provider
    self.total = total
    self.fallen = fallen
    onDevice = total - fallen.count
  }

  /// Makes the runtime keep the list (API version 24).
  static let setting = "session.record_ep_graph_assignment_info"

  /// A sentence for the log; nil when nothing fell off.
  public var sentence: String? {
    guard !fallen.isEmpty else { return nil }
    let names = fallen.map(\.description).joined(separator: ", ")
    return "\(model): \(fallen.count) of \(total) nodes run on the processor instead of \(provider): \(names)."
  }
}
