// What all kernels share: number types, rounding, and frames of every format.
//
// Compiled by NVRTC for a card (without fused products but where fmaf is written) and, for tests, by a C++ compiler for
// the processor. Everything computes what Sources/Imaging computes, in the same order; its functions are named.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef short i16;
typedef int i32;

#define LK_FUNCTION static __device__ __forceinline__

/// The place of this thread in a plane.
#define LK_X (i32)(blockIdx.x * blockDim.x + threadIdx.x)
#define LK_Y (i32)(blockIdx.y * blockDim.y + threadIdx.y)

/// Names the place of this thread in a plane; threads beyond the plane's edges are done.
#define LK_PLACE(x, y, columns, rows) \
  i32 x = LK_X; \
  i32 y = LK_Y; \
  if (x >= (columns) || y >= (rows)) return

LK_FUNCTION i32 clamp_int(i32 value, i32 low, i32 high) { return value < low ? low : value > high ? high : value; }

/// Not-a-number becomes `low`.
LK_FUNCTION float clamp_float(float value, float low, float high) { return fminf(fmaxf(value, low), high); }

/// Between a and b; Imaging's lanesMix.
LK_FUNCTION float mix(float a, float b, float t) { return fmaf(b - a, t, a); }

/// To the nearest integer, halves to even; Imaging's lanesRound.
LK_FUNCTION i32 round_even(float value) { return __float2int_rn(value); }

/// IEEE half precision, nearest, ties to even; beyond 65,520 an infinity. Inference's Float.halfBits.
LK_FUNCTION u16 half_bits(float value) {
  u32 bits = __float_as_uint(value);
  u32 sign = (bits >> 16) & 0x8000u;
  float size = fabsf(value);
  if (!(size == size)) return (u16)(sign | 0x7E00u);
  if (size >= 65520.0f) return (u16)(sign | 0x7C00u);
  if (size < 6.103515625e-05f) return (u16)(sign | (u32)round_even(size * 16777216.0f));
  u32 magnitude = bits & 0x7FFFFFFFu;
  u32 rounded = magnitude + 0xFFFu + ((magnitude >> 13) & 1u);
  return (u16)(sign | ((rounded >> 13) - (112u << 10)));
}

/// The value of a half; Inference's Float(halfBits:).
LK_FUNCTION float half_value(u16 half) {
  u32 sign = (u32)(half & 0x8000u) << 16;
  u32 exponent = (half >> 10) & 0x1Fu;
  u32 fraction = half & 0x3FFu;
  if (exponent == 0) {
    float size = (float)fraction * 5.9604644775390625e-08f;
    return sign == 0 ? size : -size;
  }
  if (exponent == 0x1Fu) return __uint_as_float(sign | 0x7F800000u | (fraction << 13));
  return __uint_as_float(sign | ((exponent + 112u) << 23) | (fraction << 13));
}

/// One number of a tensor of floats or halves.
LK_FUNCTION void write_number(u64 tensor, i32 index, i32 is_half, float value) {
  if (is_half) {
    ((u16 *)tensor)[index] = half_bits(value);
  } else {
    ((float *)tensor)[index] = value;
  }
}

/// (x, y) → (a·x + b·y + c, d·x + e·y + f).
struct Affine {
  double a;
  double b;
  double c;
  double d;
  double e;
  double f;
};

struct Place {
  float x;
  float y;
};

/// Along a row in single precision, its start in double. Imaging's sampling of frames.
LK_FUNCTION Place place_in_frame(const Affine &map, i32 x, i32 y) {
  Place place;
  place.x = fmaf((float)x, (float)map.a, (float)(map.b * (double)y + map.c));
  place.y = fmaf((float)x, (float)map.d, (float)(map.e * (double)y + map.f));
  return place;
}

/// In single precision throughout, as in the peer. Imaging's warp of 8 bit.
LK_FUNCTION Place place_in_picture(const Affine &map, i32 x, i32 y) {
  Place place;
  place.x = fmaf((float)x, (float)map.a, (float)y * (float)map.b + (float)map.c);
  place.y = fmaf((float)x, (float)map.d, (float)y * (float)map.e + (float)map.f);
  return place;
}

/// A part of a source that is cut out: its pixels → those of the source.
struct Crop {
  Affine map;
  /// Which of the sources.
  i32 source;
  i32 unused;
};
static_assert(sizeof(Crop) == 56, "DeviceImager+Crops.swift writes 56 bytes");

/// A pixel of a B, G, R picture without room between rows.
LK_FUNCTION u8 *picture_pixel(u64 picture, i32 width, i32 x, i32 y) {
  return (u8 *)picture + ((u64)y * (u64)width + (u64)x) * 3;
}

/// Red, green and blue display values.
struct Color {
  float r;
  float g;
  float b;
};

enum FrameLayout { LK_PLANAR = 0, LK_RGB = 1, LK_GRAY = 2 };

/// A frame on the card, as DeviceFrame.swift lays it out.
///
/// Y'CbCr has its planes in order; where Cb and Cr lie side by side (NV12, P010) both point into one plane and
/// `chroma_step` is 2. RGB and grey use the first plane alone.
struct Frame {
  u64 planes[3];
  i32 pitches[3];
  i32 width;
  i32 height;
  i32 chroma_width;
  i32 chroma_height;
  i32 layout;
  /// Bytes of a sample, 1 or 2.
  i32 sample_bytes;
  /// Unused low bits of a sample: 6 in P010.
  i32 sample_shift;
  /// Samples from a pixel to the next in the first plane, and in a chroma plane.
  i32 step;
  i32 chroma_step;
  /// Chroma is 2^shift times coarser; 0 without chroma planes.
  i32 shift_x;
  i32 shift_y;
  /// The largest code.
  float maximum;
  float luma_offset;
  /// 1 / codes a unit of luma.
  float luma_inverse;
  float chroma_offset;
  float red_cr;
  float green_cb;
  float green_cr;
  float blue_cb;
  /// Codes of Y, Cb and Cr for a unit of red, green and blue.
  float red[3];
  float green[3];
  float blue[3];
  i32 unused;
};
static_assert(sizeof(Frame) == 152, "DeviceFrame.swift writes 152 bytes");

/// One sample's code. Samples of two bytes have `shift` unused low bits.
LK_FUNCTION i32 read_code(u64 row, i32 index, i32 bytes, i32 shift) {
  return bytes == 1 ? ((const u8 *)row)[index] : ((const u16 *)row)[index] >> shift;
}

LK_FUNCTION void write_code(u64 row, i32 index, i32 bytes, i32 shift, i32 code) {
  if (bytes == 1) {
    ((u8 *)row)[index] = (u8)code;
  } else {
    ((u16 *)row)[index] = (u16)(code << shift);
  }
}

LK_FUNCTION float read_sample(u64 row, i32 index, i32 bytes, i32 shift) {
  return (float)read_code(row, index, bytes, shift);
}

/// Rounded to nearest within 0…maximum.
LK_FUNCTION void write_sample(u64 row, i32 index, i32 bytes, i32 shift, float value, float maximum) {
  write_code(row, index, bytes, shift, round_even(value < 0.0f ? 0.0f : value > maximum ? maximum : value));
}

/// Where a row of a plane begins.
LK_FUNCTION u64 plane_row(const Frame &frame, i32 plane, i32 y) {
  return frame.planes[plane] + (u64)y * (u64)frame.pitches[plane];
}

/// One sample of a frame.
LK_FUNCTION float get_sample(const Frame &frame, i32 plane, i32 index, i32 y) {
  return read_sample(plane_row(frame, plane, y), index, frame.sample_bytes, frame.sample_shift);
}

LK_FUNCTION void set_sample(const Frame &frame, i32 plane, i32 index, i32 y, float value) {
  write_sample(plane_row(frame, plane, y), index, frame.sample_bytes, frame.sample_shift, value, frame.maximum);
}

/// The four neighbours of a place in a plane; outside counts as the edge. Imaging's PlaneGrid.
struct Taps {
  i32 left;
  i32 right;
  i32 top;
  i32 bottom;
  float fx;
  float fy;
};

LK_FUNCTION Taps taps_at(float x, float y, i32 width, i32 height) {
  float cx = clamp_float(x, 0.0f, (float)(width - 1));
  float cy = clamp_float(y, 0.0f, (float)(height - 1));
  float left = fminf(floorf(cx), (float)max(width - 2, 0));
  float top = fminf(floorf(cy), (float)max(height - 2, 0));
  Taps taps;
  taps.left = (i32)left;
  taps.top = (i32)top;
  taps.right = min(taps.left + 1, width - 1);
  taps.bottom = min(taps.top + 1, height - 1);
  taps.fx = cx - left;
  taps.fy = cy - top;
  return taps;
}

/// Between the four neighbours, along the row first.
LK_FUNCTION float mix_taps(float left_top, float right_top, float left_bottom, float right_bottom, const Taps &taps) {
  return mix(mix(left_top, right_top, taps.fx), mix(left_bottom, right_bottom, taps.fx), taps.fy);
}

/// Part of a sample whose neighbours exist: 1 inside, falling to 0 a pixel outside. Imaging's coverage.
LK_FUNCTION float coverage(float x, float y, i32 width, i32 height) {
  float across = clamp_float(fminf(x + 1.0f, (float)width - x), 0.0f, 1.0f);
  float down = clamp_float(fminf(y + 1.0f, (float)height - y), 0.0f, 1.0f);
  return across * down;
}

/// Bilinear between four samples.
LK_FUNCTION float plane_value(u64 base, i32 pitch, i32 step, i32 offset, i32 bytes, i32 shift, const Taps &taps) {
  u64 upper = base + (u64)taps.top * (u64)pitch;
  u64 lower = base + (u64)taps.bottom * (u64)pitch;
  i32 left = taps.left * step + offset;
  i32 right = taps.right * step + offset;
  return mix_taps(
      read_sample(upper, left, bytes, shift), read_sample(upper, right, bytes, shift),
      read_sample(lower, left, bytes, shift), read_sample(lower, right, bytes, shift), taps);
}

/// What a frame shows at a place, 0…1; outside the edge goes on. Imaging's LaneSource.
///
/// Chroma is interpolated at its own resolution; sample j of a halved axis lies at 2j across, at 2j + ½ down.
LK_FUNCTION Color frame_color(const Frame &frame, float x, float y) {
  i32 bytes = frame.sample_bytes;
  i32 shift = frame.sample_shift;
  Taps taps = taps_at(x, y, frame.width, frame.height);
  Color color;
  if (frame.layout == LK_RGB) {
    float unit = 1.0f / frame.maximum;
    color.r = plane_value(frame.planes[0], frame.pitches[0], frame.step, 0, bytes, shift, taps) * unit;
    color.g = plane_value(frame.planes[0], frame.pitches[0], frame.step, 1, bytes, shift, taps) * unit;
    color.b = plane_value(frame.planes[0], frame.pitches[0], frame.step, 2, bytes, shift, taps) * unit;
  } else {
    float code = plane_value(frame.planes[0], frame.pitches[0], 1, 0, bytes, shift, taps);
    float luma = (code - frame.luma_offset) * frame.luma_inverse;
    color.r = color.g = color.b = luma;
    if (frame.layout == LK_PLANAR) {
      float unit_x = 1.0f / (float)(1 << frame.shift_x);
      float unit_y = 1.0f / (float)(1 << frame.shift_y);
      Taps chroma = taps_at(
          x * unit_x, y * unit_y + (unit_y - 1.0f) / 2.0f, frame.chroma_width, frame.chroma_height);
      float u = plane_value(frame.planes[1], frame.pitches[1], frame.chroma_step, 0, bytes, shift, chroma) -
                frame.chroma_offset;
      float v = plane_value(frame.planes[2], frame.pitches[2], frame.chroma_step, 0, bytes, shift, chroma) -
                frame.chroma_offset;
      color.r = fmaf(v, frame.red_cr, luma);
      color.g = fmaf(v, frame.green_cr, fmaf(u, frame.green_cb, luma));
      color.b = fmaf(u, frame.blue_cb, luma);
    }
  }
  color.r = clamp_float(color.r, 0.0f, 1.0f);
  color.g = clamp_float(color.g, 0.0f, 1.0f);
  color.b = clamp_float(color.b, 0.0f, 1.0f);
  return color;
}

/// One of Y, Cb, Cr codes of a difference of colours; Imaging's PlanarPaste.product.
LK_FUNCTION float frame_code(const Frame &frame, const Color &change, i32 index) {
  return change.r * frame.red[index] + change.g * frame.green[index] + change.b * frame.blue[index];
}

/// Adds a change to one sample of a plane, rounded and kept within its range.
LK_FUNCTION void add_to_sample(const Frame &frame, i32 plane, i32 index, i32 y, float change) {
  set_sample(frame, plane, index, y, get_sample(frame, plane, index, y) + change);
}

/// The pixels of a chroma cell, as far as the frame has them: columns x1…<x2 of rows y1…<y2. Without chroma planes, one.
struct Cell {
  i32 x1;
  i32 y1;
  i32 x2;
  i32 y2;
};

LK_FUNCTION Cell cell_pixels(const Frame &frame, i32 cell_x, i32 cell_y) {
  Cell cell;
  cell.x1 = cell_x << frame.shift_x;
  cell.y1 = cell_y << frame.shift_y;
  cell.x2 = min(cell.x1 + (1 << frame.shift_x), frame.width);
  cell.y2 = min(cell.y1 + (1 << frame.shift_y), frame.height);
  return cell;
}

/// Adds colour changes to one chroma cell and the pixels in it: luma at full resolution, chroma with the mean.
///
/// A frame without chroma planes has cells of one pixel. `Change` gives the change at a pixel (Color at(x, y)).
/// Imaging's PlanarPaste and PackedPaste.
template <typename Change>
LK_FUNCTION void add_to_cell(const Frame &frame, i32 cell_x, i32 cell_y, const Change &change) {
  if (frame.layout != LK_PLANAR) {
    Color color = change.at(cell_x, cell_y);
    if (color.r == 0.0f && color.g == 0.0f && color.b == 0.0f) return;
    if (frame.layout == LK_GRAY) {
      add_to_sample(frame, 0, cell_x, cell_y, frame_code(frame, color, 0));
    } else {
      i32 first = cell_x * frame.step;
      add_to_sample(frame, 0, first, cell_y, color.r * frame.maximum);
      add_to_sample(frame, 0, first + 1, cell_y, color.g * frame.maximum);
      add_to_sample(frame, 0, first + 2, cell_y, color.b * frame.maximum);
    }
    return;
  }
  Cell cell = cell_pixels(frame, cell_x, cell_y);
  float cb = 0.0f;
  float cr = 0.0f;
  bool is_touched = false;
  for (i32 y = cell.y1; y < cell.y2; y++) {
    // Two neighbours are summed before they are added.
    for (i32 x = cell.x1; x < cell.x2; x += 2) {
      float pair_cb = 0.0f;
      float pair_cr = 0.0f;
      for (i32 column = x; column < min(x + 2, cell.x2); column++) {
        Color color = change.at(column, y);
        if (color.r == 0.0f && color.g == 0.0f && color.b == 0.0f) continue;
        is_touched = true;
        add_to_sample(frame, 0, column, y, frame_code(frame, color, 0));
        pair_cb += frame_code(frame, color, 1);
        pair_cr += frame_code(frame, color, 2);
      }
      cb += pair_cb;
      cr += pair_cr;
    }
  }
  if (!is_touched) return;
  // A cell that the frame's edge cuts has fewer columns; its rows are counted below.
  i32 columns = cell.x2 - cell.x1;
  if (columns < (1 << frame.shift_x)) {
    float fill = (float)(1 << frame.shift_x) / (float)columns;
    cb *= fill;
    cr *= fill;
  }
  float share = 1.0f / (float)((cell.y2 - cell.y1) << frame.shift_x);
  add_to_sample(frame, 1, cell_x * frame.chroma_step, cell_y, cb * share);
  add_to_sample(frame, 2, cell_x * frame.chroma_step, cell_y, cr * share);
}
