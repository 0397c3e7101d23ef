import Foundation
public import Imaging
public import TestSupport

/// What a group gives for one case.
public struct ParityOutputs {
  /// A result array.
  public struct Output {
    public let name: String
    public let type: ParityArray.NumberType
    public let values: [Double]
    /// Side of the crop in pixels, for matrices.
    public let cropSide: Double?
  }

  public private(set) var outputs: [Output] = []
  public private(set) var values: [(name: String, value: JSONValue)] = []

  public init() {}

  public mutating func add(_ name: String, _ values: [Double], as type: ParityArray.NumberType, cropSide: Double? = nil)
  {
    outputs.append(Output(name: name, type: type, values: values, cropSide: cropSide))
  }

  public mutating func add(_ name: String, _ values: [Float]) {
    add(name, values.map { Double($0) }, as: .float32)
  }

  public mutating func add(_ name: String, _ picture: PixelBuffer8) {
    add(name, picture.samples.map { Double($0) }, as: .uint8)
  }

  public mutating func add(_ name: String, _ picture: PixelBufferF) { add(name, picture.samples) }

  public mutating func add(_ name: String, _ picture: PixelBuffer<Double>) { add(name, picture.samples, as: .float64) }

  /// (x, y) rows.
  public mutating func add(_ name: String, _ points: [Point]) { add(name, points.flatMap { [$0.x, $0.y] }) }

  /// x1, y1, x2, y2 rows.
  public mutating func add(_ name: String, _ boxes: [Box]) {
    add(name, boxes.flatMap { [$0.x1, $0.y1, $0.x2, $0.y2] })
  }

  /// A frame-to-crop matrix, compared by where the corners of the crop lie.
  public mutating func add(_ name: String, _ m: Imaging.AffineTransform, cropSide: Int) {
    add(name, [m.a, m.b, m.c, m.d, m.e, m.f], as: .float64, cropSide: Double(cropSide))
  }

  /// A small result that is not an array.
  public mutating func add(value name: String, _ value: JSONValue) { values.append((name, value)) }

  /// Compares everything that the case expects. An expected output that is missing here is an error.
  public func compare(with parityCase: ParityCase) throws -> [ParityResult] {
    var results: [ParityResult] = []
    for expected in parityCase.outputs {
      guard let output = outputs.first(where: { $0.name == expected.name }) else {
        throw TestSupportError(.nameUnknown, "\(parityCase.id): the output \(expected.name) was not made.")
      }
      results.append(try parityCase.compare(output.name, with: output.values, cropSide: output.cropSide))
    }
    for expected in parityCase.values {
      guard let value = values.first(where: { $0.name == expected.name }) else {
        throw TestSupportError(.nameUnknown, "\(parityCase.id): the value \(expected.name) was not made.")
      }
      results.append(try parityCase.compare(value: value.name, with: value.value))
    }
    return results
  }
}
