// The CUDA driver (libcuda): the calls Likeness makes. Needs a driver of 2021 (R470, CUDA 11.4) or later.
#ifndef LIKENESS_CUDA_DRIVER_H
#define LIKENESS_CUDA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef int32_t LikenessCUResult;      // 0 = success
typedef int32_t LikenessCUDevice;      // ordinal
typedef uint64_t LikenessCUAddress;    // CUdeviceptr
typedef struct LikenessCUContext LikenessCUContext;
typedef struct LikenessCUStream LikenessCUStream;
typedef struct LikenessCUEvent LikenessCUEvent;
typedef struct LikenessCUModule LikenessCUModule;
typedef struct LikenessCUFunction LikenessCUFunction;
typedef struct LikenessCUGraph LikenessCUGraph;
typedef struct LikenessCUGraphExec LikenessCUGraphExec;

/// CUresult values that are told apart.
enum {
  LIKENESS_CUDA_SUCCESS = 0,
  LIKENESS_CUDA_INVALID_VALUE = 1,
  LIKENESS_CUDA_OUT_OF_MEMORY = 2,
  LIKENESS_CUDA_NOT_INITIALIZED = 3,
  LIKENESS_CUDA_DEVICE_UNAVAILABLE = 46,
  LIKENESS_CUDA_NO_DEVICE = 100,
  LIKENESS_CUDA_INVALID_DEVICE = 101,
  LIKENESS_CUDA_INVALID_IMAGE = 200,
  LIKENESS_CUDA_INVALID_CONTEXT = 201,
  LIKENESS_CUDA_NO_BINARY_FOR_GPU = 209,
  LIKENESS_CUDA_INVALID_PTX = 218,
  LIKENESS_CUDA_UNSUPPORTED_PTX_VERSION = 222,
  LIKENESS_CUDA_INVALID_HANDLE = 400,
  LIKENESS_CUDA_NOT_FOUND = 500,
  LIKENESS_CUDA_NOT_READY = 600,
  LIKENESS_CUDA_LAUNCH_FAILED = 719,
};

/// CUdevice_attribute values that are read.
enum {
  LIKENESS_CUDA_ATTRIBUTE_MULTIPROCESSORS = 16,
  LIKENESS_CUDA_ATTRIBUTE_INTEGRATED = 18,
  LIKENESS_CUDA_ATTRIBUTE_COPY_ENGINES = 40,
  LIKENESS_CUDA_ATTRIBUTE_CAPABILITY_MAJOR = 75,
  LIKENESS_CUDA_ATTRIBUTE_CAPABILITY_MINOR = 76,
  LIKENESS_CUDA_ATTRIBUTE_MEMORY_POOLS = 115,
};

enum {
  LIKENESS_CUDA_STREAM_NON_BLOCKING = 1,
  LIKENESS_CUDA_EVENT_DISABLE_TIMING = 2,
  LIKENESS_CUDA_MEMORY_HOST = 1,
  LIKENESS_CUDA_MEMORY_DEVICE = 2,
  LIKENESS_CUDA_CAPTURE_GLOBAL = 0,
  LIKENESS_CUDA_CAPTURE_THREAD_LOCAL = 1,
};

/// CUDA_MEMCPY2D: rows of bytes from one pitch to another.
typedef struct LikenessCUCopy2D {
  size_t srcXInBytes;
  size_t srcY;
  int32_t srcMemoryType;
  const void *_Nullable srcHost;
  LikenessCUAddress srcDevice;
  const void *_Nullable srcArray;
  size_t srcPitch;
  size_t dstXInBytes;
  size_t dstY;
  int32_t dstMemoryType;
  void *_Nullable dstHost;
  LikenessCUAddress dstDevice;
  const void *_Nullable dstArray;
  size_t dstPitch;
  size_t WidthInBytes;
  size_t Height;
} LikenessCUCopy2D;

typedef struct LikenessCUDADriver {
  LikenessCUResult (*_Nonnull cuInit)(uint32_t flags);
  LikenessCUResult (*_Nonnull cuDriverGetVersion)(int32_t *version);
  LikenessCUResult (*_Nonnull cuGetErrorName)(LikenessCUResult error, const char *_Nullable *_Nonnull name);
  LikenessCUResult (*_Nonnull cuGetErrorString)(LikenessCUResult error, const char *_Nullable *_Nonnull text);

  LikenessCUResult (*_Nonnull cuDeviceGetCount)(int32_t *count);
  LikenessCUResult (*_Nonnull cuDeviceGet)(LikenessCUDevice *device, int32_t ordinal);
  LikenessCUResult (*_Nonnull cuDeviceGetName)(char *name, int32_t capacity, LikenessCUDevice device);
  LikenessCUResult (*_Nonnull cuDeviceGetUuid_v2)(uint8_t *sixteen_bytes, LikenessCUDevice device);
  LikenessCUResult (*_Nonnull cuDeviceGetAttribute)(int32_t *value, int32_t attribute, LikenessCUDevice device);
  LikenessCUResult (*_Nonnull cuDeviceTotalMem_v2)(size_t *bytes, LikenessCUDevice device);

  LikenessCUResult (*_Nonnull cuDevicePrimaryCtxRetain)(
      LikenessCUContext *_Nullable *_Nonnull context, LikenessCUDevice device);
  LikenessCUResult (*_Nonnull cuDevicePrimaryCtxRelease_v2)(LikenessCUDevice device);
  LikenessCUResult (*_Nonnull cuCtxSetCurrent)(LikenessCUContext *_Nullable context);
  LikenessCUResult (*_Nonnull cuCtxGetStreamPriorityRange)(int32_t *least, int32_t *greatest);

  LikenessCUResult (*_Nonnull cuMemGetInfo_v2)(size_t *free_bytes, size_t *total_bytes);
  LikenessCUResult (*_Nonnull cuMemAlloc_v2)(LikenessCUAddress *address, size_t bytes);
  LikenessCUResult (*_Nonnull cuMemFree_v2)(LikenessCUAddress address);
  LikenessCUResult (*_Nonnull cuMemAllocAsync)(LikenessCUAddress *address, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuMemFreeAsync)(LikenessCUAddress address, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuMemHostAlloc)(void *_Nullable *_Nonnull memory, size_t bytes, uint32_t flags);
  LikenessCUResult (*_Nonnull cuMemFreeHost)(void *memory);

  LikenessCUResult (*_Nonnull cuMemcpyHtoDAsync_v2)(
      LikenessCUAddress to, const void *from, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuMemcpyDtoHAsync_v2)(
      void *to, LikenessCUAddress from, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuMemcpyDtoDAsync_v2)(
      LikenessCUAddress to, LikenessCUAddress from, size_t bytes, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuMemcpy2DAsync_v2)(const LikenessCUCopy2D *copy, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuMemsetD8Async)(
      LikenessCUAddress to, uint8_t value, size_t count, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuMemsetD32Async)(
      LikenessCUAddress to, uint32_t value, size_t count, LikenessCUStream *stream);

  LikenessCUResult (*_Nonnull cuStreamCreateWithPriority)(
      LikenessCUStream *_Nullable *_Nonnull stream, uint32_t flags, int32_t priority);
  LikenessCUResult (*_Nonnull cuStreamDestroy_v2)(LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuStreamSynchronize)(LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuStreamQuery)(LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuStreamWaitEvent)(LikenessCUStream *stream, LikenessCUEvent *event, uint32_t flags);

  LikenessCUResult (*_Nonnull cuEventCreate)(LikenessCUEvent *_Nullable *_Nonnull event, uint32_t flags);
  LikenessCUResult (*_Nonnull cuEventDestroy_v2)(LikenessCUEvent *event);
  LikenessCUResult (*_Nonnull cuEventRecord)(LikenessCUEvent *event, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuEventQuery)(LikenessCUEvent *event);
  LikenessCUResult (*_Nonnull cuEventSynchronize)(LikenessCUEvent *event);
  LikenessCUResult (*_Nonnull cuEventElapsedTime)(float *milliseconds, LikenessCUEvent *start, LikenessCUEvent *end);

  LikenessCUResult (*_Nonnull cuModuleLoadData)(LikenessCUModule *_Nullable *_Nonnull module, const void *image);
  LikenessCUResult (*_Nonnull cuModuleUnload)(LikenessCUModule *module);
  LikenessCUResult (*_Nonnull cuModuleGetFunction)(
      LikenessCUFunction *_Nullable *_Nonnull function, LikenessCUModule *module, const char *name);
  LikenessCUResult (*_Nonnull cuLaunchKernel)(
      LikenessCUFunction *function, uint32_t grid_x, uint32_t grid_y, uint32_t grid_z, uint32_t block_x,
      uint32_t block_y, uint32_t block_z, uint32_t shared_bytes, LikenessCUStream *stream,
      void *_Nullable *_Nullable parameters, void *_Nullable *_Nullable extra);

  LikenessCUResult (*_Nonnull cuStreamBeginCapture_v2)(LikenessCUStream *stream, int32_t mode);
  LikenessCUResult (*_Nonnull cuThreadExchangeStreamCaptureMode)(int32_t *mode);
  LikenessCUResult (*_Nonnull cuStreamEndCapture)(LikenessCUStream *stream, LikenessCUGraph *_Nullable *_Nonnull graph);
  LikenessCUResult (*_Nonnull cuGraphInstantiateWithFlags)(
      LikenessCUGraphExec *_Nullable *_Nonnull instance, LikenessCUGraph *graph, uint64_t flags);
  LikenessCUResult (*_Nonnull cuGraphLaunch)(LikenessCUGraphExec *instance, LikenessCUStream *stream);
  LikenessCUResult (*_Nonnull cuGraphExecDestroy)(LikenessCUGraphExec *instance);
  LikenessCUResult (*_Nonnull cuGraphDestroy)(LikenessCUGraph *graph);
} LikenessCUDADriver;

#ifdef __cplusplus
extern "C" {
#endif

/// Lets this thread go on with its own calls while another library records a graph on another thread. By default the
/// driver refuses memory and events to all threads meanwhile, and the recording fails. Costs nothing after the first call.
///
/// `exchange` is the driver's cuThreadExchangeStreamCaptureMode.
LikenessCUResult likeness_cuda_ignore_recordings(LikenessCUResult (*exchange)(int32_t *mode));

/// Opens the driver's library and fills the table. `message` gets a reason when it fails.
int32_t likeness_cuda_open(const char *path, LikenessCUDADriver *driver, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
