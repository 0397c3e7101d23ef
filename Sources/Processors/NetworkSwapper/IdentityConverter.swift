public import Faces
import Inference

/// Turns ArcFace's identity of the source into the numbers that a swapper's network takes (models.md §4.1).
public final class IdentityConverter {
  /// Numbers of an identity.
  public static let count = 512

  private enum Way {
    /// The normalised numbers as they are.
    case normalized
    /// The raw numbers through a network of their own.
    case network(BoundNetwork, normalizes: Bool)
    /// The raw numbers as a row times a matrix of 512 rows, divided by their length.
    case matrix([Float])
  }

  private let way: Way

  /// - Throws: The model store's and the session's errors, ``ProcessorsError`` `model` for a network of another form or
  ///   a model that does not end with the matrix.
  public init(_ model: NetworkSwapperModel, networks: FaceNetworks) throws {
    let count = Self.count
    if let converter = model.family.converter {
      let network = try BoundNetwork(
        networks.open(converter), inputs: ["input": [1, count]], outputs: [[1, count]])
      way = .network(network, normalizes: model.family != .ghost)
    } else if model.family == .inswapper {
      let matrix = try ModelInitializer.last(in: networks.load(model.id), model: model.name)
      guard matrix.shape == [count, count] else {
        throw ProcessorsError(
          .model,
          "The model \(model.name) ends with the array \(matrix.name) of the shape \(matrix.shape), not "
            + "[\(count), \(count)].", hint: "Run `likeness models verify`.")
      }
      way = .matrix(matrix.values)
    } else {
      way = .normalized
    }
  }

  public func convert(_ identity: Embedding) throws -> [Float] {
    try convert(values: identity.values, normalized: identity.normalized)
  }

  /// - Parameters:
  ///   - values: The recogniser's 512 numbers, or their mean over several pictures.
  ///   - normalized: Divided by their length, or the mean of such.
  /// - Throws: ``ProcessorsError`` `source` for another number of numbers.
  public func convert(values: [Float], normalized: [Float]) throws -> [Float] {
    guard values.count == Self.count, normalized.count == Self.count else {
      throw ProcessorsError(
        .source, "The source's identity has \(values.count) numbers, this swapper takes \(Self.count).")
    }
    switch way {
    case .normalized: return normalized
    case .network(let network, let normalizes):
      network.input("input").setElements(values)
      try network.run()
      let converted = network.output().floats
      return normalizes ? Self.divided(converted) : converted
    case .matrix(let matrix):
      var sums = [Double](repeating: 0, count: Self.count)
      for (row, value) in values.enumerated() {
        let weight = Double(value)
        for column in 0..<Self.count { sums[column] += weight * Double(matrix[row * Self.count + column]) }
      }
      let length = Double(Self.length(values))
      return sums.map { length > 0 ? Float($0 / length) : 0 }
    }
  }

  /// Euclidean length.
  private static func length(_ values: [Float]) -> Float {
    Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
  }

  /// Divided by the length; zeros stay.
  fileprivate static func divided(_ values: [Float]) -> [Float] {
    let length = length(values)
    return length > 0 ? values.map { $0 / length } : values
  }
}

/// `--face-swapper-weight` for networks: how much of the target's identity is mixed into the source's (vision.md §19).
public struct IdentityBalance: Sendable {
  /// Share of the target's identity: 0.35 for the option's 0, none for 0.5, −0.35 (away from it) for 1.
  public let share: Float

  /// - Parameter weight: The option, 0…1.
  public init(weight: Double) {
    share = Float(-0.7 * min(max(weight, 0), 1) + 0.35)
  }

  /// Whether the target's identity does not count.
  public var isNeutral: Bool { share == 0 }

  /// The source's numbers for one target face.
  ///
  /// - Parameters:
  ///   - source: From ``IdentityConverter``.
  ///   - target: The recogniser's raw numbers of the target's face.
  public func mix(_ source: [Float], _ target: [Float], family: NetworkSwapperModel.Family) -> [Float] {
    guard !isNeutral, family.sourceCrop == nil, target.count == source.count else { return source }
    let own = family == .ghost ? target : IdentityConverter.divided(target)
    return zip(source, own).map { $0 * (1 - share) + $1 * share }
  }
}
