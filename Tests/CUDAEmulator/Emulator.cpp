// Tables of functions for each machine: a function pointer carries no machine, so every slot has functions of its own.
#include <array>

#include "Machine.hpp"

namespace {

constexpr int slots = 64;
std::array<LikenessEmulator *, slots> machines = {};
std::mutex machines_lock;
uint64_t generations = 0;

template <int Slot, auto Method> struct Thunk;

template <int Slot, typename Result, typename... Arguments, Result (Machine::*Method)(Arguments...)>
struct Thunk<Slot, Method> {
  static Result call(Arguments... arguments) { return (machines[Slot]->machine.get()->*Method)(arguments...); }
};

template <int Slot> struct Tables {
  static void driver(LikenessCUDADriver *table) {
#define SET(name) table->name = Thunk<Slot, &Machine::name>::call
    SET(cuInit);
    SET(cuDriverGetVersion);
    SET(cuGetErrorName);
    SET(cuGetErrorString);
    SET(cuDeviceGetCount);
    SET(cuDeviceGet);
    SET(cuDeviceGetName);
    SET(cuDeviceGetUuid_v2);
    SET(cuDeviceGetAttribute);
    SET(cuDeviceTotalMem_v2);
    SET(cuDevicePrimaryCtxRetain);
    SET(cuDevicePrimaryCtxRelease_v2);
    SET(cuCtxSetCurrent);
    SET(cuCtxGetStreamPriorityRange);
    SET(cuMemGetInfo_v2);
    SET(cuMemAlloc_v2);
    SET(cuMemFree_v2);
    SET(cuMemAllocAsync);
    SET(cuMemFreeAsync);
    SET(cuMemHostAlloc);
    SET(cuMemFreeHost);
    SET(cuMemcpyHtoDAsync_v2);
    SET(cuMemcpyDtoHAsync_v2);
    SET(cuMemcpyDtoDAsync_v2);
    SET(cuMemcpy2DAsync_v2);
    SET(cuMemsetD8Async);
    SET(cuMemsetD32Async);
    SET(cuStreamCreateWithPriority);
    SET(cuStreamDestroy_v2);
    SET(cuStreamSynchronize);
    SET(cuStreamQuery);
    SET(cuStreamWaitEvent);
    SET(cuEventCreate);
    SET(cuEventDestroy_v2);
    SET(cuEventRecord);
    SET(cuEventQuery);
    SET(cuEventSynchronize);
    SET(cuEventElapsedTime);
    SET(cuModuleLoadData);
    SET(cuModuleUnload);
    SET(cuModuleGetFunction);
    SET(cuLaunchKernel);
    SET(cuStreamBeginCapture_v2);
    SET(cuThreadExchangeStreamCaptureMode);
    SET(cuStreamEndCapture);
    SET(cuGraphInstantiateWithFlags);
    SET(cuGraphLaunch);
    SET(cuGraphExecDestroy);
    SET(cuGraphDestroy);
  }

  static void nvrtc(LikenessNVRTC *table) {
    SET(nvrtcGetErrorString);
    SET(nvrtcVersion);
    SET(nvrtcGetNumSupportedArchs);
    SET(nvrtcGetSupportedArchs);
    SET(nvrtcCreateProgram);
    SET(nvrtcDestroyProgram);
    SET(nvrtcCompileProgram);
    SET(nvrtcGetProgramLogSize);
    SET(nvrtcGetProgramLog);
    SET(nvrtcGetPTXSize);
    SET(nvrtcGetPTX);
    SET(nvrtcGetCUBINSize);
    SET(nvrtcGetCUBIN);
  }

  static void nvml(LikenessNVML *table) {
    SET(nvmlInit_v2);
    SET(nvmlErrorString);
    SET(nvmlSystemGetDriverVersion);
    SET(nvmlDeviceGetCount_v2);
    SET(nvmlDeviceGetHandleByIndex_v2);
    SET(nvmlDeviceGetHandleByUUID);
    SET(nvmlDeviceGetName);
    SET(nvmlDeviceGetUUID);
    SET(nvmlDeviceGetMemoryInfo);
    SET(nvmlDeviceGetUtilizationRates);
    SET(nvmlDeviceGetMigMode);
    SET(nvmlDeviceGetMaxMigDeviceCount);
    SET(nvmlDeviceGetMigDeviceHandleByIndex);
    SET(nvmlDeviceGetComputeRunningProcesses_v3);
#undef SET
  }
};

struct Fillers {
  void (*driver)(LikenessCUDADriver *);
  void (*nvrtc)(LikenessNVRTC *);
  void (*nvml)(LikenessNVML *);
};

template <size_t... Slot> constexpr std::array<Fillers, slots> all_fillers(std::index_sequence<Slot...>) {
  return {{{Tables<Slot>::driver, Tables<Slot>::nvrtc, Tables<Slot>::nvml}...}};
}

constexpr std::array<Fillers, slots> fillers = all_fillers(std::make_index_sequence<slots>());

}  // namespace

LikenessEmulator *likeness_emulator_make(const LikenessEmulatedDevice *devices, int32_t count) {
  std::lock_guard<std::mutex> guard(machines_lock);
  for (int slot = 0; slot < slots; slot++) {
    if (machines[slot] != nullptr) continue;
    auto machine = std::make_unique<Machine>();
    machine->slot = slot;
    machine->generation = ++generations;
    for (int32_t index = 0; index < count; index++) {
      auto device = std::make_unique<EmulatedDevice>();
      device->name = devices[index].name;
      std::memcpy(device->uuid, devices[index].uuid, sizeof device->uuid);
      device->capability[0] = devices[index].capability_major;
      device->capability[1] = devices[index].capability_minor;
      device->memory = devices[index].memory;
      machine->devices.push_back(std::move(device));
    }
    machines[slot] = new LikenessEmulator{std::move(machine)};
    return machines[slot];
  }
  return nullptr;
}

void likeness_emulator_release(LikenessEmulator *emulator) {
  std::lock_guard<std::mutex> guard(machines_lock);
  machines[emulator->machine->slot] = nullptr;
  delete emulator;
}

void likeness_emulator_driver(LikenessEmulator *emulator, LikenessCUDADriver *table) {
  fillers[emulator->machine->slot].driver(table);
}

void likeness_emulator_nvrtc(LikenessEmulator *emulator, LikenessNVRTC *table) {
  fillers[emulator->machine->slot].nvrtc(table);
}

void likeness_emulator_nvml(LikenessEmulator *emulator, LikenessNVML *table) {
  fillers[emulator->machine->slot].nvml(table);
}

LikenessEmulatorCounts likeness_emulator_counts(LikenessEmulator *emulator) {
  std::lock_guard<std::recursive_mutex> guard(emulator->machine->lock);
  return emulator->machine->counts;
}

void likeness_emulator_set_others(LikenessEmulator *emulator, int32_t device, size_t bytes) {
  std::lock_guard<std::recursive_mutex> guard(emulator->machine->lock);
  emulator->machine->devices[device]->others = bytes;
}

void likeness_emulator_fail(
    LikenessEmulator *emulator, const char *function, int32_t skip, int32_t times, int32_t result) {
  emulator->machine->fail_at(function, skip, times, result);
}

void likeness_emulator_set_compiler(LikenessEmulator *emulator, int32_t major, int32_t minor) {
  emulator->machine->compiler_version[0] = major;
  emulator->machine->compiler_version[1] = minor;
}

int32_t likeness_emulator_argument_bytes(const char *name) {
  for (const EmulatedKernel &kernel : emulated_kernels()) {
    if (std::strcmp(kernel.name, name) != 0) continue;
    return kernel.argument_bytes.size() == 1 ? static_cast<int32_t>(kernel.argument_bytes[0]) : -1;
  }
  return 0;
}
