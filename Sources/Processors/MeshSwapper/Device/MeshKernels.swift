import Foundation
import Inference

/// The kernels of the mesh swapper on one card, in the order in which they run.
struct MeshKernels: Sendable {
  let prepare, rasterise, fields: CUDAKernel
  let reduce, shrink, visible, look, rank, judge, spread, keep, flag, erode, edgeColumns, edgeRows: CUDAKernel
  let pool, gridColumns, gains, smoothLight, soft: CUDAKernel
  let openFill, openColumns, openRows, mask, snapshot, paint: CUDAKernel
  /// Kernels are valid as long as their libraries.
  private let libraries: [KernelLibrary]

  /// Loads the kernels; compiles them when they are not on disk.
  ///
  /// - Parameters:
  ///   - compiler: called only when there is something to compile.
  ///   - cacheFolder: where compiled kernels are kept; nil = the program's own place.
  /// - Throws: ``ProcessorsError`` (`resource`), or what ``KernelLibrary`` throws.
  init(
    on context: CUDAContext, compiler: () throws -> KernelCompiler = KernelCompiler.open, cacheFolder: String? = nil
  ) throws {
    func library(_ name: String) throws -> KernelLibrary {
      try KernelLibrary(MeshKernels.source(name), on: context, compiler: compiler, cacheFolder: cacheFolder)
    }
    let raster = try library("mesh_raster.cu")
    (prepare, rasterise) = (try raster.kernel("mesh_prepare"), try raster.kernel("mesh_rasterise"))
    fields = try raster.kernel("mesh_fields")
    let light = try library("mesh_light.cu")
    (reduce, shrink) = (try light.kernel("mesh_reduce"), try light.kernel("mesh_shrink"))
    visible = try light.kernel("mesh_visible")
    (look, rank) = (try light.kernel("mesh_look"), try light.kernel("mesh_rank"))
    (judge, spread) = (try light.kernel("mesh_judge"), try light.kernel("mesh_spread"))
    (keep, flag) = (try light.kernel("mesh_keep"), try light.kernel("mesh_flag"))
    (erode, edgeColumns) = (try light.kernel("mesh_erode"), try light.kernel("mesh_edge_columns"))
    edgeRows = try light.kernel("mesh_edge_rows")
    let grid = try library("mesh_grid.cu")
    (pool, gridColumns) = (try grid.kernel("mesh_pool"), try grid.kernel("mesh_grid_columns"))
    (gains, smoothLight) = (try grid.kernel("mesh_gains"), try grid.kernel("mesh_smooth_light"))
    soft = try grid.kernel("mesh_soft")
    let compose = try library("mesh_compose.cu")
    (openFill, openColumns) = (try compose.kernel("mesh_open_fill"), try compose.kernel("mesh_open_columns"))
    (openRows, mask) = (try compose.kernel("mesh_open_rows"), try compose.kernel("mesh_mask"))
    (snapshot, paint) = (try compose.kernel("mesh_snapshot"), try compose.kernel("mesh_paint"))
    libraries = [raster, light, grid, compose]
  }

  /// The sources with kernels.
  static let names = ["mesh_raster.cu", "mesh_light.cu", "mesh_grid.cu", "mesh_compose.cu"]

  static func source(_ name: String) throws -> KernelSource {
    KernelSource(name: name, text: try text(name), headers: ["mesh.cuh": try text("mesh.cuh")])
  }

  private static func text(_ name: String) throws -> String {
    guard let file = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Resources/Kernels") else {
      throw ProcessorsError(
        .resource, "The mesh swapper's kernels \(name) are missing.", hint: "Install the program with its resources.")
    }
    do {
      return try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw ProcessorsError(.resource, "The mesh swapper's kernels \(name) cannot be read.", underlying: error)
    }
  }
}

extension CUDAKernel {
  /// One thread for each of the items of each of the jobs of a batch.
  func launch(_ batch: MeshBatchArguments, items: Int, jobs: Int, on stream: CUDAStream) throws {
    let threads = 128
    let blocks = LaunchGrid.Extent((items + threads - 1) / threads, jobs)
    try launch(on: stream, LaunchGrid(blocks: blocks, threads: .init(threads)), batch.bytes)
  }
}
