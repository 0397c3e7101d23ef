// The part of ONNX Runtime's C ABI that Likeness calls, and a loader that opens the library at run time.
//
// OrtApi is a flat, append-only struct of function pointers, so a slot number never changes. Slots that are not used
// are kept as gaps; the assertions in COnnxRuntime.c hold every used slot to its number.
#ifndef LIKENESS_CONNXRUNTIME_H
#define LIKENESS_CONNXRUNTIME_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The lowest API version that holds every slot of `OrtApi` below (a library of release 1.N serves versions up to N).
#define LIKENESS_ORT_API_VERSION 12
/// The newest API version asked for: nothing of later ones is called. What lies between is in `LikenessOrtExtras`.
#define LIKENESS_ORT_NEWEST_API_VERSION 24

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtArenaCfg OrtArenaCfg;
typedef struct OrtIoBinding OrtIoBinding;
typedef struct OrtEpDevice OrtEpDevice;
typedef struct OrtEpAssignedSubgraph OrtEpAssignedSubgraph;
typedef struct OrtEpAssignedNode OrtEpAssignedNode;
typedef struct OrtCUDAProviderOptionsV2 OrtCUDAProviderOptionsV2;
typedef struct OrtTensorRTProviderOptionsV2 OrtTensorRTProviderOptionsV2;

typedef int32_t OrtErrorCode;
typedef int32_t OrtLoggingLevel;            // verbose 0, info 1, warning 2, error 3, fatal 4
typedef int32_t ExecutionMode;              // sequential 0, parallel 1
typedef int32_t GraphOptimizationLevel;     // off 0, basic 1, extended 2, layout 3, all 99
typedef int32_t ONNXType;                   // tensor 1
typedef int32_t ONNXTensorElementDataType;  // float 1, uint8 2, int32 6, int64 7, float16 10, …
typedef int32_t OrtAllocatorType;           // device 0, arena 1
typedef int32_t OrtMemType;                 // default 0

typedef void (*OrtLoggingFunction)(
    void *_Nullable param, OrtLoggingLevel severity, const char *_Nullable category, const char *_Nullable logid,
    const char *_Nullable code_location, const char *_Nullable message);

typedef void (*_Nullable OrtSlot)(void);

typedef struct OrtApi {
  OrtSlot slots_0[1];
  OrtErrorCode (*_Nonnull GetErrorCode)(const OrtStatus *status);  // 1
  const char *_Nonnull (*_Nonnull GetErrorMessage)(const OrtStatus *status);  // 2
  OrtSlot slots_3[1];
  OrtStatus *_Nullable (*_Nonnull CreateEnvWithCustomLogger)(
      OrtLoggingFunction logging_function, void *_Nullable logger_param, OrtLoggingLevel log_severity_level,
      const char *logid, OrtEnv *_Nullable *_Nonnull out);  // 4
  OrtSlot slots_5[3];
  OrtStatus *_Nullable (*_Nonnull CreateSessionFromArray)(
      const OrtEnv *env, const void *model_data, size_t model_data_length, const OrtSessionOptions *options,
      OrtSession *_Nullable *_Nonnull out);  // 8
  OrtStatus *_Nullable (*_Nonnull Run)(
      OrtSession *session, const OrtRunOptions *run_options, const char *_Nonnull const *_Nonnull input_names,
      const OrtValue *_Nonnull const *_Nonnull inputs, size_t input_len,
      const char *_Nonnull const *_Nonnull output_names, size_t output_names_len,
      OrtValue *_Nullable *_Nonnull outputs);  // 9
  OrtStatus *_Nullable (*_Nonnull CreateSessionOptions)(OrtSessionOptions *_Nullable *_Nonnull options);  // 10
  OrtSlot slots_11[2];
  OrtStatus *_Nullable (*_Nonnull SetSessionExecutionMode)(
      OrtSessionOptions *options, ExecutionMode execution_mode);  // 13
  OrtSlot slots_14[2];
  OrtStatus *_Nullable (*_Nonnull EnableMemPattern)(OrtSessionOptions *options);  // 16
  OrtStatus *_Nullable (*_Nonnull DisableMemPattern)(OrtSessionOptions *options);  // 17
  OrtStatus *_Nullable (*_Nonnull EnableCpuMemArena)(OrtSessionOptions *options);  // 18
  OrtStatus *_Nullable (*_Nonnull DisableCpuMemArena)(OrtSessionOptions *options);  // 19
  OrtSlot slots_20[2];
  OrtStatus *_Nullable (*_Nonnull SetSessionLogSeverityLevel)(
      OrtSessionOptions *options, int session_log_severity_level);  // 22
  OrtStatus *_Nullable (*_Nonnull SetSessionGraphOptimizationLevel)(
      OrtSessionOptions *options, GraphOptimizationLevel graph_optimization_level);  // 23
  OrtStatus *_Nullable (*_Nonnull SetIntraOpNumThreads)(OrtSessionOptions *options, int intra_op_num_threads);  // 24
  OrtStatus *_Nullable (*_Nonnull SetInterOpNumThreads)(OrtSessionOptions *options, int inter_op_num_threads);  // 25
  OrtSlot slots_26[4];
  OrtStatus *_Nullable (*_Nonnull SessionGetInputCount)(const OrtSession *session, size_t *out);  // 30
  OrtStatus *_Nullable (*_Nonnull SessionGetOutputCount)(const OrtSession *session, size_t *out);  // 31
  OrtSlot slots_32[1];
  OrtStatus *_Nullable (*_Nonnull SessionGetInputTypeInfo)(
      const OrtSession *session, size_t index, OrtTypeInfo *_Nullable *_Nonnull type_info);  // 33
  OrtStatus *_Nullable (*_Nonnull SessionGetOutputTypeInfo)(
      const OrtSession *session, size_t index, OrtTypeInfo *_Nullable *_Nonnull type_info);  // 34
  OrtSlot slots_35[1];
  OrtStatus *_Nullable (*_Nonnull SessionGetInputName)(
      const OrtSession *session, size_t index, OrtAllocator *allocator, char *_Nullable *_Nonnull value);  // 36
  OrtStatus *_Nullable (*_Nonnull SessionGetOutputName)(
      const OrtSession *session, size_t index, OrtAllocator *allocator, char *_Nullable *_Nonnull value);  // 37
  OrtSlot slots_38[1];
  OrtStatus *_Nullable (*_Nonnull CreateRunOptions)(OrtRunOptions *_Nullable *_Nonnull out);  // 39
  OrtSlot slots_40[6];
  OrtStatus *_Nullable (*_Nonnull RunOptionsSetTerminate)(OrtRunOptions *options);  // 46
  OrtStatus *_Nullable (*_Nonnull RunOptionsUnsetTerminate)(OrtRunOptions *options);  // 47
  OrtSlot slots_48[1];
  OrtStatus *_Nullable (*_Nonnull CreateTensorWithDataAsOrtValue)(
      const OrtMemoryInfo *info, void *p_data, size_t p_data_len, const int64_t *shape, size_t shape_len,
      ONNXTensorElementDataType type, OrtValue *_Nullable *_Nonnull out);  // 49
  OrtSlot slots_50[1];
  OrtStatus *_Nullable (*_Nonnull GetTensorMutableData)(OrtValue *value, void *_Nullable *_Nonnull out);  // 51
  OrtSlot slots_52[3];
  OrtStatus *_Nullable (*_Nonnull CastTypeInfoToTensorInfo)(
      const OrtTypeInfo *type_info, const OrtTensorTypeAndShapeInfo *_Nullable *_Nonnull out);  // 55
  OrtStatus *_Nullable (*_Nonnull GetOnnxTypeFromTypeInfo)(const OrtTypeInfo *type_info, ONNXType *out);  // 56
  OrtSlot slots_57[3];
  OrtStatus *_Nullable (*_Nonnull GetTensorElementType)(
      const OrtTensorTypeAndShapeInfo *info, ONNXTensorElementDataType *out);  // 60
  OrtStatus *_Nullable (*_Nonnull GetDimensionsCount)(const OrtTensorTypeAndShapeInfo *info, size_t *out);  // 61
  OrtStatus *_Nullable (*_Nonnull GetDimensions)(
      const OrtTensorTypeAndShapeInfo *info, int64_t *dim_values, size_t dim_values_length);  // 62
  OrtSlot slots_63[2];
  OrtStatus *_Nullable (*_Nonnull GetTensorTypeAndShape)(
      const OrtValue *value, OrtTensorTypeAndShapeInfo *_Nullable *_Nonnull out);  // 65
  OrtSlot slots_66[2];
  OrtStatus *_Nullable (*_Nonnull CreateMemoryInfo)(
      const char *name, OrtAllocatorType type, int id, OrtMemType mem_type, OrtMemoryInfo *_Nullable *_Nonnull out);  // 68
  OrtStatus *_Nullable (*_Nonnull CreateCpuMemoryInfo)(
      OrtAllocatorType type, OrtMemType mem_type, OrtMemoryInfo *_Nullable *_Nonnull out);  // 69
  OrtSlot slots_70[6];
  OrtStatus *_Nullable (*_Nonnull AllocatorFree)(OrtAllocator *ort_allocator, void *p);  // 76
  OrtSlot slots_77[1];
  OrtStatus *_Nullable (*_Nonnull GetAllocatorWithDefaultOptions)(OrtAllocator *_Nullable *_Nonnull out);  // 78
  OrtSlot slots_79[13];
  void (*_Nonnull ReleaseEnv)(OrtEnv *input);  // 92
  void (*_Nonnull ReleaseStatus)(OrtStatus *input);  // 93
  void (*_Nonnull ReleaseMemoryInfo)(OrtMemoryInfo *input);  // 94
  void (*_Nonnull ReleaseSession)(OrtSession *input);  // 95
  void (*_Nonnull ReleaseValue)(OrtValue *input);  // 96
  void (*_Nonnull ReleaseRunOptions)(OrtRunOptions *input);  // 97
  void (*_Nonnull ReleaseTypeInfo)(OrtTypeInfo *input);  // 98
  void (*_Nonnull ReleaseTensorTypeAndShapeInfo)(OrtTensorTypeAndShapeInfo *input);  // 99
  void (*_Nonnull ReleaseSessionOptions)(OrtSessionOptions *input);  // 100
  OrtSlot slots_101[24];
  OrtStatus *_Nullable (*_Nonnull GetAvailableProviders)(
      char *_Nullable *_Nullable *_Nonnull out_ptr, int *provider_length);  // 125
  OrtStatus *_Nullable (*_Nonnull ReleaseAvailableProviders)(
      char *_Nullable *_Nonnull ptr, int providers_length);  // 126
  OrtSlot slots_127[3];
  OrtStatus *_Nullable (*_Nonnull AddSessionConfigEntry)(
      OrtSessionOptions *options, const char *config_key, const char *config_value);  // 130
  OrtSlot slots_131[2];
  OrtStatus *_Nullable (*_Nonnull RunWithBinding)(
      OrtSession *session, const OrtRunOptions *run_options, const OrtIoBinding *binding);  // 133
  OrtStatus *_Nullable (*_Nonnull CreateIoBinding)(OrtSession *session, OrtIoBinding *_Nullable *_Nonnull out);  // 134
  void (*_Nonnull ReleaseIoBinding)(OrtIoBinding *input);  // 135
  OrtStatus *_Nullable (*_Nonnull BindInput)(OrtIoBinding *binding, const char *name, const OrtValue *value);  // 136
  OrtStatus *_Nullable (*_Nonnull BindOutput)(OrtIoBinding *binding, const char *name, const OrtValue *value);  // 137
  OrtStatus *_Nullable (*_Nonnull BindOutputToDevice)(
      OrtIoBinding *binding, const char *name, const OrtMemoryInfo *memory);  // 138
  OrtSlot slots_139[1];
  OrtStatus *_Nullable (*_Nonnull GetBoundOutputValues)(
      const OrtIoBinding *binding, OrtAllocator *allocator, OrtValue *_Nonnull *_Nullable *_Nonnull output,
      size_t *output_count);  // 140
  void (*_Nonnull ClearBoundInputs)(OrtIoBinding *binding);  // 141
  void (*_Nonnull ClearBoundOutputs)(OrtIoBinding *binding);  // 142
  OrtSlot slots_143[1];
  OrtStatus *_Nullable (*_Nonnull CreateAndRegisterAllocator)(
      OrtEnv *env, const OrtMemoryInfo *mem_info, const OrtArenaCfg *arena_cfg);  // 144
  OrtSlot slots_145[12];
  void (*_Nonnull ReleaseArenaCfg)(OrtArenaCfg *input);  // 157
  OrtSlot slots_158[6];
  OrtStatus *_Nullable (*_Nonnull CreateArenaCfgV2)(
      const char *_Nonnull const *_Nonnull arena_config_keys, const size_t *arena_config_values, size_t num_keys,
      OrtArenaCfg *_Nullable *_Nonnull out);  // 164
  OrtStatus *_Nullable (*_Nonnull AddRunConfigEntry)(
      OrtRunOptions *options, const char *config_key, const char *config_value);  // 165
  OrtSlot slots_166[4];
  OrtStatus *_Nullable (*_Nonnull SessionOptionsAppendExecutionProvider_TensorRT_V2)(
      OrtSessionOptions *options, const OrtTensorRTProviderOptionsV2 *tensorrt_options);  // 170
  OrtStatus *_Nullable (*_Nonnull CreateTensorRTProviderOptions)(
      OrtTensorRTProviderOptionsV2 *_Nullable *_Nonnull out);  // 171
  OrtStatus *_Nullable (*_Nonnull UpdateTensorRTProviderOptions)(
      OrtTensorRTProviderOptionsV2 *tensorrt_options, const char *_Nonnull const *_Nonnull provider_options_keys,
      const char *_Nonnull const *_Nonnull provider_options_values, size_t num_keys);  // 172
  OrtSlot slots_173[1];
  void (*_Nonnull ReleaseTensorRTProviderOptions)(OrtTensorRTProviderOptionsV2 *input);  // 174
  OrtSlot slots_175[27];
  OrtStatus *_Nullable (*_Nonnull SynchronizeBoundInputs)(OrtIoBinding *binding);  // 202
  OrtStatus *_Nullable (*_Nonnull SynchronizeBoundOutputs)(OrtIoBinding *binding);  // 203
  OrtStatus *_Nullable (*_Nonnull SessionOptionsAppendExecutionProvider_CUDA_V2)(
      OrtSessionOptions *options, const OrtCUDAProviderOptionsV2 *cuda_options);  // 204
  OrtStatus *_Nullable (*_Nonnull CreateCUDAProviderOptions)(OrtCUDAProviderOptionsV2 *_Nullable *_Nonnull out);  // 205
  OrtStatus *_Nullable (*_Nonnull UpdateCUDAProviderOptions)(
      OrtCUDAProviderOptionsV2 *cuda_options, const char *_Nonnull const *_Nonnull provider_options_keys, const char
      *_Nonnull const *_Nonnull provider_options_values, size_t num_keys);  // 206
  OrtSlot slots_207[1];
  void (*_Nonnull ReleaseCUDAProviderOptions)(OrtCUDAProviderOptionsV2 *input);  // 208
  OrtSlot slots_209[7];
  OrtStatus *_Nullable (*_Nonnull SessionOptionsAppendExecutionProvider)(
      OrtSessionOptions *options, const char *provider_name, const char *_Nonnull const *_Nonnull
      provider_options_keys, const char *_Nonnull const *_Nonnull provider_options_values, size_t num_keys);  // 216
} OrtApi;

/// Functions of later API versions (in brackets, with the slot). Each is null in a library that does not serve its
/// version.
typedef struct LikenessOrtExtras {
  OrtStatus *_Nullable (*_Nullable UpdateCUDAProviderOptionsWithValue)(
      OrtCUDAProviderOptionsV2 *options, const char *key, void *value);  // 263 (16)
  OrtStatus *_Nullable (*_Nullable UpdateTensorRTProviderOptionsWithValue)(
      OrtTensorRTProviderOptionsV2 *options, const char *key, void *value);  // 261 (16)
  OrtStatus *_Nullable (*_Nullable RegisterExecutionProviderLibrary)(
      OrtEnv *env, const char *registration_name, const char *path);  // 301 (22)
  OrtStatus *_Nullable (*_Nullable UnregisterExecutionProviderLibrary)(
      OrtEnv *env, const char *registration_name);  // 302 (22)
  OrtStatus *_Nullable (*_Nullable GetEpDevices)(
      const OrtEnv *env, const OrtEpDevice *_Nonnull const *_Nullable *_Nonnull devices, size_t *count);  // 303 (22)
  OrtStatus *_Nullable (*_Nullable SessionOptionsAppendExecutionProvider_V2)(
      OrtSessionOptions *options, OrtEnv *env, const OrtEpDevice *_Nonnull const *_Nonnull devices, size_t device_count,
      const char *_Nonnull const *_Nonnull keys, const char *_Nonnull const *_Nonnull values,
      size_t option_count);  // 304 (22)
  OrtStatus *_Nullable (*_Nullable Session_GetEpGraphAssignmentInfo)(
      const OrtSession *session, const OrtEpAssignedSubgraph *_Nonnull const *_Nullable *_Nonnull subgraphs,
      size_t *count);  // 407 (24)
  OrtStatus *_Nullable (*_Nullable EpAssignedSubgraph_GetEpName)(
      const OrtEpAssignedSubgraph *subgraph, const char *_Nullable *_Nonnull out);  // 408 (24)
  OrtStatus *_Nullable (*_Nullable EpAssignedSubgraph_GetNodes)(
      const OrtEpAssignedSubgraph *subgraph, const OrtEpAssignedNode *_Nonnull const *_Nullable *_Nonnull nodes,
      size_t *count);  // 409 (24)
  OrtStatus *_Nullable (*_Nullable EpAssignedNode_GetName)(
      const OrtEpAssignedNode *node, const char *_Nullable *_Nonnull out);  // 410 (24)
  OrtStatus *_Nullable (*_Nullable EpAssignedNode_GetOperatorType)(
      const OrtEpAssignedNode *node, const char *_Nullable *_Nonnull out);  // 412 (24)
} LikenessOrtExtras;

enum {
  LIKENESS_ORT_OPENED = 0,
  LIKENESS_ORT_NOT_A_LIBRARY = 1,    // dlopen failed; the message says why
  LIKENESS_ORT_NOT_ONNXRUNTIME = 2,  // no OrtGetApiBase in it
  LIKENESS_ORT_TOO_OLD = 3,          // the version is filled in
};

typedef struct LikenessOrtLibrary {
  const OrtApi *_Nullable api;
  const char *_Nullable version;
  const char *_Nullable path;  // where the loader found it
  uint32_t api_version;        // the one the table was fetched with
  LikenessOrtExtras extras;
} LikenessOrtLibrary;

/// Opens the library at `path` for the life of the process and fetches its function table.
///
/// Returns one of the codes above; `message` (of `capacity` bytes) then holds the loader's words, or is empty.
int32_t likeness_ort_open(const char *path, LikenessOrtLibrary *library, char *message, size_t capacity);

/// Opens a library for the life of the process, its symbols visible to libraries opened later; 0 when that failed.
int32_t likeness_preload_library(const char *path);

/// Makes this thread's float unit treat denormal numbers as zero (they cost up to a hundred times a normal multiply).
/// Returns the state to give back to `likeness_restore_float_state`.
uint64_t likeness_flush_denormals(void);
void likeness_restore_float_state(uint64_t state);

#pragma clang assume_nonnull end

#endif
