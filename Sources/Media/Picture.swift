public import Imaging

/// A still picture in memory, upright.
public struct Picture: Sendable {
  /// RGB(A) of 8 or 16 bits, or grey of 8 or 16 bits; always upright and full range.
  public var frame: Frame
  /// What the file was; nil for pictures made by the program.
  public var format: PictureFormat?
  /// How the stored picture was turned.
  public var orientation: Orientation
  /// The ICC colour profile; kept when the picture is written as JPEG, PNG or WebP.
  public var iccProfile: [UInt8]?
  /// Where it was read from.
  public var path: String?

  public init(
    frame: Frame, format: PictureFormat? = nil, orientation: Orientation = .upright, iccProfile: [UInt8]? = nil,
    path: String? = nil
  ) {
    self.frame = frame
    self.format = format
    self.orientation = orientation
    self.iccProfile = iccProfile
    self.path = path
  }
}
