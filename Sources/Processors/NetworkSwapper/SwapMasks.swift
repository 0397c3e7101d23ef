public import Faces
public import Imaging

/// The masks of a swapped face (vision.md §6.5): box and occlusion look at the crop before it is swapped, the areas at
/// the landmarks, the regions at the swapped crop. Owned by one worker.
public final class SwapMasks {
  private let masker: FaceMasker
  private var options: FaceMaskOptions { masker.options }
  private var before: [PixelBufferF] = []

  public init(networks: FaceNetworks, options: FaceMaskOptions) throws {
    masker = try FaceMasker(networks: networks, options: options)
  }

  /// The masks that need the crop as it was.
  public func look(at crop: PixelBuffer8) throws {
    before.removeAll(keepingCapacity: true)
    if options.types.contains(.box) {
      before.append(masker.boxMask(size: crop.width, blur: options.blur, padding: options.padding))
    }
    if options.types.contains(.occlusion) { before.append(try masker.occlusionMask(of: crop)) }
  }

  /// The least of all masks, 0…1; all of the crop where no kind of mask is chosen.
  ///
  /// - Parameter landmarks68: `68`, in pixels of the picture.
  public func mask(of canvas: SwapCanvas, crop: FaceCrop, landmarks68: [Point]) throws -> PixelBufferF {
    var masks = before
    if options.types.contains(.area) {
      masks.append(masker.areaMask(size: crop.side, landmarks68: crop.transform.apply(landmarks68)))
    }
    if options.types.contains(.region) { masks.append(try canvas.regionMask(by: masker)) }
    guard !masks.isEmpty else { return PixelBufferF(size: crop.picture.size, channels: 1, repeating: 1) }
    return masker.combined(masks)
  }
}
