// What networks gave: whether it is numbers at all.
#include "common.cuh"

struct NumbersCheckArguments {
  u64 numbers;
  /// A 32-bit word that becomes 1 when one of the numbers is infinite or none; else it is left alone.
  u64 flag;
  u64 count;
  i32 is_half;
  i32 unused;
};
static_assert(sizeof(NumbersCheckArguments) == 32, "DeviceImager+Numbers.swift writes 32 bytes");

/// All bits of the exponent are set exactly in infinities and in what is no number.
extern "C" __global__ void numbers_check(const __grid_constant__ NumbersCheckArguments a) {
  u64 step = (u64)gridDim.x * blockDim.x;
  bool is_bad = false;
  for (u64 index = (u64)blockIdx.x * blockDim.x + threadIdx.x; index < a.count; index += step) {
    is_bad |= a.is_half ? (((const u16 *)a.numbers)[index] & 0x7C00u) == 0x7C00u
                        : (((const u32 *)a.numbers)[index] & 0x7F800000u) == 0x7F800000u;
  }
  if (is_bad) atomicExch((u32 *)a.flag, 1u);
}
