public import Imaging

/// A worked-on crop on its way back into the picture.
public struct FacePatch<Sample: Sendable & Equatable>: Sendable {
  /// Picture to crop.
  public let transform: Imaging.AffineTransform
  /// B, G, R, 0…255.
  public let crop: PixelBuffer<Sample>
  /// Where it is shown, 0…1, the crop's size.
  public let mask: PixelBufferF

  public init(transform: Imaging.AffineTransform, crop: PixelBuffer<Sample>, mask: PixelBufferF) {
    self.transform = transform
    self.crop = crop
    self.mask = mask
  }

  private func note(in work: inout PictureWork) {
    let area = PasteArea(frame: work.picture.size, crop: crop.size, transform: transform)
    if area.size.area > 0 { work.note(changed: PixelRectangle(area)) }
  }
}

extension FacePatch<UInt8> {
  /// Pastes the crop (vision.md §5.4) and books the change.
  public func paste(into work: inout PictureWork) {
    pasteBack(frame: &work.picture, crop: crop, mask: mask, transform: transform)
    note(in: &work)
  }
}

extension FacePatch<Double> {
  /// Pastes the crop (vision.md §5.4) and books the change.
  public func paste(into work: inout PictureWork) {
    pasteBack(frame: &work.picture, crop: crop, mask: mask, transform: transform)
    note(in: &work)
  }
}
