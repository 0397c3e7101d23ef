extension ParityCase {
  /// Compares a whole result array with the stored output of this name.
  ///
  /// - Parameter cropSide: side of the crop in pixels; needed for outputs with the tolerance `warp_matrix`.
  public func compare(_ name: String, with result: [Double], cropSide: Double? = nil) throws -> ParityResult {
    let array = try output(name)
    guard result.count == array.count else {
      throw TestSupportError(
        .sizeMismatch, "\(id)/\(name): the result has \(result.count) values, \(array.shape) expected.")
    }
    let expected = try numbers(array)
    let tolerance = array.tolerance ?? .exact
    if tolerance.kind == .warpMatrix {
      guard let cropSide else {
        throw TestSupportError(.sizeMismatch, "\(id)/\(name): a warp matrix is compared for a crop size; none given.")
      }
      let difference = Difference(
        Self.corners(of: result, side: cropSide), Self.corners(of: expected, side: cropSide))
      return ParityResult(name: name, difference: difference, complaints: tolerance.complaints(difference))
    }
    let difference = Difference(array.onGrid(result), expected)
    var complaints = tolerance.complaints(difference)
    if tolerance.kind == .exact, array.dtype.isInteger, let crc = array.full?.crc32,
      crc != CRC32.text(ParityArray.encode(result, as: array.dtype))
    {
      complaints.append("CRC-32 of the whole array is not \(crc)")
    }
    return ParityResult(name: name, difference: difference, complaints: complaints)
  }

  public func compare(_ name: String, with result: [Float]) throws -> ParityResult {
    try compare(name, with: result.map { Double($0) })
  }

  public func compare<Number: BinaryInteger>(_ name: String, with result: [Number]) throws -> ParityResult {
    try compare(name, with: result.map { Double($0) })
  }

  /// Compares a small result with the expected value of this name.
  public func compare(value name: String, with result: JSONValue) throws -> ParityResult {
    guard let value = values.first(where: { $0.name == name }) else {
      throw TestSupportError(.nameUnknown, "The case \(id) has no value \(name).")
    }
    let tolerance = value.tolerance ?? .exact
    let isMatrices = tolerance.kind == .warpMatrix
    let difference =
      isMatrices
      ? Difference(Self.corners(in: result), Self.corners(in: value.value))
      : Difference(result.numbers, value.value.numbers)
    var complaints = tolerance.complaints(difference)
    if result.form != value.value.form { complaints.append("another structure than expected") }
    return ParityResult(name: name, difference: difference, complaints: complaints)
  }

  /// The corners of all matrices in a table whose rows have `matrix` and `size`, with the rows' other numbers.
  private static func corners(in table: JSONValue) -> [Double] {
    switch table {
    case .list(let rows): return rows.flatMap { corners(in: $0) }
    case .object(let fields):
      guard let matrix = fields["matrix"], let side = fields["size"]?.number else { return table.numbers }
      var rest = fields
      rest["matrix"] = nil
      return corners(of: matrix.numbers, side: side) + JSONValue.object(rest).numbers
    default: return table.numbers
    }
  }

  /// The corners of the crop (0,0), (s,0), (s,s), (0,s) in the frame, through the inverse of the 2×3 matrix.
  private static func corners(of matrix: [Double], side: Double) -> [Double] {
    guard matrix.count == 6 else { return [] }
    let determinant = matrix[0] * matrix[4] - matrix[1] * matrix[3]
    return [(0, 0), (side, 0), (side, side), (0, side)].flatMap { corner in
      let x = corner.0 - matrix[2]
      let y = corner.1 - matrix[5]
      return [
        (matrix[4] * x - matrix[1] * y) / determinant, (matrix[0] * y - matrix[3] * x) / determinant,
      ]
    }
  }
}

/// The checksum of ZIP and PNG (polynomial 0xEDB88320, reflected).
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { start in
    (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 0 ? value >> 1 : 0xEDB8_8320 ^ (value >> 1) }
  }

  /// 8 lower-case hex digits.
  static func text(_ bytes: [UInt8]) -> String {
    let sum = ~bytes.reduce(~UInt32(0)) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
