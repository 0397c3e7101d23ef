// Small kernels by which the wrappers are tested.
#include "EmulatedKernel.hpp"

struct ProbeArguments {
  float *numbers;
  int count;
  float scale;
  float bias;
};

extern "C" __global__ void probe_scale(ProbeArguments a) {
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index < a.count) a.numbers[index] = a.numbers[index] * a.scale + a.bias;
}

struct ProbeGridArguments {
  int *cells;
  int width;
  int height;
};

extern "C" __global__ void probe_grid(ProbeGridArguments a) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < a.width && y < a.height) {
    int layer = blockIdx.z;
    a.cells[(layer * a.height + y) * a.width + x] = layer * 10000 + y * 100 + x;
  }
}

/// Writes one number behind the end.
extern "C" __global__ void probe_overrun(ProbeArguments a) { a.numbers[a.count] = a.bias; }

LIKENESS_KERNEL(probe_scale)
LIKENESS_KERNEL(probe_grid)
LIKENESS_KERNEL(probe_overrun)
