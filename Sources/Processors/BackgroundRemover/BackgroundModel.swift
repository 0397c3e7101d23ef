public import Imaging

/// A published network that separates people or things from their background (models.md §4.6).
public struct BackgroundModel: Sendable, Hashable {
  /// How its input is made and what its outputs mean.
  public enum Kind: Sendable, Hashable {
    /// One plane: how much each pixel belongs to the subject, 0…1.
    case matte
    /// Scores of classes; every class but the first is subject.
    case classes
    /// Takes a coarse matte from a green screen as fourth plane; gives a matte and the subject's own colours.
    case greenScreen
  }

  /// What `--background-remover-model` calls it; also its file.
  public let name: String
  public let kind: Kind
  /// Edge of its square input in pixels.
  public let side: Int
  /// Of red, green and blue in 0…1: input = (value − mean) / deviation.
  public let mean: [Double]
  public let deviation: [Double]

  private init(_ name: String, _ kind: Kind = .matte, side: Int, mean: [Double], deviation: [Double]) {
    self.name = name
    self.kind = kind
    self.side = side
    self.mean = mean
    self.deviation = deviation
  }

  private static let none = [0.0, 0, 0]
  private static let one = [1.0, 1, 1]
  private static let half = [0.5, 0.5, 0.5]
  /// Of ImageNet's pictures.
  private static let imageMean = [0.485, 0.456, 0.406]
  private static let imageDeviation = [0.229, 0.224, 0.225]

  public static let all = [
    BackgroundModel("ben_2", side: 1024, mean: none, deviation: one),
    BackgroundModel("birefnet_general", side: 1024, mean: none, deviation: one),
    BackgroundModel("birefnet_portrait", side: 1024, mean: none, deviation: one),
    BackgroundModel("corridor_key_1024", .greenScreen, side: 1024, mean: imageMean, deviation: imageDeviation),
    BackgroundModel("corridor_key_2048", .greenScreen, side: 2048, mean: imageMean, deviation: imageDeviation),
    BackgroundModel("isnet_general", side: 1024, mean: half, deviation: one),
    BackgroundModel("modnet", side: 512, mean: half, deviation: half),
    BackgroundModel("ormbg", side: 1024, mean: none, deviation: one),
    BackgroundModel("rmbg_1.4", side: 1024, mean: half, deviation: one),
    BackgroundModel("rmbg_2.0", side: 1024, mean: imageMean, deviation: imageDeviation),
    BackgroundModel("silueta", side: 320, mean: imageMean, deviation: imageDeviation),
    BackgroundModel("u2net_cloth", .classes, side: 768, mean: imageMean, deviation: imageDeviation),
    BackgroundModel("u2net_general", side: 320, mean: imageMean, deviation: imageDeviation),
    BackgroundModel("u2net_human", side: 320, mean: imageMean, deviation: imageDeviation),
    BackgroundModel("u2netp", side: 320, mean: imageMean, deviation: imageDeviation),
  ]

  public static let defaultName = "modnet"

  /// Throws ``ProcessorsError`` of code `option` for a name that is not known.
  public static func named(_ name: String) throws -> BackgroundModel {
    if let model = all.first(where: { $0.name == name }) { return model }
    throw ProcessorsError(
      .option, "There is no background remover called \(name).",
      hint: "Known: \(all.map(\.name).joined(separator: ", ")).")
  }

  public var size: PixelSize { PixelSize(width: side, height: side) }

  /// Planes of its input.
  public var planeCount: Int { kind == .greenScreen ? 4 : 3 }
}

extension BackgroundModel {
  /// The input of a B, G, R picture: `planeCount · side · side` values, red first (vision.md §31, step 1).
  public func tensor(of picture: PixelBuffer8) -> [Float] {
    let tables = (0..<3).map { plane in
      (0..<256).map { Float((Double($0) / 255 - mean[plane]) / deviation[plane]) }
    }
    let values = planes(of: resize(picture, to: size), tables: tables)
    return kind == .greenScreen ? values + resize(Self.coarseMatte(of: picture), to: size).samples : values
  }

  /// 1 where a B, G, R picture is not green, falling to 0 where green exceeds both other channels by half the range.
  static func coarseMatte(of picture: PixelBuffer8) -> PixelBufferF {
    let values = stride(from: 0, to: picture.samples.count, by: 3).map { at -> Float in
      let other = max(picture.samples[at], picture.samples[at + 2])
      let bias = (Float(picture.samples[at + 1]) - Float(other)) / 255
      return 1 - min(max(2 * bias, 0), 1)
    }
    return PixelBufferF(size: picture.size, channels: 1, samples: values)
  }
}
