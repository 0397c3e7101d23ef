public import Imaging
public import ModelStore

/// A published swapper: its file, its crop and what its network takes (models.md §4.1).
public struct NetworkSwapperModel: Sendable, Hashable {
  /// Swappers that take and give the same things.
  public enum Family: String, Sendable, CaseIterable {
    case blendswap, ghost, hififace, hyperswap, inswapper, simswap, uniface

    /// Side of the source's crop and its template for networks that look at the source; nil where the source is an
    /// identity.
    public var sourceCrop: (side: Int, template: WarpTemplate)? {
      switch self {
      case .blendswap: (112, .arcface112v2)
      case .uniface: (256, .ffhq512)
      case .ghost, .hififace, .hyperswap, .inswapper, .simswap: nil
      }
    }

    /// Whether the output is taken times the deviation plus the mean, and goes on in double precision (vision.md §34).
    public var isDenormalized: Bool {
      switch self {
      case .ghost, .hififace, .hyperswap, .uniface: true
      case .blendswap, .inswapper, .simswap: false
      }
    }

    /// The network that turns ArcFace's numbers into the family's own.
    public var converter: ModelID? {
      switch self {
      case .ghost: "crossface_ghost"
      case .hififace: "crossface_hififace"
      case .simswap: "crossface_simswap"
      case .blendswap, .hyperswap, .inswapper, .uniface: nil
      }
    }
  }

  /// What `--face-swapper-model` calls it; also the stem of its file.
  public let name: String
  public let family: Family
  public let template: WarpTemplate
  /// Side of the network's crop in pixels.
  public let side: Int
  /// Input = (level / 255 − mean) / deviation, for R, G, B.
  public let mean: SIMD3<Double>
  public let deviation: SIMD3<Double>
  /// Sides of `--face-swapper-pixel-boost`, the network's own first.
  public let boostSides: [Int]

  public var id: ModelID { ModelID(rawValue: name) }
  public var levels: ChannelLevels { ChannelLevels(mean: mean, deviation: deviation) }

  private init(
    _ name: String, _ family: Family, _ template: WarpTemplate, side: Int = 256, mean: SIMD3<Double> = .zero,
    deviation: SIMD3<Double> = SIMD3(repeating: 1), boosts: [Int] = [512, 768, 1024]
  ) {
    self.name = name
    self.family = family
    self.template = template
    self.side = side
    self.mean = mean
    self.deviation = deviation
    boostSides = [side] + boosts
  }

  /// The model of this name; nil when there is none.
  public init?(named name: String) {
    guard let model = Self.all.first(where: { $0.name == name }) else { return nil }
    self = model
  }

  /// All thirteen, by name.
  public static let all: [NetworkSwapperModel] = {
    let half = SIMD3(repeating: 0.5)
    let small = [256, 384, 512, 768, 1024]
    let ghosts = [1, 2, 3].map {
      NetworkSwapperModel("ghost_\($0)_256", .ghost, .arcface112v1, mean: half, deviation: half)
    }
    let hyperswaps = ["a", "b", "c"].map {
      NetworkSwapperModel("hyperswap_1\($0)_256", .hyperswap, .arcface128, mean: half, deviation: half)
    }
    return [NetworkSwapperModel("blendswap_256", .blendswap, .ffhq512, boosts: [384, 512, 768, 1024])] + ghosts
      + [NetworkSwapperModel("hififace_unofficial_256", .hififace, .mtcnn512, mean: half, deviation: half)]
      + hyperswaps + [
        NetworkSwapperModel("inswapper_128", .inswapper, .arcface128, side: 128, boosts: small),
        NetworkSwapperModel("inswapper_128_fp16", .inswapper, .arcface128, side: 128, boosts: small),
        NetworkSwapperModel(
          "simswap_256", .simswap, .arcface112v1, mean: SIMD3(0.485, 0.456, 0.406),
          deviation: SIMD3(0.229, 0.224, 0.225)),
        NetworkSwapperModel("simswap_unofficial_512", .simswap, .arcface112v1, side: 512, boosts: [768, 1024]),
        NetworkSwapperModel("uniface_256", .uniface, .ffhq512, mean: half, deviation: half),
      ]
  }()

  /// The pixel boosts of all models as the option writes them, smallest first.
  public static let allBoosts: [String] = Set(all.flatMap(\.boostSides)).sorted().map(boostText)

  /// `512x512` for 512.
  static func boostText(_ side: Int) -> String { "\(side)x\(side)" }

  /// The crop's side for a value of `--face-swapper-pixel-boost`: the network's own for nil.
  ///
  /// A crop is divided into whole pictures of the network's size. The peer offers two sizes that cannot be divided, and
  /// fails on them (vision.md §36, 18); here they become the next larger one that can.
  ///
  /// - Throws: ``ProcessorsError`` `option` that names the sizes of this model.
  public func cropSide(boost: String?) throws -> Int {
    guard let boost else { return side }
    guard let asked = boostSides.first(where: { Self.boostText($0) == boost }) else {
      let allowed = boostSides.map(Self.boostText).joined(separator: ", ")
      throw ProcessorsError(
        .option, "The pixel boost \(boost) is none of the swapper \(name).", hint: "It has: \(allowed).")
    }
    return (asked + side - 1) / side * side
  }
}
