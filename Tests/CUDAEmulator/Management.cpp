// The emulated management library.
#include <cstdio>

#include "Machine.hpp"

std::string EmulatedDevice::uuid_text() const {
  std::string text = is_instance() ? "MIG-" : "GPU-";
  for (int index = 0; index < 16; index++) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x", uuid[index]);
    if (index == 4 || index == 6 || index == 8 || index == 10) text += "-";
    text += digits;
  }
  return text;
}

LikenessNVMLResult Machine::nvmlInit_v2() {
  std::lock_guard<std::recursive_mutex> guard(lock);
  return failure("nvmlInit_v2");
}

const char *Machine::nvmlErrorString(LikenessNVMLResult result) {
  switch (result) {
    case LIKENESS_NVML_NOT_FOUND: return "Not Found";
    case LIKENESS_NVML_NOT_SUPPORTED: return "Not Supported";
    default: return "Unknown Error";
  }
}

LikenessNVMLResult Machine::nvmlSystemGetDriverVersion(char *version, uint32_t capacity) {
  std::snprintf(version, capacity, "575.57.08");
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetCount_v2(uint32_t *count) {
  *count = static_cast<uint32_t>(devices.size());
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetHandleByIndex_v2(uint32_t index, LikenessNVMLDevice **found) {
  if (index >= devices.size()) return LIKENESS_NVML_INVALID_ARGUMENT;
  devices[index]->managed.device = static_cast<int32_t>(index);
  *found = &devices[index]->managed;
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetHandleByUUID(const char *uuid, LikenessNVMLDevice **found) {
  for (uint32_t index = 0; index < devices.size(); index++) {
    if (devices[index]->uuid_text() == uuid) return nvmlDeviceGetHandleByIndex_v2(index, found);
  }
  return LIKENESS_NVML_NOT_FOUND;
}

LikenessNVMLResult Machine::nvmlDeviceGetName(LikenessNVMLDevice *one, char *name, uint32_t capacity) {
  std::snprintf(name, capacity, "%s", devices[one->device]->name.c_str());
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetUUID(LikenessNVMLDevice *one, char *uuid, uint32_t capacity) {
  std::snprintf(uuid, capacity, "%s", devices[one->device]->uuid_text().c_str());
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetMemoryInfo(LikenessNVMLDevice *one, LikenessNVMLMemory *memory) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  const EmulatedDevice &card = *devices[one->device];
  memory->total = card.memory;
  memory->used = card.used + card.others;
  memory->free_bytes = card.memory - std::min<uint64_t>(card.memory, memory->used);
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetUtilizationRates(
    LikenessNVMLDevice *one, LikenessNVMLUtilization *utilization) {
  if (devices[one->device]->is_instance()) return LIKENESS_NVML_NOT_SUPPORTED;
  *utilization = {37, 12};
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetMigMode(LikenessNVMLDevice *, uint32_t *current, uint32_t *pending) {
  *current = *pending = 0;
  return LIKENESS_NVML_NOT_SUPPORTED;
}

LikenessNVMLResult Machine::nvmlDeviceGetMaxMigDeviceCount(LikenessNVMLDevice *, uint32_t *count) {
  *count = 0;
  return LIKENESS_NVML_SUCCESS;
}

LikenessNVMLResult Machine::nvmlDeviceGetMigDeviceHandleByIndex(
    LikenessNVMLDevice *, uint32_t, LikenessNVMLDevice **) {
  return LIKENESS_NVML_NOT_FOUND;
}

/// Two processes, one of unknown memory.
LikenessNVMLResult Machine::nvmlDeviceGetComputeRunningProcesses_v3(
    LikenessNVMLDevice *one, uint32_t *count, LikenessNVMLProcess *processes) {
  if (*count < 2) {
    *count = 2;
    return LIKENESS_NVML_INSUFFICIENT_SIZE;
  }
  *count = 2;
  processes[0] = {101, devices[one->device]->used, 0, 0};
  processes[1] = {102, UINT64_MAX, 0, 0};
  return LIKENESS_NVML_SUCCESS;
}
