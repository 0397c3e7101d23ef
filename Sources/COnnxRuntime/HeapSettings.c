// How the C library's heap treats the large blocks of frames, tensors and models. Runs before main.
//
// Left alone, glibc raises the size from which a block is given back to the system at once, up to 32 MB, as soon as such
// blocks are freed, and then keeps the holes that loaded models and finished frames leave: some 90 MB in a 1080p run.
#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#endif

#ifdef M_MMAP_THRESHOLD
__attribute__((constructor)) static void likeness_set_up_heap(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
}
#endif
