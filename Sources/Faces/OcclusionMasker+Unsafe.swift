public import Imaging
public import Inference
import ModelStore

/// Where a face is visible: hands, masks, scarves, microphones and the world outside the face give 0.
/// Owned by one worker.
public final class OcclusionMasker {
  /// Side of the crop and of the mask in pixels.
  public static let side = 128
  private let network: PictureNetwork

  init(session: InferenceSession, card: CardNetworks? = nil) throws {
    network = try PictureNetwork(
      session: session, inputSize: PixelSize(width: OcclusionMasker.side, height: OcclusionMasker.side),
      outputs: ["visible": [1, 1, OcclusionMasker.side, OcclusionMasker.side]],
      scale: SIMD3(repeating: 1 / 255), bias: SIMD3(repeating: 0), border: .replicate,
      card: card.map { ($0, .likenessOccluder) }, staysOnCard: true)
  }

  /// The network's answer about a frame on a card, left there: its first output holds 128 · 128 numbers, row-major, not
  /// limited to 0…1. Nil for other frames.
  public func answerOnCard(in frame: Frame, transform: AffineTransform) throws -> DeviceAnswer? {
    try network.runOnCard(frame, transform)
  }

  /// Writes 128 · 128 values 0…1, row-major, as the network gives them.
  ///
  /// - Parameter transform: Frame pixels to crop pixels (0…127): the swapper's window at a size of 128.
  public func visible(
    in frame: Frame, transform: AffineTransform, into mask: UnsafeMutableBufferPointer<Float>
  ) throws {
    precondition(mask.count >= OcclusionMasker.side * OcclusionMasker.side, "the mask holds 128 x 128 values")
    try network.run(frame, transform)
    _ = network.withOutput("visible") { values in
      for index in 0..<OcclusionMasker.side * OcclusionMasker.side {
        mask[index] = min(max(values[index], 0), 1)
      }
      return ()
    }
  }

  /// The same as a buffer of one channel.
  public func visible(in frame: Frame, transform: AffineTransform) throws -> PixelBufferF {
    let size = PixelSize(width: OcclusionMasker.side, height: OcclusionMasker.side)
    var mask = PixelBufferF(size: size, channels: 1, repeating: 0)
    try mask.samples.withUnsafeMutableBufferPointer { try visible(in: frame, transform: transform, into: $0) }
    return mask
  }
}
