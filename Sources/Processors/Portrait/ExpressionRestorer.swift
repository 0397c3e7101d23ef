public import Faces
public import Imaging

/// The processor `expression_restorer`: gives a changed face the expression that the target had (vision.md §24).
public struct ExpressionRestorerPlan: PictureProcessorPlan {
  public let name = "expression_restorer"
  let options: ExpressionRestorerOptions
  let masks: FaceMaskOptions
  let networks: FaceNetworks

  public func makeWorker() throws -> any PictureProcessing {
    try ExpressionRestorer(networks: networks, options: options, masks: masks)
  }
}

/// The restorer in one worker.
public final class ExpressionRestorer: PictureProcessing {
  /// What is made of one face.
  public struct Restored: Sendable {
    public let patch: FacePatch<UInt8>
    /// Points to be drawn, with the restored expression.
    public let source: [Point3]
    /// Points as they lie in the working frame.
    public let target: [Point3]
  }

  public private(set) var timings = StageTimings()
  private let options: ExpressionRestorerOptions
  private let portrait: PortraitNetworks
  private let masker: FaceMasker

  /// - Throws: The model store's and the session's errors, and ``ProcessorsError`` `model` for other models.
  public init(networks: FaceNetworks, options: ExpressionRestorerOptions, masks: FaceMaskOptions) throws {
    self.options = options
    portrait = try PortraitNetworks(networks: networks)
    masker = try FaceMasker(networks: networks, options: masks, honoring: [.occlusion])
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    var count = 0
    for (face, own) in zip(work.scaledFaces, work.chosen) where face.landmarks5From68.count == 5 {
      let restored = try timings.measure(.expressionRestorer) {
        try restore(
          work.picture, points: face.landmarks5From68, from: work.target, targetPoints: own.landmarks5From68)
      }
      restored.patch.paste(into: &work)
      count += 1
    }
    return count
  }

  /// The 512 × 512 crop of a face (§5.1).
  public static func crop(_ picture: PixelBuffer8, points: [Point]) throws -> FaceCrop {
    try FaceCrop(
      of: picture, landmarks: points, template: .arcface128, side: PortraitNetworks.cropSize.width)
  }

  /// Draws the face of `picture` with the expression it has in `target`.
  ///
  /// - Parameters:
  ///   - points: `5/68` in pixels of `picture`.
  ///   - targetPoints: `5/68` in pixels of `target`. (The peer takes `points` for both, which is wrong when the sizes
  ///     differ: vision.md §36, 17.)
  public func restore(
    _ picture: PixelBuffer8, points: [Point], from target: PixelBuffer8, targetPoints: [Point]
  ) throws -> Restored {
    let crop = try Self.crop(picture, points: points)
    let mask = try mask(of: crop.picture)
    let wanted = try portrait.motion(of: Self.crop(target, points: targetPoints).picture).expression
    let motion = try portrait.motion(of: crop.picture)
    let volume = try portrait.featureVolume(of: crop.picture)
    let source = motion.placed(options.restored(motion.expression, from: wanted), turned: motion.angles.rotation)
    let drawn = try portrait.draw(volume, source: source, target: motion.placed)
    return Restored(
      patch: FacePatch(transform: crop.transform, crop: drawn, mask: mask), source: source, target: motion.placed)
  }

  private func mask(of crop: PixelBuffer8) throws -> PixelBufferF {
    var masks = [masker.boxMask(size: crop.width, blur: masker.options.blur, padding: .none)]
    if masker.options.types.contains(.occlusion) { masks.append(try masker.occlusionMask(of: crop)) }
    return masker.combined(masks)
  }
}

extension Stage {
  public static let expressionRestorer = Stage(rawValue: "expression_restorer")
}
