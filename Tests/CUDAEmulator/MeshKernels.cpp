// The kernels of the mesh swapper.
#include "EmulatedKernel.hpp"

#include "../../Sources/Processors/Resources/Kernels/mesh_raster.cu"

#include "../../Sources/Processors/Resources/Kernels/mesh_light.cu"

#include "../../Sources/Processors/Resources/Kernels/mesh_grid.cu"

#include "../../Sources/Processors/Resources/Kernels/mesh_compose.cu"

LIKENESS_KERNEL(mesh_prepare)
LIKENESS_KERNEL(mesh_rasterise)
LIKENESS_KERNEL(mesh_fields)
LIKENESS_KERNEL(mesh_reduce)
LIKENESS_KERNEL(mesh_shrink)
LIKENESS_KERNEL(mesh_visible)
LIKENESS_KERNEL(mesh_look)
LIKENESS_KERNEL(mesh_rank)
LIKENESS_KERNEL(mesh_judge)
LIKENESS_KERNEL(mesh_spread)
LIKENESS_KERNEL(mesh_keep)
LIKENESS_KERNEL(mesh_flag)
LIKENESS_KERNEL(mesh_erode)
LIKENESS_KERNEL(mesh_edge_columns)
LIKENESS_KERNEL(mesh_edge_rows)
LIKENESS_KERNEL(mesh_pool)
LIKENESS_KERNEL(mesh_grid_columns)
LIKENESS_KERNEL(mesh_gains)
LIKENESS_KERNEL(mesh_smooth_light)
LIKENESS_KERNEL(mesh_soft)
LIKENESS_KERNEL(mesh_open_fill)
LIKENESS_KERNEL(mesh_open_columns)
LIKENESS_KERNEL(mesh_open_rows)
LIKENESS_KERNEL(mesh_mask)
LIKENESS_KERNEL(mesh_snapshot)
LIKENESS_KERNEL(mesh_paint)
