public import Imaging
public import Inference

/// The input of a published detector: three planes B, G, R with the picture at the top left. Made once, filled for
/// every picture; the black rest is only painted when the picture's size changes.
public final class DetectorCanvas {
  public let tensor: Tensor
  private let size: PixelSize
  /// The network's number of each 8-bit value.
  private let table: [Float]
  private var painted: PixelSize?

  /// With a tensor of its own.
  public convenience init(model: PublishedDetectorModel, size: PixelSize) {
    self.init(tensor: Tensor(shape: [1, 3, size.height, size.width]), size: size, table: model.inputTable)
  }

  init(tensor: Tensor, size: PixelSize, table: [Float]) {
    self.tensor = tensor
    self.size = size
    self.table = table
  }

  /// - Parameter picture: three channels, no larger than the canvas.
  public func fill(with picture: PixelBuffer8) {
    precondition(
      picture.channels == 3 && picture.width <= size.width && picture.height <= size.height,
      "a detector takes a B, G, R picture that fits its canvas")
    tensor.withMutableFloats { planes in
      guard let base = planes.baseAddress else { return }
      if painted != picture.size {
        for index in planes.indices { base[index] = table[0] }
        painted = picture.size
      }
      write(picture, to: base)
    }
  }

  private func write(_ picture: PixelBuffer8, to base: UnsafeMutablePointer<Float>) {
    let (width, plane) = (picture.width, size.area)
    picture.samples.withUnsafeBufferPointer { samples in
      table.withUnsafeBufferPointer { table in
        guard let samples = samples.baseAddress, let table = table.baseAddress else { return }
        for y in 0..<picture.height {
          let from = samples + y * width * 3
          let blue = base + y * size.width
          let green = blue + plane
          let red = green + plane
          for x in 0..<width {
            blue[x] = table[Int(from[3 * x])]
            green[x] = table[Int(from[3 * x + 1])]
            red[x] = table[Int(from[3 * x + 2])]
          }
        }
      }
    }
  }
}
