import DeviceImaging
import Foundation
public import Inference

/// The kernels that mark frames on one card. Shared by all workers; each brings its own stream.
public final class DeviceMarkKernels: Sendable {
  let steps, classes, search, levels, add: CUDAKernel
  let label: CUDAKernel
  /// Kernels are valid as long as their libraries.
  private let libraries: [KernelLibrary]

  /// The sources with kernels.
  static let names = ["watermark.cu", "label.cu"]

  /// Loads the kernels; compiles them when they are not in the cache.
  ///
  /// - Parameters:
  ///   - compiler: called only when there is something to compile.
  ///   - cacheFolder: nil = `cache/kernels` in Likeness' home.
  ///
  /// Throws what ``Inference/KernelLibrary`` throws.
  public init(
    on context: CUDAContext, compiler: () throws -> KernelCompiler = KernelCompiler.open, cacheFolder: String? = nil
  ) throws {
    func library(_ name: String) throws -> KernelLibrary {
      try KernelLibrary(Self.source(name), on: context, compiler: compiler, cacheFolder: cacheFolder)
    }
    let watermark = try library("watermark.cu")
    steps = try watermark.kernel("watermark_steps")
    classes = try watermark.kernel("watermark_classes")
    search = try watermark.kernel("watermark_search")
    levels = try watermark.kernel("watermark_levels")
    add = try watermark.kernel("watermark_add")
    let plate = try library("label.cu")
    label = try plate.kernel("label_draw")
    libraries = [watermark, plate]
  }

  static func source(_ name: String) throws -> KernelSource { try DeviceKernels.source(name, in: .module) }
}
