public import Imaging

/// A colour with its strength, 0…255 each.
public struct BackgroundColor: Sendable, Hashable {
  public var red: Int
  public var green: Int
  public var blue: Int
  public var alpha: Int

  public init(red: Int, green: Int, blue: Int, alpha: Int) {
    (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
  }

  /// Red, green, blue, alpha from one to four numbers (vision.md §31): one is grey, of two the first is red and blue,
  /// a missing alpha is 255. nil for none. Further numbers are left out.
  public init?(_ values: [Int]) {
    guard let first = values.first else { return nil }
    let green = values.count > 1 ? values[1] : first
    let blue = values.count > 2 ? values[2] : first
    self.init(red: first, green: green, blue: blue, alpha: values.count > 3 ? values[3] : 255)
  }

  public static let clear = BackgroundColor(red: 0, green: 0, blue: 0, alpha: 0)

  /// In the order of the picture's channels.
  private var channels: [Int] { [blue, green, red] }

  /// Takes this colour's cast out of a B, G, R picture (vision.md §31, step 4).
  ///
  /// A channel that is larger than the mean of the other two moves towards it, by the colour's share of the channel
  /// and by alpha. The share of alpha is taken in single precision and the rest in double, as in the peer.
  public func despill(_ picture: inout PixelBuffer8) {
    guard alpha > 0 else { return }
    let largest = Double(max(red, green, blue, 1))
    let weights = channels.map { Double($0) / largest }
    let strength = Float(Double(alpha) / 255)
    for at in stride(from: 0, to: picture.samples.count, by: 3) {
      let pixel = (0..<3).map { Float(picture.samples[at + $0]) }
      for channel in 0..<3 {
        let others = (pixel[(channel + 1) % 3] + pixel[(channel + 2) % 3]) / 2
        let step = Double((min(pixel[channel], others) - pixel[channel]) * strength)
        picture.samples[at + channel] = UInt8(min(max(Double(pixel[channel]) + step * weights[channel], 0), 255))
      }
    }
  }

  /// Paints this colour behind the subject of a B, G, R picture (vision.md §31, step 5).
  ///
  /// - Parameter mask: How much of each pixel is subject, one channel, the picture's size.
  public func fill(_ picture: inout PixelBuffer8, behind mask: PixelBuffer8) {
    precondition(mask.size == picture.size && mask.channels == 1, "the mask has the picture's size and one channel")
    guard alpha > 0 else { return }
    let strength = Float(Double(alpha) / 255)
    let shares = (0..<256).map { (1 - Float($0) / 255) * strength }
    let colors = channels.map { Float($0) }
    for pixel in 0..<picture.size.area {
      let share = shares[Int(mask.samples[pixel])]
      for channel in 0..<3 {
        let at = 3 * pixel + channel
        picture.samples[at] = cutByte(Float(picture.samples[at]) * (1 - share) + colors[channel] * share)
      }
    }
  }
}
