import CCUDA

/// A function that runs on the card, one thread a pixel or cell. Valid as long as its ``KernelLibrary``.
public struct CUDAKernel: Sendable {
  public let name: String
  nonisolated(unsafe) fileprivate let function: OpaquePointer
  fileprivate let context: CUDAContext

  init(name: String, function: OpaquePointer, context: CUDAContext) {
    self.name = name
    self.function = function
    self.context = context
  }

  /// Puts the kernel into a stream. Its only parameter is a struct, given as `arguments`.
  ///
  /// A Swift struct has the layout of the same struct in C when its fields are numbers in the same order (no nested
  /// structs with room at their end, no tuples, no vectors but those CUDA has). Errors while it runs come out where the
  /// stream is waited for.
  public func launch<Arguments: BitwiseCopyable>(
    on stream: CUDAStream, _ grid: LaunchGrid, _ arguments: Arguments
  ) throws {
    var arguments = arguments
    try withUnsafeMutableBytes(of: &arguments) { try launch(on: stream, grid, $0.baseAddress) }
  }

  /// The same with arguments put together one by one.
  public func launch(on stream: CUDAStream, _ grid: LaunchGrid, _ arguments: KernelArguments) throws {
    var bytes = arguments.padded
    try bytes.withUnsafeMutableBytes { try launch(on: stream, grid, $0.baseAddress) }
  }

  /// The driver copies the arguments during the call.
  private func launch(on stream: CUDAStream, _ grid: LaunchGrid, _ arguments: UnsafeMutableRawPointer?) throws {
    guard !grid.isEmpty else { return }
    let driver = try context.enter()
    var parameters = arguments
    let result = withUnsafeMutablePointer(to: &parameters) { parameters in
      driver.api.cuLaunchKernel(
        function, UInt32(grid.blocks.x), UInt32(grid.blocks.y), UInt32(grid.blocks.z), UInt32(grid.threads.x),
        UInt32(grid.threads.y), UInt32(grid.threads.z), 0, stream.handle, parameters, nil)
    }
    try context.check(result, "The kernel \(name) does not start")
    stream.count { $0.launches += 1 }
  }
}
