#include "Machine.hpp"

#include <cstdlib>
#include <cstring>

namespace {

constexpr size_t rim = 256;
constexpr unsigned char rim_byte = 0xA5;
constexpr unsigned char fresh_byte = 0xCD;

}  // namespace

LikenessCUResult Machine::cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  BEGIN_INSIDE(cuMemGetInfo_v2);
  EmulatedDevice *one = device(current()->device);
  *total = one->memory;
  *free_bytes = one->memory - std::min(one->memory, one->used + one->others);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuMemAlloc_v2(LikenessCUAddress *address, size_t bytes) {
  BEGIN_UNSAFE(cuMemAlloc_v2);
  if (bytes == 0) return LIKENESS_CUDA_INVALID_VALUE;
  EmulatedDevice *one = device(current()->device);
  if (one->used + one->others + bytes > one->memory) return LIKENESS_CUDA_OUT_OF_MEMORY;
  size_t whole = (bytes + rim - 1) / rim * rim + 2 * rim;
  char *base = static_cast<char *>(std::aligned_alloc(rim, whole));
  if (base == nullptr) return LIKENESS_CUDA_OUT_OF_MEMORY;
  std::memset(base, rim_byte, whole);
  std::memset(base + rim, fresh_byte, bytes);
  *address = reinterpret_cast<LikenessCUAddress>(base + rim);
  blocks[*address] = {base, bytes, current()->device};
  one->used += bytes;
  counts.live_blocks++;
  counts.live_bytes += bytes;
  counts.peak_bytes = std::max(counts.peak_bytes, counts.live_bytes);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::give_back(LikenessCUAddress address) {
  auto found = blocks.find(address);
  if (found == blocks.end()) return LIKENESS_CUDA_INVALID_VALUE;
  Block block = found->second;
  const char *last = block.base + (block.bytes + rim - 1) / rim * rim + 2 * rim;
  bool is_whole = true;
  for (const char *at = block.base; at < block.base + rim; at++) {
    is_whole = is_whole && static_cast<unsigned char>(*at) == rim_byte;
  }
  for (const char *at = block.base + rim + block.bytes; at < last; at++) {
    is_whole = is_whole && static_cast<unsigned char>(*at) == rim_byte;
  }
  if (!is_whole) counts.violations++;
  devices[block.device]->used -= block.bytes;
  counts.live_blocks--;
  counts.live_bytes -= block.bytes;
  blocks.erase(found);
  std::free(block.base);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuMemFree_v2(LikenessCUAddress address) {
  BEGIN_UNSAFE(cuMemFree_v2);
  return give_back(address);
}

LikenessCUResult Machine::cuMemAllocAsync(LikenessCUAddress *address, size_t bytes, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemAllocAsync);
  if (stream == nullptr) return LIKENESS_CUDA_INVALID_HANDLE;
  return cuMemAlloc_v2(address, bytes);
}

LikenessCUResult Machine::cuMemFreeAsync(LikenessCUAddress address, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemFreeAsync);
  if (stream == nullptr) return LIKENESS_CUDA_INVALID_HANDLE;
  return give_back(address);
}

LikenessCUResult Machine::cuMemHostAlloc(void **memory, size_t bytes, uint32_t) {
  BEGIN_UNSAFE(cuMemHostAlloc);
  *memory = std::aligned_alloc(rim, (bytes + rim - 1) / rim * rim);
  if (*memory == nullptr) return LIKENESS_CUDA_OUT_OF_MEMORY;
  pinned[*memory] = bytes;
  counts.live_blocks++;
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuMemFreeHost(void *memory) {
  BEGIN_INSIDE(cuMemFreeHost);
  if (pinned.erase(memory) == 0) return LIKENESS_CUDA_INVALID_VALUE;
  counts.live_blocks--;
  std::free(memory);
  return LIKENESS_CUDA_SUCCESS;
}

LikenessCUResult Machine::cuMemcpyHtoDAsync_v2(
    LikenessCUAddress to, const void *from, size_t bytes, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemcpyHtoDAsync_v2);
  if (!holds(to, bytes)) return LIKENESS_CUDA_INVALID_VALUE;
  return put(stream, [=] {
    std::memcpy(reinterpret_cast<void *>(to), from, bytes);
    counts.uploads++;
    counts.uploaded_bytes += bytes;
    return LIKENESS_CUDA_SUCCESS;
  });
}

LikenessCUResult Machine::cuMemcpyDtoHAsync_v2(
    void *to, LikenessCUAddress from, size_t bytes, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemcpyDtoHAsync_v2);
  if (!holds(from, bytes)) return LIKENESS_CUDA_INVALID_VALUE;
  return put(stream, [=] {
    std::memcpy(to, reinterpret_cast<const void *>(from), bytes);
    counts.downloads++;
    counts.downloaded_bytes += bytes;
    return LIKENESS_CUDA_SUCCESS;
  });
}

LikenessCUResult Machine::cuMemcpyDtoDAsync_v2(
    LikenessCUAddress to, LikenessCUAddress from, size_t bytes, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemcpyDtoDAsync_v2);
  if (!holds(from, bytes) || !holds(to, bytes)) return LIKENESS_CUDA_INVALID_VALUE;
  return put(stream, [=] {
    std::memmove(reinterpret_cast<void *>(to), reinterpret_cast<const void *>(from), bytes);
    return LIKENESS_CUDA_SUCCESS;
  });
}

LikenessCUResult Machine::cuMemcpy2DAsync_v2(const LikenessCUCopy2D *given, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemcpy2DAsync_v2);
  LikenessCUCopy2D copy = *given;
  bool is_up = copy.srcMemoryType == LIKENESS_CUDA_MEMORY_HOST;
  bool is_down = copy.dstMemoryType == LIKENESS_CUDA_MEMORY_HOST;
  if (copy.Height == 0 || copy.WidthInBytes > copy.srcPitch || copy.WidthInBytes > copy.dstPitch) {
    return LIKENESS_CUDA_INVALID_VALUE;
  }
  auto place = [](const void *base, size_t pitch, size_t x, size_t y) {
    return const_cast<char *>(static_cast<const char *>(base)) + y * pitch + x;
  };
  char *from = place(
      is_up ? copy.srcHost : reinterpret_cast<const void *>(copy.srcDevice), copy.srcPitch, copy.srcXInBytes,
      copy.srcY);
  char *to = place(
      is_down ? copy.dstHost : reinterpret_cast<const void *>(copy.dstDevice), copy.dstPitch, copy.dstXInBytes,
      copy.dstY);
  size_t from_bytes = (copy.Height - 1) * copy.srcPitch + copy.WidthInBytes;
  size_t to_bytes = (copy.Height - 1) * copy.dstPitch + copy.WidthInBytes;
  if (!is_up && !holds(reinterpret_cast<LikenessCUAddress>(from), from_bytes)) return LIKENESS_CUDA_INVALID_VALUE;
  if (!is_down && !holds(reinterpret_cast<LikenessCUAddress>(to), to_bytes)) return LIKENESS_CUDA_INVALID_VALUE;
  return put(stream, [=] {
    for (size_t row = 0; row < copy.Height; row++) {
      std::memmove(to + row * copy.dstPitch, from + row * copy.srcPitch, copy.WidthInBytes);
    }
    counts.uploads += is_up;
    counts.uploaded_bytes += is_up ? copy.WidthInBytes * copy.Height : 0;
    counts.downloads += is_down;
    counts.downloaded_bytes += is_down ? copy.WidthInBytes * copy.Height : 0;
    return LIKENESS_CUDA_SUCCESS;
  });
}

LikenessCUResult Machine::cuMemsetD8Async(
    LikenessCUAddress to, uint8_t value, size_t count, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemsetD8Async);
  if (!holds(to, count)) return LIKENESS_CUDA_INVALID_VALUE;
  return put(stream, [=] {
    std::memset(reinterpret_cast<void *>(to), value, count);
    return LIKENESS_CUDA_SUCCESS;
  });
}

LikenessCUResult Machine::cuMemsetD32Async(
    LikenessCUAddress to, uint32_t value, size_t count, LikenessCUStream *stream) {
  BEGIN_INSIDE(cuMemsetD32Async);
  if (!holds(to, count * 4)) return LIKENESS_CUDA_INVALID_VALUE;
  return put(stream, [=] {
    uint32_t *words = reinterpret_cast<uint32_t *>(to);
    std::fill(words, words + count, value);
    return LIKENESS_CUDA_SUCCESS;
  });
}
