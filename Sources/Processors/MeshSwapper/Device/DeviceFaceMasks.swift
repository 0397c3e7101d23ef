import Imaging
import Inference

/// What limits a face on the card: up to three masks, which are multiplied.
struct DeviceFaceMasks {
  /// A mask of the face's window that was made on the card and is used as it lies there.
  struct CardMask {
    /// Floats, row by row.
    let bytes: DeviceBytes
    let size: PixelSize
    /// Where its numbers begin to show the new face, and by how much more all is shown.
    let low: Float
    let range: Float
    /// The network's answer that it is; held until all that reads it is in the stream.
    var answer: DeviceAnswer?
  }

  /// Where the mask that all faces have lies on the card, 112×112.
  var constant: UInt64?
  /// Whether the slot's `visible` holds masks of the host.
  var hasHost = false
  var card: CardMask?

  /// Whether what they leave is worked out on the card, and not one of them as it is.
  var areMultiplied: Bool { card != nil || (constant != nil && hasHost) }

  /// The masks' part of MeshFace.
  ///
  /// - Parameter host: where the host's masks lie on the card.
  func put(host: UInt64?, into bytes: inout KernelArguments) {
    guard areMultiplied else { return bytes.append(contentsOf: [UInt64](repeating: 0, count: 5)) }
    bytes.append(contentsOf: [constant ?? 0, host ?? 0, card?.bytes.address ?? 0])
    bytes.append(integers(card?.size.width ?? 0, card?.size.height ?? 0))
    bytes.append(contentsOf: [card?.low ?? 0, 1 / (card?.range ?? 1)])
  }
}
