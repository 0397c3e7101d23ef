public import Faces
public import Imaging
import Inference
public import ModelStore

extension RunOptions {
  /// The faces that a run with these options would find in a single picture, before any is chosen.
  ///
  /// - Parameter models: gives the models.
  public func faces(in frame: Frame, models: any ModelLoading) throws -> [Face] {
    try RunNetworks(self, models: models, kept: KeptModels(), log: ModelLog()).looker(traits: false).faces(in: frame)
  }
}
