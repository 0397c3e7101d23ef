import ModelStore
import Synchronization
import TestSupport

/// Gives the published networks with random weights, made in memory when they are asked for, and every other model from
/// where the machine keeps it. Nothing is written anywhere.
final class BenchmarkModels: ModelLoading {
  private let others: any ModelLoading
  private let thinness: Int
  private let face: FacePlace
  /// A run asks for a model once for each worker; making it takes longer than keeping it.
  private let made = Mutex<[ModelID: [UInt8]]>([:])

  /// - Parameters:
  ///   - others: gives what is not built here.
  ///   - thinness: 1 for the real cost.
  ///   - face: what the detector finds.
  init(others: any ModelLoading, thinness: Int, face: FacePlace) {
    self.others = others
    self.thinness = thinness
    self.face = face
  }

  func load(_ id: ModelID) throws -> [UInt8] {
    guard let model = FullModel(rawValue: id.rawValue) else { return try others.load(id) }
    return made.withLock { made in
      if let bytes = made[id] { return bytes }
      let bytes = builder(model).model.bytes
      made[id] = bytes
      return bytes
    }
  }

  /// The network as it is built here, for its cost.
  func builder(_ model: FullModel) -> ModelBuilder { model.builder(thinness: thinness, face: face) }

  /// Gives the memory of the files back; the runtime has copies of its own.
  func forget() { made.withLock { $0 = [:] } }
}
