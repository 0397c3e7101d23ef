#define _GNU_SOURCE  // dladdr
#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#define LIKENESS_ORT_SLOT(name, slot) \
  _Static_assert(offsetof(OrtApi, name) == (slot) * sizeof(void *), #name " must be slot " #slot)

LIKENESS_ORT_SLOT(GetErrorCode, 1);
LIKENESS_ORT_SLOT(GetErrorMessage, 2);
LIKENESS_ORT_SLOT(CreateEnvWithCustomLogger, 4);
LIKENESS_ORT_SLOT(CreateSessionFromArray, 8);
LIKENESS_ORT_SLOT(Run, 9);
LIKENESS_ORT_SLOT(CreateSessionOptions, 10);
LIKENESS_ORT_SLOT(SetSessionExecutionMode, 13);
LIKENESS_ORT_SLOT(EnableMemPattern, 16);
LIKENESS_ORT_SLOT(DisableMemPattern, 17);
LIKENESS_ORT_SLOT(EnableCpuMemArena, 18);
LIKENESS_ORT_SLOT(DisableCpuMemArena, 19);
LIKENESS_ORT_SLOT(SetSessionLogSeverityLevel, 22);
LIKENESS_ORT_SLOT(SetSessionGraphOptimizationLevel, 23);
LIKENESS_ORT_SLOT(SetIntraOpNumThreads, 24);
LIKENESS_ORT_SLOT(SetInterOpNumThreads, 25);
LIKENESS_ORT_SLOT(SessionGetInputCount, 30);
LIKENESS_ORT_SLOT(SessionGetOutputCount, 31);
LIKENESS_ORT_SLOT(SessionGetInputTypeInfo, 33);
LIKENESS_ORT_SLOT(SessionGetOutputTypeInfo, 34);
LIKENESS_ORT_SLOT(SessionGetInputName, 36);
LIKENESS_ORT_SLOT(SessionGetOutputName, 37);
LIKENESS_ORT_SLOT(CreateRunOptions, 39);
LIKENESS_ORT_SLOT(RunOptionsSetTerminate, 46);
LIKENESS_ORT_SLOT(RunOptionsUnsetTerminate, 47);
LIKENESS_ORT_SLOT(CreateTensorWithDataAsOrtValue, 49);
LIKENESS_ORT_SLOT(GetTensorMutableData, 51);
LIKENESS_ORT_SLOT(CastTypeInfoToTensorInfo, 55);
LIKENESS_ORT_SLOT(GetOnnxTypeFromTypeInfo, 56);
LIKENESS_ORT_SLOT(GetTensorElementType, 60);
LIKENESS_ORT_SLOT(GetDimensionsCount, 61);
LIKENESS_ORT_SLOT(GetDimensions, 62);
LIKENESS_ORT_SLOT(GetTensorTypeAndShape, 65);
LIKENESS_ORT_SLOT(CreateMemoryInfo, 68);
LIKENESS_ORT_SLOT(CreateCpuMemoryInfo, 69);
LIKENESS_ORT_SLOT(AllocatorFree, 76);
LIKENESS_ORT_SLOT(GetAllocatorWithDefaultOptions, 78);
LIKENESS_ORT_SLOT(ReleaseEnv, 92);
LIKENESS_ORT_SLOT(ReleaseStatus, 93);
LIKENESS_ORT_SLOT(ReleaseMemoryInfo, 94);
LIKENESS_ORT_SLOT(ReleaseSession, 95);
LIKENESS_ORT_SLOT(ReleaseValue, 96);
LIKENESS_ORT_SLOT(ReleaseRunOptions, 97);
LIKENESS_ORT_SLOT(ReleaseTypeInfo, 98);
LIKENESS_ORT_SLOT(ReleaseTensorTypeAndShapeInfo, 99);
LIKENESS_ORT_SLOT(ReleaseSessionOptions, 100);
LIKENESS_ORT_SLOT(GetAvailableProviders, 125);
LIKENESS_ORT_SLOT(ReleaseAvailableProviders, 126);
LIKENESS_ORT_SLOT(AddSessionConfigEntry, 130);
LIKENESS_ORT_SLOT(RunWithBinding, 133);
LIKENESS_ORT_SLOT(CreateIoBinding, 134);
LIKENESS_ORT_SLOT(ReleaseIoBinding, 135);
LIKENESS_ORT_SLOT(BindInput, 136);
LIKENESS_ORT_SLOT(BindOutput, 137);
LIKENESS_ORT_SLOT(BindOutputToDevice, 138);
LIKENESS_ORT_SLOT(GetBoundOutputValues, 140);
LIKENESS_ORT_SLOT(ClearBoundInputs, 141);
LIKENESS_ORT_SLOT(ClearBoundOutputs, 142);
LIKENESS_ORT_SLOT(CreateAndRegisterAllocator, 144);
LIKENESS_ORT_SLOT(ReleaseArenaCfg, 157);
LIKENESS_ORT_SLOT(CreateArenaCfgV2, 164);
LIKENESS_ORT_SLOT(AddRunConfigEntry, 165);
LIKENESS_ORT_SLOT(SessionOptionsAppendExecutionProvider_TensorRT_V2, 170);
LIKENESS_ORT_SLOT(CreateTensorRTProviderOptions, 171);
LIKENESS_ORT_SLOT(UpdateTensorRTProviderOptions, 172);
LIKENESS_ORT_SLOT(ReleaseTensorRTProviderOptions, 174);
LIKENESS_ORT_SLOT(SynchronizeBoundInputs, 202);
LIKENESS_ORT_SLOT(SynchronizeBoundOutputs, 203);
LIKENESS_ORT_SLOT(SessionOptionsAppendExecutionProvider_CUDA_V2, 204);
LIKENESS_ORT_SLOT(CreateCUDAProviderOptions, 205);
LIKENESS_ORT_SLOT(UpdateCUDAProviderOptions, 206);
LIKENESS_ORT_SLOT(ReleaseCUDAProviderOptions, 208);
LIKENESS_ORT_SLOT(SessionOptionsAppendExecutionProvider, 216);

typedef struct OrtApiBase {
  const OrtApi *(*GetApi)(uint32_t version);
  const char *(*GetVersionString)(void);
} OrtApiBase;

// Reads slot `slot` of the table into the extra `name` when the library serves API version `since`.
#define LIKENESS_ORT_EXTRA(name, slot, since) \
  if (version >= (since)) memcpy(&extras->name, (const char *)api + (slot) * sizeof(void *), sizeof(void *))

static void fill_extras(const OrtApi *api, uint32_t version, LikenessOrtExtras *extras) {
  LIKENESS_ORT_EXTRA(UpdateTensorRTProviderOptionsWithValue, 261, 16);
  LIKENESS_ORT_EXTRA(UpdateCUDAProviderOptionsWithValue, 263, 16);
  LIKENESS_ORT_EXTRA(RegisterExecutionProviderLibrary, 301, 22);
  LIKENESS_ORT_EXTRA(UnregisterExecutionProviderLibrary, 302, 22);
  LIKENESS_ORT_EXTRA(GetEpDevices, 303, 22);
  LIKENESS_ORT_EXTRA(SessionOptionsAppendExecutionProvider_V2, 304, 22);
  LIKENESS_ORT_EXTRA(Session_GetEpGraphAssignmentInfo, 407, 24);
  LIKENESS_ORT_EXTRA(EpAssignedSubgraph_GetEpName, 408, 24);
  LIKENESS_ORT_EXTRA(EpAssignedSubgraph_GetNodes, 409, 24);
  LIKENESS_ORT_EXTRA(EpAssignedNode_GetName, 410, 24);
  LIKENESS_ORT_EXTRA(EpAssignedNode_GetOperatorType, 412, 24);
}

// The newest version that both sides know: a library of release 1.N serves N. Asking for more than it has makes it
// write to standard error. A version that cannot be read gets the oldest one.
static uint32_t served_version(const char *release) {
  unsigned int minor = 0;
  if (release == NULL || sscanf(release, "1.%u", &minor) != 1) return LIKENESS_ORT_API_VERSION;
  if (minor < LIKENESS_ORT_API_VERSION) return LIKENESS_ORT_API_VERSION;
  return minor > LIKENESS_ORT_NEWEST_API_VERSION ? LIKENESS_ORT_NEWEST_API_VERSION : minor;
}

int32_t likeness_ort_open(const char *path, LikenessOrtLibrary *library, char *message, size_t capacity) {
  memset(library, 0, sizeof *library);
  message[0] = 0;
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *reason = dlerror();
    snprintf(message, capacity, "%s", reason == NULL ? "no reason given" : reason);
    return LIKENESS_ORT_NOT_A_LIBRARY;
  }
  const OrtApiBase *(*get_base)(void) = (const OrtApiBase *(*)(void))dlsym(handle, "OrtGetApiBase");
  if (get_base == NULL) {
    dlclose(handle);
    return LIKENESS_ORT_NOT_ONNXRUNTIME;
  }
  // From here on the library stays open: its threads and static state do not survive being unloaded.
  Dl_info where;
  if (dladdr((const void *)get_base, &where) != 0) library->path = where.dli_fname;
  const OrtApiBase *base = get_base();
  library->version = base->GetVersionString();
  library->api_version = served_version(library->version);
  library->api = base->GetApi(library->api_version);
  if (library->api == NULL) return LIKENESS_ORT_TOO_OLD;
  fill_extras(library->api, library->api_version, &library->extras);
  return LIKENESS_ORT_OPENED;
}

int32_t likeness_preload_library(const char *path) { return dlopen(path, RTLD_NOW | RTLD_GLOBAL) != NULL; }

#if defined(__x86_64__)

uint64_t likeness_flush_denormals(void) {
  const unsigned int state = _mm_getcsr();
  _mm_setcsr(state | 0x8040);  // bit 15: results flushed to zero; bit 6: operands read as zero
  return state;
}

void likeness_restore_float_state(uint64_t state) { _mm_setcsr((unsigned int)state); }

#elif defined(__aarch64__)

uint64_t likeness_flush_denormals(void) {
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  __asm__ volatile("msr fpcr, %0" ::"r"(state | (1ULL << 24)));  // FZ
  return state;
}

void likeness_restore_float_state(uint64_t state) { __asm__ volatile("msr fpcr, %0" ::"r"(state)); }

#else

uint64_t likeness_flush_denormals(void) { return 0; }

void likeness_restore_float_state(uint64_t state) { (void)state; }

#endif
