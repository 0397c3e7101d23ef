public import Imaging
public import Inference
import ModelStore

/// One network that finds what covers a face in a crop. Owned by one worker.
public final class FaceOccluder {
  /// What the network takes and gives.
  public enum Form: Sendable, Hashable {
    /// 256 × 256, channels last, B, G, R, 0…1 (models.md §3.5).
    case xseg
    /// 128 × 128, planes R, G, B, 0…1. Its answer is spread so that "rather not" is nothing and "rather yes" is all.
    case likeness

    public var side: Int { self == .xseg ? 256 : 128 }
  }

  public let form: Form
  private let network: PublishedNetwork

  /// - Throws: ``FacesError`` of code `unexpectedModel` when the model takes something else.
  public init(session: InferenceSession, form: Form) throws {
    let side = form.side
    self.form = form
    network = try PublishedNetwork(
      session: session, inputShape: form == .xseg ? [1, side, side, 3] : [1, 3, side, side], outputs: 1)
  }

  /// How visible the face is, 0…1, one channel of the crop's size.
  ///
  /// - Parameter crop: B, G, R, 8 bit, of any size.
  /// - Throws: ``FacesError`` for an answer that is no mask or not a number, and the session's errors.
  public func visible(in crop: PixelBuffer8) throws -> PixelBufferF {
    let picture = resize(crop, to: PixelSize(width: form.side, height: form.side))
    network.input.withMutableFloats { FaceOccluder.fill($0, with: picture, form: form) }
    return resize(try mask(network.run()[0]), to: crop.size)
  }

  /// The network's input for a picture of its size: `form.side`² · 3 values.
  public static func tensor(of picture: PixelBuffer8, form: Form) -> [Float] {
    [Float](unsafeUninitializedCapacity: picture.samples.count) { buffer, count in
      fill(buffer, with: picture, form: form)
      count = picture.samples.count
    }
  }

  private static let shares = (0..<256).map { Float($0) / 255 }

  private static func fill(_ target: UnsafeMutableBufferPointer<Float>, with picture: PixelBuffer8, form: Form) {
    let area = picture.size.area
    shares.withUnsafeBufferPointer { shares in
      picture.samples.withUnsafeBufferPointer { samples in
        switch form {
        case .xseg:
          for index in 0..<3 &* area { target[index] = shares[Int(samples[index])] }
        case .likeness:
          for pixel in 0..<area {
            for plane in 0..<3 { target[plane &* area &+ pixel] = shares[Int(samples[3 &* pixel &+ 2 &- plane])] }
          }
        }
      }
    }
  }

  private func mask(_ output: Tensor) throws -> PixelBufferF {
    let shape = output.shape
    let size =
      switch form {
      case .xseg where shape.count == 4 && shape[3] == 1: PixelSize(width: shape[2], height: shape[1])
      case .likeness where shape.count == 4 && shape[1] == 1: PixelSize(width: shape[3], height: shape[2])
      default: PixelSize(width: 0, height: 0)
      }
    guard size.area > 0, size.area == output.count else {
      throw FacesError.unexpectedModel(
        network.name, "gives \(shape), not \(form == .xseg ? "[1, 256, 256, 1]" : "[1, 1, 128, 128]")")
    }
    try output.check(count: size.area, model: network.name, output: "mask")
    let (bias, scale): (Float, Float) = form == .xseg ? (0, 1) : (0.25, 2)
    var mask = PixelBufferF(size: size, channels: 1, repeating: 0)
    var sum: Float = 0
    output.withMutableFloats { values in
      mask.samples.withUnsafeMutableBufferPointer { target in
        for index in target.indices {
          sum += values[index]
          target[index] = min(max((values[index] - bias) * scale, 0), 1)
        }
      }
    }
    guard sum.isFinite else { throw FacesError.unexpectedModel(network.name, "gave a mask that is not a number") }
    return mask
  }
}
