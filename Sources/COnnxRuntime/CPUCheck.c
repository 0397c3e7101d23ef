// Runs before any Swift code, which is compiled for x86-64-v3 and would die with "illegal instruction" on an older
// processor. This target is compiled for the plain x86-64 baseline, so it can still speak.
#if defined(__x86_64__)
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void likeness_check_cpu(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
    return;
  }
  static const char message[] =
    "error: This processor has no AVX2, FMA and BMI2, which Likeness needs. "
    "Every x86 server and desktop processor since about 2015 has them; a virtual machine may hide them.\n";
  // Nothing can be done when standard error is closed.
  if (write(2, message, strlen(message)) < 0) { _exit(5); }
  _exit(5);
}
#endif
