// CUDA's own words as C++, and a register of kernels.
//
// A file that includes this and then a .cu file names each kernel once with LIKENESS_KERNEL(name).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#define LIKENESS_EMULATED 1
#define __global__
#define __device__
#define __host__
#define __constant__ static const
#define __forceinline__ inline
#define __noinline__
#define __grid_constant__
#define __restrict__ __restrict
#define __launch_bounds__(...)

struct EmulatedExtent {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;
};

struct EmulatedKernel {
  const char *name;
  std::vector<size_t> argument_bytes;
  void (*run)(void **parameters, EmulatedExtent grid, EmulatedExtent block);
};

/// All kernels; filled before main by the files that have them.
std::vector<EmulatedKernel> &emulated_kernels();

namespace {

thread_local EmulatedExtent blockIdx, blockDim, gridDim, threadIdx;

template <auto Function> struct EmulatedLaunch;

template <typename... Arguments, void (*Function)(Arguments...)> struct EmulatedLaunch<Function> {
  template <size_t... Index>
  static void call(void **parameters, std::index_sequence<Index...>) {
    Function(*static_cast<Arguments *>(parameters[Index])...);
  }

  static void run(void **parameters, EmulatedExtent grid, EmulatedExtent block) {
    gridDim = grid;
    blockDim = block;
    for (unsigned bz = 0; bz < grid.z; bz++)
      for (unsigned by = 0; by < grid.y; by++)
        for (unsigned bx = 0; bx < grid.x; bx++) {
          blockIdx = {bx, by, bz};
          for (unsigned z = 0; z < block.z; z++)
            for (unsigned y = 0; y < block.y; y++)
              for (unsigned x = 0; x < block.x; x++) {
                threadIdx = {x, y, z};
                call(parameters, std::index_sequence_for<Arguments...>());
              }
        }
  }

  static EmulatedKernel make(const char *name) { return {name, {sizeof(Arguments)...}, run}; }
};

struct EmulatedRegistration {
  explicit EmulatedRegistration(EmulatedKernel kernel) { emulated_kernels().push_back(std::move(kernel)); }
};

// One thread after the other: an atomic operation is a plain one.
template <typename Number> Number atomicMin(Number *at, Number value) {
  Number old = *at;
  if (value < old) *at = value;
  return old;
}
template <typename Number> Number atomicMax(Number *at, Number value) {
  Number old = *at;
  if (old < value) *at = value;
  return old;
}
template <typename Number> Number atomicAdd(Number *at, Number value) {
  Number old = *at;
  *at = old + value;
  return old;
}
template <typename Number> Number atomicExch(Number *at, Number value) {
  Number old = *at;
  *at = value;
  return old;
}
template <typename Number> Number atomicCAS(Number *at, Number expected, Number value) {
  Number old = *at;
  if (old == expected) *at = value;
  return old;
}

inline int __float_as_int(float value) {
  int bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline unsigned __float_as_uint(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float __int_as_float(int bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline float __uint_as_float(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline int __float2int_rn(float value) { return static_cast<int>(std::nearbyint(value)); }
inline int __float2int_rd(float value) { return static_cast<int>(std::floor(value)); }
template <typename Number> Number __ldg(const Number *at) { return *at; }

using std::max;
using std::min;

}  // namespace

#define LIKENESS_KERNEL(name) \
  static const EmulatedRegistration registered_##name(EmulatedLaunch<name>::make(#name));
