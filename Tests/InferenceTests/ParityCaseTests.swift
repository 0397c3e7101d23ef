import Foundation
import TestSupport
import Testing

@Suite struct ParityCaseTests {
  /// A case with one input, an output on a grid, a matrix and a value.
  private func folder(_ changes: [(String, String)] = []) throws -> TemporaryFolder {
    var text = """
      {"id": "made", "group": "primitive", "what": "w", "how": "h", "models": ["m"],
       "options": {"weight": 0.5, "names": ["a"], "on": true, "none": null},
       "arguments": [{"name": "size", "value": {"width": 3}}],
       "inputs": [{"name": "in", "dtype": "int16", "shape": [2, 2], "file": "in.bin", "bytes": 8}],
       "outputs": [
        {"name": "out", "dtype": "uint8", "shape": [4, 5], "file": "out.bin", "bytes": 4,
         "grid": {"start": [1, 1], "step": [2, 2], "stored_shape": [2, 2]},
         "full": {"mean": 9.5, "crc32": "3bddffa4"},
         "tolerance": {"kind": "exact"}},
        {"name": "near", "dtype": "float32", "shape": [2], "file": "near.bin", "bytes": 8,
         "tolerance": {"kind": "abs", "max_abs": 0.5, "mean_abs": 0.3}},
        {"name": "few", "dtype": "uint8", "shape": [4], "file": "few.bin", "bytes": 4,
         "tolerance": {"kind": "u8", "max_abs": 2, "max_fraction_different": 0.25}},
        {"name": "matrix", "dtype": "float64", "shape": [2, 3], "file": "matrix.bin", "bytes": 48,
         "tolerance": {"kind": "warp_matrix", "max_corner_distance": 0.1}}],
       "values": [{"name": "table", "value": [{"x": 1.0, "name": "a"}], "tolerance": {"kind": "abs", "max_abs": 0.1}}]}
      """
    for (old, new) in changes { text = text.replacingOccurrences(of: old, with: new) }
    let folder = try TemporaryFolder()
    try folder.write(text, to: "case.json")
    try folder.write([1, 0, 0xFF, 0xFF, 0, 0x80, 0xFF, 0x7F], to: "in.bin")
    try folder.write([6, 8, 16, 18], to: "out.bin")
    try folder.write(ParityArray.encode([1, 2], as: .float32), to: "near.bin")
    try folder.write([10, 20, 30, 40], to: "few.bin")
    try folder.write(ParityArray.encode([2, 0, 10, 0, 2, 20], as: .float64), to: "matrix.bin")
    return folder
  }

  @Test func readsACase() throws {
    let folder = try folder()
    let parity = try ParityCase(folder: folder.path)
    #expect(parity.id == "made")
    #expect(parity.group == "primitive")
    #expect(parity.models == ["m"])
    #expect(parity.options["weight"]?.number == 0.5)
    #expect(parity.options["on"]?.bool == true)
    #expect(parity.options["none"] == .null)
    #expect(try parity.argument("size")["width"]?.number == 3)
    #expect(try parity.numbers(parity.input("in")) == [1, -1, -32768, 32767])
    #expect(try parity.floats(parity.output("near")) == [1, 2])
    #expect(throws: TestSupportError.self) { try parity.input("other") }
  }

  @Test(arguments: [
    (0...19, true, "all twenty numbers"), (1...20, false, "every one is off by one"),
  ])
  func comparesOnTheGrid(values: ClosedRange<Int>, passes: Bool, why: Comment) throws {
    let folder = try folder()
    let parity = try ParityCase(folder: folder.path)
    #expect(try parity.compare("out", with: Array(values)).passed == passes, why)
  }

  @Test func theChecksumSeesWhatTheGridDoesNot() throws {
    let folder = try folder()
    let parity = try ParityCase(folder: folder.path)
    var values = Array(0...19)
    values[0] = 1
    let result = try parity.compare("out", with: values)
    #expect(result.difference.maximum == 0)
    #expect(!result.passed)
  }

  @Test(
    arguments: [
      ("near", [1.4, 2.1], true), ("near", [1.6, 2], false), ("near", [1.4, 2.4], false), ("near", [.nan, 2], false),
      ("few", [12, 20, 30, 40], true), ("few", [13, 20, 30, 40], false), ("few", [11, 21, 30, 40], false),
      ("matrix", [2, 0, 10.1, 0, 2, 20], true), ("matrix", [2, 0, 10.3, 0, 2, 20], false),
      ("matrix", [2.1, 0, 10, 0, 2, 20], false), ("matrix", [0, 0, 0, 0, 0, 0], false),
    ] as [(String, [Double], Bool)])
  func judgesByTheTolerance(name: String, result: [Double], passes: Bool) throws {
    let folder = try folder()
    let parity = try ParityCase(folder: folder.path)
    let outcome = try parity.compare(name, with: result, cropSide: 100)
    #expect(outcome.passed == passes, "\(outcome)")
  }

  @Test func judgesValuesByNumbersAndForm() throws {
    let folder = try folder()
    let parity = try ParityCase(folder: folder.path)
    func value(_ x: Double, _ name: String) -> JSONValue { .list([.object(["x": .number(x), "name": .text(name)])]) }
    #expect(try parity.compare(value: "table", with: value(1.05, "a")).passed)
    #expect(try !parity.compare(value: "table", with: value(1.2, "a")).passed)
    #expect(try !parity.compare(value: "table", with: value(1, "b")).passed)
  }

  /// Matrices in a table count by where they put the corners of their crop; the rest of a row as it is.
  @Test func judgesTablesOfMatricesByTheirCorners() throws {
    let row = #"[{"index": 3, "size": 100, "matrix": [[2, 0, 10], [0, 2, 20]]}]"#
    let folder = try folder([
      (
        #"[{"x": 1.0, "name": "a"}], "tolerance": {"kind": "abs", "max_abs": 0.1}"#,
        row + #", "tolerance": {"kind": "warp_matrix", "max_corner_distance": 0.1}"#
      )
    ])
    let parity = try ParityCase(folder: folder.path)
    func passes(_ index: Double, _ scale: Double, _ shift: Double) throws -> Bool {
      let matrix = [[scale, 0, shift], [0, scale, 20]].map { JSONValue.list($0.map(JSONValue.number)) }
      let row: [String: JSONValue] = ["index": .number(index), "size": .number(100), "matrix": .list(matrix)]
      return try parity.compare(value: "table", with: .list([.object(row)])).passed
    }
    #expect(try passes(3, 2, 10))
    // A shift of 0.19 crop pixels is 0.095 frame pixels; a scale of 2.0045 moves the far corner by 0.1.
    #expect(try passes(3, 2, 10.19))
    #expect(try !passes(3, 2, 10.21))
    #expect(try passes(3, 2.003, 10))
    #expect(try !passes(3, 2.006, 10))
    #expect(try !passes(4, 2, 10))
  }

  @Test(arguments: [
    [("\"bytes\": 8}]", "\"bytes\": 9}]")], [("\"step\": [2, 2]", "\"step\": [0, 2]")],
    [("\"start\": [1, 1]", "\"start\": [1]")], [("\"stored_shape\": [2, 2]", "\"stored_shape\": [1, 4]")],
    [("\"shape\": [2, 2]", "\"shape\": [-2, -2]")], [("\"group\"", "\"grup\"")], [("uint8", "uint9")],
  ])
  func refusesWhatDoesNotFitTogether(changes: [(String, String)]) throws {
    let folder = try folder(changes)
    let error = try #require(throws: TestSupportError.self) { try ParityCase(folder: folder.path) }
    #expect(error.code == .caseInvalid)
  }

  @Test func refusesAResultOfAnotherSize() throws {
    let folder = try folder()
    let parity = try ParityCase(folder: folder.path)
    let error = try #require(throws: TestSupportError.self) { try parity.compare("near", with: [1.0]) }
    #expect(error.code == .sizeMismatch)
  }

  @Test(
    arguments: [
      (ParityArray.NumberType.uint8, [0, 255, 300, -4], [0, 255, 255, 0]), (.int16, [-32768, 1.6], [-32768, 2]),
      (.int32, [-7], [-7]), (.int64, [-1, 1e15], [-1, 1e15]), (.float32, [0.5, -2], [0.5, -2]),
      (.float64, [0.1], [0.1]),
    ] as [(ParityArray.NumberType, [Double], [Double])])
  func writesWhatItReads(type: ParityArray.NumberType, values: [Double], expected: [Double]) throws {
    let folder = try TemporaryFolder()
    try ParityCase.write(values, name: "a", as: type, to: folder.path)
    let json = """
      {"id": "x", "group": "g", "outputs": [], "inputs": [{"name": "a", "dtype": "\(type.rawValue)",
       "shape": [\(values.count)], "file": "a.bin", "bytes": \(values.count * type.byteCount)}]}
      """
    try folder.write(json, to: "case.json")
    let parity = try ParityCase(folder: folder.path)
    #expect(try parity.numbers(parity.input("a")) == expected)
  }

  @Test(.enabled(if: TestPaths.shared("parity/cases") != nil, "no parity kit beside the package"))
  func readsTheWholeKit() throws {
    let folder = try #require(TestPaths.shared("parity/cases"))
    let cases = ParityCase.folders(in: folder)
    #expect(cases.count > 100)
    for path in cases {
      let parity = try ParityCase(folder: path)
      for array in parity.inputs + parity.outputs {
        #expect(try parity.bytes(array).count == array.bytes)
      }
    }
  }
}
