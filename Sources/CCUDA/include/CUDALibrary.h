#ifndef LIKENESS_CUDA_LIBRARY_H
#define LIKENESS_CUDA_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

/// What the three loaders answer.
enum {
  LIKENESS_CUDA_OPENED = 0,
  /// The file is not there or does not load; the message has the system's reason.
  LIKENESS_CUDA_NOT_A_LIBRARY = 1,
  /// The library lacks a function; the message has its name.
  LIKENESS_CUDA_FUNCTION_MISSING = 2,
};

#ifdef __cplusplus
extern "C" {
#endif

/// Sets CUDA_VISIBLE_DEVICES for this process, unless the user has set it. To be called before the driver is started.
/// Returns 1 when it was set.
int32_t likeness_cuda_show_only(const char *_Nonnull devices);

#ifdef __cplusplus
}
#endif

#endif
