public import Faces
public import Imaging
import ModelStore

/// The processor `age_modifier`: makes faces younger or older (vision.md §22).
public struct AgeModifierPlan: PictureProcessorPlan {
  public let name = "age_modifier"
  let options: AgeModifierOptions
  let masks: FaceMaskOptions
  let networks: FaceNetworks

  public func makeWorker() throws -> any PictureProcessing {
    try AgeModifier(networks: networks, options: options, masks: masks)
  }
}

/// The age modifier in one worker.
public final class AgeModifier: PictureProcessing {
  public private(set) var timings = StageTimings()
  private let options: AgeModifierOptions
  private let network: AgeNetwork
  private let masker: FaceMasker

  /// - Throws: The model store's and the session's errors, and ``ProcessorsError`` `model` for another model.
  public init(networks: FaceNetworks, options: AgeModifierOptions, masks: FaceMaskOptions) throws {
    self.options = options
    network = try AgeNetwork(options.model, session: networks.open(ModelID(rawValue: options.model.rawValue)))
    masker = try FaceMasker(networks: networks, options: masks, honoring: [.occlusion])
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    var count = 0
    for face in work.scaledFaces where face.landmarks5From68.count == 5 {
      switch options.model {
      case .fran:
        let age = try age(of: face)
        try timings.measure(.ageModifier) { try patch(work.picture, points: face.landmarks5From68, age: age) }
          .paste(into: &work)
      case .styleganex:
        try timings.measure(.ageModifier) { try widePatch(work.picture, points: face.landmarks5From68) }
          .paste(into: &work)
      }
      count += 1
    }
    return count
  }

  private func age(of face: Face) throws -> Range<Int> {
    if let age = face.traits?.age { return age }
    throw ProcessorsError(
      .option, "The age modifier fran has to know how old a face is, and its age was not guessed.",
      hint: "Choose --age-modifier-model styleganex_age.")
  }

  // MARK: fran

  /// fran's crop of a face.
  public static func crop(_ picture: PixelBuffer8, points: [Point]) throws -> FaceCrop {
    try FaceCrop(of: picture, landmarks: points, template: .ffhq512, side: AgeNetwork.franSize.width)
  }

  /// The face at another age by fran.
  ///
  /// - Parameters:
  ///   - points: `5/68` in pixels of `picture`.
  ///   - age: Years, the end not included.
  public func patch(_ picture: PixelBuffer8, points: [Point], age: Range<Int>) throws -> FacePatch<Double> {
    let crop = try Self.crop(picture, points: points)
    var masks = [masker.boxMask(size: crop.side, blur: masker.options.blur, padding: .none)]
    if masker.options.types.contains(.occlusion) { masks.append(try masker.occlusionMask(of: crop.picture)) }
    let aged = try network.aged(crop.picture, ages: options.ages(of: age))
    return FacePatch(transform: crop.transform, crop: aged, mask: masker.combined(masks))
  }

  // MARK: styleganex_age

  /// The two crops of a face that styleganex_age takes.
  public struct WideCrops: Sendable {
    public let narrow: FaceCrop
    /// With the face's surroundings.
    public let wide: FaceCrop
  }

  /// - Parameter points: `5/68` in pixels of `picture`.
  public static func wideCrops(_ picture: PixelBuffer8, points: [Point]) throws -> WideCrops {
    try WideCrops(
      narrow: FaceCrop(of: picture, landmarks: points, template: .ffhq512, side: AgeNetwork.narrowSize.width),
      wide: FaceCrop(
        of: picture, landmarks: scaleAboutNose(points, by: 0.875), template: .styleganex384,
        side: AgeNetwork.wideSize.width))
  }

  /// The face at another age by styleganex_age, with its surroundings.
  ///
  /// - Parameter points: `5/68` in pixels of `picture`.
  public func widePatch(_ picture: PixelBuffer8, points: [Point]) throws -> FacePatch<UInt8> {
    let crops = try Self.wideCrops(picture, points: points)
    let mask = try wideMask(crops)
    let aged = try network.aged(narrow: crops.narrow.picture, wide: crops.wide.picture, shift: options.shift)
    let enlarged = resize(aged, to: AgeNetwork.pasteSize, mode: .area)
    let matched = matchColors(of: enlarged, to: crops.wide.picture)
    return FacePatch(
      transform: Self.enlarged(crops.wide.transform), crop: matched, mask: resize(mask, to: AgeNetwork.pasteSize))
  }

  /// The wide crop's matrix for the size it is pasted back at.
  private static func enlarged(_ m: Imaging.AffineTransform) -> Imaging.AffineTransform {
    let scale = Double(AgeNetwork.pasteSize.width) / Double(AgeNetwork.wideSize.width)
    return Imaging.AffineTransform(
      a: m.a * scale, b: m.b * scale, c: m.c * scale, d: m.d * scale, e: m.e * scale, f: m.f * scale)
  }

  /// Box and occlusion in the wide crop. The occluder looks at the narrow crop; its mask is moved by the matrices in the
  /// peer's order, which does not lead from the narrow crop to the wide one (vision.md §36, 26): that is what is measured.
  private func wideMask(_ crops: WideCrops) throws -> PixelBufferF {
    var masks = [masker.boxMask(size: crops.wide.side, blur: masker.options.blur, padding: .none)]
    if masker.options.types.contains(.occlusion) {
      let seen = try masker.occlusionMask(of: crops.narrow.picture)
      let move = crops.wide.transform.then(crops.narrow.transform.inverted)
      masks.append(warp(seen, move, to: AgeNetwork.wideSize))
    }
    return masker.combined(masks)
  }
}

extension Stage {
  public static let ageModifier = Stage(rawValue: "age_modifier")
}
