public import Inference

extension DeviceImager: NumbersChecking {
  /// Sets the 32-bit word `flag` to 1 when one of the numbers is infinite or none; else leaves it alone.
  ///
  /// Throws `tensorMismatch` for types other than float16 and float32.
  public func check(_ numbers: DeviceBytes, type: ElementType, flag: DeviceBytes, on stream: CUDAStream) throws {
    guard type == .float16 || type == .float32, flag.count >= 4 else {
      throw InferenceError(.tensorMismatch, "Numbers of type \(type) are always finite, or take another check.")
    }
    let count = numbers.count / type.byteCount
    guard count > 0 else { return }
    var arguments = KernelArguments()
    arguments.append(contentsOf: [numbers.address, flag.address, UInt64(count)])
    arguments.append(contentsOf: [type == .float16 ? 1 : 0, 0] as [Int32])
    // Each thread looks at several numbers: the threads of a card at once are fewer than the numbers of a picture.
    let threads = 256
    let blocks = min(max(1, (count + threads - 1) / threads), 1024)
    try numberKernels.kernel("numbers_check").launch(
      on: stream, LaunchGrid(blocks: .init(blocks), threads: .init(threads)), arguments)
  }
}
