import Faces
import Inference
import ModelStore
import TestSupport

@testable import Processors

/// Tiny networks in the form of the enhancers' published ones.
enum EnhancerModels {
  /// Every pixel as a square of `scale` · `scale`: what enlarging is when nothing is added.
  static func repeating(edge: Int, scale: Int, output: Int? = nil) -> TinyModel {
    var model = TinyModel(name: "repeating")
    let side = output ?? edge * scale
    model.input("input", [1, 3, .fixed(edge), .fixed(edge)])
    model.initializer("scales", shape: [4], floats: [1, 1, Float(scale), Float(scale)])
    model.node(
      "Resize", ["input", "", "scales"], ["output"],
      [
        ("mode", .string("nearest")), ("coordinate_transformation_mode", .string("asymmetric")),
        ("nearest_mode", .string("floor")),
      ])
    model.output("output", [1, 3, .fixed(side), .fixed(side)])
    return model
  }

  /// output = input · factor + shift (+ weight where it takes one).
  static func face(side: Int, factor: Float, shift: Float, takesWeight: Bool = false) -> TinyModel {
    var model = TinyModel(name: "face")
    let shape: [TinyModel.Dimension] = [1, 3, .fixed(side), .fixed(side)]
    model.input("input", shape)
    model.initializer("factor", shape: [1], floats: [factor])
    model.initializer("shift", shape: [1], floats: [shift])
    model.node("Mul", ["input", "factor"], ["scaled"])
    if takesWeight {
      model.input("weight", [1], .float64)
      model.node("Cast", ["weight"], ["single"], [("to", .int(1))])
      model.node("Add", ["scaled", "single"], ["weighted"])
    }
    model.node("Add", [takesWeight ? "weighted" : "scaled", "shift"], ["output"])
    model.output("output", shape)
    return model
  }

  /// The logarithm: not a number for negative values.
  static func broken(side: Int) -> TinyModel {
    var model = TinyModel(name: "broken")
    model.input("input", [1, 3, .fixed(side), .fixed(side)])
    model.initializer("one", shape: [1], floats: [1])
    model.node("Sub", ["input", "one"], ["below"])
    model.node("Log", ["below"], ["output"])
    model.output("output", [1, 3, .fixed(side), .fixed(side)])
    return model
  }

  static func session(_ model: TinyModel) throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: model.bytes, name: "tiny", options: SessionOptions(providers: .list([.cpu])))
  }

  /// Networks made of these models alone.
  static func networks(_ models: [ModelID: TinyModel]) throws -> FaceNetworks {
    FaceNetworks(
      runtime: try OnnxRuntime.open(), models: TinyStore(models: models),
      session: SessionOptions(providers: .list([.cpu])))
  }

  private struct TinyStore: ModelLoading {
    let models: [ModelID: TinyModel]

    func load(_ id: ModelID) throws -> [UInt8] {
      guard let model = models[id] else {
        throw TestSupportError(.nameUnknown, "The test has no model \(id.rawValue).")
      }
      return model.bytes
    }
  }
}
