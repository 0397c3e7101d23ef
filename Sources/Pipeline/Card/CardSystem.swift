package import Inference

/// Where a run finds cards: the machine's driver, or an emulated one.
package struct CardSystem: Sendable {
  package let driver: CUDADriver
  package let compiler: @Sendable () throws -> KernelCompiler
  /// Folder of compiled kernels; nil = the cache in Likeness' home.
  package let cacheFolder: String?
  /// The cards' memory is the host's own, so the networks' provider need not be on the card.
  package let isHostMemory: Bool

  package init(
    driver: CUDADriver, compiler: @escaping @Sendable () throws -> KernelCompiler = KernelCompiler.open,
    cacheFolder: String? = nil, isHostMemory: Bool = false
  ) {
    self.driver = driver
    self.compiler = compiler
    self.cacheFolder = cacheFolder
    self.isHostMemory = isHostMemory
  }
}
