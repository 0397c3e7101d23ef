public import Imaging

/// A decoded frame in the memory of the card that decoded it: as the file stores it, not turned upright, and never changed.
///
/// The memory is the decoder's and stays valid as long as this object; a reader lets only as many of them live as
/// ``VideoReader/Options/heldHardwareFrames``. Decoding is complete when the frame is delivered, on all streams. The
/// addresses belong to the primary context of the device.
public final class HardwareFrame: Sendable {
  public enum Layout: String, Sendable {
    /// Y, then U and V side by side, at half the size in both directions: 8 bits, or 10, or up to 16 in the upper bits of
    /// 16.
    case nv12, p010, p016
    /// Three planes of full size, of 8 bits, or up to 16 in the upper bits of 16.
    case yuv444, yuv444p16
  }

  public struct Plane: Sendable, Hashable {
    /// `CUdeviceptr`.
    public let address: UInt
    /// Bytes from row to row.
    public let pitch: Int
    /// Samples in a row, pairs of U and V counted as two, and rows.
    public let width: Int
    public let height: Int
  }

  /// Number of the device, as CUDA counts.
  public let device: Int
  public let layout: Layout
  public let planes: [Plane]
  public let size: PixelSize
  public let color: ColorDescription
  /// How ``VideoFrame/frame`` was turned against this.
  public let orientation: Orientation
  private let box: AVFrameBox

  init(
    device: Int, layout: Layout, planes: [Plane], box: AVFrameBox, color: ColorDescription, orientation: Orientation
  ) {
    self.device = device
    self.layout = layout
    self.planes = planes
    self.box = box
    self.color = color
    self.orientation = orientation
    size = box.size
  }
}
