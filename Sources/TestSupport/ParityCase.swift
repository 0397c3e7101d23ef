import Foundation

/// One case of the parity kit: a folder with `case.json` and raw arrays.
public struct ParityCase: Sendable {
  /// A small input that is not an array.
  public struct Argument: Sendable, Hashable, Codable {
    public let name: String
    public let value: JSONValue
  }

  /// A small expected result that is not an array.
  public struct Value: Sendable, Hashable, Codable {
    public let name: String
    public let value: JSONValue
    public let tolerance: ParityTolerance?
  }

  private struct Document: Codable {
    let id: String
    let group: String
    let what: String?
    let how: String?
    let models: [String]?
    let options: [String: JSONValue]?
    let arguments: [Argument]?
    let inputs: [ParityArray]
    let outputs: [ParityArray]
    let values: [Value]?
  }

  public let folder: String
  private let document: Document

  public var id: String { document.id }
  public var group: String { document.group }
  public var what: String { document.what ?? "" }
  public var how: String { document.how ?? "" }
  public var models: [String] { document.models ?? [] }
  public var options: [String: JSONValue] { document.options ?? [:] }
  public var arguments: [Argument] { document.arguments ?? [] }
  public var inputs: [ParityArray] { document.inputs }
  public var outputs: [ParityArray] { document.outputs }
  public var values: [Value] { document.values ?? [] }

  /// Reads `case.json` and checks that every shape, grid and byte count fits together.
  public init(folder: String) throws {
    let path = folder + "/case.json"
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw TestSupportError(.caseInvalid, "\(path) is not a parity case: \(error)", underlying: error)
    }
    self.folder = folder
    for array in inputs + outputs { try Self.check(array, in: path) }
  }

  /// All case folders below a folder, sorted by name.
  public static func folders(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { "\(folder)/\($0)" }
      .filter { FileManager.default.fileExists(atPath: $0 + "/case.json") }
  }

  // MARK: Reading

  public func input(_ name: String) throws -> ParityArray { try find(name, in: inputs) }
  public func output(_ name: String) throws -> ParityArray { try find(name, in: outputs) }

  public func argument(_ name: String) throws -> JSONValue {
    if let argument = arguments.first(where: { $0.name == name }) { return argument.value }
    throw TestSupportError(.nameUnknown, "The case \(id) has no argument \(name).")
  }

  /// The stored numbers (the whole array, or its grid).
  public func numbers(_ array: ParityArray) throws -> [Double] { try ParityArray.decode(bytes(array), as: array.dtype) }

  public func floats(_ array: ParityArray) throws -> [Float] { try numbers(array).map { Float($0) } }

  /// The stored bytes as they are in the file.
  public func bytes(_ array: ParityArray) throws -> [UInt8] {
    let path = "\(folder)/\(array.file)"
    let data: [UInt8]
    do {
      data = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw TestSupportError(
        .caseInvalid, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
    guard data.count == array.bytes else {
      throw TestSupportError(.caseInvalid, "\(path) has \(data.count) bytes, \(array.bytes) expected.")
    }
    return data
  }

  /// Writes a result as raw little-endian numbers to `<name>.bin`.
  public static func write(_ values: [Double], name: String, as type: ParityArray.NumberType, to folder: String) throws
  {
    let url = URL(fileURLWithPath: folder)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      try Data(ParityArray.encode(values, as: type)).write(to: url.appendingPathComponent("\(name).bin"))
    } catch {
      throw TestSupportError(
        .notWritable, "\(folder)/\(name).bin cannot be written: \(error.localizedDescription)", underlying: error)
    }
  }

  // MARK: Checks

  private func find(_ name: String, in arrays: [ParityArray]) throws -> ParityArray {
    if let array = arrays.first(where: { $0.name == name }) { return array }
    throw TestSupportError(
      .nameUnknown, "The case \(id) has no array \(name); it has \(arrays.map(\.name).joined(separator: ", ")).")
  }

  private static func check(_ array: ParityArray, in path: String) throws {
    func fail(_ what: String) -> TestSupportError {
      TestSupportError(.caseInvalid, "\(path): the array \(array.name) \(what).")
    }
    guard array.shape.allSatisfy({ $0 >= 0 && $0 < 1 << 24 }) else { throw fail("has the shape \(array.shape)") }
    if let grid = array.grid {
      let rank = array.shape.count
      guard grid.start.count == rank, grid.step.count == rank, grid.storedShape.count == rank,
        grid.step.allSatisfy({ $0 > 0 }), grid.start.allSatisfy({ $0 >= 0 })
      else { throw fail("has a grid that does not fit its shape \(array.shape)") }
      let sizes = (0..<rank).map { axis in
        stride(from: grid.start[axis], to: array.shape[axis], by: grid.step[axis]).reduce(0) { sum, _ in sum + 1 }
      }
      guard sizes == grid.storedShape else { throw fail("stores \(grid.storedShape), its grid gives \(sizes)") }
    }
    guard array.storedShape.reduce(1, *) * array.dtype.byteCount == array.bytes else {
      throw fail("says \(array.bytes) bytes for \(array.storedShape) of \(array.dtype.rawValue)")
    }
  }
}
