#include "CC2PA.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int32_t likeness_c2pa_open(const char *path, LikenessC2pa *functions, char *message, size_t capacity) {
  static const struct {
    const char *name;
    size_t offset;
  } entries[] = {
#define LIKENESS_C2PA_ENTRY(field) {"c2pa_" #field, offsetof(LikenessC2pa, field)}
    LIKENESS_C2PA_ENTRY(version),
    LIKENESS_C2PA_ENTRY(error),
    LIKENESS_C2PA_ENTRY(free),
    LIKENESS_C2PA_ENTRY(settings_new),
    LIKENESS_C2PA_ENTRY(settings_update_from_string),
    LIKENESS_C2PA_ENTRY(context_builder_new),
    LIKENESS_C2PA_ENTRY(context_builder_set_settings),
    LIKENESS_C2PA_ENTRY(context_builder_build),
    LIKENESS_C2PA_ENTRY(create_stream),
    LIKENESS_C2PA_ENTRY(release_stream),
    LIKENESS_C2PA_ENTRY(reader_from_context),
    LIKENESS_C2PA_ENTRY(reader_with_stream),
    LIKENESS_C2PA_ENTRY(reader_json),
    LIKENESS_C2PA_ENTRY(builder_from_context),
    LIKENESS_C2PA_ENTRY(builder_with_definition),
    LIKENESS_C2PA_ENTRY(builder_add_ingredient_from_stream),
    LIKENESS_C2PA_ENTRY(builder_sign),
    LIKENESS_C2PA_ENTRY(signer_from_info),
#undef LIKENESS_C2PA_ENTRY
  };
  _Static_assert(
      sizeof(entries) / sizeof(entries[0]) * sizeof(void *) == sizeof(LikenessC2pa), "every function has an entry");

  message[0] = 0;
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *reason = dlerror();
    snprintf(message, capacity, "%s", reason == NULL ? "no reason given" : reason);
    return LIKENESS_C2PA_NOT_A_LIBRARY;
  }
  for (size_t index = 0; index < sizeof(entries) / sizeof(entries[0]); index++) {
    void *function = dlsym(handle, entries[index].name);
    if (function == NULL) {
      snprintf(message, capacity, "%s", entries[index].name);
      dlclose(handle);
      return LIKENESS_C2PA_FUNCTION_MISSING;
    }
    memcpy((char *)functions + entries[index].offset, &function, sizeof function);
  }
  // The library stays open: its static state does not survive being unloaded.
  return LIKENESS_C2PA_OPENED;
}
