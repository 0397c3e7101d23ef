public import Imaging

/// A card that the program has opened, for the decoder and the encoder on it: they work in its context, and the order of
/// their work is that of its stream.
public struct CardAccess: Sendable {
  /// Number of the card, as CUDA counts.
  public let device: Int
  /// `CUcontext`.
  public let context: UInt
  /// `CUstream`.
  public let stream: UInt
  /// Keeps context and stream.
  let owner: any Sendable & AnyObject

  public init(device: Int, context: UInt, stream: UInt, owner: any Sendable & AnyObject) {
    self.device = device
    self.context = context
    self.stream = stream
    self.owner = owner
  }
}

/// A card on which the frames of a video lie, for an encoder on it.
public struct EncoderCard: Sendable {
  public let access: CardAccess
  /// Gives the encoder what lies on the card.
  public let filler: any SurfaceFilling

  public init(_ access: CardAccess, filler: any SurfaceFilling) {
    self.access = access
    self.filler = filler
  }
}
