import Faces
import Imaging
import Inference
import ModelStore
import TestSupport

@testable import Processors

/// Swappers, converters and recognisers of a few nodes, under the names of the published files.
struct TinySwappers: ModelLoading {
  var files: [ModelID: [UInt8]] = [:]

  func load(_ id: ModelID) throws -> [UInt8] {
    guard let file = files[id] else { throw ModelStoreError(.modelMissing, "No model \(id.rawValue).") }
    return file
  }

  var networks: FaceNetworks {
    get throws {
      FaceNetworks(
        runtime: try OnnxRuntime.open(), models: self, session: SessionOptions(providers: .list([.cpu])))
    }
  }

  /// What the swapper of `model` needs: the swapper itself, its converter (numbers · 2), and a recogniser that always
  /// gives `identity`.
  init(_ model: NetworkSwapperModel, swapper: TinyModel? = nil, identity: [Float] = Self.ramp) {
    var swapper = swapper ?? .swapper(model)
    if model.family == .inswapper {
      swapper.initializer("matrix", shape: [512, 512], floats: Self.reversing)
    }
    files[model.id] = swapper.bytes
    if let converter = model.family.converter { files[converter] = Self.doubling.bytes }
    files[ArcFaceRecognizer.modelID] =
      TinyModel.constant(
        input: ("input", [1, 3, 112, 112]), outputs: [("output", [1, 512], identity)]
      ).bytes
  }

  /// 512 numbers of which no two are equal.
  static let ramp: [Float] = (0..<512).map { Float($0) / 64 - 3 }

  /// Turns a row of 512 numbers round.
  static let reversing: [Float] = {
    var matrix = [Float](repeating: 0, count: 512 * 512)
    for row in 0..<512 { matrix[row * 512 + 511 - row] = 1 }
    return matrix
  }()

  private static var doubling: TinyModel {
    var model = TinyModel(name: "converter")
    model.input("input", [1, 512])
    model.node("Add", ["input", "input"], ["output"])
    model.output("output", [1, 512])
    return model
  }
}

extension TinyModel {
  /// output = target · gain + what the source says · amount: its first three numbers, or its mean colour.
  static func swapper(_ swapper: NetworkSwapperModel, gain: Float = 1, amount: Float = 0) -> TinyModel {
    var model = TinyModel(name: "swapper")
    let side = Dimension.fixed(swapper.side)
    let crop = swapper.family.sourceCrop.map { Dimension.fixed($0.side) }
    // The published swappers do not agree on the order of their inputs.
    if swapper.family == .inswapper { model.input("target", [1, 3, side, side]) }
    model.input("source", crop.map { [1, 3, $0, $0] } ?? [1, 512])
    if swapper.family != .inswapper { model.input("target", [1, 3, side, side]) }
    model.initializer("gain", shape: [1], floats: [gain])
    model.initializer("amount", shape: [1], floats: [amount])
    if crop == nil {
      model.initializer("from", shape: [1], ints: [0])
      model.initializer("to", shape: [1], ints: [3])
      model.initializer("axis", shape: [1], ints: [1])
      model.initializer("form", shape: [4], ints: [1, 3, 1, 1])
      model.node("Slice", ["source", "from", "to", "axis"], ["first"])
      model.node("Reshape", ["first", "form"], ["style"])
    } else {
      model.node("ReduceMean", ["source"], ["style"], [("axes", .ints([2, 3]))])
    }
    model.node("Mul", ["style", "amount"], ["color"])
    model.node("Mul", ["target", "gain"], ["kept"])
    model.node("Add", ["kept", "color"], ["output"])
    model.output("output", [1, 3, side, side])
    if swapper.family == .hyperswap {
      model.node("Identity", ["kept"], ["mask"])
      model.output("mask", [1, 3, side, side])
    }
    return model
  }
}

/// Faces and pictures of these tests.
enum SwapScene {
  static func picture(width: Int, height: Int, seed: UInt64 = 5) -> PixelBuffer8 {
    var generator = SeededGenerator(seed: seed)
    return PixelBuffer8(
      size: PixelSize(width: width, height: height), channels: 3,
      samples: (0..<width * height * 3).map { _ in UInt8.random(in: 20...230, using: &generator) })
  }

  /// A face whose crop by the model's template is a square of `side` pixels at (x, y).
  static func face(_ model: NetworkSwapperModel, x: Float, y: Float, side: Float, embedding: [Float]? = nil) -> Face {
    let points = model.template.points.map { Point(x, y) + $0 * side }
    var face = Face(
      box: Box(around: points), detectorScore: 1, landmarkerScore: 1, landmarks5: points, landmarks5From68: points,
      landmarks68: Array(repeating: points[2], count: 68), landmarks68From5: [], angle: 0)
    face.embedding = embedding.map { Embedding($0, measure: .cosine) }
    return face
  }

  static func model(_ name: String) -> NetworkSwapperModel {
    guard let model = NetworkSwapperModel(named: name) else { fatalError("no swapper \(name)") }
    return model
  }
}
