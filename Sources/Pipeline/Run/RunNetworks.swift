import Faces
import Inference
import ModelStore
import Processors

/// The networks of one run. They load side by side, each as soon as the runtime is open.
final class RunNetworks {
  let factory: FaceNetworks
  let detector: any FaceDetecting
  let landmarker: any FaceLandmarking
  /// Keeps the occlusion network loaded until the workers have made theirs of it.
  private let masker: OcclusionMasker?

  init(_ options: RunOptions) throws {
    let runtime = try OnnxRuntime.open(path: options.runtimePath)
    let store = try ModelStore(modelsPath: options.values.string("models_path"))
    let factory = FaceNetworks(runtime: runtime, models: store, session: options.session)
    self.factory = factory
    let detector = Preparation("detector") { try factory.detector(options.faces) }
    let needsMasker = options.needs.contains(.mesh) && options.values.strings("face_mask_types").contains("occlusion")
    let masker = needsMasker ? Preparation("occluder") { try factory.occlusionMasker() } : nil
    landmarker = try factory.landmarker(options.faces.landmarkerModel)
    self.detector = try detector.get()
    self.masker = try masker?.get()
  }

  /// For pictures. Identities are asked for separately.
  func analyser(_ options: FaceOptions) -> FaceAnalyser {
    FaceAnalyser(
      detector: detector, landmarker: landmarker, recognizer: nil, landmarkerScore: options.landmarkerScore)
  }
}
