public import ModelStore

/// A model of the deep swapper by its name `vendor/name` (models.md §4.7).
public struct DeepSwapperModel: Sendable, Hashable {
  /// Whose published models there are.
  public static let vendors = ["druuzil", "edel", "iperov", "jen", "mats", "rumateus"]
  /// Vendor of the user's own files.
  public static let ownVendor = "custom"
  public static let fallback = "iperov/elon_musk_224"

  public let vendor: String
  public let name: String

  /// - Parameter id: `vendor/name_size`, or `custom/name` for a file `name.dfm` or `name.onnx` of the user.
  /// - Throws: ``ProcessorsError`` `option` for a name of another form or another vendor.
  public init(id: String) throws {
    let parts = id.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty, !parts[1].hasPrefix("."),
      Self.vendors.contains(parts[0]) || parts[0] == Self.ownVendor
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

  /// The user's models among the files of the custom folder, by name: those that end in `.dfm` or `.onnx`, hidden ones
  /// left out. (The peer takes every file, a model's hash too: vision.md §36, 25.)
  public static func own(among files: [String]) -> [DeepSwapperModel] {
    let names = files.compactMap { file -> String? in
      guard !file.hasPrefix("."), let dot = file.lastIndex(of: "."),
        ["dfm", "onnx"].contains(file[file.index(after: dot)...].lowercased())
      else { return nil }
      return String(file[..<dot])
    }
    return Set(names).sorted().compactMap { try? DeepSwapperModel(id: "\(ownVendor)/\($0)") }
  }
}
