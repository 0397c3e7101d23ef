public import Faces
public import Imaging

/// The face enhancer at work in one worker, which owns it. Every step can be called alone.
public final class FaceEnhancerWorker: PictureProcessing {
  public private(set) var timings = StageTimings()
  private let options: FaceEnhancerOptions
  private let share: Double
  private let network: FaceEnhancerNetwork
  private let masker: FaceMasker

  /// - Throws: ``ProcessorsError`` of code `option` for a blend outside of 0…100.
  public init(options: FaceEnhancerOptions, network: FaceEnhancerNetwork, masker: FaceMasker) throws {
    self.options = options
    self.network = network
    self.masker = masker
    share = try blendShare(options.blend, option: "--face-enhancer-blend")
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    guard share > 0 else { return 0 }
    var count = 0
    for face in work.scaledFaces {
      guard let rectangle = try enhance(face.landmarks5From68, in: &work.picture) else { continue }
      work.note(changed: rectangle)
      count += 1
    }
    return count
  }

  /// Restores one face. Returns where the picture was changed; nil when the face lies outside of it.
  ///
  /// - Parameter points: the face's five (`5/68`), in picture pixels.
  public func enhance(_ points: [Point], in picture: inout PixelBuffer8) throws -> PixelRectangle? {
    let crop = try timings.measure(.faceEnhance) { try self.crop(points, from: picture) }
    guard let area = crop.area(in: picture.size) else { return nil }
    let mask = try timings.measure(.mask) { try self.mask(of: crop.picture) }
    let better = try timings.measure(.faceEnhance) { try network.enhance(crop.picture, weight: options.weight) }
    timings.measure(.faceEnhance) { paste(better, mask: mask, transform: crop.transform, into: &picture) }
    return area
  }

  /// The face aligned to the model's template (vision.md §5.1).
  ///
  /// - Throws: ``ProcessorsError`` of code `shape` unless there are five finite points.
  public func crop(_ points: [Point], from picture: PixelBuffer8) throws -> FaceCrop {
    try FaceCrop(
      of: picture, landmarks: points, template: options.model.template, side: options.model.cropSide(for: points))
  }

  /// The box with the blur of the options and without padding; and what covers the face, of the crop before it is
  /// changed, when the options ask for it (vision.md §6.5).
  public func mask(of crop: PixelBuffer8) throws -> PixelBufferF {
    var masks = [masker.boxMask(size: crop.width, blur: options.masks.blur, padding: .none)]
    if options.masks.types.contains(.occlusion) { masks.append(try masker.occlusionMask(of: crop)) }
    return masker.combined(masks)
  }

  /// Pastes a crop back, then fades from the picture as it was: round(before · (1 − blend) + pasted · blend).
  public func paste(
    _ crop: PixelBuffer8, mask: PixelBufferF, transform: Imaging.AffineTransform, into picture: inout PixelBuffer8
  ) {
    let area = PixelRectangle(PasteArea(frame: picture.size, crop: crop.size, transform: transform))
    guard !area.isEmpty else { return }
    let before = share < 1 ? picture.part(area) : nil
    pasteBack(frame: &picture, crop: crop, mask: mask, transform: transform)
    // Outside of the rectangle both pictures are the same, and so is any mixture of them.
    if let before { picture.fade(from: before, at: area, amount: share) }
  }
}
