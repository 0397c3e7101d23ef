import Faces
import Imaging
import Inference
import Processors
import TestSupport

/// A case of one face swapped: the steps in between one by one, the result by the processor itself.
struct SwappedFace {
  private let run: ParityRun
  private let model: NetworkSwapperModel
  private let side: Int
  private let balance: IdentityBalance
  private let networks: FaceNetworks
  private let maskOptions: FaceMaskOptions
  private let frame: PixelBuffer8
  private let face: Face

  init(_ run: ParityRun) throws {
    self.run = run
    let name = run.text("face_swapper_model") ?? run.parityCase.models.first ?? ""
    guard let model = NetworkSwapperModel(named: name) else {
      throw TestSupportError(.caseInvalid, "\"\(name)\" is no network swapper.")
    }
    self.model = model
    side = try model.cropSide(boost: run.text("face_swapper_pixel_boost"))
    balance = IdentityBalance(weight: run.number("face_swapper_weight", 0.5))
    networks = try run.networks()
    maskOptions = try run.caseMaskOptions()
    frame = try run.picture("target_frame")
    let five = try run.points("target_points_5_68")
    let points = run.hasInput("target_points_68") ? try run.points("target_points_68") : []
    var face = Face(
      box: Box(around: five), detectorScore: 1, landmarkerScore: 1, landmarks5: five, landmarks5From68: five,
      landmarks68: points, landmarks68From5: points, angle: 0)
    if run.hasInput("target_embedding") {
      face.embedding = Embedding(try run.numbers("target_embedding"), measure: .cosine)
    }
    self.face = face
  }

  func outputs() throws -> ParityOutputs {
    var outputs = ParityOutputs()
    let source = try source()
    let network = try network()
    switch source {
    case .picture(let numbers): try network.set(source: numbers)
    case .identity(let numbers):
      let target = face.embedding?.values ?? []
      try network.set(source: balance.mix(numbers, target, family: model.family))
    }
    let crop = try FaceCrop(of: frame, landmarks: face.landmarks5From68, template: model.template, side: side)
    let masks = try SwapMasks(networks: networks, options: maskOptions)
    try masks.look(at: crop.picture)
    outputs.add("matrix", crop.transform, cropSide: side)
    outputs.add("input_source", network.source.floats)
    outputs.add(value: "tiles", .number(Double(network.tileCount)))
    for tile in 0..<network.tileCount {
      network.load(tile: tile, of: crop.picture)
      try network.run()
      network.store(tile: tile)
      add("input_target_tile_\(tile)", network.target, to: &outputs)
      add("raw_output_tile_\(tile)", network.output, to: &outputs)
    }
    outputs.add("crop_result", network.canvas.samples, as: .float32)
    outputs.add("mask", try masks.mask(of: network.canvas, crop: crop, landmarks68: face.landmarks68))
    outputs.add("result", try result(source, masks))
    return outputs
  }

  private func source() throws -> SwapSource {
    guard model.family.sourceCrop == nil else {
      return try .picture(model, of: run.picture("source_frame"), landmarks: run.points("source_points_5_68"))
    }
    return .identity(
      try IdentityConverter(model, networks: networks).convert(
        values: run.numbers("source_embedding"), normalized: run.numbers("source_embedding_norm")))
  }

  private func network() throws -> SwapNetwork {
    try SwapNetwork(model, session: networks.open(model.id), side: side)
  }

  /// Tiles that the case does not look at would fill the memory.
  private func add(_ name: String, _ tensor: Tensor, to outputs: inout ParityOutputs) {
    if run.parityCase.outputs.contains(where: { $0.name == name }) { outputs.add(name, tensor.floats) }
  }

  private func result(_ source: SwapSource, _ masks: SwapMasks) throws -> PixelBuffer8 {
    let recognizer = face.embedding == nil && !balance.isNeutral ? try networks.arcFaceRecognizer() : nil
    let swapper = try NetworkSwapper(
      source: source, balance: balance, network: network(), masks: masks, recognizer: recognizer)
    var work = PictureWork(picture: frame, target: frame, faces: [face], chosen: [face])
    _ = try swapper.process(&work)
    return work.picture
  }
}

extension ParityRun {
  /// All numbers of an input in one row.
  func numbers(_ name: String) throws -> [Float] { try parityCase.floats(parityCase.input(name)) }
}
