import Imaging
import TestSupport
import Testing

/// What the fixtures of this folder hold, as pictures.
extension ParityCase {
  private func size(_ array: ParityArray) -> PixelSize { PixelSize(width: array.shape[1], height: array.shape[0]) }

  private func channels(_ array: ParityArray) -> Int { array.shape.count > 2 ? array.shape[2] : 1 }

  func picture8(_ name: String) throws -> PixelBuffer8 {
    let array = try input(name)
    return PixelBuffer8(size: size(array), channels: channels(array), samples: try bytes(array))
  }

  func pictureF(_ name: String) throws -> PixelBufferF {
    let array = try input(name)
    return PixelBufferF(size: size(array), channels: channels(array), samples: try floats(array))
  }

  func points(_ name: String) throws -> [SIMD2<Double>] {
    let values = try numbers(try input(name))
    return stride(from: 0, to: values.count, by: 2).map { SIMD2(values[$0], values[$0 + 1]) }
  }

  func matrix(_ name: String) throws -> AffineTransform { AffineTransform(rows: try numbers(try input(name))) }

  func number(_ name: String) throws -> Double { try #require(options[name]?.number) }

  /// Fails with the differences when a result is beyond its tolerance.
  func expect(_ result: ParityResult, location: SourceLocation = #_sourceLocation) {
    #expect(result.passed, "\(id): \(result.description)", sourceLocation: location)
  }

  func check(_ name: String, _ picture: PixelBuffer8) throws { expect(try compare(name, with: picture.samples)) }
  func check(_ name: String, _ picture: PixelBufferF) throws { expect(try compare(name, with: picture.samples)) }
}

extension AffineTransform {
  init(rows: [Double]) {
    self.init(a: rows[0], b: rows[1], c: rows[2], d: rows[3], e: rows[4], f: rows[5])
  }

  var rows: [Double] { [a, b, c, d, e, f] }
}
