import DeviceImaging
import Faces
import Imaging
import Inference

/// The processor `face_swapper` with a published network on a card, in one worker. As ``NetworkSwapper``.
///
/// A face's crop, the network's answer and the masks never leave the card.
final class DeviceNetworkSwapper: DevicePictureWorker {
  private(set) var timings = StageTimings()
  private let model: NetworkSwapperModel
  private let card: PictureCard
  private let network: CardNetwork
  private let crop: DeviceFaceCrop
  private let step: Int
  private let masks: DeviceSwapMasks
  private let source: SwapSource
  private let balance: IdentityBalance
  private let recognizer: ArcFaceRecognizer?
  /// What the network is told of the source, without the target's identity.
  private let told: DeviceConstant

  /// - Parameters:
  ///   - side: edge of the crop in pixels, a multiple of the model's.
  ///   - recognizer: needed unless `balance` is neutral.
  /// - Returns: nil where the network or the masks are not for a card.
  init?(
    _ model: NetworkSwapperModel, side: Int, source: SwapSource, balance: IdentityBalance, masks: FaceMaskOptions,
    networks: FaceNetworks, recognizer: ArcFaceRecognizer?, card: PictureCard
  ) throws {
    let target = [1, 3, model.side, model.side]
    let form = model.family.sourceCrop.map { [1, 3, $0.side, $0.side] } ?? [1, IdentityConverter.count]
    guard let cards = networks.card,
      let network = try cards.usable(
        model.id, inputs: ["source": form, "target": target], outputs: [target],
        ordinal: card.stream.context.device.ordinal),
      let masks = try DeviceSwapMasks(networks: networks, options: masks, card: card)
    else { return nil }
    self.model = model
    self.card = card
    self.network = network
    self.masks = masks
    self.source = source
    self.balance = balance
    self.recognizer = recognizer
    step = side / model.side
    crop = try DeviceFaceCrop(side: side, template: model.template, card: card)
    switch source {
    case .identity(let numbers), .picture(let numbers):
      guard numbers.count == form.reduce(1, *) else {
        throw ProcessorsError(
          .source, "The swapper \(model.name) takes \(form) numbers of the source, \(numbers.count) given.")
      }
      told = DeviceConstant(Tensor(shape: form, elements: numbers))
    }
  }

  func process(_ work: inout DevicePictureWork) throws -> Int {
    var count = 0
    for face in work.chosen {
      let transform = try timings.measure(.swapCrop) { try crop.cut(face.landmarks5From68, from: work.picture) }
      guard let transform else { continue }
      try timings.measure(.swapMask) { try masks.look(at: crop.picture) }
      let told = try self.told(of: face, in: work)
      try timings.measure(.swapNetwork) { try swap(told, &work) }
      let swapped = DeviceCropNumbers(crop.answer.bytes, size: crop.size, levels: levels, phases: step)
      let mask = try timings.measure(.swapMask) {
        try masks.mask(of: swapped, landmarks68: transform.apply(face.landmarks68))
      }
      try timings.measure(.swapPaste) {
        let area = try card.imager.paste(
          swapped, mask: mask, into: work.picture, transform: transform, on: card.stream)
        work.note(changed: area)
      }
      for answer in masks.takeAnswers() { work.note(answer) }
      count += 1
    }
    return count
  }

  /// All interleaved pictures of the crop through the network, side by side.
  private func swap(_ told: DeviceConstant, _ work: inout DevicePictureWork) throws {
    let mark = try card.mark()
    let scale = SIMD3<Float>(1 / (255 * model.deviation))
    let bias = SIMD3<Float>(-model.mean / model.deviation)
    let others = [DevicePlace](repeating: .nowhere, count: network.outputs.count - 1)
    let requests = (0..<step * step).map { tile in
      let target = crop.input(PixelPhase(index: tile, step: step), scale: scale, bias: bias)
      return DeviceRequest(
        inputs: network.inputs.map { $0.name == "target" ? target : .constant(told) },
        outputs: [crop.place(of: tile, tiles: step * step)] + others, after: [mark])
    }
    for answer in try network.run(requests) {
      try answer.wait(on: card.stream)
      work.note(answer)
    }
  }

  private var levels: DeviceCropNumbers.Levels {
    model.family.isDenormalized ? .double(scale: model.deviation, mean: model.mean) : .unit
  }

  /// The source's numbers, with the target's identity mixed in where the weight asks for it.
  private func told(of face: Face, in work: DevicePictureWork) throws -> DeviceConstant {
    guard case .identity(let own) = source, !balance.isNeutral else { return told }
    let target = try timings.measure(.swapIdentity) { () -> Embedding? in
      if let known = face.embedding, known.values.count == IdentityConverter.count { return known }
      return try recognizer?.embedding(
        in: work.target, ordinal: card.stream.context.device.ordinal, after: card.mark(),
        landmarks5: face.landmarks5From68)
    }
    guard let target else { return told }
    let mixed = balance.mix(own, target.values, family: model.family)
    return DeviceConstant(Tensor(shape: [1, mixed.count], elements: mixed))
  }
}
