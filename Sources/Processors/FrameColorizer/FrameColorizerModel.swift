public import Imaging

/// A published network that colours pictures (models.md §4.4). The name is also its file's.
public enum FrameColorizerModel: String, Sendable, Hashable, CaseIterable {
  case ddcolor
  case ddcolorArtistic = "ddcolor_artistic"
  case deoldify
  case deoldifyArtistic = "deoldify_artistic"
  case deoldifyStable = "deoldify_stable"

  /// Edges of the square input that may be chosen.
  public static let sides = [192, 256, 384, 512]

  /// Whether it gives Lab's a and b; the others give a picture of which only the colour is kept.
  public var givesLab: Bool { self == .ddcolor || self == .ddcolorArtistic }

  /// Planes of its output.
  public var planeCount: Int { givesLab ? 2 : 3 }

  /// The input of a B, G, R picture: 3 · side · side values, red first (vision.md §30).
  ///
  /// The picture is made grey. ddcolor takes it as Lab's lightness without colour, back in R, G, B of 0…1; deoldify
  /// takes 0…255 as it is.
  public func tensor(of picture: PixelBuffer8, side: Int) -> [Float] {
    let gray = grayscale(picture.reversingChannels())
    let size = PixelSize(width: side, height: side)
    guard givesLab else {
      let plane = resize(gray, to: size).samples.map { Float($0) }
      return plane + plane + plane
    }
    let table = Self.colorless
    return (0..<3).flatMap { plane in
      let values = gray.samples.map { table[Int($0), 0, 2 - plane] }
      return resize(PixelBufferF(size: gray.size, channels: 1, samples: values), to: size).samples
    }
  }

  /// The 256 greys in B, G, R of 0…1, through Lab with a and b set to 0.
  private static let colorless: PixelBufferF = {
    let size = PixelSize(width: 256, height: 1)
    var lab = labFromBGR(PixelBufferF(size: size, channels: 3, samples: (0..<768).map { Float($0 / 3) / 255 }))
    for x in 0..<256 { (lab[x, 0, 1], lab[x, 0, 2]) = (0, 0) }
    return bgrFromLab(lab)
  }()

  /// The coloured picture: lightness of the B, G, R picture, colour of the network's output.
  ///
  /// - Parameter output: Planes one after the other as pixels of ``planeCount`` channels, in the network's own size.
  public func colored(_ picture: PixelBuffer8, with output: PixelBufferF) -> PixelBuffer8 {
    precondition(output.channels == planeCount, "the output has the model's planes")
    let wide = resize(output, to: picture.size)
    return givesLab ? Self.joined(picture, lab: wide) : Self.joined(picture, picture: wide)
  }

  /// Lab's L of the picture with the a and b given, rounded to 8 bit.
  private static func joined(_ picture: PixelBuffer8, lab colors: PixelBufferF) -> PixelBuffer8 {
    var lab = labFromBGR(
      PixelBufferF(size: picture.size, channels: 3, samples: picture.samples.map { Float($0) / 255 }))
    for pixel in 0..<picture.size.area {
      lab.samples[3 * pixel + 1] = colors.samples[2 * pixel]
      lab.samples[3 * pixel + 2] = colors.samples[2 * pixel + 1]
    }
    let samples = bgrFromLab(lab).samples.map { UInt8(min(max($0 * 255, 0), 255).rounded(.toNearestOrEven)) }
    return PixelBuffer8(size: picture.size, channels: 3, samples: samples)
  }

  /// 8-bit Lab's a and b of the R, G, B output (0…255, cut) with the picture's blue channel as lightness, as the peer
  /// has it (vision.md §36, quirk 16).
  private static func joined(_ picture: PixelBuffer8, picture colors: PixelBufferF) -> PixelBuffer8 {
    var lab = labColors(
      PixelBuffer8(size: picture.size, channels: 3, samples: colors.samples.map(cutByte)))
    for at in stride(from: 0, to: picture.samples.count, by: 3) { lab.samples[at] = picture.samples[at] }
    return labToRGB(lab).reversingChannels()
  }
}
