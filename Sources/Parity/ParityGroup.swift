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
