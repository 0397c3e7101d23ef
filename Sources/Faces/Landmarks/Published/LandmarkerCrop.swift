import DeviceImaging
public import Imaging
import Inference

/// The square that the published landmarkers look at: around a detector's box, turned upright, its light corrected
/// (vision.md §8.3).
public struct LandmarkerCrop: Sendable, Hashable {
  /// Side in pixels.
  public static let side = 256
  static let size = PixelSize(width: side, height: side)
  /// Picture pixels to pixels of the crop before it is turned.
  public let shift: Imaging.AffineTransform
  /// Turns the crop upright.
  public let turn: Imaging.AffineTransform

  /// - Parameter angle: of the face: 0, 90, 180 or 270 degrees, clockwise.
  public init(box: Box, angle: Int) {
    let (x1, y1, x2, y2) = (Double(box.x1), Double(box.y1), Double(box.x2), Double(box.y2))
    let scale = 195 / max(x2 - x1, y2 - y1, 1)
    let side = Double(LandmarkerCrop.side)
    shift = .scaling(scale, x: (side - (x1 + x2) * scale) / 2, y: (side - (y1 + y2) * scale) / 2)
    turn = Imaging.AffineTransform.rotation(degrees: angle, of: LandmarkerCrop.size).transform
  }

  /// The crop of a B, G, R picture, black outside it.
  public func cut(from picture: PixelBuffer8) -> PixelBuffer8 {
    let crop = warp(picture, shift, to: LandmarkerCrop.size)
    return LandmarkerCrop.corrected(turn == .identity ? crop : warp(crop, turn, to: LandmarkerCrop.size))
  }

  /// The crop of a picture on a card, as the planes of the network's input.
  func cut(
    from picture: DevicePicture, into planes: DeviceBytes, _ imager: DeviceImager, _ stream: CUDAStream
  ) throws {
    var crop = try DevicePicture(size: LandmarkerCrop.size, from: stream)
    try imager.cut(picture, shift, border: .constant, into: crop, on: stream)
    if turn != .identity {
      let turned = try DevicePicture(size: LandmarkerCrop.size, from: stream)
      try imager.cut(crop, turn, border: .constant, into: turned, on: stream)
      crop = turned
    }
    try imager.correctLight(
      of: crop, darkness: LandmarkerCrop.darkness, into: planes, scale: 1 / 255, on: stream)
  }

  /// Mean of the 8-bit lightness below which a crop is equalised.
  private static let darkness = 30

  /// Evens out the contrast of a dark crop. The way to Lab and back is gone for every crop, and B, G, R are taken for
  /// R, G, B, as in the peer.
  static func corrected(_ crop: PixelBuffer8) -> PixelBuffer8 {
    var lab = labColors(crop)
    var sum = 0
    for at in stride(from: 0, to: lab.samples.count, by: 3) { sum += Int(lab.samples[at]) }
    if sum < darkness * crop.size.area {
      let light = stride(from: 0, to: lab.samples.count, by: 3).map { lab.samples[$0] }
      let equal = equalizeAdaptively(PixelBuffer8(size: crop.size, channels: 1, samples: light))
      for pixel in 0..<crop.size.area { lab.samples[3 * pixel] = equal.samples[pixel] }
    }
    return labToRGB(lab)
  }

  /// The planes B, G, R of a crop, x / 255: 3 · 256 · 256 numbers.
  public static func tensor(of crop: PixelBuffer8) -> [Float] {
    planarTensor(crop, scale: SIMD3(repeating: 1 / 255), bias: SIMD3(repeating: 0))
  }

  /// Points of the crop in pixels of the picture.
  public func inPicture(_ points: [Point]) -> [Point] {
    let (back, home) = (turn.inverted, shift.inverted)
    return points.map { home.apply(back.apply($0)) }
  }
}
