#include "CCUDA.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// One function of a library and where its pointer goes.
typedef struct Entry {
  const char *name;
  size_t offset;
  int is_optional;
} Entry;

_Static_assert(sizeof(LikenessCUCopy2D) == 128, "CUDA_MEMCPY2D has 128 bytes");
_Static_assert(sizeof(LikenessNVMLProcess) == 24, "nvmlProcessInfo_t has 24 bytes");

static int32_t open_library(
    const char *path, const Entry *entries, size_t count, void *table, char *message, size_t capacity) {
  message[0] = 0;
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *reason = dlerror();
    snprintf(message, capacity, "%s", reason == NULL ? "no reason given" : reason);
    return LIKENESS_CUDA_NOT_A_LIBRARY;
  }
  for (size_t index = 0; index < count; index++) {
    void *function = dlsym(handle, entries[index].name);
    if (function == NULL && !entries[index].is_optional) {
      snprintf(message, capacity, "%s", entries[index].name);
      dlclose(handle);
      return LIKENESS_CUDA_FUNCTION_MISSING;
    }
    memcpy((char *)table + entries[index].offset, &function, sizeof function);
  }
  // The library stays open: its threads and static state do not survive being unloaded.
  return LIKENESS_CUDA_OPENED;
}

#define LIKENESS_COUNT(entries) (sizeof(entries) / sizeof((entries)[0]))

/// Entries are in the order of the table, so their number is held to its size.
#define LIKENESS_COMPLETE(entries, Table) \
  _Static_assert(LIKENESS_COUNT(entries) * sizeof(void *) == sizeof(Table), "every function has an entry")

int32_t likeness_cuda_open(const char *path, LikenessCUDADriver *driver, char *message, size_t capacity) {
#define ENTRY(field) {#field, offsetof(LikenessCUDADriver, field), 0}
  static const Entry entries[] = {
      ENTRY(cuInit),
      ENTRY(cuDriverGetVersion),
      ENTRY(cuGetErrorName),
      ENTRY(cuGetErrorString),
      ENTRY(cuDeviceGetCount),
      ENTRY(cuDeviceGet),
      ENTRY(cuDeviceGetName),
      ENTRY(cuDeviceGetUuid_v2),
      ENTRY(cuDeviceGetAttribute),
      ENTRY(cuDeviceTotalMem_v2),
      ENTRY(cuDevicePrimaryCtxRetain),
      ENTRY(cuDevicePrimaryCtxRelease_v2),
      ENTRY(cuCtxSetCurrent),
      ENTRY(cuCtxGetStreamPriorityRange),
      ENTRY(cuMemGetInfo_v2),
      ENTRY(cuMemAlloc_v2),
      ENTRY(cuMemFree_v2),
      ENTRY(cuMemAllocAsync),
      ENTRY(cuMemFreeAsync),
      ENTRY(cuMemHostAlloc),
      ENTRY(cuMemFreeHost),
      ENTRY(cuMemcpyHtoDAsync_v2),
      ENTRY(cuMemcpyDtoHAsync_v2),
      ENTRY(cuMemcpyDtoDAsync_v2),
      ENTRY(cuMemcpy2DAsync_v2),
      ENTRY(cuMemsetD8Async),
      ENTRY(cuMemsetD32Async),
      ENTRY(cuStreamCreateWithPriority),
      ENTRY(cuStreamDestroy_v2),
      ENTRY(cuStreamSynchronize),
      ENTRY(cuStreamQuery),
      ENTRY(cuStreamWaitEvent),
      ENTRY(cuEventCreate),
      ENTRY(cuEventDestroy_v2),
      ENTRY(cuEventRecord),
      ENTRY(cuEventQuery),
      ENTRY(cuEventSynchronize),
      ENTRY(cuEventElapsedTime),
      ENTRY(cuModuleLoadData),
      ENTRY(cuModuleUnload),
      ENTRY(cuModuleGetFunction),
      ENTRY(cuLaunchKernel),
      ENTRY(cuStreamBeginCapture_v2),
      ENTRY(cuThreadExchangeStreamCaptureMode),
      ENTRY(cuStreamEndCapture),
      ENTRY(cuGraphInstantiateWithFlags),
      ENTRY(cuGraphLaunch),
      ENTRY(cuGraphExecDestroy),
      ENTRY(cuGraphDestroy),
  };
#undef ENTRY
  LIKENESS_COMPLETE(entries, LikenessCUDADriver);
  return open_library(path, entries, LIKENESS_COUNT(entries), driver, message, capacity);
}

LikenessCUResult likeness_cuda_ignore_recordings(LikenessCUResult (*exchange)(int32_t *mode)) {
  static _Thread_local int is_set = 0;
  if (is_set) return LIKENESS_CUDA_SUCCESS;
  int32_t mode = LIKENESS_CUDA_CAPTURE_THREAD_LOCAL;
  LikenessCUResult result = exchange(&mode);
  is_set = result == LIKENESS_CUDA_SUCCESS;
  return result;
}

int32_t likeness_nvrtc_open(const char *path, LikenessNVRTC *nvrtc, char *message, size_t capacity) {
#define ENTRY(field) {#field, offsetof(LikenessNVRTC, field), 0}
  static const Entry entries[] = {
      ENTRY(nvrtcGetErrorString),
      ENTRY(nvrtcVersion),
      ENTRY(nvrtcGetNumSupportedArchs),
      ENTRY(nvrtcGetSupportedArchs),
      ENTRY(nvrtcCreateProgram),
      ENTRY(nvrtcDestroyProgram),
      ENTRY(nvrtcCompileProgram),
      ENTRY(nvrtcGetProgramLogSize),
      ENTRY(nvrtcGetProgramLog),
      ENTRY(nvrtcGetPTXSize),
      ENTRY(nvrtcGetPTX),
      ENTRY(nvrtcGetCUBINSize),
      ENTRY(nvrtcGetCUBIN),
  };
#undef ENTRY
  LIKENESS_COMPLETE(entries, LikenessNVRTC);
  return open_library(path, entries, LIKENESS_COUNT(entries), nvrtc, message, capacity);
}

int32_t likeness_nvml_open(const char *path, LikenessNVML *nvml, char *message, size_t capacity) {
#define ENTRY(field) {#field, offsetof(LikenessNVML, field), 0}
#define OPTIONAL(field) {#field, offsetof(LikenessNVML, field), 1}
  static const Entry entries[] = {
      ENTRY(nvmlInit_v2),
      ENTRY(nvmlErrorString),
      ENTRY(nvmlSystemGetDriverVersion),
      ENTRY(nvmlDeviceGetCount_v2),
      ENTRY(nvmlDeviceGetHandleByIndex_v2),
      ENTRY(nvmlDeviceGetHandleByUUID),
      ENTRY(nvmlDeviceGetName),
      ENTRY(nvmlDeviceGetUUID),
      ENTRY(nvmlDeviceGetMemoryInfo),
      ENTRY(nvmlDeviceGetUtilizationRates),
      OPTIONAL(nvmlDeviceGetMigMode),
      OPTIONAL(nvmlDeviceGetMaxMigDeviceCount),
      OPTIONAL(nvmlDeviceGetMigDeviceHandleByIndex),
      OPTIONAL(nvmlDeviceGetComputeRunningProcesses_v3),
  };
#undef ENTRY
#undef OPTIONAL
  LIKENESS_COMPLETE(entries, LikenessNVML);
  return open_library(path, entries, LIKENESS_COUNT(entries), nvml, message, capacity);
}

int32_t likeness_cuda_show_only(const char *devices) {
  if (getenv("CUDA_VISIBLE_DEVICES") != NULL) return 0;
  return setenv("CUDA_VISIBLE_DEVICES", devices, 1) == 0;
}
