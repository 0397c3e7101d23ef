public import Imaging
public import Inference

/// What a network gave for a crop, still in its own numbers: planes on the card.
public struct DeviceCropNumbers: Sendable {
  /// What the numbers mean; the case of the same name in `picture.cu`.
  public enum Levels: Sendable, Hashable {
    /// 0…255, not rounded.
    case levels
    /// 0…255, whole.
    case wholeLevels
    /// 0…1, not rounded.
    case unit
    /// As ``Imaging/PlanarBytes`` makes 8 bit of them.
    case bytes(PlanarBytes)
    /// number · scale + mean is 0…1, in double precision and sampled on the grid of 1/32 pixel; by R, G, B.
    case double(scale: SIMD3<Double>, mean: SIMD3<Double>)
  }

  /// Three planes; those of further phases follow.
  public var bytes: DeviceBytes
  /// Of the whole crop.
  public var size: PixelSize
  public var isHalf: Bool
  public var order: ChannelOrder
  /// The crop is put together of phases² pictures: each has every phases-th pixel of every phases-th row.
  public var phases: Int
  public var levels: Levels

  public init(
    _ bytes: DeviceBytes, size: PixelSize, levels: Levels, order: ChannelOrder = .rgb, isHalf: Bool = false,
    phases: Int = 1
  ) {
    self.bytes = bytes
    self.size = size
    self.levels = levels
    self.order = order
    self.isHalf = isHalf
    self.phases = phases
  }

  /// The number of `enum Levels`.
  var kind: Int32 {
    switch levels {
    case .levels: 0
    case .unit: 1
    case .bytes(let bytes): (bytes.range == .unit ? 2 : 4) + (bytes.rounds ? 1 : 0)
    case .double: 6
    case .wholeLevels: 7
    }
  }
}

extension DeviceImager {
  /// Puts a crop back into the picture it was cut from: picture · (1 − mask) + crop · mask, cut to 8 bit. As `pasteBack`.
  ///
  /// - Parameters:
  ///   - mask: of the crop's size.
  ///   - transform: Picture → crop pixels.
  /// - Returns: the part of the picture that may have changed.
  @discardableResult
  public func paste(
    _ crop: DeviceCropNumbers, mask: DeviceMask, into picture: DevicePicture, transform: AffineTransform,
    on stream: CUDAStream
  ) throws -> PixelRectangle {
    let numbers = 3 * crop.size.area
    guard mask.size == crop.size, crop.bytes.count >= numbers * (crop.isHalf ? 2 : 4), crop.phases > 0,
      crop.size.width % crop.phases == 0, crop.size.height % crop.phases == 0
    else {
      throw InferenceError(
        .tensorMismatch,
        "A crop of \(crop.size) in \(crop.phases)² parts, \(crop.bytes.count) bytes, does not go with a mask of \(mask.size)."
      )
    }
    let area = PasteArea(frame: picture.size, crop: crop.size, transform: transform)
    let rectangle = PixelRectangle(area)
    let inverse = area.transform.inverted
    guard !rectangle.isEmpty, crop.size.area > 0, inverse.reachable.contains(where: { $0 != 0 }) else {
      return PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0)
    }
    var arguments = KernelArguments()
    arguments.append(contentsOf: [picture.bytes.address, crop.bytes.address, mask.bytes.address])
    arguments.append(contentsOf: inverse.reachable)
    var (scale, mean) = (SIMD3<Double>(repeating: 1), SIMD3<Double>(repeating: 0))
    if case .double(let s, let m) = crop.levels { (scale, mean) = (s, m) }
    arguments.append(contentsOf: [scale.x, scale.y, scale.z, mean.x, mean.y, mean.z])
    arguments.append(
      contentsOf: [
        picture.size.width, area.x1, area.y1, area.x2, area.y2, crop.size.width, crop.size.height, crop.phases,
      ].map { Int32($0) })
    arguments.append(contentsOf: [crop.kind, crop.isHalf ? 1 : 0, crop.order == .bgr ? 1 : 0, 0])
    try pictureKernels.kernel("picture_paste").launch(
      on: stream, LaunchGrid(width: area.size.width, height: area.size.height), arguments)
    return rectangle
  }
}
