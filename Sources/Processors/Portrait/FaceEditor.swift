public import Faces
public import Imaging

/// The processor `face_editor`: moves brows, eyes, mouth and head (vision.md §25).
public struct FaceEditorPlan: PictureProcessorPlan {
  public let name = "face_editor"
  let edits: FaceEdits
  let masks: FaceMaskOptions
  let networks: FaceNetworks

  public func makeWorker() throws -> any PictureProcessing {
    try FaceEditor(networks: networks, edits: edits, masks: masks)
  }
}

/// The editor in one worker.
public final class FaceEditor: PictureProcessing {
  public private(set) var timings = StageTimings()
  private let edits: FaceEdits
  private let portrait: PortraitNetworks
  private let retargeting: PortraitRetargeting
  private let masker: FaceMasker

  /// - Throws: The model store's and the session's errors, and ``ProcessorsError`` `model` for other models.
  public init(networks: FaceNetworks, edits: FaceEdits, masks: FaceMaskOptions) throws {
    self.edits = edits
    portrait = try PortraitNetworks(networks: networks)
    retargeting = try PortraitRetargeting(networks: networks)
    masker = try FaceMasker(networks: networks, options: masks, honoring: [])
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    var count = 0
    for face in work.scaledFaces where face.landmarks5From68.count == 5 && face.landmarks68.count == 68 {
      let patch = try timings.measure(.faceEditor) {
        try edit(
          work.picture, points: face.landmarks5From68,
          openings: PortraitOpenings(landmarks68: face.landmarks68.map { SIMD2<Double>($0) }))
      }
      patch.paste(into: &work)
      count += 1
    }
    return count
  }

  /// The 512 × 512 crop of a face with room for a turned head (steps 1 and §5.1).
  public static func crop(_ picture: PixelBuffer8, points: [Point]) throws -> FaceCrop {
    try FaceCrop(
      of: picture, landmarks: scaleAboutNose(points, by: 1.5), template: .ffhq512, side: PortraitNetworks.cropSize.width
    )
  }

  /// Draws the face of `picture` as edited.
  ///
  /// - Parameter points: `5/68` in pixels of `picture`.
  public func edit(
    _ picture: PixelBuffer8, points: [Point], openings: PortraitOpenings
  ) throws -> FacePatch<UInt8> {
    let crop = try Self.crop(picture, points: points)
    let motion = try portrait.motion(of: crop.picture)
    let volume = try portrait.featureVolume(of: crop.picture)
    let target = motion.placed
    let source = try retargeting.stitched(
      retargeting.opened(edits.points(of: motion), target: target, openings: openings, edits: edits), target: target)
    let drawn = try portrait.draw(volume, source: source, target: target)
    return FacePatch(
      transform: crop.transform, crop: drawn,
      mask: masker.boxMask(size: crop.side, blur: masker.options.blur, padding: .none))
  }
}

extension Stage {
  public static let faceEditor = Stage(rawValue: "face_editor")
}
