// What one emulated machine holds, and the driver's functions on it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "CUDAEmulator.h"
#include "EmulatedKernel.hpp"

struct LikenessCUContext {
  int32_t device = 0;
  int32_t users = 0;
};

using EmulatedWork = std::function<LikenessCUResult()>;

struct LikenessCUGraph {
  std::vector<EmulatedWork> work;
};

struct LikenessCUGraphExec {
  std::vector<EmulatedWork> work;
};

struct LikenessCUStream {
  int32_t device = 0;
  bool is_capturing = false;
  bool is_global = false;
  std::vector<EmulatedWork> captured;
};

struct LikenessCUEvent {
  bool is_timed = false;
  bool is_recorded = false;
  std::chrono::steady_clock::time_point time;
};

struct LikenessCUFunction {
  const EmulatedKernel *kernel = nullptr;
};

struct LikenessCUModule {
  std::set<std::string> names;
  /// Any kernel that is known may be asked for: the image comes from the real compiler.
  bool is_open = false;
  std::map<std::string, LikenessCUFunction> functions;
};

struct LikenessNVRTCProgram {
  std::string source;
  std::string log;
  std::string image;
};

struct LikenessNVMLDevice {
  int32_t device = 0;
};

struct EmulatedDevice {
  std::string name;
  uint8_t uuid[16] = {};
  int32_t capability[2] = {};
  size_t memory = 0;
  size_t used = 0;
  size_t others = 0;
  LikenessCUContext context;
  LikenessNVMLDevice managed;

  bool is_instance() const { return name.find(" MIG ") != std::string::npos; }
  std::string uuid_text() const;
};

class Machine {
 public:
  int slot = 0;
  uint64_t generation = 0;
  std::vector<std::unique_ptr<EmulatedDevice>> devices;
  LikenessEmulatorCounts counts = {};
  int32_t compiler_version[2] = {12, 9};
  std::recursive_mutex lock;

  ~Machine();
  void fail_at(const char *function, int32_t skip, int32_t times, int32_t result);

  // The driver, under the driver's own names.
  LikenessCUResult cuInit(uint32_t flags);
  LikenessCUResult cuDriverGetVersion(int32_t *version);
  LikenessCUResult cuGetErrorName(LikenessCUResult error, const char **name);
  LikenessCUResult cuGetErrorString(LikenessCUResult error, const char **text);
  LikenessCUResult cuDeviceGetCount(int32_t *count);
  LikenessCUResult cuDeviceGet(LikenessCUDevice *device, int32_t ordinal);
  LikenessCUResult cuDeviceGetName(char *name, int32_t capacity, LikenessCUDevice device);
  LikenessCUResult cuDeviceGetUuid_v2(uint8_t *uuid, LikenessCUDevice device);
  LikenessCUResult cuDeviceGetAttribute(int32_t *value, int32_t attribute, LikenessCUDevice device);
  LikenessCUResult cuDeviceTotalMem_v2(size_t *bytes, LikenessCUDevice device);
  LikenessCUResult cuDevicePrimaryCtxRetain(LikenessCUContext **context, LikenessCUDevice device);
  LikenessCUResult cuDevicePrimaryCtxRelease_v2(LikenessCUDevice device);
  LikenessCUResult cuCtxSetCurrent(LikenessCUContext *context);
  LikenessCUResult cuCtxGetStreamPriorityRange(int32_t *least, int32_t *greatest);
  LikenessCUResult cuMemGetInfo_v2(size_t *free_bytes, size_t *total);
  LikenessCUResult cuMemAlloc_v2(LikenessCUAddress *address, size_t bytes);
  LikenessCUResult cuMemFree_v2(LikenessCUAddress address);
  LikenessCUResult cuMemAllocAsync(LikenessCUAddress *address, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult cuMemFreeAsync(LikenessCUAddress address, LikenessCUStream *stream);
  LikenessCUResult cuMemHostAlloc(void **memory, size_t bytes, uint32_t flags);
  LikenessCUResult cuMemFreeHost(void *memory);
  LikenessCUResult cuMemcpyHtoDAsync_v2(LikenessCUAddress to, const void *from, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult cuMemcpyDtoHAsync_v2(void *to, LikenessCUAddress from, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult cuMemcpyDtoDAsync_v2(
      LikenessCUAddress to, LikenessCUAddress from, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult cuMemcpy2DAsync_v2(const LikenessCUCopy2D *copy, LikenessCUStream *stream);
  LikenessCUResult cuMemsetD8Async(LikenessCUAddress to, uint8_t value, size_t count, LikenessCUStream *stream);
  LikenessCUResult cuMemsetD32Async(LikenessCUAddress to, uint32_t value, size_t count, LikenessCUStream *stream);
  LikenessCUResult cuStreamCreateWithPriority(LikenessCUStream **stream, uint32_t flags, int32_t priority);
  LikenessCUResult cuStreamDestroy_v2(LikenessCUStream *stream);
  LikenessCUResult cuStreamSynchronize(LikenessCUStream *stream);
  LikenessCUResult cuStreamQuery(LikenessCUStream *stream);
  LikenessCUResult cuStreamWaitEvent(LikenessCUStream *stream, LikenessCUEvent *event, uint32_t flags);
  LikenessCUResult cuEventCreate(LikenessCUEvent **event, uint32_t flags);
  LikenessCUResult cuEventDestroy_v2(LikenessCUEvent *event);
  LikenessCUResult cuEventRecord(LikenessCUEvent *event, LikenessCUStream *stream);
  LikenessCUResult cuEventQuery(LikenessCUEvent *event);
  LikenessCUResult cuEventSynchronize(LikenessCUEvent *event);
  LikenessCUResult cuEventElapsedTime(float *milliseconds, LikenessCUEvent *start, LikenessCUEvent *end);
  LikenessCUResult cuModuleLoadData(LikenessCUModule **module, const void *image);
  LikenessCUResult cuModuleUnload(LikenessCUModule *module);
  LikenessCUResult cuModuleGetFunction(LikenessCUFunction **function, LikenessCUModule *module, const char *name);
  LikenessCUResult cuLaunchKernel(
      LikenessCUFunction *function, uint32_t grid_x, uint32_t grid_y, uint32_t grid_z, uint32_t block_x,
      uint32_t block_y, uint32_t block_z, uint32_t shared_bytes, LikenessCUStream *stream, void **parameters,
      void **extra);
  LikenessCUResult cuStreamBeginCapture_v2(LikenessCUStream *stream, int32_t mode);
  LikenessCUResult cuThreadExchangeStreamCaptureMode(int32_t *mode);
  LikenessCUResult cuStreamEndCapture(LikenessCUStream *stream, LikenessCUGraph **graph);
  LikenessCUResult cuGraphInstantiateWithFlags(LikenessCUGraphExec **instance, LikenessCUGraph *graph, uint64_t flags);
  LikenessCUResult cuGraphLaunch(LikenessCUGraphExec *instance, LikenessCUStream *stream);
  LikenessCUResult cuGraphExecDestroy(LikenessCUGraphExec *instance);
  LikenessCUResult cuGraphDestroy(LikenessCUGraph *graph);

  // The compiler: it finds the names of kernels in a source.
  const char *nvrtcGetErrorString(LikenessNVRTCResult result);
  LikenessNVRTCResult nvrtcVersion(int32_t *major, int32_t *minor);
  LikenessNVRTCResult nvrtcGetNumSupportedArchs(int32_t *count);
  LikenessNVRTCResult nvrtcGetSupportedArchs(int32_t *architectures);
  LikenessNVRTCResult nvrtcCreateProgram(
      LikenessNVRTCProgram **program, const char *source, const char *name, int32_t header_count,
      const char *const *headers, const char *const *header_names);
  LikenessNVRTCResult nvrtcDestroyProgram(LikenessNVRTCProgram **program);
  LikenessNVRTCResult nvrtcCompileProgram(
      LikenessNVRTCProgram *program, int32_t option_count, const char *const *options);
  LikenessNVRTCResult nvrtcGetProgramLogSize(LikenessNVRTCProgram *program, size_t *bytes);
  LikenessNVRTCResult nvrtcGetProgramLog(LikenessNVRTCProgram *program, char *log);
  LikenessNVRTCResult nvrtcGetPTXSize(LikenessNVRTCProgram *program, size_t *bytes);
  LikenessNVRTCResult nvrtcGetPTX(LikenessNVRTCProgram *program, char *ptx);
  LikenessNVRTCResult nvrtcGetCUBINSize(LikenessNVRTCProgram *program, size_t *bytes);
  LikenessNVRTCResult nvrtcGetCUBIN(LikenessNVRTCProgram *program, char *cubin);

  // The management library.
  LikenessNVMLResult nvmlInit_v2();
  const char *nvmlErrorString(LikenessNVMLResult result);
  LikenessNVMLResult nvmlSystemGetDriverVersion(char *version, uint32_t capacity);
  LikenessNVMLResult nvmlDeviceGetCount_v2(uint32_t *count);
  LikenessNVMLResult nvmlDeviceGetHandleByIndex_v2(uint32_t index, LikenessNVMLDevice **device);
  LikenessNVMLResult nvmlDeviceGetHandleByUUID(const char *uuid, LikenessNVMLDevice **device);
  LikenessNVMLResult nvmlDeviceGetName(LikenessNVMLDevice *device, char *name, uint32_t capacity);
  LikenessNVMLResult nvmlDeviceGetUUID(LikenessNVMLDevice *device, char *uuid, uint32_t capacity);
  LikenessNVMLResult nvmlDeviceGetMemoryInfo(LikenessNVMLDevice *device, LikenessNVMLMemory *memory);
  LikenessNVMLResult nvmlDeviceGetUtilizationRates(LikenessNVMLDevice *device, LikenessNVMLUtilization *utilization);
  LikenessNVMLResult nvmlDeviceGetMigMode(LikenessNVMLDevice *device, uint32_t *current, uint32_t *pending);
  LikenessNVMLResult nvmlDeviceGetMaxMigDeviceCount(LikenessNVMLDevice *device, uint32_t *count);
  LikenessNVMLResult nvmlDeviceGetMigDeviceHandleByIndex(
      LikenessNVMLDevice *device, uint32_t index, LikenessNVMLDevice **instance);
  LikenessNVMLResult nvmlDeviceGetComputeRunningProcesses_v3(
      LikenessNVMLDevice *device, uint32_t *count, LikenessNVMLProcess *processes);

 private:
  struct Block {
    char *base = nullptr;
    size_t bytes = 0;
    int32_t device = 0;
  };
  struct Failure {
    int32_t skip = 0;
    int32_t times = 0;
    int32_t result = 0;
  };

  /// Device memory by address.
  std::map<LikenessCUAddress, Block> blocks;
  std::map<void *, size_t> pinned;
  std::map<std::string, Failure> failures;
  int global_captures = 0;
  /// Of this thread.
  static int32_t &capture_mode();
  LikenessCUContext *current();
  EmulatedDevice *device(LikenessCUDevice ordinal);
  int32_t failure(const char *function);
  bool holds(LikenessCUAddress address, size_t bytes);
  LikenessCUResult give_back(LikenessCUAddress address);
  /// Runs work now, or keeps it when the stream captures.
  LikenessCUResult put(LikenessCUStream *stream, EmulatedWork work);
  LikenessCUResult run(const std::vector<EmulatedWork> &work);
};

struct LikenessEmulator {
  std::unique_ptr<Machine> machine;
};

// How each function of the driver begins: alone in the machine, failing where a test has asked for it, and, for those
// that need one, inside a context.
#define BEGIN(function) \
  std::lock_guard<std::recursive_mutex> guard(lock); \
  if (int32_t code = failure(#function)) return code

#define BEGIN_INSIDE(function) \
  BEGIN(function); \
  if (current() == nullptr) return LIKENESS_CUDA_INVALID_CONTEXT

// What the driver refuses to threads in the default mode while a graph is recorded globally anywhere.
#define BEGIN_UNSAFE(function) \
  BEGIN_INSIDE(function); \
  if (global_captures > 0 && capture_mode() == LIKENESS_CUDA_CAPTURE_GLOBAL) return 900
