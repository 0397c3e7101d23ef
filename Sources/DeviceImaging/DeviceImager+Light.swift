import Imaging
public import Inference
import Synchronization

/// Imaging's tables of Lab on a card.
final class DeviceLabTables: Sendable {
  let linear: DeviceMemory
  let curve: DeviceMemory
  let code: DeviceMemory
  let lightness: DeviceMemory

  init(on stream: CUDAStream) throws {
    let tables = LabTables.shared
    linear = try stream.makeMemory(tables.linear)
    curve = try stream.makeMemory(tables.curve)
    code = try stream.makeMemory(tables.code)
    lightness = try stream.makeMemory(tables.lightness)
    // Other streams use them too.
    try stream.synchronize()
  }
}

extension DeviceImager {
  /// A picture by way of Lab and back, its lightness evened out where it is dark, as the three planes of a tensor:
  /// number = level · scale + bias. The channels keep their order and are taken as R, G, B. As `labColors`,
  /// `equalizeAdaptively` of L, `labToRGB` and `planarTensor`.
  ///
  /// The first use waits for the stream, so it cannot be recorded.
  ///
  /// - Parameters:
  ///   - picture: its sides are multiples of 8.
  ///   - darkness: mean of the 8-bit lightness below which it is evened out.
  ///   - target: 3 · width · height floats.
  /// - Throws: `tensorMismatch` for other sides and a target without room.
  public func correctLight(
    of picture: DevicePicture, darkness: Int, into target: DeviceBytes, scale: Float = 1, bias: Float = 0,
    on stream: CUDAStream
  ) throws {
    let (width, height) = (picture.size.width, picture.size.height)
    let area = picture.size.area
    guard area > 0, width % 8 == 0, height % 8 == 0, target.count >= 12 * area else {
      throw InferenceError(
        .tensorMismatch, "The light of a picture of \(picture.size) cannot be corrected into \(target.count) bytes.")
    }
    let tables = try lab.withLock { known in
      if let known { return known }
      let made = try DeviceLabTables(on: stream)
      known = made
      return made
    }
    let numbers = try DeviceMemory(byteCount: 3 * area, from: stream)
    let sum = try DeviceMemory(byteCount: 4, from: stream)
    let curves = try DeviceMemory(byteCount: 64 * 256 * 4, from: stream)
    try stream.fill(sum.bytes, byte: 0)

    var arguments = KernelArguments()
    arguments.append(
      contentsOf: [tables.linear.address, tables.curve.address, tables.code.address, tables.lightness.address])
    let matrices = (LabTables.shared.toXYZ, LabTables.shared.toRGB)
    for row in [matrices.0.0, matrices.0.1, matrices.0.2, matrices.1.0, matrices.1.1, matrices.1.2] {
      arguments.append(contentsOf: [row.a, row.b, row.c].map { Int32($0) })
    }
    arguments.append(
      contentsOf: [picture.bytes.address, numbers.address, sum.address, curves.address, target.address])
    arguments.append(contentsOf: [width, height, darkness * area].map { Int32(clamping: $0) })
    arguments.append(contentsOf: [scale, bias])
    arguments.append(Int32(0))
    try lightKernels.kernel("light_lab").launch(on: stream, LaunchGrid(count: (area + 7) / 8), arguments)
    try lightKernels.kernel("light_curves").launch(on: stream, LaunchGrid(count: 64), arguments)
    try lightKernels.kernel("light_planes").launch(on: stream, LaunchGrid(width: width, height: height), arguments)
  }
}
