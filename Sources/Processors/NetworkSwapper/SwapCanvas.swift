public import Faces
public import Imaging
public import Inference

/// The swapped crop while it is put together: B, G, R, 0…255, not rounded.
///
/// In single or double precision as the model's family has it, which decides how it is sampled when it is pasted
/// (vision.md §34). Made once per worker and written over for every face.
public struct SwapCanvas: Sendable {
  private let model: NetworkSwapperModel
  /// One of the two is used, the other is empty.
  private var single: PixelBufferF
  private var double: PixelBuffer<Double>

  /// - Parameter side: Edge of the crop in pixels.
  public init(model: NetworkSwapperModel, side: Int) {
    self.model = model
    let (used, unused) = (PixelSize(width: side, height: side), PixelSize(width: 0, height: 0))
    single = PixelBufferF(size: isDouble(model) ? unused : used, channels: 3, repeating: 0)
    double = PixelBuffer<Double>(size: isDouble(model) ? used : unused, channels: 3, repeating: 0)
  }

  /// Takes the network's output for one of the interleaved pictures: into 0…1, times 255 (vision.md §19, 3).
  public mutating func set(_ output: Tensor, phase: PixelPhase) {
    if isDouble(model) {
      // As separate numbers: indexing a vector by a variable goes through memory.
      let (mean, deviation) = (model.mean, model.deviation)
      let (m0, m1, m2) = (mean.x, mean.y, mean.z)
      let (d0, d1, d2) = (deviation.x, deviation.y, deviation.z)
      double.setPixels(fromPlanes: output, phase: phase) { value, color in
        let scaled = Double(value) * (color == 0 ? d0 : color == 1 ? d1 : d2)
        let level = scaled + (color == 0 ? m0 : color == 1 ? m1 : m2)
        return min(max(level, 0), 1) * 255
      }
    } else {
      single.setPixels(fromPlanes: output, phase: phase) { value, _ in min(max(value, 0), 1) * 255 }
    }
  }

  /// All samples in double precision, row-major.
  public var samples: [Double] { isDouble(model) ? double.samples : single.samples.map { Double($0) } }

  /// The parser's mask of what was swapped (vision.md §6.4).
  public func regionMask(by masker: FaceMasker) throws -> PixelBufferF {
    try isDouble(model) ? masker.regionMask(of: double) : masker.regionMask(of: single)
  }

  /// Puts the crop back into the picture it was cut from (vision.md §5.4).
  ///
  /// - Parameters:
  ///   - mask: One channel, 0…1, the crop's size.
  ///   - transform: Picture → crop.
  public func paste(into picture: inout PixelBuffer8, mask: PixelBufferF, transform: Imaging.AffineTransform) {
    if isDouble(model) {
      pasteBack(frame: &picture, crop: double, mask: mask, transform: transform)
    } else {
      pasteBack(frame: &picture, crop: single, mask: mask, transform: transform)
    }
  }
}

private func isDouble(_ model: NetworkSwapperModel) -> Bool { model.family.isDenormalized }
