import CCUDA
import Logging
import Synchronization

/// The kernels of one source on one device, compiled on first use and kept on disk.
public final class KernelLibrary: Sendable {
  public let context: CUDAContext
  public let source: KernelSource
  /// Where the code came from.
  public let origin: Origin
  nonisolated(unsafe) private let module: OpaquePointer
  private let found = Mutex<[String: CUDAKernel]>([:])

  public enum Origin: Sendable, Hashable {
    case compiled
    case cache
  }

  /// Loads the kernels; compiles them when they are not on disk.
  ///
  /// - Parameters:
  ///   - compiler: called only when there is something to compile.
  ///   - cacheFolder: nil = `cache/kernels` in Likeness' home.
  ///
  /// Throws `kernelRejected`, or what opening the compiler throws.
  public convenience init(
    _ source: KernelSource, on context: CUDAContext, compiler: () throws -> KernelCompiler = KernelCompiler.open,
    cacheFolder: String? = nil
  ) throws {
    let cache = cacheFolder.map(KernelCache.init(folder:)) ?? .standard
    let capability = context.device.capability
    // The compiler's version is part of the key. Without a compiler, what any earlier one made does as well.
    let opened = Result { try compiler() }
    let conditions = KernelCompiler.options + ["sm_\(capability.number)"]
    let anyKey = source.digest(conditions)
    let key = (try? opened.get()).map { source.digest(conditions + [$0.version]) } ?? anyKey
    if let image = cache.image(key) {
      if let module = try? Self.load(image, source, on: context) {
        self.init(module, source, .cache, on: context)
        return
      }
      // Damaged, or made for another driver.
      cache.remove(key)
    }
    let (image, module) = try Self.compile(source, with: opened.get(), on: context)
    cache.store(image, key)
    cache.store(image, anyKey)
    self.init(module, source, .compiled, on: context)
  }

  private init(_ module: OpaquePointer, _ source: KernelSource, _ origin: Origin, on context: CUDAContext) {
    self.module = module
    self.source = source
    self.origin = origin
    self.context = context
  }

  deinit {
    guard let driver = try? context.enter() else { return }
    _ = driver.api.cuModuleUnload(module)
  }

  /// Compiles to machine code; where the driver does not take it (it is older than the compiler), to portable code.
  private static func compile(
    _ source: KernelSource, with compiler: KernelCompiler, on context: CUDAContext
  ) throws -> (image: [UInt8], module: OpaquePointer) {
    let capability = context.device.capability
    let target = try compiler.target(for: capability)
    let compiled = try compiler.compile(source, for: target)
    if !compiled.log.isEmpty { log.debug("\(source.name): \(compiled.log)") }
    do {
      return try (compiled.image, load(compiled.image, source, on: context))
    } catch let error as InferenceError where error.code == .kernelRejected {
      let portable = try compiler.portableTarget(for: capability)
      guard portable != target else { throw error }
      let text = try compiler.compile(source, for: portable)
      return try (text.image, load(text.image, source, on: context))
    }
  }

  private static func load(
    _ image: [UInt8], _ source: KernelSource, on context: CUDAContext
  ) throws -> OpaquePointer {
    let driver = try context.enter()
    var module: OpaquePointer?
    let result = image.withUnsafeBytes { bytes in
      bytes.baseAddress.map { driver.api.cuModuleLoadData(&module, $0) } ?? Int32(LIKENESS_CUDA_INVALID_IMAGE)
    }
    try context.check(result, "The kernels of \(source.name) do not load")
    guard let module else {
      throw InferenceError(.kernelRejected, "The kernels of \(source.name) do not load and the driver gives no reason.")
    }
    return module
  }

  /// The kernel of this name (as it stands behind `extern "C" __global__ void`). Throws `kernelRejected`.
  public func kernel(_ name: String) throws -> CUDAKernel {
    try found.withLock { found in
      if let kernel = found[name] { return kernel }
      let driver = try context.enter()
      var function: OpaquePointer?
      try context.check(
        driver.api.cuModuleGetFunction(&function, module, name), "\(source.name) has no kernel \(name)")
      guard let function else {
        throw InferenceError(.kernelRejected, "\(source.name) has no kernel \(name).")
      }
      let kernel = CUDAKernel(name: name, function: function, context: context)
      found[name] = kernel
      return kernel
    }
  }
}
