public import Faces
import Imaging

/// The processor `face_swapper` with a published network, in one worker (vision.md §19).
public final class NetworkSwapper: PictureProcessing {
  public private(set) var timings = StageTimings()
  private let source: SwapSource
  private let balance: IdentityBalance
  private let network: SwapNetwork
  private let masks: SwapMasks
  /// For faces that come without an identity of 512 numbers; nil where the target's identity does not count.
  private let recognizer: ArcFaceRecognizer?

  /// - Parameter recognizer: Needed unless `balance` is neutral.
  public init(
    source: SwapSource, balance: IdentityBalance, network: SwapNetwork, masks: SwapMasks,
    recognizer: ArcFaceRecognizer?
  ) throws {
    self.source = source
    self.balance = balance
    self.network = network
    self.masks = masks
    self.recognizer = recognizer
    switch source {
    case .identity(let numbers), .picture(let numbers): try network.set(source: numbers)
    }
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    var count = 0
    for (face, scaled) in zip(work.chosen, work.scaledFaces) {
      let model = network.model
      let crop = try timings.measure(.swapCrop) {
        try FaceCrop(
          of: work.picture, landmarks: scaled.landmarks5From68, template: model.template, side: network.side)
      }
      // A face beside the frame has nothing to show; the peer stops here (vision.md §36, 24).
      guard let area = crop.area(in: work.picture.size) else { continue }
      try timings.measure(.swapMask) { try masks.look(at: crop.picture) }
      try balanceIdentity(of: face, in: work)
      try timings.measure(.swapNetwork) { try network.swap(crop.picture) }
      let mask = try timings.measure(.swapMask) {
        try masks.mask(of: network.canvas, crop: crop, landmarks68: scaled.landmarks68)
      }
      timings.measure(.swapPaste) {
        network.canvas.paste(into: &work.picture, mask: mask, transform: crop.transform)
      }
      work.note(changed: area)
      count += 1
    }
    return count
  }

  /// Mixes the target's identity into the source's where the weight asks for it.
  private func balanceIdentity(of face: Face, in work: PictureWork) throws {
    guard case .identity(let own) = source, !balance.isNeutral else { return }
    let target = try timings.measure(.swapIdentity) { () -> Embedding? in
      if let known = face.embedding, known.values.count == IdentityConverter.count { return known }
      return try recognizer?.embedding(in: work.target, landmarks5: face.landmarks5From68)
    }
    guard let target else { return try network.set(source: own) }
    try network.set(source: balance.mix(own, target.values, family: network.model.family))
  }
}

extension Stage {
  /// Cutting out the face.
  public static let swapCrop = Stage(rawValue: "swap_crop")
  /// The target's identity, where the weight asks for it.
  public static let swapIdentity = Stage(rawValue: "swap_identity")
  /// The swapper's network, with the way into its tensors and back.
  public static let swapNetwork = Stage(rawValue: "swap_network")
  /// The masks of the swapped face.
  public static let swapMask = Stage(rawValue: "swap_mask")
  /// Putting the swapped face back.
  public static let swapPaste = Stage(rawValue: "swap_paste")
}
