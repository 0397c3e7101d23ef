// Masks: one float a pixel, 0…1.
#include "common.cuh"

struct MaskBoxArguments {
  u64 mask;
  i32 width;
  i32 height;
  /// Where the mask is 1: columns x1…<x2 of rows y1…<y2.
  i32 x1;
  i32 y1;
  i32 x2;
  i32 y2;
};
static_assert(sizeof(MaskBoxArguments) == 32, "DeviceImager+Masks.swift writes 32 bytes");

extern "C" __global__ void mask_box(const __grid_constant__ MaskBoxArguments a) {
  LK_PLACE(x, y, a.width, a.height);
  bool is_inside = x >= a.x1 && x < a.x2 && y >= a.y1 && y < a.y2;
  ((float *)a.mask)[y * a.width + x] = is_inside ? 1.0f : 0.0f;
}

enum { LK_BLUR_TAPS = 961 };

struct MaskBlurArguments {
  u64 source;
  u64 target;
  i32 width;
  i32 height;
  /// Rows are blurred along themselves; else columns.
  i32 is_across;
  i32 taps;
  float weights[LK_BLUR_TAPS];
  i32 unused;
};
static_assert(sizeof(MaskBlurArguments) == 3880, "DeviceImager+Masks.swift writes 3880 bytes");

/// An index mirrored at the ends without repeating them. Imaging's mirroredIndex.
LK_FUNCTION i32 mirrored(i32 index, i32 length) {
  if (length <= 1) return 0;
  i32 period = 2 * (length - 1);
  i32 folded = ((index % period) + period) % period;
  return folded < length ? folded : period - folded;
}

/// Rows are summed from left to right, columns from the middle outwards, as the peer does. Imaging's gaussianBlur.
extern "C" __global__ void mask_blur(const __grid_constant__ MaskBlurArguments a) {
  LK_PLACE(x, y, a.width, a.height);
  i32 radius = a.taps / 2;
  const float *source = (const float *)a.source;
  float sum;
  if (a.is_across) {
    const float *row = source + y * a.width;
    sum = row[mirrored(x - radius, a.width)] * a.weights[0];
    for (i32 tap = 1; tap < a.taps; tap++) sum = fmaf(row[mirrored(x + tap - radius, a.width)], a.weights[tap], sum);
  } else {
    const float *column = source + x;
    sum = column[y * a.width] * a.weights[radius];
    for (i32 distance = 1; distance <= radius; distance++) {
      float pair = column[mirrored(y - distance, a.height) * a.width] +
                   column[mirrored(y + distance, a.height) * a.width];
      sum = fmaf(pair, a.weights[radius - distance], sum);
    }
  }
  ((float *)a.target)[y * a.width + x] = sum;
}

enum { LK_MASKS = 8 };

struct MaskCombineArguments {
  u64 masks[LK_MASKS];
  u64 target;
  i32 count;
  /// Numbers in a mask.
  i32 size;
};
static_assert(sizeof(MaskCombineArguments) == 80, "DeviceImager+Masks.swift writes 80 bytes");

/// The smallest of all masks, within 0…1. Imaging's combineMasks.
extern "C" __global__ void mask_combine(const __grid_constant__ MaskCombineArguments a) {
  i32 index = LK_X;
  if (index >= a.size) return;
  float value = ((const float *)a.masks[0])[index];
  for (i32 mask = 1; mask < a.count; mask++) value = fminf(value, ((const float *)a.masks[mask])[index]);
  ((float *)a.target)[index] = clamp_float(value, 0.0f, 1.0f);
}

struct MaskLevelArguments {
  u64 mask;
  i32 size;
  /// mask = (clamp(mask, low, high) − bias) · scale.
  float low;
  float high;
  float bias;
  float scale;
  i32 unused;
};
static_assert(sizeof(MaskLevelArguments) == 32, "DeviceImager+Masks.swift writes 32 bytes");

/// Stretches a part of the range, as Imaging's softenedMask does after its blur.
extern "C" __global__ void mask_levels(const __grid_constant__ MaskLevelArguments a) {
  i32 index = LK_X;
  if (index >= a.size) return;
  float *value = (float *)a.mask + index;
  *value = (clamp_float(*value, a.low, a.high) - a.bias) * a.scale;
}

struct MaskClassArguments {
  /// A plane for each class.
  u64 scores;
  u64 mask;
  i32 size;
  i32 classes;
  /// Bit n: class n is shown.
  u32 shown;
  i32 unused;
};
static_assert(sizeof(MaskClassArguments) == 32, "DeviceImager+Masks.swift writes 32 bytes");

/// 1 where the class with the largest score, of equal ones the first, is shown. Faces' FaceParser.
extern "C" __global__ void mask_classes(const __grid_constant__ MaskClassArguments a) {
  i32 index = LK_X;
  if (index >= a.size) return;
  const float *scores = (const float *)a.scores + index;
  float best = scores[0];
  i32 chosen = 0;
  for (i32 number = 1; number < a.classes; number++) {
    float score = scores[number * a.size];
    if (score > best) {
      best = score;
      chosen = number;
    }
  }
  ((float *)a.mask)[index] = chosen < 32 && ((a.shown >> chosen) & 1u) != 0 ? 1.0f : 0.0f;
}
