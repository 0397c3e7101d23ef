import Imaging
import TestSupport

/// The group `primitive`: resizes, warps, blurs, colour spaces, fills and sums (vision.md §2).
///
/// The name of an expected array says what to do; the mode of a resize stands in the case's description.
enum PrimitiveCases: ParityGroup {
  static let groups = ["primitive"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    for array in run.parityCase.outputs {
      let make = makers.first { array.name.hasPrefix($0.prefix) }?.make
      guard let make else {
        throw TestSupportError(.nameUnknown, "\(run.parityCase.id): nobody makes the output \(array.name).")
      }
      try make(run, array, &outputs)
    }
    for value in run.parityCase.values {
      switch value.name {
      case "histogram_agreement": outputs.add(value: value.name, .number(try agreement(run)))
      default: outputs.add(value: value.name, .list(try hulls(run).map(corners)))
      }
    }
    return outputs
  }

  private typealias Maker = @Sendable (ParityRun, ParityArray, inout ParityOutputs) throws -> Void

  /// The longer of two prefixes comes first.
  private static let makers: [(prefix: String, make: Maker)] = [
    ("resized_", resized), ("blur_u8_", blurred8), ("blur_", blurred), ("equalised", equalised),
    ("lab_float", labFloat), ("lab_u8", lab8), ("hsv_u8", hsv), ("grey_u8", grey), ("eroded", eroded),
    ("blend_", blended), ("filled", filled), ("uint8_", warped), ("float32_", warped), ("float64_", warped),
  ]

  // MARK: Sizes and filters

  private static func resized(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let size = PixelSize(width: array.shape[1], height: array.shape[0])
    let what = run.parityCase.what
    let mode: ResizeMode = what.contains("area") ? .area : what.contains("cubic") ? .cubic : .bilinear
    let source = try input(run) { $0.dtype == array.dtype && $0.shape.dropFirst(2) == array.shape.dropFirst(2) }
    if array.dtype == .uint8 {
      outputs.add(array.name, resize(try run.picture(source), to: size, mode: mode))
    } else {
      outputs.add(array.name, resize(try run.floats(source), to: size, mode: mode))
    }
  }

  private static func warped(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let size = PixelSize(width: array.shape[1], height: array.shape[0])
    let m = try run.matrix(input(run) { $0.shape == [2, 3] })
    let image = try input(run) { $0.shape.count == 3 }
    let border: BorderMode = array.name.hasSuffix("replicate") ? .replicate : .constant
    switch array.name.prefix(while: { $0 != "_" }) {
    case "uint8": outputs.add(array.name, warp(try run.picture(image), m, to: size, border: border))
    case "float32": outputs.add(array.name, warp(try run.floats(image), m, to: size, border: border))
    default: outputs.add(array.name, warp(try run.doubles(image), m, to: size, border: border))
    }
  }

  private static func blurred(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let plane = try run.floats(input(run) { $0.dtype != .uint8 })
    outputs.add(array.name, gaussianBlur(plane, sigma: try number(array.name.dropFirst("blur_".count))))
  }

  private static func blurred8(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let image = try run.picture(input(run) { $0.dtype == .uint8 })
    outputs.add(array.name, gaussianBlur(image, sigma: try number(array.name.dropFirst("blur_u8_".count))))
  }

  private static func equalised(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    outputs.add(array.name, equalizeAdaptively(try run.picture(input(run) { $0.dtype == .uint8 })))
  }

  /// Two rounds, as the peer asks for.
  private static func eroded(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    outputs.add(array.name, erode(try run.floats(input(run) { $0.dtype != .uint8 }), iterations: 2))
  }

  /// The number is the second picture's share in percent.
  private static func blended(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let (first, second) = try pictures(run)
    let percent = try number(array.name.dropFirst("blend_".count))
    outputs.add(array.name, blend(first, second, amount: Float(percent / 100)))
  }

  // MARK: Colours

  /// The stored B, G, R are taken as R, G, B (vision.md §8.3).
  private static func lab8(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let lab = labColors(try run.picture(input(run) { $0.shape.count == 3 }))
    outputs.add(array.name, array.name.hasSuffix("_back") ? labToRGB(lab) : lab)
  }

  private static func labFloat(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let image = try run.picture(input(run) { $0.shape.count == 3 })
    let lab = labFromBGR(
      PixelBufferF(size: image.size, channels: image.channels, samples: image.samples.map { Float($0) / 255 }))
    outputs.add(array.name, array.name.hasSuffix("_back") ? bgrFromLab(lab) : lab)
  }

  private static func hsv(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    outputs.add(array.name, hsvColors(try run.picture(input(run) { $0.shape.count == 3 }).reversingChannels()))
  }

  private static func grey(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    outputs.add(array.name, grayscale(try run.picture(input(run) { $0.shape.count == 3 }).reversingChannels()))
  }

  private static func agreement(_ run: ParityRun) throws -> Double {
    let (first, second) = try pictures(run)
    return histogramAgreement(first.reversingChannels(), second.reversingChannels())
  }

  // MARK: Polygons

  private static func filled(_ run: ParityRun, _ array: ParityArray, _ outputs: inout ParityOutputs) throws {
    let size = PixelSize(width: array.shape[array.shape.count - 1], height: array.shape[array.shape.count - 2])
    let planes = try hulls(run).flatMap { hull -> [Double] in
      var mask = PixelBufferF(size: size, channels: 1, repeating: 0)
      fillPolygon(hull, in: &mask)
      return mask.samples.map { Double($0) }
    }
    outputs.add(array.name, planes, as: array.dtype)
  }

  /// The hull of each set of points.
  private static func hulls(_ run: ParityRun) throws -> [[PixelPoint]] {
    let array = try run.parityCase.input(input(run) { $0.shape.last == 2 })
    let points = try run.parityCase.numbers(array)
    let count = 2 * array.shape[max(array.shape.count - 2, 0)]
    return stride(from: 0, to: points.count, by: max(count, 1)).map { start in
      convexHull(
        stride(from: start, to: start + count, by: 2).map { PixelPoint(x: Int(points[$0]), y: Int(points[$0 + 1])) })
    }
  }

  private static func corners(_ hull: [PixelPoint]) -> JSONValue {
    let sorted = hull.sorted { $0.x != $1.x ? $0.x < $1.x : $0.y < $1.y }
    return .list(sorted.map { .list([.number(Double($0.x)), .number(Double($0.y))]) })
  }

  // MARK: What a case gives

  private static func input(_ run: ParityRun, _ fits: (ParityArray) -> Bool) throws -> String {
    guard let array = run.parityCase.inputs.first(where: fits) else {
      throw TestSupportError(.caseInvalid, "\(run.parityCase.id) lacks an input of the needed form.")
    }
    return array.name
  }

  private static func pictures(_ run: ParityRun) throws -> (PixelBuffer8, PixelBuffer8) {
    let names = run.parityCase.inputs.filter { $0.dtype == .uint8 }.map(\.name)
    guard names.count == 2 else {
      throw TestSupportError(.caseInvalid, "\(run.parityCase.id) has \(names.count) pictures, 2 expected.")
    }
    return (try run.picture(names[0]), try run.picture(names[1]))
  }

  /// 6_25 is 6.25.
  private static func number(_ text: Substring) throws -> Double {
    if let number = Double(text.replacing("_", with: ".")) { return number }
    throw TestSupportError(.caseInvalid, "\"\(text)\" is not a number.")
  }
}
