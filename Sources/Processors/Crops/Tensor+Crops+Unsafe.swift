public import Imaging
public import Inference

extension Tensor {
  /// Fills a float tensor [1, 3, height, width] with a B, G, R picture, each level as the table says.
  ///
  /// - Parameters:
  ///   - order: Of the planes.
  ///   - phase: Which pixels; the picture is `phase.step` times as large as the planes.
  public func setPlanes(
    of picture: PixelBuffer8, levels: ChannelLevels, order: ChannelOrder = .rgb, phase: PixelPhase = .whole
  ) {
    let grid = PlaneGrid(self, picture.size, phase, channels: picture.channels)
    withMutableFloats { planes in
      picture.samples.withUnsafeBufferPointer { samples in
        levels.values.withUnsafeBufferPointer { levels in
          guard let planes = planes.baseAddress, let samples = samples.baseAddress, let table = levels.baseAddress
          else { return }
          for plane in 0..<3 {
            let levels = table + (order == .rgb ? plane : 2 &- plane) &* 256
            let channel = order == .rgb ? 2 &- plane : plane
            var target = planes + plane &* grid.width &* grid.height
            for row in 0..<grid.height {
              var source = samples + (grid.start &+ row &* grid.rowStep &+ channel)
              for column in 0..<grid.width {
                target[column] = levels[Int(source.pointee)]
                source += grid.pixelStep
              }
              target += grid.width
            }
          }
        }
      }
    }
  }

  /// Fills a float tensor [1, height, width, 3] with a B, G, R picture, each level as the table says.
  ///
  /// - Parameter order: Of the three numbers of a pixel.
  public func setPixels(of picture: PixelBuffer8, levels: ChannelLevels, order: ChannelOrder = .bgr) {
    precondition(
      shape.count == 4 && shape[1] == picture.height && shape[2] == picture.width && shape[3] == 3
        && picture.channels == 3, "a tensor \(shape) does not take \(picture.size)")
    withMutableFloats { target in
      picture.samples.withUnsafeBufferPointer { samples in
        levels.values.withUnsafeBufferPointer { levels in
          for at in stride(from: 0, to: samples.count, by: 3) {
            let (blue, green, red) = (samples[at], samples[at &+ 1], samples[at &+ 2])
            let first = order == .bgr ? levels[512 &+ Int(blue)] : levels[Int(red)]
            let last = order == .bgr ? levels[Int(red)] : levels[512 &+ Int(blue)]
            target[at] = first
            target[at &+ 1] = levels[256 &+ Int(green)]
            target[at &+ 2] = last
          }
        }
      }
    }
  }
}

extension PixelBuffer {
  /// Writes the planes of a float tensor [1, 3, height, width] into a B, G, R picture, each number through `convert`.
  ///
  /// - Parameters:
  ///   - order: Of the planes.
  ///   - phase: Which pixels are written; the picture is `phase.step` times as large as the planes.
  ///   - convert: Given the number and its channel (0, 1, 2 = R, G, B).
  @inline(__always)
  public mutating func setPixels(
    fromPlanes tensor: Tensor, order: ChannelOrder = .rgb, phase: PixelPhase = .whole,
    _ convert: (Float, Int) -> Sample
  ) {
    let grid = PlaneGrid(tensor, size, phase, channels: channels)
    samples.withUnsafeMutableBufferPointer { samples in
      tensor.withMutableFloats { planes in
        guard let planes = planes.baseAddress, let samples = samples.baseAddress else { return }
        let area = grid.width &* grid.height
        var blue = planes + (order == .rgb ? 2 &* area : 0)
        var green = planes + area
        var red = planes + (order == .rgb ? 0 : 2 &* area)
        for row in 0..<grid.height {
          var target = samples + (grid.start &+ row &* grid.rowStep)
          for column in 0..<grid.width {
            target[0] = convert(blue[column], 2)
            target[1] = convert(green[column], 1)
            target[2] = convert(red[column], 0)
            target += grid.pixelStep
          }
          blue += grid.width
          green += grid.width
          red += grid.width
        }
      }
    }
  }
}

extension PixelBuffer8 {
  /// A B, G, R picture of the planes of a float tensor [1, 3, height, width].
  ///
  /// - Parameter order: Of the planes.
  public init(planes tensor: Tensor, order: ChannelOrder = .rgb, as bytes: PlanarBytes) {
    precondition(
      tensor.shape.count == 4 && tensor.shape[0] == 1 && tensor.shape[1] == 3, "a tensor \(tensor.shape) is no picture")
    let size = PixelSize(width: tensor.shape[3], height: tensor.shape[2])
    let area = size.area
    let samples = [UInt8](unsafeUninitializedCapacity: 3 * area) { samples, count in
      tensor.withMutableFloats { planes in
        guard let planes = planes.baseAddress, let samples = samples.baseAddress else { return }
        let (first, last) = order == .rgb ? (2, 0) : (0, 2)
        bytes.put(planes + first * area, planes + area, planes + last * area, count: area, to: samples)
      }
      count = 3 * area
    }
    self.init(size: size, channels: 3, samples: samples)
  }
}

/// Where the pixels of a phase lie in a picture, in samples.
private struct PlaneGrid {
  let width: Int
  let height: Int
  let start: Int
  let rowStep: Int
  let pixelStep: Int

  init(_ tensor: Tensor, _ size: PixelSize, _ phase: PixelPhase, channels: Int) {
    precondition(
      tensor.shape.count == 4 && tensor.shape[0] == 1 && tensor.shape[1] == 3 && channels == 3
        && tensor.shape[2] * phase.step == size.height && tensor.shape[3] * phase.step == size.width,
      "a tensor \(tensor.shape) does not fit \(size) in steps of \(phase.step)")
    height = tensor.shape[2]
    width = tensor.shape[3]
    start = (phase.row * size.width + phase.column) * channels
    rowStep = phase.step * size.width * channels
    pixelStep = phase.step * channels
  }
}
