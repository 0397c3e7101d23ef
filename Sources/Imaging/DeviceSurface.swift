/// A picture in memory of a card that belongs to the card's decoder or encoder. It keeps nothing: who has it keeps the
/// memory.
public struct DeviceSurface: Sendable, Hashable {
  public enum Layout: String, Sendable, CaseIterable {
    /// Y, then U and V side by side, at half the size in both directions: 8 bits, or 10, or up to 16 in the upper bits of
    /// 16.
    case nv12, p010, p016
    /// Three planes of full size, of 8 bits, or up to 16 in the upper bits of 16.
    case yuv444, yuv444p16

    /// The layout in which the same samples are processed.
    public var format: PixelFormat {
      switch self {
      case .nv12: .yuv420
      case .p010: .yuv420p10
      case .p016: PixelFormat(layout: .planarYUV(chromaShiftX: 1, chromaShiftY: 1), bitDepth: 16)
      case .yuv444: PixelFormat(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 8)
      case .yuv444p16: PixelFormat(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 16)
      }
    }

    /// U and V lie side by side in one plane.
    public var isPaired: Bool { [.nv12, .p010, .p016].contains(self) }

    /// Empty bits below the samples of ``format``.
    public var unusedBits: Int { self == .p010 ? 6 : 0 }
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

  /// Number of the card, as CUDA counts.
  public let device: Int
  public let layout: Layout
  public let size: PixelSize
  public let planes: [Plane]

  /// - Parameter rows: where each plane begins and its bytes from row to row; two with pairs, else three.
  public init?(device: Int, layout: Layout, size: PixelSize, rows: [(address: UInt, pitch: Int)]) {
    let half = PixelSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2)
    let chroma = layout.isPaired ? PixelSize(width: 2 * half.width, height: half.height) : size
    guard size.area > 0, rows.count == (layout.isPaired ? 2 : 3) else { return nil }
    planes = rows.enumerated().map { index, row in
      let size = index == 0 ? size : chroma
      return Plane(address: row.address, pitch: row.pitch, width: size.width, height: size.height)
    }
    let bytes = layout.format.bytesPerSample
    guard planes.allSatisfy({ $0.address != 0 && $0.pitch >= $0.width * bytes }) else { return nil }
    self.device = device
    self.layout = layout
    self.size = size
  }
}

/// Gives pictures that lie on a card to the card's encoder.
public protocol SurfaceFilling: AnyObject, Sendable {
  /// Fills a surface with the frame's picture on the card, and returns when it is there.
  ///
  /// - Returns: false when the frame is not on this card, or is of another size or kind; nothing was written then.
  func fill(_ surface: DeviceSurface, from frame: Frame) throws -> Bool
}
