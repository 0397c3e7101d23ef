import DeviceImaging
import Faces
import Imaging
import Inference

/// The masks of a swapped face on a card. As ``SwapMasks``. Owned by one worker.
final class DeviceSwapMasks {
  private let masker: DeviceFaceMasker
  private var options: FaceMaskOptions { masker.options }
  private var before: [DeviceMask] = []

  /// - Returns: nil where a mask is wanted that is not made on a card.
  init?(networks: FaceNetworks, options: FaceMaskOptions, card: PictureCard) throws {
    guard
      let masker = try DeviceFaceMasker(
        networks: networks, options: options, imager: card.imager, stream: card.stream)
    else { return nil }
    self.masker = masker
  }

  /// The masks that need the crop as it was.
  func look(at crop: DevicePicture) throws {
    before.removeAll(keepingCapacity: true)
    if options.types.contains(.box) {
      before.append(try masker.boxMask(size: crop.size.width, blur: options.blur, padding: options.padding))
    }
    if options.types.contains(.occlusion) { before.append(try masker.occlusionMask(of: crop)) }
  }

  /// The least of all masks, 0…1; all of the crop where no kind of mask is chosen.
  ///
  /// - Parameters:
  ///   - numbers: the swapped crop.
  ///   - landmarks68: `68`, in pixels of the crop.
  func mask(of numbers: DeviceCropNumbers, landmarks68: [Point]) throws -> DeviceMask {
    let side = numbers.size.width
    var masks = before
    if options.types.contains(.area) { masks.append(try masker.areaMask(size: side, landmarks68: landmarks68)) }
    if options.types.contains(.region) { masks.append(try masker.regionMask(of: numbers)) }
    guard let first = masks.first else { return try masker.wholeMask(size: side) }
    return masks.count == 1 ? first : try masker.combined(masks)
  }

  /// What the masks' networks have answered since this was asked last.
  func takeAnswers() -> [DeviceAnswer] { masker.takeAnswers() }
}
