public import ModelStore

/// A model of the deep swapper by its name `vendor/name` (models.md §4.7).
public struct DeepSwapperModel: Sendable, Hashable {
  /// Whose published models there are.
  public static let vendors = ["druuzil", "edel", "iperov", "jen", "mats", "rumateus"]
  public static let fallback = "iperov/elon_musk_224"

  public let vendor: String
  public let name: String

  /// - Parameter id: `vendor/name_size`, or `custom/name` for a file `name.dfm` or `name.onnx` of the user.
  /// - Throws: ``ProcessorsError`` `option` for a name of another form or another vendor.
  public init(id: String) throws {
    let parts = id.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty, !parts[1].hasPrefix("."),
      Self.vendors.contains(parts[0]) || parts[0] == ModelStore.ownCollection
    else {
      throw ProcessorsError(
        .option, "There is no deep swapper model \"\(id)\".",
        hint: "A model is named vendor/name: \(Self.vendors.joined(separator: ", ")), or custom for files of your own.")
    }
    vendor = parts[0]
    name = parts[1]
  }

  public var id: String { "\(vendor)/\(name)" }
  public var modelID: ModelID { ModelID(rawValue: id) }
}
