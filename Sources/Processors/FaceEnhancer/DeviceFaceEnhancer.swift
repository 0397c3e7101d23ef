import DeviceImaging
import Faces
import Imaging
import Inference

/// The processor `face_enhancer` with a face restoring network on a card, in one worker. As ``FaceEnhancerWorker``.
final class DeviceFaceEnhancer: DevicePictureWorker {
  private(set) var timings = StageTimings()
  private let options: FaceEnhancerOptions
  private let share: Double
  private let card: PictureCard
  private let network: CardNetwork
  private let crop: DeviceFaceCrop
  private let masker: DeviceFaceMasker
  private let weight: DeviceConstant

  /// - Returns: nil for the upscaler, and where the network or the masks are not for a card.
  init?(_ options: FaceEnhancerOptions, networks: FaceNetworks, card: PictureCard) throws {
    let (model, side) = (options.model, options.model.side)
    let shape = [1, 3, side, side]
    guard model != .realesrganX4plus, let cards = networks.card,
      let network = try cards.usable(
        model.id, inputs: ["input": shape], optional: ["weight": [1]], outputs: [shape],
        ordinal: card.stream.context.device.ordinal),
      let masker = try DeviceFaceMasker(
        networks: networks, options: options.masks, honoring: [.box, .occlusion], imager: card.imager,
        stream: card.stream)
    else { return nil }
    self.options = options
    self.card = card
    self.network = network
    self.masker = masker
    share = try blendShare(options.blend, option: "--face-enhancer-blend")
    crop = try DeviceFaceCrop(side: side, template: model.template, card: card)
    weight = DeviceConstant(Tensor(shape: [1], elements: [options.weight]))
  }

  func process(_ work: inout DevicePictureWork) throws -> Int {
    guard share > 0 else { return 0 }
    var count = 0
    for face in work.chosen {
      let transform = try timings.measure(.faceEnhance) {
        try crop.cut(face.landmarks5From68, from: work.picture)
      }
      guard let transform else { continue }
      let mask = try timings.measure(.mask) { try makeMask() }
      try timings.measure(.faceEnhance) {
        let answer = try network.run(request())
        try answer.wait(on: card.stream)
        work.note(answer)
        let numbers = DeviceCropNumbers(
          crop.answer.bytes, size: crop.size, levels: .bytes(PlanarBytes(.signed, rounds: true)))
        let area = try card.imager.paste(
          numbers, mask: mask, into: work.picture, transform: transform, amount: share, on: card.stream)
        work.note(changed: area)
      }
      for answer in masker.takeAnswers() { work.note(answer) }
      count += 1
    }
    return count
  }

  /// Planes of (level / 255 − ½) / ½.
  private func request() throws -> DeviceRequest {
    let picture = crop.input(.whole, scale: SIMD3(repeating: 2.0 / 255), bias: SIMD3(repeating: -1))
    let others = [DevicePlace](repeating: .nowhere, count: network.outputs.count - 1)
    return DeviceRequest(
      inputs: network.inputs.map { $0.name == "weight" ? .constant(weight) : picture },
      outputs: [crop.place(of: 0, tiles: 1)] + others, after: [try card.mark()])
  }

  /// As ``FaceEnhancerWorker/mask(of:)``.
  private func makeMask() throws -> DeviceMask {
    let box = try masker.boxMask(size: crop.size.width, blur: options.masks.blur, padding: .none)
    guard options.masks.types.contains(.occlusion) else { return box }
    return try masker.combined([box, masker.occlusionMask(of: crop.picture)])
  }
}
