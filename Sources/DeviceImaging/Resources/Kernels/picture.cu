// B, G, R pictures of 8 bit: crops to tensors, what a network gives pasted back, sizes changed.
#include "common.cuh"

enum { LK_PICTURES = 16, LK_PICTURE_CROPS = 32 };

/// Three bytes a pixel, no room between rows.
struct Picture {
  u64 base;
  i32 width;
  i32 height;
};

struct PictureCropArguments {
  Picture pictures[LK_PICTURES];
  Crop crops[LK_PICTURE_CROPS];
  u64 target;
  i32 crop_step;
  i32 width;
  i32 height;
  i32 channel_step;
  i32 pixel_step;
  /// Of the target: 0 floats, 1 halves, 2 bytes.
  i32 kind;
  /// Channels are R, G, B: turned round.
  i32 is_rgb;
  /// Outside the picture is black; else its edge goes on.
  i32 has_border;
  /// Number = byte · scale + bias, by the target's channel; rounded after the product, as in the peer.
  float scale[3];
  float bias[3];
};
static_assert(sizeof(PictureCropArguments) == 2112, "DeviceImager+Pictures.swift writes 2112 bytes");

LK_FUNCTION float byte_value(u64 base, i32 pitch, i32 channel, const Taps &taps) {
  return plane_value(base, pitch, 3, channel, 1, 0, taps);
}

/// One thread a crop pixel, one layer of the grid a crop. Imaging's warp of 8 bit, then planarTensor.
extern "C" __global__ void picture_crop(const __grid_constant__ PictureCropArguments a) {
  LK_PLACE(x, y, a.width, a.height);
  const Crop &crop = a.crops[blockIdx.z];
  const Picture &picture = a.pictures[crop.source];
  Place place = place_in_picture(crop.map, x, y);
  Taps taps = taps_at(place.x, place.y, picture.width, picture.height);
  float share = a.has_border ? coverage(place.x, place.y, picture.width, picture.height) : 1.0f;
  i32 at = (i32)blockIdx.z * a.crop_step + (y * a.width + x) * a.pixel_step;
  for (i32 channel = 0; channel < 3; channel++) {
    i32 byte = round_even(byte_value(picture.base, picture.width * 3, a.is_rgb ? 2 - channel : channel, taps) * share);
    i32 index = at + channel * a.channel_step;
    if (a.kind == 2) {
      ((u8 *)a.target)[index] = (u8)byte;
    } else {
      write_number(a.target, index, a.kind, (float)byte * a.scale[channel] + a.bias[channel]);
    }
  }
}

/// How the numbers of a network become levels 0…255.
enum Levels {
  /// They are levels.
  LK_LEVELS = 0,
  /// 0…1, not rounded.
  LK_UNIT = 1,
  /// 0…1, cut to whole levels; rounded to whole levels.
  LK_UNIT_CUT = 2,
  LK_UNIT_ROUNDED = 3,
  /// −1…1, cut; rounded.
  LK_SIGNED_CUT = 4,
  LK_SIGNED_ROUNDED = 5,
  /// number · scale + mean within 0…1 in double precision, sampled at places of 1/32 pixel.
  LK_DOUBLE = 6,
  /// Levels that are whole numbers: what is sampled between them is rounded.
  LK_WHOLE = 7,
};

struct PicturePasteArguments {
  u64 picture;
  /// The network's planes; those of the other phases follow (see `phases`).
  u64 crop;
  /// One float a pixel of the crop.
  u64 mask;
  /// Rectangle → crop pixels.
  Affine map;
  double scale[3];
  double mean[3];
  i32 picture_width;
  /// The rectangle.
  i32 x1;
  i32 y1;
  i32 x2;
  i32 y2;
  /// Of the crop and of the mask.
  i32 width;
  i32 height;
  /// The crop is put together of phases² pictures: each has every phases-th pixel of every phases-th row.
  i32 phases;
  i32 levels;
  i32 is_half;
  /// Planes are B, G, R; else R, G, B.
  i32 is_bgr;
  /// Weights of the picture as it was and of the picture with the crop: 0 and 1 where nothing is faded.
  float before;
  float now;
  i32 unused;
};
static_assert(sizeof(PicturePasteArguments) == 176, "DeviceImager+Paste.swift writes 176 bytes");

/// The network's number at a crop pixel; channel 0, 1, 2 = R, G, B.
LK_FUNCTION float crop_number(const PicturePasteArguments &a, i32 x, i32 y, i32 channel) {
  i32 width = a.width / a.phases;
  i32 height = a.height / a.phases;
  i32 phase = (y % a.phases) * a.phases + x % a.phases;
  i32 plane = phase * 3 + (a.is_bgr ? 2 - channel : channel);
  u64 at = ((u64)plane * (u64)height + (u64)(y / a.phases)) * (u64)width + (u64)(x / a.phases);
  return a.is_half ? half_value(((const u16 *)a.crop)[at]) : ((const float *)a.crop)[at];
}

/// Imaging's PlanarBytes and the like.
LK_FUNCTION float crop_level(const PicturePasteArguments &a, i32 x, i32 y, i32 channel) {
  float number = crop_number(a, x, y, channel);
  switch (a.levels) {
    case LK_UNIT: return clamp_float(number, 0.0f, 1.0f) * 255.0f;
    case LK_UNIT_CUT: return floorf(clamp_float(number, 0.0f, 1.0f) * 255.0f);
    case LK_UNIT_ROUNDED: return rintf(clamp_float(number, 0.0f, 1.0f) * 255.0f);
    case LK_SIGNED_CUT: return floorf((clamp_float(number, -1.0f, 1.0f) + 1.0f) * 0.5f * 255.0f);
    case LK_SIGNED_ROUNDED: return rintf((clamp_float(number, -1.0f, 1.0f) + 1.0f) * 0.5f * 255.0f);
    default: return number;
  }
}

LK_FUNCTION double crop_double(const PicturePasteArguments &a, i32 x, i32 y, i32 channel) {
  double level = (double)crop_number(a, x, y, channel) * a.scale[channel] + a.mean[channel];
  return (level < 0.0 ? 0.0 : level > 1.0 ? 1.0 : level) * 255.0;
}

/// A place in 1/1024 pixel, halves to even.
LK_FUNCTION i32 grid_place(double value) {
  double place = rint(value * 1024.0);
  return (i32)(place < -2000000000.0 ? -2000000000.0 : place > 2000000000.0 ? 2000000000.0 : place);
}

/// A sample with the crop, cut to 8 bit, faded from what it was: rounded, the product with the new one by itself.
LK_FUNCTION void put_pasted(const PicturePasteArguments &a, u8 *sample, float pasted) {
  float sum = fmaf(a.before, (float)*sample, pasted * a.now);
  *sample = (u8)rintf(clamp_float(sum, 0.0f, 255.0f));
}

/// Puts a crop back: picture · (1 − mask) + crop · mask, cut to 8 bit. Imaging's pasteBack.
extern "C" __global__ void picture_paste(const __grid_constant__ PicturePasteArguments a) {
  LK_PLACE(x, y, a.x2 - a.x1, a.y2 - a.y1);
  Place place = place_in_picture(a.map, x, y);
  float cover = coverage(place.x, place.y, a.width, a.height);
  if (cover == 0.0f) return;
  Taps taps = taps_at(place.x, place.y, a.width, a.height);
  const float *upper = (const float *)a.mask + taps.top * a.width;
  const float *lower = (const float *)a.mask + taps.bottom * a.width;
  float value = mix_taps(upper[taps.left], upper[taps.right], lower[taps.left], lower[taps.right], taps);
  float share = clamp_float(value * cover, 0.0f, 1.0f);
  if (share == 0.0f) return;
  u8 *pixel = picture_pixel(a.picture, a.picture_width, a.x1 + x, a.y1 + y);
  if (a.levels == LK_DOUBLE) {
    i32 gx = (grid_place(a.map.b * (double)y + a.map.c) + 16 + grid_place(a.map.a * (double)x)) >> 5;
    i32 gy = (grid_place(a.map.e * (double)y + a.map.f) + 16 + grid_place(a.map.d * (double)x)) >> 5;
    i32 left = clamp_int(gx >> 5, 0, a.width - 1);
    i32 right = clamp_int((gx >> 5) + 1, 0, a.width - 1);
    i32 top = clamp_int(gy >> 5, 0, a.height - 1);
    i32 bottom = clamp_int((gy >> 5) + 1, 0, a.height - 1);
    double fx = (double)(gx & 31) / 32.0;
    double fy = (double)(gy & 31) / 32.0;
    for (i32 channel = 0; channel < 3; channel++) {
      double above = crop_double(a, left, top, channel) * (1.0 - fx) + crop_double(a, right, top, channel) * fx;
      double below = crop_double(a, left, bottom, channel) * (1.0 - fx) + crop_double(a, right, bottom, channel) * fx;
      double level = above * (1.0 - fy) + below * fy;
      double sum = (double)pixel[2 - channel] * (double)(1.0f - share) + level * (double)share;
      put_pasted(a, pixel + 2 - channel, (float)floor(sum < 0.0 ? 0.0 : sum > 255.0 ? 255.0 : sum));
    }
    return;
  }
  bool is_whole = a.levels != LK_LEVELS && a.levels != LK_UNIT;
  for (i32 channel = 0; channel < 3; channel++) {
    float level = mix_taps(
        crop_level(a, taps.left, taps.top, channel), crop_level(a, taps.right, taps.top, channel),
        crop_level(a, taps.left, taps.bottom, channel), crop_level(a, taps.right, taps.bottom, channel), taps);
    if (is_whole) level = rintf(level);
    float sum = (float)pixel[2 - channel] * (1.0f - share) + level * share;
    put_pasted(a, pixel + 2 - channel, floorf(clamp_float(sum, 0.0f, 255.0f)));
  }
}

/// The crop's levels 0…255, not rounded, as planes R, G, B of floats in the place of the picture. One thread a pixel.
extern "C" __global__ void picture_levels(const __grid_constant__ PicturePasteArguments a) {
  LK_PLACE(x, y, a.width, a.height);
  for (i32 channel = 0; channel < 3; channel++) {
    float level = a.levels == LK_DOUBLE ? (float)crop_double(a, x, y, channel) : crop_level(a, x, y, channel);
    ((float *)a.picture)[(channel * a.height + y) * a.width + x] = level;
  }
}

struct ResizeArguments {
  u64 source;
  u64 target;
  /// Per target column, and row: `*_taps` indices and weights, one behind the other.
  u64 across_indices;
  u64 across_weights;
  u64 down_indices;
  u64 down_weights;
  i32 width;
  i32 height;
  i32 target_width;
  i32 target_height;
  i32 channels;
  i32 across_taps;
  i32 down_taps;
  /// 0 bytes by two taps in 11-bit fixed point; 1 bytes and 2 floats by weighted sums; 3 bytes and 4 floats halved.
  i32 mode;
};
static_assert(sizeof(ResizeArguments) == 80, "DeviceImager+Resize.swift writes 80 bytes");

/// One thread a sample of the result. Imaging's resize.
extern "C" __global__ void plane_resize(const __grid_constant__ ResizeArguments a) {
  LK_PLACE(x, y, a.target_width, a.target_height);
  const i32 *columns = (const i32 *)a.across_indices + x * a.across_taps;
  const float *column_weights = (const float *)a.across_weights + x * a.across_taps;
  const i32 *rows = (const i32 *)a.down_indices + y * a.down_taps;
  const float *row_weights = (const float *)a.down_weights + y * a.down_taps;
  const u8 *bytes = (const u8 *)a.source;
  const float *floats = (const float *)a.source;
  i32 row_step = a.width * a.channels;
  for (i32 channel = 0; channel < a.channels; channel++) {
    i32 target = (y * a.target_width + x) * a.channels + channel;
    if (a.mode >= 3) {
      i32 at = 2 * y * row_step + 2 * x * a.channels + channel;
      if (a.mode == 3) {
        i32 sum = bytes[at] + bytes[at + a.channels] + bytes[at + row_step] + bytes[at + row_step + a.channels];
        ((u8 *)a.target)[target] = (u8)((sum + 2) >> 2);
      } else {
        float sum = floats[at] + floats[at + a.channels] + floats[at + row_step] + floats[at + row_step + a.channels];
        ((float *)a.target)[target] = sum * 0.25f;
      }
      continue;
    }
    if (a.mode == 0) {
      // Two intermediate cuts, as measured (vision.md §2.2).
      i32 w0 = round_even(column_weights[0] * 2048.0f);
      i32 w1 = round_even(column_weights[1] * 2048.0f);
      i32 v0 = round_even(row_weights[0] * 2048.0f);
      i32 v1 = round_even(row_weights[1] * 2048.0f);
      i32 left = columns[0] * a.channels + channel;
      i32 right = columns[1] * a.channels + channel;
      i32 upper = bytes[rows[0] * row_step + left] * w0 + bytes[rows[0] * row_step + right] * w1;
      i32 lower = bytes[rows[1] * row_step + left] * w0 + bytes[rows[1] * row_step + right] * w1;
      i32 sum = ((v0 * (upper >> 4)) >> 16) + ((v1 * (lower >> 4)) >> 16) + 2;
      ((u8 *)a.target)[target] = (u8)(sum >> 2);
      continue;
    }
    float sum = 0.0f;
    for (i32 i = 0; i < a.across_taps; i++) {
      float mixed = 0.0f;
      for (i32 j = 0; j < a.down_taps; j++) {
        i32 at = rows[j] * row_step + columns[i] * a.channels + channel;
        mixed = fmaf(a.mode == 1 ? (float)bytes[at] : floats[at], row_weights[j], mixed);
      }
      sum += mixed * column_weights[i];
    }
    if (a.mode == 1) {
      ((u8 *)a.target)[target] = (u8)rintf(clamp_float(sum, 0.0f, 255.0f));
    } else {
      ((float *)a.target)[target] = sum;
    }
  }
}
