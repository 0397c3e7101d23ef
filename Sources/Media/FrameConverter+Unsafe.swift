import CFFmpeg
import Imaging

/// Turns decoded frames into upright frames of one size and one processed layout.
///
/// Where the decoder's memory already has that shape it is wrapped without a copy. Used from one thread at a time.
final class FrameConverter {
  let orientation: Orientation
  /// Size of the upright result.
  let size: PixelSize
  let format: PixelFormat
  let pool: FramePool
  private let storedSize: PixelSize
  private let storedPool: FramePool?
  private var scaler: Scaler?

  /// `first` decides size and layout; later frames that differ are converted to them.
  init(first: AVFrameBox, orientation: Orientation) throws {
    guard let (format, _) = PixelFormats.nearest(to: first.pixelFormat, turns: orientation.swapsAxes) else {
      throw MediaError(.decoderUnavailable, "Frames of pixel format \(first.pixelFormat.name) cannot be processed.")
    }
    self.orientation = orientation
    self.format = format
    storedSize = first.size
    size = orientation.uprightSize(first.size)
    pool = try FramePool(size: size, format: format)
    storedPool = orientation == .upright ? nil : try FramePool(size: storedSize, format: format)
  }

  /// The upright frame; the second value is the box whose memory it shares, if it does.
  func convert(_ box: AVFrameBox) throws -> (frame: Frame, shared: AVFrameBox?) {
    let nearest = PixelFormats.nearest(to: box.pixelFormat, turns: orientation.swapsAxes)
    let color = box.colorDescription(isRGB: format.layout == .interleavedRGB)
    let fits = nearest.map { $0.isSame && $0.format == format } ?? false
    var stored: Frame?
    if fits, box.size == storedSize {
      stored = box.wrapped(as: format, color: color)
      if let stored, orientation == .upright { return (stored, box) }
    }
    let source = try stored ?? split(box, color: color) ?? rescaled(box, color: color)
    guard orientation != .upright else { return (source, nil) }
    let upright = try pool.take(color: color)
    orientation.apply(from: source, to: upright)
    return (upright, nil)
  }

  /// A frame that lies only on the card that decoded it; nil where it has to be turned or converted.
  func frame(on hardware: HardwareFrame) -> Frame? {
    guard orientation == .upright, hardware.surface.size == size, hardware.surface.layout.format == format else {
      return nil
    }
    return Frame(size: size, format: format, color: hardware.color, device: hardware) {
      [pool, color = hardware.color] in
      let memory = try pool.take(color: color)
      return (memory.planes, { withExtendedLifetime(memory) {} })
    }
  }

  /// What a card has decoded, in planes; nil for other layouts and sizes.
  private func split(_ box: AVFrameBox, color: ColorDescription) throws -> Frame? {
    guard box.size == storedSize, PixelFormats.isPaired(box.pixelFormat) else { return nil }
    let target = try (storedPool ?? pool).take(color: color)
    return CardLayouts.split(box, to: target) ? target : nil
  }

  private func rescaled(_ box: AVFrameBox, color: ColorDescription) throws -> Frame {
    let target = try (storedPool ?? pool).take(color: color)
    let matrix = color.matrix(height: box.size.height)
    let facts = PixelFormatFacts(box.pixelFormat)
    let isRGB = (facts?.isRGB ?? false) || (facts?.isPalette ?? false)
    let from = Scaler.Side(
      size: box.size, format: box.pixelFormat, matrix: matrix,
      isFullRange: isRGB || color.isFullRange || (facts?.components ?? 3) <= 2)
    guard let to = Scaler.Side(target) else {
      throw MediaError(.decoderUnavailable, "Frames of pixel format \(box.pixelFormat.name) cannot be processed.")
    }
    if scaler?.from != from || scaler?.to != to {
      scaler = try Scaler(from: from, to: to)
    }
    scaler?.convert(box, to: target)
    return target
  }
}
