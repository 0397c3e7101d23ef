// The part of the C2PA library's C interface (libc2pa_c) that Likeness calls, and a loader that opens the library at run
// time. The declarations are ours, after the published documentation of the interface (release 0.91).
#ifndef LIKENESS_CC2PA_H
#define LIKENESS_CC2PA_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct C2paSettings C2paSettings;
typedef struct C2paContextBuilder C2paContextBuilder;
typedef struct C2paContext C2paContext;
typedef struct C2paReader C2paReader;
typedef struct C2paBuilder C2paBuilder;
typedef struct C2paSigner C2paSigner;
typedef struct C2paStream C2paStream;

/// Texts of a signer: algorithm ("es256", "ed25519", …), chain and key in PEM, address of a time stamp authority.
typedef struct C2paSignerInfo {
  const char *alg;
  const char *sign_cert;
  const char *private_key;
  const char *_Nullable ta_url;
} C2paSignerInfo;

enum {
  LIKENESS_C2PA_SEEK_START = 0,
  LIKENESS_C2PA_SEEK_CURRENT = 1,
  LIKENESS_C2PA_SEEK_END = 2,
};

// Callbacks of a stream. They return the number of bytes, the new position or 0; a negative number is an error.
typedef intptr_t (*C2paRead)(void *_Nullable context, uint8_t *_Nullable data, intptr_t length);
typedef intptr_t (*C2paSeek)(void *_Nullable context, intptr_t offset, int32_t mode);
typedef intptr_t (*C2paWrite)(void *_Nullable context, const uint8_t *_Nullable data, intptr_t length);
typedef intptr_t (*C2paFlush)(void *_Nullable context);

/// The functions used. What they make is given back with `free`, streams with `release_stream`. A call that fails returns
/// NULL or a negative number; `error` then has the words, for the calling thread.
typedef struct LikenessC2pa {
  char *_Nullable (*_Nonnull version)(void);
  char *_Nullable (*_Nonnull error)(void);
  int32_t (*_Nonnull free)(const void *_Nullable pointer);
  C2paSettings *_Nullable (*_Nonnull settings_new)(void);
  int32_t (*_Nonnull settings_update_from_string)(C2paSettings *settings, const char *text, const char *format);
  C2paContextBuilder *_Nullable (*_Nonnull context_builder_new)(void);
  int32_t (*_Nonnull context_builder_set_settings)(C2paContextBuilder *builder, C2paSettings *settings);
  // Takes the builder.
  C2paContext *_Nullable (*_Nonnull context_builder_build)(C2paContextBuilder *builder);
  C2paStream *_Nullable (*_Nonnull create_stream)(
      void *context, C2paRead read, C2paSeek seek, C2paWrite write, C2paFlush flush);
  void (*_Nonnull release_stream)(C2paStream *stream);
  C2paReader *_Nullable (*_Nonnull reader_from_context)(C2paContext *context);
  // Takes the reader, also when it fails, and returns it filled.
  C2paReader *_Nullable (*_Nonnull reader_with_stream)(C2paReader *reader, const char *format, C2paStream *stream);
  char *_Nullable (*_Nonnull reader_json)(C2paReader *reader);
  C2paBuilder *_Nullable (*_Nonnull builder_from_context)(C2paContext *context);
  // Takes the builder, also when it fails, and returns it filled.
  C2paBuilder *_Nullable (*_Nonnull builder_with_definition)(C2paBuilder *builder, const char *json);
  int32_t (*_Nonnull builder_add_ingredient_from_stream)(
      C2paBuilder *builder, const char *json, const char *format, C2paStream *source);
  int64_t (*_Nonnull builder_sign)(
      C2paBuilder *builder, const char *format, C2paStream *source, C2paStream *target, C2paSigner *signer,
      const unsigned char *_Nullable *_Nonnull manifest);
  C2paSigner *_Nullable (*_Nonnull signer_from_info)(const C2paSignerInfo *info);
} LikenessC2pa;

enum {
  LIKENESS_C2PA_OPENED = 0,
  LIKENESS_C2PA_NOT_A_LIBRARY = 1,      // dlopen failed; the message says why
  LIKENESS_C2PA_FUNCTION_MISSING = 2,   // the message is the function's name
};

/// Opens the library at `path` for the life of the process and looks its functions up.
///
/// Returns one of the codes above and fills `message` (of `capacity` bytes) when it is not LIKENESS_C2PA_OPENED.
int32_t likeness_c2pa_open(const char *path, LikenessC2pa *functions, char *message, size_t capacity);

#pragma clang assume_nonnull end

#endif
