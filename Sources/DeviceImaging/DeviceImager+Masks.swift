public import Imaging
public import Inference

extension DeviceImager {
  /// A square mask that is 1 inside and falls off towards the crop's edge. As `boxMask`.
  public func boxMask(
    size: Int, blur: Double, padding: MaskPadding = .none, on stream: CUDAStream
  ) throws -> DeviceMask {
    let amount = Int(Double(size) * 0.5 * blur)
    let edge = max(amount / 2, 1)
    func inset(_ percent: Int) -> Int { min(max(edge, size * percent / 100), size) }
    let mask = try DeviceMask(size: PixelSize(width: size, height: size), on: context)
    var arguments = KernelArguments()
    arguments.append(mask.bytes.address)
    arguments.append(
      contentsOf: [
        size, size, inset(padding.left), inset(padding.top), size - inset(padding.right), size - inset(padding.bottom),
      ].map { Int32($0) })
    try maskKernels.kernel("mask_box").launch(on: stream, LaunchGrid(width: size, height: size), arguments)
    if amount > 0 { try self.blur(mask, sigma: Double(amount) * 0.25, on: stream) }
    return mask
  }

  /// Gaussian blur in place. As `gaussianBlur` of floats; a sigma of 0 or less changes nothing.
  ///
  /// Throws `tensorMismatch` for a sigma of which the kernel has more taps than a launch takes (about 120).
  public func blur(_ mask: DeviceMask, sigma: Double, on stream: CUDAStream) throws {
    guard sigma > 0, mask.size.area > 0 else { return }
    let weights = gaussianKernel(sigma: sigma, reach: 8).map { Float($0) }
    guard weights.count <= 961 else {
      throw InferenceError(.tensorMismatch, "A blur of sigma \(sigma) has \(weights.count) taps; 961 are the most.")
    }
    let half = try DeviceMemory(byteCount: 4 * mask.size.area, from: stream)
    let kernel = try maskKernels.kernel("mask_blur")
    for isAcross in [true, false] {
      var arguments = KernelArguments()
      arguments.append(contentsOf: isAcross ? [mask.bytes.address, half.address] : [half.address, mask.bytes.address])
      arguments.append(contentsOf: [mask.size.width, mask.size.height].map { Int32($0) })
      arguments.append(contentsOf: [isAcross ? 1 : 0, Int32(weights.count)])
      arguments.append(contentsOf: weights)
      arguments.pad(to: 3880)
      try kernel.launch(on: stream, LaunchGrid(width: mask.size.width, height: mask.size.height), arguments)
    }
  }

  /// The smallest value of all masks at every pixel, within 0…1, as a new mask of the stream's pool. As `combineMasks`.
  ///
  /// Throws `tensorMismatch` unless there are 1…8 masks of one size.
  public func combine(_ masks: [DeviceMask], on stream: CUDAStream) throws -> DeviceMask {
    guard let first = masks.first, masks.count <= 8, masks.allSatisfy({ $0.size == first.size }) else {
      throw InferenceError(.tensorMismatch, "Masks of \(masks.map(\.size)) cannot be combined.")
    }
    let result = try DeviceMask(size: first.size, from: stream)
    var arguments = KernelArguments()
    arguments.append(contentsOf: masks.map(\.bytes.address))
    arguments.pad(to: 64)
    arguments.append(result.bytes.address)
    arguments.append(contentsOf: [Int32(masks.count), Int32(first.size.area)])
    try maskKernels.kernel("mask_combine").launch(on: stream, LaunchGrid(count: first.size.area), arguments)
    return result
  }

  /// Blur of sigma 5, of which the upper half is stretched to 0…1, in place. As `softenedMask`.
  public func soften(_ mask: DeviceMask, on stream: CUDAStream) throws {
    try blur(mask, sigma: 5, on: stream)
    try stretch(mask, from: 0.5...1, on: stream)
  }

  /// Stretches part of the range to 0…1, in place.
  public func stretch(_ mask: DeviceMask, from range: ClosedRange<Float>, on stream: CUDAStream) throws {
    try scale(mask, within: range, bias: range.lowerBound, by: 1 / (range.upperBound - range.lowerBound), on: stream)
  }

  /// number = (number kept within the range − bias) · factor, in place.
  public func scale(
    _ mask: DeviceMask, within range: ClosedRange<Float>, bias: Float, by factor: Float, on stream: CUDAStream
  ) throws {
    var arguments = KernelArguments()
    arguments.append(mask.bytes.address)
    arguments.append(Int32(mask.size.area))
    arguments.append(contentsOf: [range.lowerBound, range.upperBound, bias, factor])
    arguments.append(Int32(0))
    try maskKernels.kernel("mask_levels").launch(on: stream, LaunchGrid(count: mask.size.area), arguments)
  }

  /// 1 where the class with the largest score, of equal ones the first, is among those shown, else 0.
  ///
  /// - Parameters:
  ///   - scores: a plane of floats, of the mask's size, for each class.
  ///   - shown: numbers of classes below 32.
  /// - Throws: `tensorMismatch` where the scores have no plane.
  public func select(
    _ shown: Set<Int>, from scores: DeviceBytes, into mask: DeviceMask, on stream: CUDAStream
  ) throws {
    let classes = scores.count / max(4 * mask.size.area, 1)
    guard classes > 0 else {
      throw InferenceError(.tensorMismatch, "\(scores.count) bytes of scores are no plane of \(mask.size).")
    }
    var arguments = KernelArguments()
    arguments.append(contentsOf: [scores.address, mask.bytes.address])
    arguments.append(contentsOf: [mask.size.area, classes].map { Int32($0) })
    arguments.append(shown.filter { (0..<32).contains($0) }.reduce(UInt32(0)) { $0 | 1 << UInt32($1) })
    arguments.append(Int32(0))
    try maskKernels.kernel("mask_classes").launch(on: stream, LaunchGrid(count: mask.size.area), arguments)
  }
}
