public import Faces
public import Imaging
public import Inference

/// What a swapper's network is told of the source; made once and shared by all workers.
public enum SwapSource: Sendable {
  /// 512 numbers in the family's own form, before the target's identity is mixed in.
  case identity([Float])
  /// The planes of the source's crop: R, G, B, 0…1.
  case picture([Float])

  /// What a model takes of the sources.
  ///
  /// An identity is the mean over all of them. A picture is that of the first with its own landmarks; the peer pairs the
  /// first picture with the landmarks of the first that shows a face, which may be another (vision.md §36, 22).
  ///
  /// - Parameter recognizer: Asked for where a source has no identity of 512 numbers.
  /// - Throws: ``ProcessorsError`` `source` when there is no source.
  public init(
    _ model: NetworkSwapperModel, sources: [SourcePicture], networks: FaceNetworks
  ) throws {
    guard let first = sources.first else {
      throw ProcessorsError(.source, "The swapper \(model.name) needs a source.", hint: "Give --source-paths.")
    }
    if model.family.sourceCrop != nil {
      self = try .picture(model, of: first.picture, landmarks: first.face.landmarks5From68)
      return
    }
    var recognizer: ArcFaceRecognizer?
    let identities = try sources.map { source -> Embedding in
      if let known = source.face.embedding, known.values.count == IdentityConverter.count { return known }
      let asked = try recognizer ?? networks.arcFaceRecognizer()
      recognizer = asked
      return try asked.embedding(in: source.picture, landmarks5: source.face.landmarks5From68)
    }
    guard let identity = Embedding.mean(of: identities) else {
      throw ProcessorsError(.source, "The swapper \(model.name) needs a source with a face.")
    }
    self = .identity(try IdentityConverter(model, networks: networks).convert(identity))
  }

  /// The source's crop for a network that looks at it.
  public static func picture(
    _ model: NetworkSwapperModel, of picture: PixelBuffer8, landmarks: [Point]
  ) throws -> SwapSource {
    guard let form = model.family.sourceCrop else {
      throw ProcessorsError(.source, "The swapper \(model.name) takes an identity, not a picture.")
    }
    let crop = try FaceCrop(of: picture, landmarks: landmarks, template: form.template, side: form.side)
    let tensor = Tensor(shape: [1, 3, form.side, form.side])
    tensor.setPlanes(of: crop.picture, levels: .unit)
    return .picture(tensor.floats)
  }
}

/// A swapper's network with its tensors, and the way from a crop through it and back. Owned by one worker.
///
/// A crop that is larger than the network's is taken as interleaved pictures, one run each (vision.md §18): every k-th
/// pixel of every k-th row, straight from the crop into the tensor and from the tensor into the canvas.
public final class SwapNetwork {
  public let model: NetworkSwapperModel
  /// Edge of the crop in pixels, a multiple of the model's.
  public let side: Int
  /// The swapped crop.
  public private(set) var canvas: SwapCanvas
  private let network: BoundNetwork
  private let levels: ChannelLevels
  private let step: Int

  /// - Throws: ``ProcessorsError`` `option` for a side that is no multiple of the model's, `model` for a network that
  ///   takes or gives something else.
  public init(_ model: NetworkSwapperModel, session: InferenceSession, side: Int) throws {
    guard side > 0, side % model.side == 0 else {
      throw ProcessorsError(.option, "A crop of \(side) pixels is no multiple of \(model.side) of \(model.name).")
    }
    self.model = model
    self.side = side
    step = side / model.side
    levels = model.levels
    canvas = SwapCanvas(model: model, side: side)
    let source = model.family.sourceCrop.map { [1, 3, $0.side, $0.side] } ?? [1, IdentityConverter.count]
    let target = [1, 3, model.side, model.side]
    network = try BoundNetwork(session, inputs: ["source": source, "target": target], outputs: [target])
  }

  /// Runs for one crop.
  public var tileCount: Int { step * step }
  /// The network's input as it was filled last.
  public var source: Tensor { network.input("source") }
  public var target: Tensor { network.input("target") }
  /// The network's own output of the last run.
  public var output: Tensor { network.output() }

  /// Sets what the network is told of the source.
  public func set(source values: [Float]) throws {
    guard values.count == source.count else {
      throw ProcessorsError(
        .source, "The swapper \(model.name) takes \(source.count) numbers of the source, \(values.count) given.")
    }
    source.setElements(values)
  }

  /// Fills the target's tensor with one of the interleaved pictures.
  public func load(tile: Int, of crop: PixelBuffer8) {
    target.setPlanes(of: crop, levels: levels, phase: PixelPhase(index: tile, step: step))
  }

  public func run() throws { try network.run() }

  /// Puts the last output where its picture came from.
  public func store(tile: Int) { canvas.set(output, phase: PixelPhase(index: tile, step: step)) }

  /// All of it: the whole crop through the network, into the canvas.
  public func swap(_ crop: PixelBuffer8) throws {
    for tile in 0..<tileCount {
      load(tile: tile, of: crop)
      try run()
      store(tile: tile)
    }
  }
}
