import DeviceImaging
import Faces
import Imaging
import Inference

/// A face's square on a card with what a network makes of it. Owned by one worker, written over for every face.
final class DeviceFaceCrop {
  /// B, G, R, as it was cut out.
  let picture: DevicePicture
  /// Three planes of what the network gives.
  let answer: DeviceMemory
  private let card: PictureCard
  private let template: WarpTemplate

  /// - Parameter side: edge in pixels.
  init(side: Int, template: WarpTemplate, card: PictureCard) throws {
    self.card = card
    self.template = template
    let size = PixelSize(width: side, height: side)
    picture = try DevicePicture(size: size, on: card.stream.context)
    answer = try DeviceMemory(byteCount: 3 * 4 * size.area, on: card.stream.context)
  }

  var size: PixelSize { picture.size }

  /// Cuts the face out. As ``FaceCrop``.
  ///
  /// - Parameter landmarks: `5/68`, in pixels of `source`.
  /// - Returns: source pixels → crop pixels; nil for a face that lies wholly beside the picture.
  /// - Throws: ``ProcessorsError`` `shape` unless there are five finite points.
  func cut(_ landmarks: [Point], from source: DevicePicture) throws -> Imaging.AffineTransform? {
    guard landmarks.count == 5, landmarks.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      throw ProcessorsError(.shape, "A face has the five points \(landmarks).", hint: "Five finite points are needed.")
    }
    let transform = estimateTransform(from: landmarks, template: template, cropSize: size)
    let area = PixelRectangle(PasteArea(frame: source.size, crop: size, transform: transform))
    guard !area.isEmpty else { return nil }
    try card.imager.cut(source, transform, into: picture, on: card.stream)
    return transform
  }

  /// The network's input: every `step`-th pixel of every `step`-th row (vision.md §18).
  ///
  /// - Parameter phase: which of the interleaved pictures.
  func input(_ phase: PixelPhase, scale: SIMD3<Float>, bias: SIMD3<Float>) -> DeviceInput {
    let step = Double(phase.step)
    let every = Imaging.AffineTransform(
      a: 1 / step, b: 0, c: -Double(phase.column) / step, d: 0, e: 1 / step, f: -Double(phase.row) / step)
    return card.imager.input(
      [DeviceCrop(picture, every)],
      size: PixelSize(width: size.width / phase.step, height: size.height / phase.step), order: .rgb, scale: scale,
      bias: bias)
  }

  /// Where the network's planes of one of the interleaved pictures go.
  func place(of tile: Int, tiles: Int) -> DevicePlace {
    let count = answer.byteCount / tiles
    return .into(answer.bytes(at: tile * count, count: count))
  }
}
