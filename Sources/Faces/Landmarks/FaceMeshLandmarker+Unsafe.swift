import Foundation
public import Imaging
import Inference
import ModelStore

/// MediaPipe's face mesh: 478 points of a square crop with level eyes.
public final class FaceMeshLandmarker: FaceLandmarking {
  private let network: PictureNetwork
  private let model: FaceLandmarkerModel

  init(session: InferenceSession, model: FaceLandmarkerModel, card: CardNetworks? = nil) throws {
    self.model = model
    let side = MeshCrop.inputSide
    network = try PictureNetwork(
      session: session, inputSize: PixelSize(width: side, height: side),
      outputs: ["points": [1, model.pointCount, 3], "presence": [1, 1]],
      scale: SIMD3(repeating: 1 / 255), bias: SIMD3(repeating: 0), border: .constant,
      card: card.map { ($0, model.modelID) })
  }

  public func mesh(in frame: Frame, crop: MeshCrop) throws -> FaceMesh {
    try network.run(frame, crop.transform())
    let logit = network.withOutput("presence") { $0[0] } ?? -.infinity
    let points = network.withOutput("points") { FaceMeshLandmarker.read($0, model, crop) } ?? []
    // A logit that is no number counts as "no face".
    return FaceMesh(points: points, presence: logit.isNaN ? 0 : 1 / (1 + exp(-logit)))
  }

  /// Rows of x, y, z in input pixels, to frame pixels.
  static func read(_ rows: UnsafePointer<Float>, _ model: FaceLandmarkerModel, _ crop: MeshCrop) -> [Point3] {
    let unit = crop.side / Float(MeshCrop.inputSide)
    let (cosine, sine) = (cos(crop.roll) * unit, sin(crop.roll) * unit)
    let middle = model.middle
    var mesh = [Point3](repeating: Point3(), count: FaceTopology.pointCount)
    for index in 0..<model.pointCount {
      let x = rows[3 * index] - middle
      let y = rows[3 * index + 1] - middle
      mesh[index] = Point3(
        crop.center.x + cosine * x - sine * y, crop.center.y + sine * x + cosine * y, rows[3 * index + 2] * unit)
    }
    if model == .faceMesh468 { FaceTopology.fillIrises(&mesh) }
    return mesh
  }
}

extension FaceLandmarkerModel {
  /// Points the network itself gives.
  var pointCount: Int { self == .faceMesh478 ? 478 : 468 }
  var modelID: ModelID { ModelID(rawValue: rawValue) }

  /// Where the network puts the middle of its input. Measured by mirroring 36 pictures: the larger network's pixel i
  /// spans i…i+1 (left over: −0.09 px), the smaller one's number is the pixel itself (−0.5 px against the other rule).
  var middle: Float { self == .faceMesh478 ? 96 : 95.5 }
}
