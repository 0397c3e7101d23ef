public import Imaging
public import Inference

/// The network that divides a face crop into regions (bisenet; vision.md §6.4). Owned by one worker.
public final class FaceParser {
  /// Side of the picture the network looks at.
  public static let side = 512
  static let mean: [Float] = [0.485, 0.456, 0.406]
  static let deviation: [Float] = [0.229, 0.224, 0.225]
  private let network: PublishedNetwork

  /// - Throws: ``FacesError`` of code `unexpectedModel` when the model takes something else.
  public init(session: InferenceSession) throws {
    network = try PublishedNetwork(
      session: session, inputShape: [1, 3, FaceParser.side, FaceParser.side], outputs: 1)
  }

  /// 1 where the network sees one of the regions, else 0; one channel of the network's size.
  ///
  /// - Parameter crop: B, G, R, 8 bit, of any size.
  public func shown(_ regions: Set<FaceMaskRegion>, in crop: PixelBuffer8) throws -> PixelBufferF {
    let picture = resize(crop, to: PixelSize(width: FaceParser.side, height: FaceParser.side))
    network.input.withMutableFloats { FaceParser.fill($0, with: picture) }
    return try shown(regions)
  }

  /// The same for a float crop, 0…255.
  public func shown(_ regions: Set<FaceMaskRegion>, in crop: PixelBufferF) throws -> PixelBufferF {
    let picture = resize(crop, to: PixelSize(width: FaceParser.side, height: FaceParser.side))
    network.input.withMutableFloats { FaceParser.fill($0, with: picture) }
    return try shown(regions)
  }

  /// The network's input for a picture of its size: planes R, G, B of (value/255 − mean)/deviation.
  public static func tensor(of picture: PixelBuffer8) -> [Float] {
    [Float](unsafeUninitializedCapacity: picture.samples.count) { buffer, count in
      fill(buffer, with: picture)
      count = picture.samples.count
    }
  }

  private static func fill(_ target: UnsafeMutableBufferPointer<Float>, with picture: PixelBuffer8) {
    let area = picture.size.area
    for plane in 0..<3 {
      let table = (0..<256).map { (Float($0) / 255 - mean[plane]) / deviation[plane] }
      table.withUnsafeBufferPointer { table in
        picture.samples.withUnsafeBufferPointer { samples in
          for pixel in 0..<area { target[plane &* area &+ pixel] = table[Int(samples[3 &* pixel &+ 2 &- plane])] }
        }
      }
    }
  }

  private static func fill(_ target: UnsafeMutableBufferPointer<Float>, with picture: PixelBufferF) {
    let area = picture.size.area
    for plane in 0..<3 {
      let (mean, deviation) = (mean[plane], deviation[plane])
      picture.samples.withUnsafeBufferPointer { samples in
        for pixel in 0..<area {
          target[plane &* area &+ pixel] = (samples[3 &* pixel &+ 2 &- plane] / 255 - mean) / deviation
        }
      }
    }
  }

  private func shown(_ regions: Set<FaceMaskRegion>) throws -> PixelBufferF {
    let output = try network.run()[0]
    let shape = output.shape
    guard shape.count == 4, shape[0] == 1, output.count > 0 else {
      throw FacesError.unexpectedModel(network.name, "gives \(shape), not [1, 19, 512, 512]")
    }
    try output.check(count: nil, model: network.name, output: "scores")
    let size = PixelSize(width: shape[3], height: shape[2])
    let mask = output.withMutableFloats {
      FaceParser.chosen(regions, scores: UnsafeBufferPointer($0), classes: shape[1], size: size)
    }
    guard let mask else { throw FacesError.unexpectedModel(network.name, "gave scores that are not numbers") }
    return mask
  }

  /// 1 where the class with the largest score, of equal ones the first, is among the regions.
  ///
  /// - Parameter scores: A plane of `size` for each class.
  public static func chosen(
    _ regions: Set<FaceMaskRegion>, scores: [Float], classes: Int, size: PixelSize
  ) -> PixelBufferF? {
    guard classes > 0, scores.count == classes * size.area else { return nil }
    return scores.withUnsafeBufferPointer { chosen(regions, scores: $0, classes: classes, size: size) }
  }

  /// Nil where a pixel has no score that is a number. Row by row, so that what is compared stays near the processor.
  private static func chosen(
    _ regions: Set<FaceMaskRegion>, scores: UnsafeBufferPointer<Float>, classes: Int, size: PixelSize
  ) -> PixelBufferF? {
    let shown = (0..<classes).map { number in regions.contains { $0.parserClass == number } ? Float(1) : 0 }
    var mask = PixelBufferF(size: size, channels: 1, repeating: 0)
    var best = [Float](repeating: 0, count: size.width)
    var isComplete = true
    mask.samples.withUnsafeMutableBufferPointer { mask in
      best.withUnsafeMutableBufferPointer { best in
        for y in 0..<size.height {
          best.update(repeating: -.infinity)
          let row = y &* size.width
          for number in 0..<classes {
            let (from, value) = (number &* size.area &+ row, shown[number])
            for x in 0..<size.width {
              let score = scores[from &+ x]
              let isBetter = score > best[x]
              mask[row &+ x] = isBetter ? value : mask[row &+ x]
              best[x] = isBetter ? score : best[x]
            }
          }
          for x in 0..<size.width where best[x] == -.infinity { isComplete = false }
        }
      }
    }
    return isComplete ? mask : nil
  }
}
