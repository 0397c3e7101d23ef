// A stand-in for the CUDA driver, NVRTC and NVML that runs kernels on the processor.
//
// Kernels are the program's own .cu files, compiled here as C++ and found by name. Device memory is tracked memory of
// the host with a limit, rims that show writes beside a block, and contents that are not zero. Everything runs at
// once, on the calling thread; what is captured runs when the graph is launched.
#ifndef LIKENESS_CUDA_EMULATOR_H
#define LIKENESS_CUDA_EMULATOR_H

#include <stddef.h>
#include <stdint.h>

#include "CCUDA.h"

#pragma clang assume_nonnull begin

typedef struct LikenessEmulator LikenessEmulator;

typedef struct LikenessEmulatedDevice {
  /// A name with " MIG " in it makes an instance of a divided card.
  const char *name;
  uint8_t uuid[16];
  int32_t capability_major;
  int32_t capability_minor;
  size_t memory;
} LikenessEmulatedDevice;

typedef struct LikenessEmulatorCounts {
  uint64_t uploads;
  uint64_t uploaded_bytes;
  uint64_t downloads;
  uint64_t downloaded_bytes;
  uint64_t launches;
  uint64_t graph_launches;
  uint64_t compilations;
  /// Blocks of device and pinned memory that have not been given back.
  uint64_t live_blocks;
  uint64_t live_bytes;
  uint64_t peak_bytes;
  /// Blocks whose rims were written to, and accesses outside of blocks.
  uint64_t violations;
  /// Streams, events, modules, graphs and contexts that have not been given back.
  uint64_t live_handles;
} LikenessEmulatorCounts;

#ifdef __cplusplus
extern "C" {
#endif

/// A machine with these cards; NULL when too many machines are in use at once (64).
LikenessEmulator *_Nullable likeness_emulator_make(const LikenessEmulatedDevice *_Nullable devices, int32_t count);
void likeness_emulator_release(LikenessEmulator *emulator);

/// The machine's tables.
void likeness_emulator_driver(LikenessEmulator *emulator, LikenessCUDADriver *table);
void likeness_emulator_nvrtc(LikenessEmulator *emulator, LikenessNVRTC *table);
void likeness_emulator_nvml(LikenessEmulator *emulator, LikenessNVML *table);

LikenessEmulatorCounts likeness_emulator_counts(LikenessEmulator *emulator);
/// Memory that other programs hold on a device, in bytes.
void likeness_emulator_set_others(LikenessEmulator *emulator, int32_t device, size_t bytes);
/// Lets a function of the driver fail: after `skip` calls, `times` times, with this result.
void likeness_emulator_fail(
    LikenessEmulator *emulator, const char *function, int32_t skip, int32_t times, int32_t result);
/// The compiler states this version from now on.
void likeness_emulator_set_compiler(LikenessEmulator *emulator, int32_t major, int32_t minor);

/// Bytes of a kernel's only parameter; 0 for a kernel that is not known, −1 for one with several.
int32_t likeness_emulator_argument_bytes(const char *kernel);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
