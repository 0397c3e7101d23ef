public import Imaging
public import Inference
import Synchronization

/// Which taps an axis is resized with.
struct ResizeAxis: Hashable {
  enum Kind: Hashable {
    case bilinear
    case enlarging
    case area
    case cubic
  }

  let from: Int
  let to: Int
  let kind: Kind
  /// Columns are flattened at the edges.
  let isAcross: Bool

  var taps: AxisTaps {
    switch kind {
    case .bilinear: .bilinear(from: from, to: to, flattening: isAcross)
    case .enlarging: .enlarging(from: from, to: to, flattening: isAcross)
    case .area: .area(from: from, to: to)
    case .cubic: .cubic(from: from, to: to)
    }
  }
}

/// Taps on the card.
final class DeviceAxisTaps: Sendable {
  let indices: DeviceMemory
  let weights: DeviceMemory
  let count: Int

  init(_ taps: AxisTaps, on stream: CUDAStream) throws {
    indices = try stream.makeMemory(taps.indices)
    weights = try stream.makeMemory(taps.weights)
    count = taps.count
    // Other streams use them too.
    try stream.synchronize()
  }
}

extension DeviceImager {
  /// Resizes a picture into another. As `resize` of 8 bit.
  ///
  /// The first use of a pair of sizes waits for the stream, so it cannot be recorded.
  public func resize(
    _ picture: DevicePicture, into target: DevicePicture, mode: ResizeMode = .bilinear, on stream: CUDAStream
  ) throws {
    try resize(
      (picture.bytes, picture.size), (target.bytes, target.size), channels: 3, isBytes: true, mode: mode, on: stream)
  }

  /// Resizes a mask into another. As `resize` of floats.
  public func resize(
    _ mask: DeviceMask, into target: DeviceMask, mode: ResizeMode = .bilinear, on stream: CUDAStream
  ) throws {
    try resize(
      (mask.bytes, mask.size), (target.bytes, target.size), channels: 1, isBytes: false, mode: mode, on: stream)
  }

  private func resize(
    _ source: (bytes: DeviceBytes, size: PixelSize), _ target: (bytes: DeviceBytes, size: PixelSize), channels: Int,
    isBytes: Bool, mode: ResizeMode, on stream: CUDAStream
  ) throws {
    guard target.size.area > 0, source.size.area > 0 else { return }
    if source.size == target.size { return try stream.copy(source.bytes, to: target.bytes) }
    let isEnlarging = target.size.width > source.size.width || target.size.height > source.size.height
    let isHalving = source.size.width == 2 * target.size.width && source.size.height == 2 * target.size.height
    let kind: ResizeAxis.Kind
    switch mode {
    case .bilinear: kind = .bilinear
    case .area: kind = isEnlarging ? .enlarging : .area
    case .cubic: kind = .cubic
    }
    let across = try axis(source.size.width, target.size.width, kind, isAcross: true, on: stream)
    let down = try axis(source.size.height, target.size.height, kind, isAcross: false, on: stream)
    let number: Int32
    if isHalving, mode != .cubic {
      number = isBytes ? 3 : 4
    } else if isBytes {
      number = kind == .bilinear || kind == .enlarging ? 0 : 1
    } else {
      number = 2
    }
    var arguments = KernelArguments()
    arguments.append(contentsOf: [source.bytes.address, target.bytes.address])
    arguments.append(
      contentsOf: [across.indices.address, across.weights.address, down.indices.address, down.weights.address])
    arguments.append(
      contentsOf: [
        source.size.width, source.size.height, target.size.width, target.size.height, channels, across.count,
        down.count,
      ].map { Int32($0) })
    arguments.append(number)
    try pictureKernels.kernel("plane_resize").launch(
      on: stream, LaunchGrid(width: target.size.width, height: target.size.height), arguments)
  }

  private func axis(
    _ from: Int, _ to: Int, _ kind: ResizeAxis.Kind, isAcross: Bool, on stream: CUDAStream
  ) throws -> DeviceAxisTaps {
    let axis = ResizeAxis(from: from, to: to, kind: kind, isAcross: isAcross)
    return try taps.withLock { known in
      if let found = known[axis] { return found }
      // Sizes seldom change; when they do all the time, the old ones are of no use.
      if known.count >= 64 { known.removeAll() }
      let made = try DeviceAxisTaps(axis.taps, on: stream)
      known[axis] = made
      return made
    }
  }
}
