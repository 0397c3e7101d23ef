import DeviceImaging
import Imaging
import Inference
import Media

/// Decoder and encoder of a run on its first card: frames go from the one to the workers, and from the workers to the
/// other, without leaving the card.
final class CardVideo: Sendable {
  private let context: CUDAContext
  private let pool: DeviceFramePool
  private let codecs: CardCodecs?
  private let decoded: SurfaceCopier
  private let encoded: SurfaceCopier

  /// - Parameters:
  ///   - pool: of the imager's card.
  ///   - codecs: in place of FFmpeg's.
  init(imager: DeviceImager, pool: DeviceFramePool, codecs: CardCodecs?) throws {
    context = pool.context
    self.pool = pool
    self.codecs = codecs
    decoded = try SurfaceCopier(imager: imager, pool: pool)
    encoded = try SurfaceCopier(imager: imager, pool: pool)
  }

  /// A reader whose decoder works on the card, if the options want that and the card does. Its frames go through
  /// ``take(_:)``.
  func reader(path: String, _ options: VideoReader.Options) throws -> VideoReader {
    var options = options
    options.card = access(decoded.stream)
    // Those that are being copied, and the one that comes.
    options.heldHardwareFrames = SurfaceCopier.held + 1
    guard let codecs else { return try VideoReader(path: path, options: options) }
    return try VideoReader(path: path, options: options, openHardware: codecs.openDecoder)
  }

  /// A writer whose encoder takes the frames that lie on the card from there, if it can.
  func writer(path: String, source: VideoSource, _ output: VideoOutput) throws -> VideoWriter {
    var output = output
    output.card = EncoderCard(access(encoded.stream), filler: encoded)
    guard let codecs else { return try VideoWriter(path: path, source: source, output: output) }
    return try VideoWriter(path: path, source: source, output: output, openSurfaces: codecs.openSurfaces)
  }

  // The frames in the copier's hands keep their decoder: it must not keep the copier in its turn.
  private func access(_ stream: CUDAStream) -> CardAccess {
    CardAccess(
      device: context.device.ordinal, context: context.address, stream: stream.address, owner: stream)
  }

  /// Takes a frame that this card has decoded out of the decoder's memory, which has room for few. Other frames stay as
  /// they are.
  func take(_ frame: inout VideoFrame) throws {
    guard let hardware = frame.frame.device as? HardwareFrame, hardware.surface.device == context.device.ordinal,
      hardware.stream == decoded.stream.address
    else { return }
    let device = try decoded.take(hardware.surface, color: hardware.color, owner: hardware)
    frame.replace(with: pool.hostFrame(of: device))
  }
}
