// The visible label, drawn onto a frame as Safeguards' VisibleLabel draws it on the processor.
#include "common.cuh"

struct LabelArguments {
  Frame frame;
  /// For every pixel of the plate, row by row: the share of the text.
  u64 ink;
  /// The plate, in pixels of the frame.
  i32 x1;
  i32 y1;
  i32 x2;
  i32 y2;
  /// Codes of plate and text, and of no colour.
  float black;
  float white;
  float neutral;
  /// How much of the picture a plate lets through.
  float plate_share;
};
static_assert(sizeof(LabelArguments) == 192, "DeviceLabel.swift writes 192 bytes");

/// How much of a sample stays picture, and how much becomes text; the rest is plate.
struct LabelShares {
  float kept;
  float text;
};

/// Of a sample that stands for 2^shift_x · 2^shift_y pixels. VisibleLabel.shares.
LK_FUNCTION LabelShares label_shares(const LabelArguments &a, i32 x, i32 y, i32 shift_x, i32 shift_y) {
  LabelShares shares = {0.0f, 0.0f};
  for (i32 row = y << shift_y; row < (y + 1) << shift_y; row++) {
    for (i32 column = x << shift_x; column < (x + 1) << shift_x; column++) {
      if (row < a.y1 || row >= a.y2 || column < a.x1 || column >= a.x2) {
        shares.kept += 1.0f;
        continue;
      }
      float ink = ((const float *)a.ink)[(row - a.y1) * (a.x2 - a.x1) + column - a.x1];
      shares.kept += (1.0f - ink) * a.plate_share;
      shares.text += ink;
    }
  }
  float count = (float)(1 << (shift_x + shift_y));
  shares.kept /= count;
  shares.text /= count;
  return shares;
}

/// One thread a sample, or an interleaved pixel; one layer of the grid a plane. VisibleLabel.blend.
extern "C" __global__ void label_draw(const __grid_constant__ LabelArguments a) {
  const Frame &frame = a.frame;
  i32 plane = (i32)blockIdx.z;
  bool is_chroma = plane > 0;
  i32 shift_x = is_chroma ? frame.shift_x : 0;
  i32 shift_y = is_chroma ? frame.shift_y : 0;
  i32 right = min(((a.x2 - 1) >> shift_x) + 1, is_chroma ? frame.chroma_width : frame.width);
  i32 bottom = min(((a.y2 - 1) >> shift_y) + 1, is_chroma ? frame.chroma_height : frame.height);
  i32 x = (a.x1 >> shift_x) + LK_X;
  i32 y = (a.y1 >> shift_y) + LK_Y;
  if (x >= right || y >= bottom) return;
  LabelShares shares = label_shares(a, x, y, shift_x, shift_y);
  i32 channels = frame.layout == LK_RGB ? frame.step : 1;
  for (i32 channel = 0; channel < channels; channel++) {
    // An alpha channel lets nothing of the plate's place through.
    float black = is_chroma ? a.neutral : channel == 3 ? a.white : a.black;
    float white = is_chroma ? a.neutral : a.white;
    i32 at = x * (is_chroma ? frame.chroma_step : frame.step) + channel;
    float added = shares.text * white + (1.0f - shares.kept - shares.text) * black;
    float value = roundf(get_sample(frame, plane, at, y) * shares.kept + added);
    write_code(
        plane_row(frame, plane, y), at, frame.sample_bytes, frame.sample_shift, (i32)fminf(value, frame.maximum));
  }
}
