public import Imaging
import Inference

/// Asks the three networks about frames. Owned by one worker.
public final class ContentAnalyser {
  /// A network's first output.
  public struct Answer: Sendable, Hashable {
    public let model: ContentModel
    public let output: [Float]
    public let shape: [Int]
    /// What is compared with the model's limit.
    public let measure: Float
  }

  private let networks: [(model: ContentModel, network: PublishedNetwork)]

  /// - Throws: The model store's and the session's errors, and ``FacesError`` for a model of another shape.
  public init(networks: FaceNetworks) throws {
    self.networks = try ContentModel.allCases.map { model in
      let shape = [1, 3, model.size.height, model.size.width]
      return (model, try PublishedNetwork(session: networks.openCommon(model.modelID), inputShape: shape, outputs: 1))
    }
  }

  /// - Parameter frame: B, G, R, 8 bit.
  /// - Throws: ``FacesError`` of code `unexpectedModel` when a network gives something else than it should.
  public func answers(for frame: PixelBuffer8) throws -> [Answer] {
    try networks.map { model, network in
      network.input.floats = model.tensor(of: frame)
      let output = try network.run()[0]
      let values = try output.numbers(model: network.name, output: "scores")
      guard let measure = model.measure(output: values, shape: output.shape) else {
        throw FacesError.unexpectedModel(network.name, "gives scores of the shape \(output.shape)")
      }
      return Answer(model: model, output: values, shape: output.shape, measure: measure)
    }
  }

  public static func verdict(on answers: [Answer]) -> ContentVerdict {
    ContentVerdict(flags: answers.map { $0.model.flags($0.measure) })
  }
}
