public import Imaging

/// A square cut out of a picture along a face's five points, with the matrix that leads there (vision.md §5.1).
public struct FaceCrop: Sendable {
  /// The picture's channels (B, G, R for the published models), 8 bit.
  public let picture: PixelBuffer8
  /// Picture pixels → crop pixels.
  public let transform: Imaging.AffineTransform

  /// - Parameters:
  ///   - landmarks: `5/68`, in pixels of `source`.
  ///   - side: Edge of the crop in pixels.
  /// - Throws: ``ProcessorsError`` `shape` unless there are five finite points.
  public init(of source: PixelBuffer8, landmarks: [Point], template: WarpTemplate, side: Int) throws {
    guard landmarks.count == 5, landmarks.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      throw ProcessorsError(.shape, "A face has the five points \(landmarks).", hint: "Five finite points are needed.")
    }
    let size = PixelSize(width: side, height: side)
    transform = estimateTransform(from: landmarks, template: template, cropSize: size)
    picture = warp(source, transform, to: size, border: .replicate)
  }

  /// Edge in pixels.
  public var side: Int { picture.width }

  /// What pasting this crop back into a picture of this size changes; nil when the crop lies wholly outside.
  public func area(in size: PixelSize) -> PixelRectangle? {
    let area = PixelRectangle(PasteArea(frame: size, crop: picture.size, transform: transform))
    return area.isEmpty ? nil : area
  }
}
