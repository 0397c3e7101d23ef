package import Inference
package import Media

/// Where a run finds cards: the machine's driver, or an emulated one.
package struct CardSystem: Sendable {
  package let driver: CUDADriver
  package let compiler: @Sendable () throws -> KernelCompiler
  /// Folder of compiled kernels; nil = the cache in Likeness' home.
  package let cacheFolder: String?
  /// The cards' memory is the host's own, so the networks' provider need not be on the card.
  package let isHostMemory: Bool
  /// What stands for the cards' decoder and encoder; nil = FFmpeg's, or none where the cards' memory is the host's.
  package var codecs: CardCodecs?
  /// The most requests in a batch of a network; nil = the number of workers.
  package var largestBatch: Int?

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

/// Decoder and encoder of a card that is none.
package struct CardCodecs: Sendable {
  package let openDecoder: @Sendable (VideoReader.Options) throws -> any HardwareDecoding
  package let openSurfaces: @Sendable (SurfaceRequest) throws -> (any EncoderSurfaces)?

  package init(
    openDecoder: @escaping @Sendable (VideoReader.Options) throws -> any HardwareDecoding,
    openSurfaces: @escaping @Sendable (SurfaceRequest) throws -> (any EncoderSurfaces)?
  ) {
    self.openDecoder = openDecoder
    self.openSurfaces = openSurfaces
  }
}
