// NVML, the management library that comes with the driver: memory, load and processes of a card.
#ifndef LIKENESS_NVML_H
#define LIKENESS_NVML_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef int32_t LikenessNVMLResult;  // 0 = success
typedef struct LikenessNVMLDevice LikenessNVMLDevice;

enum {
  LIKENESS_NVML_SUCCESS = 0,
  LIKENESS_NVML_INVALID_ARGUMENT = 2,
  LIKENESS_NVML_NOT_SUPPORTED = 3,
  LIKENESS_NVML_NOT_FOUND = 6,
  LIKENESS_NVML_INSUFFICIENT_SIZE = 7,
};

/// nvmlMemory_t, in bytes.
typedef struct LikenessNVMLMemory {
  uint64_t total;
  uint64_t free_bytes;
  uint64_t used;
} LikenessNVMLMemory;

/// nvmlUtilization_t, percent of the last sampling time.
typedef struct LikenessNVMLUtilization {
  uint32_t gpu;
  uint32_t memory;
} LikenessNVMLUtilization;

/// nvmlProcessInfo_t (version 2): bytes used, all bits set when not known.
typedef struct LikenessNVMLProcess {
  uint32_t pid;
  uint64_t used;
  uint32_t gpu_instance;
  uint32_t compute_instance;
} LikenessNVMLProcess;

typedef struct LikenessNVML {
  LikenessNVMLResult (*_Nonnull nvmlInit_v2)(void);
  const char *_Nullable (*_Nonnull nvmlErrorString)(LikenessNVMLResult result);
  LikenessNVMLResult (*_Nonnull nvmlSystemGetDriverVersion)(char *version, uint32_t capacity);
  LikenessNVMLResult (*_Nonnull nvmlDeviceGetCount_v2)(uint32_t *count);
  LikenessNVMLResult (*_Nonnull nvmlDeviceGetHandleByIndex_v2)(
      uint32_t index, LikenessNVMLDevice *_Nullable *_Nonnull device);
  LikenessNVMLResult (*_Nonnull nvmlDeviceGetHandleByUUID)(
      const char *uuid, LikenessNVMLDevice *_Nullable *_Nonnull device);
  LikenessNVMLResult (*_Nonnull nvmlDeviceGetName)(LikenessNVMLDevice *device, char *name, uint32_t capacity);
  LikenessNVMLResult (*_Nonnull nvmlDeviceGetUUID)(LikenessNVMLDevice *device, char *uuid, uint32_t capacity);
  LikenessNVMLResult (*_Nonnull nvmlDeviceGetMemoryInfo)(LikenessNVMLDevice *device, LikenessNVMLMemory *memory);
  LikenessNVMLResult (*_Nonnull nvmlDeviceGetUtilizationRates)(
      LikenessNVMLDevice *device, LikenessNVMLUtilization *utilization);
  // Functions that old drivers lack; NULL then.
  LikenessNVMLResult (*_Nullable nvmlDeviceGetMigMode)(
      LikenessNVMLDevice *device, uint32_t *current, uint32_t *pending);
  LikenessNVMLResult (*_Nullable nvmlDeviceGetMaxMigDeviceCount)(LikenessNVMLDevice *device, uint32_t *count);
  LikenessNVMLResult (*_Nullable nvmlDeviceGetMigDeviceHandleByIndex)(
      LikenessNVMLDevice *device, uint32_t index, LikenessNVMLDevice *_Nullable *_Nonnull instance);
  LikenessNVMLResult (*_Nullable nvmlDeviceGetComputeRunningProcesses_v3)(
      LikenessNVMLDevice *device, uint32_t *count, LikenessNVMLProcess *_Nullable processes);
} LikenessNVML;

#ifdef __cplusplus
extern "C" {
#endif

/// Opens NVML and fills the table. `message` gets a reason when it fails.
int32_t likeness_nvml_open(const char *path, LikenessNVML *nvml, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
