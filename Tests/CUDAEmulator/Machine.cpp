#include "Machine.hpp"

#include <cstdlib>

std::vector<EmulatedKernel> &emulated_kernels() {
  static std::vector<EmulatedKernel> kernels;
  return kernels;
}

namespace {

constexpr int slots = 64;

/// The device each thread has entered, by machine.
struct Entered {
  uint64_t generation = 0;
  LikenessCUContext *context = nullptr;
};
thread_local Entered entered[slots];

}  // namespace

Machine::~Machine() {
  for (auto &block : blocks) std::free(block.second.base);
  for (auto &block : pinned) std::free(block.first);
}

void Machine::fail_at(const char *function, int32_t skip, int32_t times, int32_t result) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  failures[function] = {skip, times, result};
}

int32_t Machine::failure(const char *function) {
  auto found = failures.find(function);
  if (found == failures.end()) return 0;
  if (found->second.skip > 0) {
    found->second.skip--;
    return 0;
  }
  int32_t result = found->second.result;
  if (--found->second.times <= 0) failures.erase(found);
  return result;
}

LikenessCUContext *Machine::current() {
  Entered &mine = entered[slot];
  return mine.generation == generation ? mine.context : nullptr;
}

EmulatedDevice *Machine::device(LikenessCUDevice ordinal) {
  return ordinal >= 0 && ordinal < static_cast<int32_t>(devices.size()) ? devices[ordinal].get() : nullptr;
}

bool Machine::holds(LikenessCUAddress address, size_t bytes) {
  auto next = blocks.upper_bound(address);
  if (next != blocks.begin()) {
    auto block = std::prev(next);
    if (address - block->first + bytes <= block->second.bytes) return true;
  }
  counts.violations++;
  return false;
}

LikenessCUResult Machine::put(LikenessCUStream *stream, EmulatedWork work) {
  if (stream == nullptr || stream->device != current()->device) return LIKENESS_CUDA_INVALID_HANDLE;
  if (stream->is_capturing) {
    stream->captured.push_back(std::move(work));
    return LIKENESS_CUDA_SUCCESS;
  }
  return work();
}

LikenessCUResult Machine::run(const std::vector<EmulatedWork> &work) {
  for (auto &item : work) {
    if (LikenessCUResult result = item()) return result;
  }
  return LIKENESS_CUDA_SUCCESS;
}

// MARK: Driver and devices

LikenessCUResult Machine::cuInit(uint32_t) {
  BEGIN(cuInit);
  return devices.empty() ? LIKENESS_CUDA_NO_DEVICE : LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDriverGetVersion(int32_t *version) {
  BEGIN(cuDriverGetVersion);
  *version = 12090;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuGetErrorName(LikenessCUResult error, const char **name) {
  switch (error) {
    case LIKENESS_CUDA_OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
    case LIKENESS_CUDA_NO_DEVICE: *name = "CUDA_ERROR_NO_DEVICE"; break;
    case LIKENESS_CUDA_INVALID_VALUE: *name = "CUDA_ERROR_INVALID_VALUE"; break;
    case LIKENESS_CUDA_INVALID_CONTEXT: *name = "CUDA_ERROR_INVALID_CONTEXT"; break;
    case LIKENESS_CUDA_NOT_FOUND: *name = "CUDA_ERROR_NOT_FOUND"; break;
    default: *name = nullptr; return LIKENESS_CUDA_INVALID_VALUE;
  }
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuGetErrorString(LikenessCUResult error, const char **text) {
  *text = error == LIKENESS_CUDA_OUT_OF_MEMORY ? "out of memory" : nullptr;
  return *text == nullptr ? LIKENESS_CUDA_INVALID_VALUE : LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDeviceGetCount(int32_t *count) {
  BEGIN(cuDeviceGetCount);
  *count = static_cast<int32_t>(devices.size());
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDeviceGet(LikenessCUDevice *found, int32_t ordinal) {
  BEGIN(cuDeviceGet);
  if (device(ordinal) == nullptr) return LIKENESS_CUDA_INVALID_DEVICE;
  *found = ordinal;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDeviceGetName(char *name, int32_t capacity, LikenessCUDevice ordinal) {
  BEGIN(cuDeviceGetName);
  EmulatedDevice *one = device(ordinal);
  if (one == nullptr) return LIKENESS_CUDA_INVALID_DEVICE;
  std::snprintf(name, static_cast<size_t>(capacity), "%s", one->name.c_str());
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDeviceGetUuid_v2(uint8_t *uuid, LikenessCUDevice ordinal) {
  BEGIN(cuDeviceGetUuid_v2);
  EmulatedDevice *one = device(ordinal);
  if (one == nullptr) return LIKENESS_CUDA_INVALID_DEVICE;
  std::memcpy(uuid, one->uuid, 16);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDeviceGetAttribute(int32_t *value, int32_t attribute, LikenessCUDevice ordinal) {
  BEGIN(cuDeviceGetAttribute);
  EmulatedDevice *one = device(ordinal);
  if (one == nullptr) return LIKENESS_CUDA_INVALID_DEVICE;
  switch (attribute) {
    case LIKENESS_CUDA_ATTRIBUTE_CAPABILITY_MAJOR: *value = one->capability[0]; break;
    case LIKENESS_CUDA_ATTRIBUTE_CAPABILITY_MINOR: *value = one->capability[1]; break;
    case LIKENESS_CUDA_ATTRIBUTE_MULTIPROCESSORS: *value = 8; break;
    case LIKENESS_CUDA_ATTRIBUTE_MEMORY_POOLS: *value = 1; break;
    default: *value = 0;
  }
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDeviceTotalMem_v2(size_t *bytes, LikenessCUDevice ordinal) {
  BEGIN(cuDeviceTotalMem_v2);
  EmulatedDevice *one = device(ordinal);
  if (one == nullptr) return LIKENESS_CUDA_INVALID_DEVICE;
  *bytes = one->memory;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDevicePrimaryCtxRetain(LikenessCUContext **context, LikenessCUDevice ordinal) {
  BEGIN(cuDevicePrimaryCtxRetain);
  EmulatedDevice *one = device(ordinal);
  if (one == nullptr) return LIKENESS_CUDA_INVALID_DEVICE;
  one->context.device = ordinal;
  one->context.users++;
  counts.live_handles++;
  *context = &one->context;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuDevicePrimaryCtxRelease_v2(LikenessCUDevice ordinal) {
  BEGIN(cuDevicePrimaryCtxRelease_v2);
  EmulatedDevice *one = device(ordinal);
  if (one == nullptr || one->context.users == 0) return LIKENESS_CUDA_INVALID_CONTEXT;
  one->context.users--;
  counts.live_handles--;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuCtxSetCurrent(LikenessCUContext *context) {
  BEGIN(cuCtxSetCurrent);
  if (context != nullptr && context->users == 0) return LIKENESS_CUDA_INVALID_CONTEXT;
  entered[slot] = {generation, context};
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuCtxGetStreamPriorityRange(int32_t *least, int32_t *greatest) {
  BEGIN_INSIDE(cuCtxGetStreamPriorityRange);
  *least = 0;
  *greatest = -5;
  return LIKENESS_CUDA_SUCCESS;
}

// MARK: Streams and events

LikenessCUResult Machine::cuStreamCreateWithPriority(LikenessCUStream **stream, uint32_t, int32_t) {
  BEGIN_INSIDE(cuStreamCreateWithPriority);
  *stream = new LikenessCUStream;
  (*stream)->device = current()->device;
  counts.live_handles++;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuStreamDestroy_v2(LikenessCUStream *stream) {
  BEGIN_INSIDE(cuStreamDestroy_v2);
  delete stream;
  counts.live_handles--;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuStreamSynchronize(LikenessCUStream *stream) {
  BEGIN_INSIDE(cuStreamSynchronize);
  return stream->is_capturing ? 900 : LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuStreamQuery(LikenessCUStream *) {
  BEGIN_INSIDE(cuStreamQuery);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuStreamWaitEvent(LikenessCUStream *, LikenessCUEvent *, uint32_t) {
  BEGIN_INSIDE(cuStreamWaitEvent);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuEventCreate(LikenessCUEvent **event, uint32_t flags) {
  BEGIN_INSIDE(cuEventCreate);
  *event = new LikenessCUEvent;
  (*event)->is_timed = (flags & LIKENESS_CUDA_EVENT_DISABLE_TIMING) == 0;
  counts.live_handles++;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuEventDestroy_v2(LikenessCUEvent *event) {
  BEGIN_INSIDE(cuEventDestroy_v2);
  delete event;
  counts.live_handles--;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuEventRecord(LikenessCUEvent *event, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuEventRecord);
  return put(stream, [=] {
    event->is_recorded = true;
    event->time = std::chrono::steady_clock::now();
    return LIKENESS_CUDA_SUCCESS;
  });
}

LikenessCUResult Machine::cuEventQuery(LikenessCUEvent *) {
  BEGIN_UNSAFE(cuEventQuery);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuEventSynchronize(LikenessCUEvent *) {
  BEGIN_INSIDE(cuEventSynchronize);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuEventElapsedTime(float *milliseconds, LikenessCUEvent *start, LikenessCUEvent *end) {
  BEGIN_INSIDE(cuEventElapsedTime);
  if (!start->is_timed || !end->is_timed || !start->is_recorded || !end->is_recorded) {
    return LIKENESS_CUDA_INVALID_HANDLE;
  }
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return LIKENESS_CUDA_SUCCESS;
}

// MARK: Kernels and graphs

LikenessCUResult Machine::cuModuleGetFunction(
    LikenessCUFunction **function, LikenessCUModule *module, const char *name) {
  BEGIN_INSIDE(cuModuleGetFunction);
  if (!module->is_open && module->names.count(name) == 0) return LIKENESS_CUDA_NOT_FOUND;
  for (const EmulatedKernel &kernel : emulated_kernels()) {
    if (std::strcmp(kernel.name, name) != 0) continue;
    module->functions[name].kernel = &kernel;
    *function = &module->functions[name];
    return LIKENESS_CUDA_SUCCESS;
  }
  return LIKENESS_CUDA_NOT_FOUND;
}

LikenessCUResult Machine::cuModuleUnload(LikenessCUModule *module) {
  BEGIN_INSIDE(cuModuleUnload);
  delete module;
  counts.live_handles--;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuLaunchKernel(
    LikenessCUFunction *function, uint32_t grid_x, uint32_t grid_y, uint32_t grid_z, uint32_t block_x,
    uint32_t block_y, uint32_t block_z, uint32_t, LikenessCUStream *stream, void **parameters, void **) {
  BEGIN_INSIDE(cuLaunchKernel);
  if (grid_x == 0 || grid_y == 0 || grid_z == 0 || grid_y > 65535 || grid_z > 65535 ||
      uint64_t(block_x) * block_y * block_z == 0 || uint64_t(block_x) * block_y * block_z > 1024) {
    return LIKENESS_CUDA_INVALID_VALUE;
  }
  const EmulatedKernel *kernel = function->kernel;
  // The arguments are copied now, as the driver does.
  std::vector<std::vector<char>> values;
  for (size_t index = 0; index < kernel->argument_bytes.size(); index++) {
    const char *from = static_cast<const char *>(parameters[index]);
    values.emplace_back(from, from + kernel->argument_bytes[index]);
  }
  return put(stream, [=]() mutable {
    std::vector<void *> places;
    for (auto &value : values) places.push_back(value.data());
    counts.launches++;
    kernel->run(places.data(), {grid_x, grid_y, grid_z}, {block_x, block_y, block_z});
    return LIKENESS_CUDA_SUCCESS;
  });
}

int32_t &Machine::capture_mode() {
  thread_local int32_t mode = LIKENESS_CUDA_CAPTURE_GLOBAL;
  return mode;
}

LikenessCUResult Machine::cuThreadExchangeStreamCaptureMode(int32_t *mode) {
  BEGIN(cuThreadExchangeStreamCaptureMode);
  std::swap(*mode, capture_mode());
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuStreamBeginCapture_v2(LikenessCUStream *stream, int32_t mode) {
  BEGIN_INSIDE(cuStreamBeginCapture_v2);
  if (stream->is_capturing) return 901;
  stream->is_capturing = true;
  stream->is_global = mode == LIKENESS_CUDA_CAPTURE_GLOBAL;
  if (stream->is_global) global_captures++;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuStreamEndCapture(LikenessCUStream *stream, LikenessCUGraph **graph) {
  BEGIN_INSIDE(cuStreamEndCapture);
  if (!stream->is_capturing) return 901;
  *graph = new LikenessCUGraph{std::move(stream->captured)};
  stream->captured.clear();
  stream->is_capturing = false;
  if (stream->is_global) global_captures--;
  counts.live_handles++;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuGraphInstantiateWithFlags(
    LikenessCUGraphExec **instance, LikenessCUGraph *graph, uint64_t) {
  BEGIN_INSIDE(cuGraphInstantiateWithFlags);
  *instance = new LikenessCUGraphExec{graph->work};
  counts.live_handles++;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuGraphLaunch(LikenessCUGraphExec *instance, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuGraphLaunch);
  return put(stream, [=] {
    counts.graph_launches++;
    return run(instance->work);
  });
}

LikenessCUResult Machine::cuGraphExecDestroy(LikenessCUGraphExec *instance) {
  BEGIN_INSIDE(cuGraphExecDestroy);
  delete instance;
  counts.live_handles--;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuGraphDestroy(LikenessCUGraph *graph) {
  BEGIN_INSIDE(cuGraphDestroy);
  delete graph;
  counts.live_handles--;
  return LIKENESS_CUDA_SUCCESS;
}
