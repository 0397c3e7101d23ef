public import Imaging

/// A watermark with its key and id, ready for pictures of any size.
public struct WatermarkPlan: Sendable {
  let chips: WatermarkChips
  public let id: WatermarkID

  public init(key: WatermarkKey, id: WatermarkID) {
    chips = WatermarkChips(key: key)
    self.id = id
  }

  /// Makes what marks frames of one size and format. Each worker needs one of its own.
  public func makeEmbedder(size: PixelSize, format: PixelFormat) -> WatermarkEmbedder {
    WatermarkEmbedder(tile: tile(for: size), size: size, format: format)
  }

  func tile(for size: PixelSize) -> WatermarkTile {
    WatermarkTile(chips: chips, id: id, period: WatermarkTile.period(for: size))
  }
}
