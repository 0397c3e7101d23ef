public import Imaging
public import Inference
public import ModelStore

/// Guesses the 68 points of a face from its five (vision.md §8.1). Owned by one worker.
public final class Fan68Landmarker {
  public static let modelID: ModelID = "fan_68_5"
  private let network: PublishedNetwork

  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  public init(session: InferenceSession) throws {
    network = try PublishedNetwork(session: session, inputShape: [1, 5, 2], outputs: 1)
  }

  /// Picture pixels to the unit square in which the network counts.
  public static func transform(landmarks5: [Point]) throws -> Imaging.AffineTransform {
    try checkFive(landmarks5)
    return estimateTransform(from: landmarks5, template: .ffhq512, cropSize: PixelSize(width: 1, height: 1))
  }

  /// `68/5` in the pixels of the five.
  ///
  /// - Throws: ``FacesError`` of code `invalidPoints` or `unexpectedModel`.
  public func landmarks68(from landmarks5: [Point]) throws -> [Point] {
    let transform = try Fan68Landmarker.transform(landmarks5: landmarks5)
    network.input.setElements(transform.apply(landmarks5).flatMap { [$0.x, $0.y] })
    let numbers = try network.run()[0].numbers(count: 2 * 68, model: network.name, output: "0")
    let back = transform.inverted
    return (0..<68).map { back.apply(Point(numbers[2 * $0], numbers[2 * $0 + 1])) }
  }
}
