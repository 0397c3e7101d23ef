/// What the 256 levels of each channel become in a network's input: (level / divisor − mean) / deviation.
///
/// Worked out once in double precision and rounded once to single, as numpy does for an 8-bit picture, so that filling
/// a tensor is a look-up and still equal to the last bit.
public struct ChannelLevels: Sendable {
  /// For the channels R, G, B in this order, 256 numbers each.
  let values: [Float]

  /// - Parameters:
  ///   - mean: For R, G, B.
  ///   - deviation: For R, G, B; not 0.
  public init(
    mean: SIMD3<Double> = .zero, deviation: SIMD3<Double> = SIMD3(repeating: 1), divisor: Double = 255
  ) {
    values = (0..<3).flatMap { channel in
      (0..<256).map { Float((Double($0) / divisor - mean[channel]) / deviation[channel]) }
    }
  }

  /// level / 255.
  public static let unit = ChannelLevels()
  /// (level / 255 − ½) / ½, from −1 to 1.
  public static let signed = ChannelLevels(mean: SIMD3(repeating: 0.5), deviation: SIMD3(repeating: 0.5))
}
