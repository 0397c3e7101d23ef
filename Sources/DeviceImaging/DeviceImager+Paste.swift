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

  /// Whether all phases' planes are there.
  var isWhole: Bool {
    bytes.count >= 3 * size.area * (isHalf ? 2 : 4) && phases > 0 && size.width % phases == 0
      && size.height % phases == 0
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
  ///   - amount: how much of the result is shown, 0…1: round(picture · (1 − amount) + result · amount).
  /// - Returns: the part of the picture that may have changed.
  @discardableResult
  public func paste(
    _ crop: DeviceCropNumbers, mask: DeviceMask, into picture: DevicePicture, transform: AffineTransform,
    amount: Double = 1, on stream: CUDAStream
  ) throws -> PixelRectangle {
    guard mask.size == crop.size, crop.isWhole else {
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
    let arguments = arguments(
      crop, target: picture.bytes, width: picture.size.width, mask: mask.bytes, inverse: inverse.reachable,
      rectangle: rectangle, amount: amount)
    try pictureKernels.kernel("picture_paste").launch(
      on: stream, LaunchGrid(width: area.size.width, height: area.size.height), arguments)
    return rectangle
  }

  /// The crop's levels 0…255, not rounded, as planes R, G, B.
  ///
  /// - Parameter planes: 3 · width · height floats.
  public func levels(of crop: DeviceCropNumbers, into planes: DeviceBytes, on stream: CUDAStream) throws {
    guard crop.isWhole, planes.count >= 12 * crop.size.area else {
      throw InferenceError(
        .tensorMismatch, "A crop of \(crop.size), \(crop.bytes.count) bytes, does not go into \(planes.count) bytes.")
    }
    let arguments = arguments(
      crop, target: planes, width: 0, mask: DeviceBytes(address: 0, count: 0),
      inverse: Array(repeating: 0, count: 6), rectangle: PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0), amount: 1)
    try pictureKernels.kernel("picture_levels").launch(
      on: stream, LaunchGrid(width: crop.size.width, height: crop.size.height), arguments)
  }

  /// The struct `PicturePasteArguments`.
  private func arguments(
    _ crop: DeviceCropNumbers, target: DeviceBytes, width: Int, mask: DeviceBytes, inverse: [Double],
    rectangle: PixelRectangle, amount: Double
  ) -> KernelArguments {
    var arguments = KernelArguments()
    arguments.append(contentsOf: [target.address, crop.bytes.address, mask.address])
    arguments.append(contentsOf: inverse)
    var (scale, mean) = (SIMD3<Double>(repeating: 1), SIMD3<Double>(repeating: 0))
    if case .double(let s, let m) = crop.levels { (scale, mean) = (s, m) }
    arguments.append(contentsOf: [scale.x, scale.y, scale.z, mean.x, mean.y, mean.z])
    arguments.append(
      contentsOf: [
        width, rectangle.x1, rectangle.y1, rectangle.x2, rectangle.y2, crop.size.width, crop.size.height, crop.phases,
      ].map { Int32($0) })
    arguments.append(contentsOf: [crop.kind, crop.isHalf ? 1 : 0, crop.order == .bgr ? 1 : 0])
    arguments.append(contentsOf: [Float(1 - amount), Float(amount)])
    arguments.append(Int32(0))
    return arguments
  }
}
