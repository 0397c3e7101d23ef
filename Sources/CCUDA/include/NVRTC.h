// NVRTC, the compiler of CUDA C++ as a library. It needs no card.
#ifndef LIKENESS_NVRTC_H
#define LIKENESS_NVRTC_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef int32_t LikenessNVRTCResult;  // 0 = success, 6 = the source does not compile
typedef struct LikenessNVRTCProgram LikenessNVRTCProgram;

enum { LIKENESS_NVRTC_SUCCESS = 0, LIKENESS_NVRTC_INVALID_INPUT = 3, LIKENESS_NVRTC_COMPILATION = 6 };

typedef struct LikenessNVRTC {
  const char *_Nullable (*_Nonnull nvrtcGetErrorString)(LikenessNVRTCResult result);
  LikenessNVRTCResult (*_Nonnull nvrtcVersion)(int32_t *major, int32_t *minor);
  LikenessNVRTCResult (*_Nonnull nvrtcGetNumSupportedArchs)(int32_t *count);
  LikenessNVRTCResult (*_Nonnull nvrtcGetSupportedArchs)(int32_t *architectures);
  LikenessNVRTCResult (*_Nonnull nvrtcCreateProgram)(
      LikenessNVRTCProgram *_Nullable *_Nonnull program, const char *source, const char *_Nullable name,
      int32_t header_count, const char *_Nonnull const *_Nullable headers,
      const char *_Nonnull const *_Nullable header_names);
  LikenessNVRTCResult (*_Nonnull nvrtcDestroyProgram)(LikenessNVRTCProgram *_Nullable *_Nonnull program);
  LikenessNVRTCResult (*_Nonnull nvrtcCompileProgram)(
      LikenessNVRTCProgram *program, int32_t option_count, const char *_Nonnull const *_Nullable options);
  LikenessNVRTCResult (*_Nonnull nvrtcGetProgramLogSize)(LikenessNVRTCProgram *program, size_t *bytes);
  LikenessNVRTCResult (*_Nonnull nvrtcGetProgramLog)(LikenessNVRTCProgram *program, char *log);
  LikenessNVRTCResult (*_Nonnull nvrtcGetPTXSize)(LikenessNVRTCProgram *program, size_t *bytes);
  LikenessNVRTCResult (*_Nonnull nvrtcGetPTX)(LikenessNVRTCProgram *program, char *ptx);
  LikenessNVRTCResult (*_Nonnull nvrtcGetCUBINSize)(LikenessNVRTCProgram *program, size_t *bytes);
  LikenessNVRTCResult (*_Nonnull nvrtcGetCUBIN)(LikenessNVRTCProgram *program, char *cubin);
} LikenessNVRTC;

#ifdef __cplusplus
extern "C" {
#endif

/// Opens NVRTC and fills the table. `message` gets a reason when it fails.
int32_t likeness_nvrtc_open(const char *path, LikenessNVRTC *nvrtc, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
