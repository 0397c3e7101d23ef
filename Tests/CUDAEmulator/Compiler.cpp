// The emulated compiler and the loading of what it makes: an image is a list of the names of kernels.
#include <cstdlib>
#include <regex>
#include <sstream>

#include "Machine.hpp"

namespace {

const char magic[] = "LIKENESS-EMULATED";
const int32_t known_architectures[] = {75, 80, 86, 89, 90, 100};

LikenessNVRTCResult give(const std::string &text, char *to) {
  std::memcpy(to, text.c_str(), text.size() + 1);
  return LIKENESS_NVRTC_SUCCESS;
}

}  // namespace

const char *Machine::nvrtcGetErrorString(LikenessNVRTCResult result) {
  return result == LIKENESS_NVRTC_COMPILATION ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR";
}

LikenessNVRTCResult Machine::nvrtcVersion(int32_t *major, int32_t *minor) {
  *major = compiler_version[0];
  *minor = compiler_version[1];
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcGetNumSupportedArchs(int32_t *count) {
  *count = sizeof known_architectures / sizeof known_architectures[0];
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcGetSupportedArchs(int32_t *architectures) {
  std::memcpy(architectures, known_architectures, sizeof known_architectures);
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcCreateProgram(
    LikenessNVRTCProgram **program, const char *source, const char *, int32_t header_count, const char *const *headers,
    const char *const *) {
  *program = new LikenessNVRTCProgram;
  (*program)->source = source;
  for (int32_t index = 0; index < header_count; index++) (*program)->source += headers[index];
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcDestroyProgram(LikenessNVRTCProgram **program) {
  delete *program;
  *program = nullptr;
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcCompileProgram(
    LikenessNVRTCProgram *program, int32_t option_count, const char *const *options) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  counts.compilations++;
  std::string target;
  for (int32_t index = 0; index < option_count; index++) {
    std::string option = options[index];
    if (option.rfind("--gpu-architecture=", 0) == 0) target = option.substr(19);
  }
  if (target.empty()) return LIKENESS_NVRTC_INVALID_INPUT;
  size_t error = program->source.find("#error");
  if (error != std::string::npos) {
    program->log = "error: " + program->source.substr(error, program->source.find('\n', error) - error);
    return LIKENESS_NVRTC_COMPILATION;
  }
  program->image = std::string(magic) + "\n" + target + "\n";
  std::regex kernel("extern \"C\"\\s+__global__\\s+void\\s+(?:__launch_bounds__\\([^)]*\\)\\s*)?(\\w+)");
  for (std::sregex_iterator at(program->source.begin(), program->source.end(), kernel), end; at != end; ++at) {
    program->image += (*at)[1].str() + "\n";
  }
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcGetProgramLogSize(LikenessNVRTCProgram *program, size_t *bytes) {
  *bytes = program->log.size() + 1;
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcGetProgramLog(LikenessNVRTCProgram *program, char *log) {
  return give(program->log, log);
}

LikenessNVRTCResult Machine::nvrtcGetPTXSize(LikenessNVRTCProgram *program, size_t *bytes) {
  *bytes = program->image.size() + 1;
  return LIKENESS_NVRTC_SUCCESS;
}

LikenessNVRTCResult Machine::nvrtcGetPTX(LikenessNVRTCProgram *program, char *ptx) { return give(program->image, ptx); }

LikenessNVRTCResult Machine::nvrtcGetCUBINSize(LikenessNVRTCProgram *program, size_t *bytes) {
  return nvrtcGetPTXSize(program, bytes);
}

LikenessNVRTCResult Machine::nvrtcGetCUBIN(LikenessNVRTCProgram *program, char *cubin) {
  return give(program->image, cubin);
}

LikenessCUResult Machine::cuModuleLoadData(LikenessCUModule **module, const void *image) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  if (int32_t code = failure("cuModuleLoadData")) return code;
  if (current() == nullptr) return LIKENESS_CUDA_INVALID_CONTEXT;
  const char *bytes = static_cast<const char *>(image);
  auto made = std::make_unique<LikenessCUModule>();
  if (std::memcmp(bytes, "\x7f" "ELF", 4) == 0 || std::memcmp(bytes, "//", 2) == 0) {
    made->is_open = true;
  } else {
    std::istringstream lines(bytes);
    std::string line, target;
    if (!std::getline(lines, line) || line != magic || !std::getline(lines, target)) return LIKENESS_CUDA_INVALID_IMAGE;
    const int32_t *capability = devices[current()->device]->capability;
    int32_t mine = capability[0] * 10 + capability[1];
    int32_t its = std::atoi(target.c_str() + target.find('_') + 1);
    bool fits = target.rfind("sm_", 0) == 0 ? its == mine : its <= mine;
    if (!fits) return LIKENESS_CUDA_NO_BINARY_FOR_GPU;
    while (std::getline(lines, line)) made->names.insert(line);
  }
  counts.live_handles++;
  *module = made.release();
  return LIKENESS_CUDA_SUCCESS;
}
