public import Faces
public import Imaging
public import Inference
import ModelStore

/// What the background remover does, as the options say.
public struct BackgroundRemoverPlan: PictureProcessorPlan {
  public let model: BackgroundModel
  /// Painted behind the subject.
  public let fill: BackgroundColor
  /// Whose cast is taken out of the subject.
  public let despill: BackgroundColor
  private let networks: FaceNetworks

  public init(
    model: BackgroundModel, fill: BackgroundColor = .clear, despill: BackgroundColor = .clear, networks: FaceNetworks
  ) {
    self.model = model
    self.fill = fill
    self.despill = despill
    self.networks = networks
  }

  public var name: String { "background_remover" }
  public var worksWithoutFaces: Bool { true }

  public func makeWorker() throws -> any PictureProcessing {
    try BackgroundRemover(
      session: networks.open(ModelID(rawValue: model.name)), model: model, fill: fill, despill: despill)
  }
}

/// Makes the background of pictures transparent (vision.md §31). Owned by one worker.
public final class BackgroundRemover: PictureProcessing {
  /// What the network says of a picture.
  public struct Cutout: Sendable {
    /// How much of each pixel is subject, 0…255, one channel; in the network's own size.
    public let mask: PixelBuffer8
    /// The subject's own colours, B, G, R; only of networks for green screens.
    public let colors: PixelBuffer8?
  }

  private let model: BackgroundModel
  private let fill: BackgroundColor
  private let despill: BackgroundColor
  private let network: NamedNetwork
  public private(set) var timings = StageTimings()

  /// Throws ``ProcessorsError`` of code `model` when the session's model is of another kind.
  public init(
    session: InferenceSession, model: BackgroundModel, fill: BackgroundColor = .clear,
    despill: BackgroundColor = .clear
  ) throws {
    self.model = model
    self.fill = fill
    self.despill = despill
    network = try NamedNetwork(session: session, inputs: ["input": [1, model.planeCount, model.side, model.side]])
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    guard work.picture.size.area > 0 else { return 0 }
    let cutout = try timings.measure(.background) { try run(model.tensor(of: work.picture)) }
    timings.measure(.background) { apply(cutout, to: &work) }
    return 0
  }

  /// Runs the network on its input (``BackgroundModel/tensor(of:)``).
  public func run(_ tensor: [Float]) throws -> Cutout {
    network.set("input", tensor)
    let outputs = try network.run(outputs: model.kind == .greenScreen ? 2 : 1)
    return Cutout(
      mask: model.kind == .classes ? try subject(outputs[0]) : try matte(outputs[0]),
      colors: model.kind == .greenScreen ? try colors(outputs[1]) : nil)
  }

  /// Steps 3 to 6: the network's colours, the cast taken out, the fill, and the smaller of both masks.
  public func apply(_ cutout: Cutout, to work: inout PictureWork) {
    let size = work.picture.size
    let mask = resize(cutout.mask, to: size)
    if let colors = cutout.colors { work.picture = resize(colors, to: size) }
    despill.despill(&work.picture)
    fill.fill(&work.picture, behind: mask)
    if cutout.colors != nil || despill.alpha > 0 || fill.alpha > 0 { work.note(changed: nil) }
    work.mask = work.mask.map { lower(mask, $0) } ?? mask
  }

  private func lower(_ mask: PixelBuffer8, _ other: PixelBuffer8) -> PixelBuffer8 {
    guard other.size == mask.size else { return mask }
    return PixelBuffer8(size: mask.size, channels: 1, samples: zip(mask.samples, other.samples).map { min($0, $1) })
  }

  private func matte(_ output: Tensor) throws -> PixelBuffer8 {
    let shape = output.squeezedShape(rank: 2)
    guard shape.count == 2, output.count > 0 else { throw network.wrongOutput("gives \(output.shape), not a plane") }
    return PixelBuffer8(
      size: PixelSize(width: shape[1], height: shape[0]), channels: 1,
      samples: output.floats.map { cutByte(min(max($0, 0), 1) * 255) })
  }

  /// 255 where any class but the first has the highest score.
  private func subject(_ output: Tensor) throws -> PixelBuffer8 {
    guard output.shape.count == 4, output.shape[0] == 1, output.shape[1] > 1, output.count > 0 else {
      throw network.wrongOutput("gives \(output.shape), not [1, classes, height, width]")
    }
    let size = PixelSize(width: output.shape[3], height: output.shape[2])
    let scores = output.floats
    let samples = (0..<size.area).map { pixel -> UInt8 in
      let isSubject = (1..<output.shape[1]).contains { scores[$0 * size.area + pixel] > scores[pixel] }
      return isSubject ? 255 : 0
    }
    return PixelBuffer8(size: size, channels: 1, samples: samples)
  }

  private func colors(_ output: Tensor) throws -> PixelBuffer8 {
    let shape = output.squeezedShape(rank: 3)
    guard shape.count == 3, shape[0] == 3, output.count > 0 else {
      throw network.wrongOutput("gives colours of \(output.shape), not [1, 3, height, width]")
    }
    return Processors.picture(planes: output.floats, size: PixelSize(width: shape[2], height: shape[1]))
  }
}

extension Stage {
  /// The background remover's network and its colours.
  public static let background = Stage(rawValue: "background")
}
