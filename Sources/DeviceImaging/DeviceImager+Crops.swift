public import Imaging
public import Inference

extension DeviceImager {
  /// What one launch holds: see `LK_FRAMES` and `LK_CROPS` in `frame.cu`, `LK_PICTURES` in `picture.cu`.
  private static let framesPerLaunch = 8
  private static let picturesPerLaunch = 16
  private static let cropsPerLaunch = 32

  /// Cuts crops out of frames into one tensor, in their order. As `Frame.sampleTensor`.
  ///
  /// Throws `tensorMismatch` when the target has no room, or is one of bytes.
  public func crop(_ crops: [DeviceCrop<DeviceFrame>], into target: DeviceCropTarget, on stream: CUDAStream) throws {
    try target.checkRoom(crops.count)
    guard target.element != .uint8 else {
      throw InferenceError(.tensorMismatch, "Crops of frames are numbers, not bytes.")
    }
    let kernel = try frameKernels.kernel("frame_crop")
    for batch in batches(of: crops, limit: Self.framesPerLaunch) {
      var arguments = KernelArguments()
      for frame in batch.sources { arguments.append(frame.arguments) }
      arguments.pad(to: Self.framesPerLaunch * 152)
      append(batch, to: &arguments)
      arguments.pad(to: Self.framesPerLaunch * 152 + Self.cropsPerLaunch * 56)
      let rest = target.dropFirst(batch.first)
      append(rest, to: &arguments)
      arguments.append(contentsOf: [rest.element == .float16 ? 1 : 0, rest.order == .bgr ? 1 : 0] as [Int32])
      arguments.append(Int32(rest.border == .constant ? 1 : 0))
      // By colour here, by the tensor's channels there.
      let isBGR = rest.order == .bgr
      let scale = (isBGR ? SIMD3(rest.scale.z, rest.scale.y, rest.scale.x) : rest.scale) * 255
      let bias = isBGR ? SIMD3(rest.bias.z, rest.bias.y, rest.bias.x) : rest.bias
      arguments.append(contentsOf: [scale.x, scale.y, scale.z, bias.x, bias.y, bias.z])
      try kernel.launch(
        on: stream, LaunchGrid(width: rest.size.width, height: rest.size.height, layers: batch.crops.count), arguments)
    }
  }

  /// Cuts crops out of B, G, R pictures into one tensor, in their order: as `warp` of 8 bit followed by `planarTensor`.
  ///
  /// Throws `tensorMismatch` when the target has no room.
  public func crop(_ crops: [DeviceCrop<DevicePicture>], into target: DeviceCropTarget, on stream: CUDAStream) throws {
    try target.checkRoom(crops.count)
    let kernel = try pictureKernels.kernel("picture_crop")
    for batch in batches(of: crops, limit: Self.picturesPerLaunch) {
      var arguments = KernelArguments()
      for picture in batch.sources {
        arguments.append(picture.bytes.address)
        arguments.append(contentsOf: [Int32(picture.size.width), Int32(picture.size.height)])
      }
      arguments.pad(to: Self.picturesPerLaunch * 16)
      append(batch, to: &arguments)
      arguments.pad(to: Self.picturesPerLaunch * 16 + Self.cropsPerLaunch * 56)
      let rest = target.dropFirst(batch.first)
      append(rest, to: &arguments)
      arguments.append(rest.element.rawValue)
      arguments.append(contentsOf: [rest.order == .rgb ? 1 : 0, rest.border == .constant ? 1 : 0] as [Int32])
      arguments.append(contentsOf: [rest.scale.x, rest.scale.y, rest.scale.z, rest.bias.x, rest.bias.y, rest.bias.z])
      try kernel.launch(
        on: stream, LaunchGrid(width: rest.size.width, height: rest.size.height, layers: batch.crops.count), arguments)
    }
  }

  /// Cuts a crop out of a picture as a picture of 8 bit. As `warp`.
  ///
  /// - Parameter transform: picture → crop pixels.
  public func cut(
    _ picture: DevicePicture, _ transform: AffineTransform, border: BorderMode = .replicate, into crop: DevicePicture,
    on stream: CUDAStream
  ) throws {
    let target = DeviceCropTarget(
      crop.bytes, size: crop.size, element: .uint8, order: .bgr, layout: .interleaved, border: border)
    try self.crop([DeviceCrop(picture, transform)], into: target, on: stream)
  }

  /// Crops of one launch.
  private struct Batch<Source: Sendable> {
    var sources: [Source] = []
    var crops: [(source: Int, transform: AffineTransform)] = []
    /// How many crops come before.
    let first: Int
  }

  private func batches<Source: AnyObject & Sendable>(of crops: [DeviceCrop<Source>], limit: Int) -> [Batch<Source>] {
    var batches: [Batch<Source>] = []
    for (index, crop) in crops.enumerated() {
      var place = batches.last?.sources.firstIndex { $0 === crop.source }
      let isFull = batches.last.map { $0.crops.count == Self.cropsPerLaunch } ?? true
      if isFull || (place == nil && batches.last?.sources.count == limit) {
        batches.append(Batch(first: index))
        place = nil
      }
      let last = batches.count - 1
      if place == nil { batches[last].sources.append(crop.source) }
      batches[last].crops.append((place ?? batches[last].sources.count - 1, crop.transform))
    }
    return batches
  }

  /// The structs `Crop`: crop → source.
  private func append<Source>(_ batch: Batch<Source>, to arguments: inout KernelArguments) {
    for (source, transform) in batch.crops {
      arguments.append(contentsOf: transform.inverted.reachable)
      arguments.append(contentsOf: [Int32(source), 0])
    }
  }

  /// From `tensor` on up to `pixel_step`.
  private func append(_ target: DeviceCropTarget, to arguments: inout KernelArguments) {
    arguments.append(target.bytes.address)
    let isPlanar = target.layout == .planar
    arguments.append(
      contentsOf: [
        target.count, target.size.width, target.size.height, isPlanar ? target.size.area : 1, isPlanar ? 1 : 3,
      ].map { Int32($0) })
  }
}

extension Imaging.AffineTransform {
  /// a, b, c, d, e, f; zeros when places would not be finite in single precision, as `Imaging` has it.
  var reachable: [Double] {
    let numbers = [a, b, c, d, e, f]
    return numbers.allSatisfy { abs($0) < 1e12 } ? numbers : Array(repeating: 0, count: 6)
  }
}
