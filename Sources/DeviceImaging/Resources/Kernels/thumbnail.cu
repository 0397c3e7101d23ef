// A tiny picture of a frame's brightness, for scene cuts and perceptual hashes.
#include "common.cuh"

struct FrameThumbnailArguments {
  Frame frame;
  /// A byte a cell.
  u64 cells;
  i32 columns;
  i32 rows;
  /// Shares of red, green and blue in the luma.
  float red;
  float green;
  float blue;
  /// A cell's value is (mean − offset) / scale · 255.
  float offset;
  float scale;
  i32 unused;
};
static_assert(sizeof(FrameThumbnailArguments) == 192, "DeviceImager+Thumbnail.swift writes 192 bytes");

/// Up to eight places spread evenly over a cell of an axis.
struct Spread {
  i32 start;
  i32 length;
  i32 count;

  __device__ __forceinline__ i32 at(i32 index) const { return start + (index * 2 + 1) * length / (count * 2); }
};

LK_FUNCTION Spread spread_of(i32 cell, i32 cells, i32 length) {
  Spread spread;
  spread.start = min(cell * length / cells, length - 1);
  spread.length = max((cell + 1) * length / cells, spread.start + 1) - spread.start;
  spread.count = min(spread.length, 8);
  return spread;
}

/// One thread a cell: its pixels summed row by row. Imaging's Frame.lumaThumbnail.
extern "C" __global__ void frame_thumbnail(const __grid_constant__ FrameThumbnailArguments a) {
  LK_PLACE(column, row, a.columns, a.rows);
  const Frame &frame = a.frame;
  Spread across = spread_of(column, a.columns, frame.width);
  Spread down = spread_of(row, a.rows, frame.height);
  float sum = 0.0f;
  for (i32 j = 0; j < down.count; j++) {
    i32 y = down.at(j);
    for (i32 i = 0; i < across.count; i++) {
      i32 at = across.at(i) * frame.step;
      float value = get_sample(frame, 0, at, y);
      if (frame.layout == LK_RGB) {
        value = value * a.red + get_sample(frame, 0, at + 1, y) * a.green + get_sample(frame, 0, at + 2, y) * a.blue;
      }
      sum += value;
    }
  }
  float mean = sum / (float)(across.count * down.count);
  float value = (mean - a.offset) / a.scale * 255.0f;
  ((u8 *)a.cells)[row * a.columns + column] = (u8)round_even(clamp_float(value, 0.0f, 255.0f));
}
