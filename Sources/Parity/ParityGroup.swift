public import Faces
public import Imaging
public import Inference
public import ModelStore
public import TestSupport

/// A subject of the parity kit: runs its cases through the program's own steps.
public protocol ParityGroup: Sendable {
  /// The values of `group` in `case.json` that it takes.
  static var groups: [String] { get }
  /// Runs one case. Which steps are run follows from what the case gives and expects, never from its name.
  static func run(_ run: ParityRun) throws -> ParityOutputs
}

/// One case with the models it names.
public struct ParityRun {
  public let parityCase: ParityCase
  /// The stand-in models.
  public let models: StandInModels

  public init(_ parityCase: ParityCase, models: StandInModels? = nil) {
    self.parityCase = parityCase
    self.models = models ?? StandInModels(near: parityCase.folder)
  }

  /// A session on the stand-in of a model file, by the file's stem.
  public func session(_ id: ModelID) throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: models.load(id), name: id.rawValue,
      options: SessionOptions(providers: .list([.cpu])))
  }

  /// Networks made of the stand-ins.
  public func networks() throws -> FaceNetworks {
    FaceNetworks(
      runtime: try OnnxRuntime.open(), models: models, session: SessionOptions(providers: .list([.cpu])))
  }

  /// A rows × columns × channels (or rows × columns) input of 8 bit.
  public func picture(_ name: String) throws -> PixelBuffer8 {
    let array = try parityCase.input(name)
    let (size, channels) = try Self.form(array)
    return PixelBuffer8(size: size, channels: channels, samples: try parityCase.bytes(array))
  }

  /// A rows × columns × channels (or rows × columns) input as float.
  public func floats(_ name: String) throws -> PixelBufferF {
    let array = try parityCase.input(name)
    let (size, channels) = try Self.form(array)
    return PixelBufferF(size: size, channels: channels, samples: try parityCase.floats(array))
  }

  /// A rows × columns × channels (or rows × columns) input in double precision.
  public func doubles(_ name: String) throws -> PixelBuffer<Double> {
    let array = try parityCase.input(name)
    let (size, channels) = try Self.form(array)
    return PixelBuffer(size: size, channels: channels, samples: try parityCase.numbers(array))
  }

  /// An input of 2 × 3 matrices, one or several.
  public func matrices(_ name: String) throws -> [Imaging.AffineTransform] {
    let numbers = try parityCase.numbers(parityCase.input(name))
    return stride(from: 0, to: numbers.count - 5, by: 6).map {
      Imaging.AffineTransform(rows: Array(numbers[$0..<$0 + 6]))
    }
  }

  /// An input of 2 × 3 numbers.
  public func matrix(_ name: String) throws -> Imaging.AffineTransform {
    guard let first = try matrices(name).first else {
      throw TestSupportError(.caseInvalid, "The array \(name) of \(parityCase.id) is no matrix.")
    }
    return first
  }

  /// An input of (x, y) rows in double precision.
  public func exactPoints(_ name: String) throws -> [SIMD2<Double>] {
    let numbers = try parityCase.numbers(parityCase.input(name))
    return stride(from: 0, to: numbers.count - 1, by: 2).map { SIMD2(numbers[$0], numbers[$0 + 1]) }
  }

  /// A width and height written as 640x640, as a list of two, or as one number for both.
  public func size(_ option: String) -> PixelSize? {
    let value = parityCase.options[option] ?? (try? parityCase.argument(option))
    let numbers = value?.text.map { $0.split(separator: "x").compactMap { Double($0) } } ?? value?.numbers ?? []
    guard let width = numbers.first, let height = numbers.last else { return nil }
    return PixelSize(width: Int(width), height: Int(height))
  }

  /// An input of (x, y) rows.
  public func points(_ name: String) throws -> [Point] {
    let numbers = try parityCase.floats(parityCase.input(name))
    return stride(from: 0, to: numbers.count - 1, by: 2).map { Point(numbers[$0], numbers[$0 + 1]) }
  }

  /// An input of x1, y1, x2, y2 rows.
  public func boxes(_ name: String) throws -> [Box] {
    let numbers = try parityCase.floats(parityCase.input(name))
    return stride(from: 0, to: numbers.count - 3, by: 4).map {
      Box(x1: numbers[$0], y1: numbers[$0 + 1], x2: numbers[$0 + 2], y2: numbers[$0 + 3])
    }
  }

  public func hasInput(_ name: String) -> Bool { parityCase.inputs.contains { $0.name == name } }

  /// An option's number; `fallback` where the case does not set it.
  public func number(_ option: String, _ fallback: Double) -> Double {
    parityCase.options[option]?.numbers.first ?? fallback
  }

  /// An option's word.
  public func text(_ option: String) -> String? {
    if case .text(let text) = parityCase.options[option] { text } else { nil }
  }

  /// An option's words, given as a list or as one.
  public func texts(_ option: String) -> [String]? {
    switch parityCase.options[option] {
    case .text(let text): [text]
    case .list(let items): items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    default: nil
    }
  }

  private static func form(_ array: ParityArray) throws -> (PixelSize, Int) {
    guard array.shape.count == 2 || array.shape.count == 3 else {
      throw TestSupportError(.caseInvalid, "The array \(array.name) of the shape \(array.shape) is not a picture.")
    }
    return (PixelSize(width: array.shape[1], height: array.shape[0]), array.shape.count == 3 ? array.shape[2] : 1)
  }
}

extension Imaging.AffineTransform {
  /// Of six numbers, row by row.
  public init(rows: [Double]) {
    self.init(a: rows[0], b: rows[1], c: rows[2], d: rows[3], e: rows[4], f: rows[5])
  }

  /// Six numbers, row by row.
  public var rows: [Double] { [a, b, c, d, e, f] }
}
