public import Faces
public import Imaging
public import Inference
import ModelStore

/// Moves the lips of faces to a voice (vision.md §28). Owned by one worker.
public final class LipSyncer {
  /// Edge of the crop in pixels.
  public static let cropSide = 512
  private static let cropSize = PixelSize(width: cropSide, height: cropSide)

  private let model: LipSyncerModel
  private let weight: Double
  private let network: BoundNetwork
  private let masker: FaceMasker
  public private(set) var timings = StageTimings()

  /// - Parameters:
  ///   - weight: 0…1.
  ///   - masker: Honours `occlusion`, and for edtalk the blur and padding of `box`.
  /// - Throws: ``ProcessorsError`` `model` when the session's model is of another kind.
  public init(session: InferenceSession, model: LipSyncerModel, weight: Double, masker: FaceMasker) throws {
    self.model = model
    self.weight = weight
    self.masker = masker
    let side = model.side
    var shapes = ["source": [1, 1, MelFilters.bandCount, MelSpectrogram.windowWidth]]
    shapes["target"] = [1, model.paintsWholeFace ? 3 : 6, side, side]
    if model.paintsWholeFace { shapes["weight"] = [1] }
    network = try BoundNetwork(session, inputs: shapes, outputs: [[1, 3, side, side]])
  }

  /// Moves the lips of one face of a B, G, R picture.
  ///
  /// - Parameter window: 80 rows of 16 loudnesses.
  /// - Returns: What was changed; nil when the face lies outside the picture.
  public func sync(_ face: Face, in picture: inout PixelBuffer8, window: [Double]) throws -> PixelRectangle? {
    let crop = try FaceCrop(of: picture, landmarks: face.landmarks5From68, template: .ffhq512, side: Self.cropSide)
    guard let area = crop.area(in: picture.size) else { return nil }
    let result = try timings.measure(.lips) {
      try talk(crop.picture, landmarks68: crop.transform.apply(face.landmarks68), window: window)
    }
    timings.measure(.lips) {
      pasteBack(frame: &picture, crop: result.crop, mask: result.mask, transform: crop.transform)
    }
    return area
  }

  /// What became of a crop.
  public struct Result: Sendable {
    /// The inputs of the network.
    public let source: [Float]
    public let target: [Float]
    /// What the network painted: edtalk in the crop's size, wav2lip in its own.
    public let painted: PixelBuffer8
    /// The same as a crop.
    public let crop: PixelBuffer8
    /// Where it is shown.
    public let mask: PixelBufferF
  }

  /// Moves the lips in a crop (template ffhq_512, 512 pixels, B, G, R).
  ///
  /// - Parameter landmarks68: In crop pixels.
  public func talk(_ crop: PixelBuffer8, landmarks68: [Point], window: [Double]) throws -> Result {
    let source = network.input("source")
    guard window.count == source.count, landmarks68.count == 68,
      landmarks68.allSatisfy({ $0.x.isFinite && $0.y.isFinite })
    else {
      throw ProcessorsError(
        .shape, "Lips need \(source.count) loudnesses and 68 points, not \(window.count) and \(landmarks68.count).")
    }
    var masks: [PixelBufferF] = []
    if masker.options.types.contains(.occlusion) { masks.append(try masker.occlusionMask(of: crop)) }
    source.setElements(model.source(of: window, weight: weight))
    let (painted, whole) = try model.paintsWholeFace ? paintFace(crop) : paintMouth(crop, landmarks68)
    masks.append(
      model.paintsWholeFace
        ? masker.boxMask(size: crop.width, blur: masker.options.blur, padding: masker.options.padding)
        : masker.areaMask(size: crop.width, landmarks68: landmarks68, areas: [.lowerFace]))
    return Result(
      source: source.floats, target: network.input("target").floats, painted: painted, crop: whole,
      mask: masker.combined(masks))
  }

  /// The crop at half its size in, a whole face out (step 3).
  private func paintFace(_ crop: PixelBuffer8) throws -> (PixelBuffer8, PixelBuffer8) {
    let size = PixelSize(width: model.side, height: model.side)
    network.input("target").setPlanes(of: resize(crop, to: size, mode: .area), levels: .unit)
    network.input("weight").setElements([Float(weight)])
    try network.run()
    let whole = resize(painted(order: .rgb), to: Self.cropSize, mode: .cubic)
    return (whole, whole)
  }

  /// The box of the points in, with and without its lower half; the same box out (step 4).
  private func paintMouth(_ crop: PixelBuffer8, _ points: [Point]) throws -> (PixelBuffer8, PixelBuffer8) {
    let side = model.side
    let size = PixelSize(width: side, height: side)
    let transform = AffineTransform.crop(Box(around: points), to: size)
    let face = warp(crop, transform, to: size, border: .constant)
    let count = side * side
    network.input("target").withMutableFloats { target in
      for plane in 0..<3 {
        for pixel in 0..<count {
          let value = Float(face.samples[3 * pixel + plane]) / 255
          target[plane * count + pixel] = pixel < count / 2 ? value : 0
          target[(plane + 3) * count + pixel] = value
        }
      }
    }
    try network.run()
    let mouth = painted(order: .bgr)
    return (mouth, warp(mouth, transform.inverted, to: Self.cropSize, border: .replicate))
  }

  private func painted(order: ChannelOrder) -> PixelBuffer8 {
    PixelBuffer8(planes: network.output(), order: order, as: PlanarBytes(.unit, rounds: false))
  }
}

extension Stage {
  /// The lip syncer's network, masks and paste.
  public static let lips = Stage(rawValue: "lips")
}
