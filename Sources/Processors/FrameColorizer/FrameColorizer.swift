public import Faces
public import Imaging
public import Inference
import ModelStore

/// What the frame colorizer does, as the options say.
public struct FrameColorizerPlan: PictureProcessorPlan {
  public let model: FrameColorizerModel
  /// Edge of the network's square input in pixels.
  public let side: Int
  /// Share of the coloured picture in the result, 0…1.
  public let blend: Double
  private let networks: FaceNetworks

  /// Throws ``ProcessorsError`` of code `option` for a size or share that is not offered.
  public init(model: FrameColorizerModel, side: Int = 256, blend: Double = 1, networks: FaceNetworks) throws {
    guard FrameColorizerModel.sides.contains(side), (0...1).contains(blend) else {
      throw ProcessorsError(
        .option, "The frame colorizer cannot work at \(side) pixels with a share of \(blend).",
        hint: "Sizes are \(FrameColorizerModel.sides.map(String.init).joined(separator: ", ")), shares 0 to 1.")
    }
    self.model = model
    self.side = side
    self.blend = blend
    self.networks = networks
  }

  public var name: String { "frame_colorizer" }
  public var worksWithoutFaces: Bool { true }

  public func makeWorker() throws -> any PictureProcessing {
    try FrameColorizer(
      session: networks.open(ModelID(rawValue: model.rawValue)), model: model, side: side, blend: blend)
  }
}

/// Colours pictures anew (vision.md §30). Owned by one worker.
public final class FrameColorizer: PictureProcessing {
  private let model: FrameColorizerModel
  private let side: Int
  private let blend: Double
  private let network: NamedNetwork
  public private(set) var timings = StageTimings()

  /// Throws ``ProcessorsError`` of code `model` when the session's model is of another kind.
  public init(session: InferenceSession, model: FrameColorizerModel, side: Int, blend: Double) throws {
    self.model = model
    self.side = side
    self.blend = blend
    network = try NamedNetwork(session: session, inputs: ["input": [1, 3, side, side]])
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    guard work.picture.size.area > 0, blend > 0 else { return 0 }
    let output = try timings.measure(.colorize) { try run(model.tensor(of: work.picture, side: side)) }
    timings.measure(.colorize) {
      work.picture = blended(work.picture, model.colored(work.picture, with: output))
    }
    work.note(changed: nil)
    return 0
  }

  /// Runs the network on its input (``FrameColorizerModel/tensor(of:side:)``): pixels of the model's channels.
  public func run(_ tensor: [Float]) throws -> PixelBufferF {
    network.set("input", tensor)
    let output = try network.run()[0]
    let shape = output.shape
    guard shape.count == 4, shape[0] == 1, shape[1] == model.planeCount, output.count > 0 else {
      throw network.wrongOutput("gives \(shape), not [1, \(model.planeCount), height, width]")
    }
    return PixelBufferF(
      planes: output.floats, size: PixelSize(width: shape[3], height: shape[2]), channels: shape[1])
  }

  /// The picture faded to the coloured one.
  public func blended(_ picture: PixelBuffer8, _ colored: PixelBuffer8) -> PixelBuffer8 {
    weightedSum(picture, Float(1 - blend), colored, Float(blend))
  }
}

extension Stage {
  /// The frame colorizer's network and its colours.
  public static let colorize = Stage(rawValue: "colorize")
}
