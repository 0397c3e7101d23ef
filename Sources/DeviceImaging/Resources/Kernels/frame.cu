// Frames: crops to tensors, pictures of a frame, and changes carried back into it.
#include "common.cuh"

enum { LK_FRAMES = 8, LK_CROPS = 32 };

struct FrameCropArguments {
  Frame frames[LK_FRAMES];
  Crop crops[LK_CROPS];
  /// The first crop's first number; crops follow each other `crop_step` numbers apart.
  u64 tensor;
  i32 crop_step;
  i32 width;
  i32 height;
  /// Numbers from a channel, and from a pixel, to the next.
  i32 channel_step;
  i32 pixel_step;
  i32 is_half;
  /// Channels are B, G, R.
  i32 is_bgr;
  /// Outside the frame is black; else its edge goes on.
  i32 has_border;
  /// Of red, green, blue: number = value (0…1) · scale + bias.
  float scale[3];
  float bias[3];
};
static_assert(sizeof(FrameCropArguments) == 3072, "DeviceImager+Crops.swift writes 3072 bytes");

/// One thread a crop pixel, one layer of the grid a crop. Imaging's Frame.sampleTensor.
extern "C" __global__ void frame_crop(const __grid_constant__ FrameCropArguments a) {
  LK_PLACE(x, y, a.width, a.height);
  const Crop &crop = a.crops[blockIdx.z];
  const Frame &frame = a.frames[crop.source];
  Place place = place_in_frame(crop.map, x, y);
  Color color = frame_color(frame, place.x, place.y);
  if (a.has_border) {
    float share = coverage(place.x, place.y, frame.width, frame.height);
    color.r *= share;
    color.g *= share;
    color.b *= share;
  }
  i32 at = (i32)blockIdx.z * a.crop_step + (y * a.width + x) * a.pixel_step;
  i32 red = a.is_bgr ? 2 : 0;
  write_number(a.tensor, at + red * a.channel_step, a.is_half, fmaf(color.r, a.scale[0], a.bias[0]));
  write_number(a.tensor, at + a.channel_step, a.is_half, fmaf(color.g, a.scale[1], a.bias[1]));
  write_number(a.tensor, at + (2 - red) * a.channel_step, a.is_half, fmaf(color.b, a.scale[2], a.bias[2]));
}

struct FramePictureArguments {
  Frame frame;
  /// Three bytes a pixel, B, G, R; the whole frame's size.
  u64 picture;
  i32 x;
  i32 y;
  i32 width;
  i32 height;
};
static_assert(sizeof(FramePictureArguments) == 176, "DeviceImager+Pictures.swift writes 176 bytes");

/// Part of the frame as 8-bit B, G, R. Imaging's Frame.bgrPicture.
extern "C" __global__ void frame_picture(const __grid_constant__ FramePictureArguments a) {
  LK_PLACE(column, row, a.width, a.height);
  i32 x = a.x + column;
  i32 y = a.y + row;
  Color color = frame_color(a.frame, (float)x, (float)y);
  u8 *pixel = picture_pixel(a.picture, a.frame.width, x, y);
  pixel[0] = (u8)round_even(color.b * 255.0f);
  pixel[1] = (u8)round_even(color.g * 255.0f);
  pixel[2] = (u8)round_even(color.r * 255.0f);
}

struct FrameChangeArguments {
  Frame frame;
  /// B, G, R pictures of the frame's size.
  u64 old_picture;
  u64 new_picture;
  /// Where they differ, in pixels.
  i32 x1;
  i32 y1;
  i32 x2;
  i32 y2;
};
static_assert(sizeof(FrameChangeArguments) == 184, "DeviceImager+Pictures.swift writes 184 bytes");

struct PictureChange {
  const FrameChangeArguments &a;

  __device__ __forceinline__ Color at(i32 x, i32 y) const {
    Color color = {0.0f, 0.0f, 0.0f};
    if (x < a.x1 || y < a.y1 || x >= a.x2 || y >= a.y2) return color;
    const u8 *before = picture_pixel(a.old_picture, a.frame.width, x, y);
    const u8 *after = picture_pixel(a.new_picture, a.frame.width, x, y);
    color.r = ((float)after[2] - (float)before[2]) / 255.0f;
    color.g = ((float)after[1] - (float)before[1]) / 255.0f;
    color.b = ((float)after[0] - (float)before[0]) / 255.0f;
    return color;
  }
};

/// The cell of this thread in a rectangle of pixels; false outside.
LK_FUNCTION bool find_cell(const Frame &frame, i32 x1, i32 y1, i32 x2, i32 y2, i32 &cell_x, i32 &cell_y) {
  cell_x = (x1 >> frame.shift_x) + LK_X;
  cell_y = (y1 >> frame.shift_y) + LK_Y;
  return cell_x <= ((x2 - 1) >> frame.shift_x) && cell_y <= ((y2 - 1) >> frame.shift_y);
}

/// Carries what was changed in a picture of the frame into the frame: one thread a chroma cell. Imaging's Frame.change.
extern "C" __global__ void frame_change(const __grid_constant__ FrameChangeArguments a) {
  i32 cell_x, cell_y;
  if (!find_cell(a.frame, a.x1, a.y1, a.x2, a.y2, cell_x, cell_y)) return;
  PictureChange change = {a};
  add_to_cell(a.frame, cell_x, cell_y, change);
}

struct FrameDifferenceArguments {
  Frame frame;
  /// Windows of side² pixels: planes R, G, B of display values 0…1, and a mask.
  u64 new_window;
  u64 old_window;
  u64 mask;
  /// Frame → window pixels.
  Affine map;
  i32 side;
  /// The frame's pixels that may change.
  i32 x1;
  i32 y1;
  i32 x2;
  i32 y2;
  i32 unused;
};
static_assert(sizeof(FrameDifferenceArguments) == 248, "DeviceImager+Pictures.swift writes 248 bytes");

struct WindowChange {
  const FrameDifferenceArguments &w;

  __device__ __forceinline__ Color at(i32 x, i32 y) const {
    Color color = {0.0f, 0.0f, 0.0f};
    if (x < w.x1 || y < w.y1 || x >= w.x2 || y >= w.y2) return color;
    Place place = place_in_frame(w.map, x, y);
    if (!(place.x > -1.0f && place.y > -1.0f && place.x < (float)w.side && place.y < (float)w.side)) return color;
    float left = floorf(place.x);
    float top = floorf(place.y);
    float fx = place.x - left;
    float fy = place.y - top;
    float share = 0.0f;
    i32 area = w.side * w.side;
    // A neighbour that is missing counts as 0.
    for (i32 k = 0; k < 4; k++) {
      i32 column = (i32)left + (k & 1);
      i32 row = (i32)top + (k >> 1);
      if (column < 0 || row < 0 || column >= w.side || row >= w.side) continue;
      float weight = ((k & 1) == 0 ? 1.0f - fx : fx) * ((k >> 1) == 0 ? 1.0f - fy : fy);
      i32 at = row * w.side + column;
      const float *after = (const float *)w.new_window + at;
      const float *before = (const float *)w.old_window + at;
      share += ((const float *)w.mask)[at] * weight;
      color.r += (after[0] - before[0]) * weight;
      color.g += (after[area] - before[area]) * weight;
      color.b += (after[2 * area] - before[2 * area]) * weight;
    }
    color.r *= share;
    color.g *= share;
    color.b *= share;
    return color;
  }
};

/// Pastes a window as a difference, mask · (new − old). Imaging's Frame.addDifference.
extern "C" __global__ void frame_difference(const __grid_constant__ FrameDifferenceArguments a) {
  i32 cell_x, cell_y;
  if (!find_cell(a.frame, a.x1, a.y1, a.x2, a.y2, cell_x, cell_y)) return;
  WindowChange change = {a};
  add_to_cell(a.frame, cell_x, cell_y, change);
}

struct FrameFillArguments {
  Frame frame;
  /// Three bytes a pixel, B, G, R.
  u64 picture;
};
static_assert(sizeof(FrameFillArguments) == 160, "DeviceImager+Pictures.swift writes 160 bytes");

/// A whole frame from its B, G, R picture, chroma as the mean over its cell. Imaging's Frame(_:format:color:).
extern "C" __global__ void frame_fill(const __grid_constant__ FrameFillArguments a) {
  const Frame &frame = a.frame;
  i32 cell_x, cell_y;
  if (!find_cell(frame, 0, 0, frame.width, frame.height, cell_x, cell_y)) return;
  Cell cell = cell_pixels(frame, cell_x, cell_y);
  float cb = 0.0f;
  float cr = 0.0f;
  for (i32 y = cell.y1; y < cell.y2; y++) {
    for (i32 x = cell.x1; x < cell.x2; x++) {
      const u8 *pixel = picture_pixel(a.picture, frame.width, x, y);
      Color color = {(float)pixel[2] / 255.0f, (float)pixel[1] / 255.0f, (float)pixel[0] / 255.0f};
      if (frame.layout == LK_RGB) {
        i32 at = x * frame.step;
        set_sample(frame, 0, at, y, color.r * frame.maximum);
        set_sample(frame, 0, at + 1, y, color.g * frame.maximum);
        set_sample(frame, 0, at + 2, y, color.b * frame.maximum);
        continue;
      }
      set_sample(frame, 0, x, y, frame_code(frame, color, 0) + frame.luma_offset);
      cb += frame_code(frame, color, 1);
      cr += frame_code(frame, color, 2);
    }
  }
  if (frame.layout != LK_PLANAR) return;
  float count = (float)((cell.x2 - cell.x1) * (cell.y2 - cell.y1));
  set_sample(frame, 1, cell_x * frame.chroma_step, cell_y, cb / count + frame.chroma_offset);
  set_sample(frame, 2, cell_x * frame.chroma_step, cell_y, cr / count + frame.chroma_offset);
}

struct FrameRepackArguments {
  Frame source;
  Frame target;
};
static_assert(sizeof(FrameRepackArguments) == 304, "DeviceImager+Frames.swift writes 304 bytes");

LK_FUNCTION void copy_sample(const Frame &source, const Frame &target, i32 plane, i32 x, i32 from, i32 to, i32 y) {
  set_sample(target, plane, x * to, y, get_sample(source, plane, x * from, y));
}

/// The same samples laid out in another way: chroma in planes of its own, or Cb and Cr side by side.
extern "C" __global__ void frame_repack(const __grid_constant__ FrameRepackArguments a) {
  i32 x = LK_X;
  i32 y = LK_Y;
  if (x < a.source.width && y < a.source.height) copy_sample(a.source, a.target, 0, x, 1, 1, y);
  if (x < a.source.chroma_width && y < a.source.chroma_height) {
    copy_sample(a.source, a.target, 1, x, a.source.chroma_step, a.target.chroma_step, y);
    copy_sample(a.source, a.target, 2, x, a.source.chroma_step, a.target.chroma_step, y);
  }
}
