import Faces
import Imaging
import Inference
import ModelStore
import TestSupport

@testable import Processors

/// Small models under the names of published ones.
struct TinyNetworks: ModelLoading {
  var models: [String: TinyModel]

  func load(_ id: ModelID) throws -> [UInt8] {
    if let model = models[id.rawValue] { return model.bytes }
    throw ModelStoreError(.unknownModel, "There is no model \(id.rawValue).")
  }

  func networks() throws -> FaceNetworks {
    FaceNetworks(
      runtime: try OnnxRuntime.open(), models: self, session: SessionOptions(providers: .list([.cpu])))
  }

  func session(_ id: String) throws -> InferenceSession { try networks().open(ModelID(rawValue: id)) }
}

extension TinyModel {
  /// Gives these numbers, spread over the output's shape, whatever comes in.
  static func spread(
    inputs: [(name: String, shape: [Int])], outputs: [(name: String, shape: [Int], from: [Int], values: [Float])]
  ) -> TinyModel {
    var model = TinyModel(name: "spread")
    for input in inputs { model.input(input.name, input.shape.map(Dimension.fixed)) }
    for output in outputs {
      model.initializer("value_of_\(output.name)", shape: output.from, floats: output.values)
      model.initializer("shape_of_\(output.name)", shape: [output.shape.count], ints: output.shape)
      model.node("Expand", ["value_of_\(output.name)", "shape_of_\(output.name)"], [output.name])
      model.output(output.name, output.shape.map(Dimension.fixed))
    }
    return model
  }
}

/// A grey picture with one face in its middle.
enum TinyScene {
  static let size = PixelSize(width: 160, height: 120)
  /// `5/68`: 40 pixels across.
  static let points = [Point(64, 48), Point(96, 48), Point(80, 66), Point(68, 82), Point(92, 82)]

  static var picture: PixelBuffer8 { PixelBuffer8(size: size, channels: 3, repeating: 100) }

  /// Its eyes are open by a quarter, its lips by a tenth.
  static var landmarks68: [Point] {
    var points = (0..<68).map { Point(60 + Float($0 % 9) * 5, 40 + Float($0 / 9) * 6) }
    for (start, x) in [(36, Float(58)), (42, 90)] {
      points[start] = Point(x, 48)
      points[start + 1] = Point(x + 4, 47)
      points[start + 3] = Point(x + 8, 48)
      points[start + 4] = Point(x + 4, 49)
    }
    points[48] = Point(70, 82)
    points[54] = Point(90, 82)
    points[62] = Point(80, 81)
    points[66] = Point(80, 83)
    return points
  }

  static func face(age: Range<Int>? = nil) -> Face {
    var face = Face(
      box: Box(x1: 50, y1: 30, x2: 110, y2: 100), detectorScore: 0.9, landmarkerScore: 0.9, landmarks5: points,
      landmarks5From68: points, landmarks68: landmarks68, landmarks68From5: landmarks68, angle: 0)
    face.traits = age.map { FaceTraits(gender: .female, age: $0, race: .asian) }
    return face
  }

  static func work(_ faces: [Face]? = nil) -> PictureWork {
    let faces = faces ?? [face()]
    return PictureWork(picture: picture, target: picture, faces: faces, chosen: faces)
  }

  static let masks = FaceMaskOptions(types: [.box])
}
