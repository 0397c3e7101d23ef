/// Published networks by the stems of their files, built with random weights: same inputs and outputs, same layers, same
/// cost, another answer.
///
/// They need no download, so that a card can be measured anywhere. What they answer is steered where a random answer would
/// end the work that is to be measured (``FacePlace``): each adds its own numbers, made small, to what it should say. So
/// the whole network still has to be computed, and numbers that are not finite still show.
///
/// Weights and multiplications, as ``ModelBuilder`` counts them, are in ``ModelBuilder/weightCount`` and
/// ``ModelBuilder/multiplyAdds``; tests hold them to arithmetic by hand.
public enum FullModel: String, Sendable, CaseIterable {
  case yoloFace = "yoloface_8n"
  case twoDFan4 = "2dfan4"
  case arcFace = "arcface_w600k_r50"
  case inswapper = "inswapper_128"
  case gfpgan = "gfpgan_1.4"
  /// Guesses 68 points from five; small, but every published pipeline asks it.
  case fan68 = "fan_68_5"

  /// - Parameters:
  ///   - thinness: number by which the channels are divided: 1 for the real cost, more for tests. Inputs and outputs stay.
  ///   - batch: first size of inputs and outputs. `gfpgan_1.4` makes its kernels from its input, for one face at a time,
  ///     and keeps its 1.
  ///   - face: where the face is that the detector finds.
  public func builder(
    thinness: Int = 1, batch: TinyModel.Dimension = 1, face: FacePlace = .middle
  ) -> ModelBuilder {
    let place = Self.allCases.firstIndex(of: self) ?? 0
    let builder = ModelBuilder(
      name: rawValue, seed: UInt64(place + 1), batch: self == .gfpgan ? 1 : batch)
    let width = ChannelWidth(thinness: thinness)
    switch self {
    case .yoloFace: YoloFaceNetwork(builder: builder, width: width).build(face)
    case .twoDFan4: FanNetwork(builder: builder, width: width).build()
    case .arcFace: ResNetRecogniser(builder: builder, width: width).build()
    case .inswapper: IdentitySwapper(builder: builder, width: width).build()
    case .gfpgan: FaceRestoration(builder: builder, width: width).build()
    case .fan68: PointGuess(builder: builder).build()
    }
    return builder
  }

  /// How much of a network's own answer is left in a steered output.
  static let share: Float = 0.01
}

/// How many channels a layer gets.
struct ChannelWidth {
  let thinness: Int

  func callAsFunction(_ channels: Int) -> Int { max(channels / thinness, 1) }
}

extension ModelBuilder {
  /// What an output should say, with a little of what the network says.
  func steered(_ answer: Value, to wanted: Value) -> Value {
    add(multiply(answer, scalar(FullModel.share)), wanted)
  }
}
