// The light of a crop: by way of Lab, and evened out where the crop is dark.
#include "common.cuh"

/// Imaging's LabTables.
struct LabTables {
  u64 linear;
  u64 curve;
  u64 code;
  u64 lightness;
  i32 to_xyz[9];
  i32 to_rgb[9];
};

enum { LK_TILES = 8, LK_LEVEL_COUNT = 256, LK_LIGHT_RUN = 8 };

struct LightArguments {
  LabTables tables;
  /// Three bytes a pixel, which are taken as R, G, B.
  u64 picture;
  /// L, a, b of every pixel, three bytes.
  u64 lab;
  /// The sum of all L; 0 before the first kernel.
  u64 sum;
  /// The new lightness of each old one, one float, for 8 · 8 tiles.
  u64 curves;
  /// Three planes in the order of the picture's channels.
  u64 target;
  i32 width;
  i32 height;
  /// A sum of L below which the crop is dark.
  i32 dark_sum;
  /// Number = byte · scale + bias.
  float scale;
  float bias;
  i32 unused;
};
static_assert(sizeof(LightArguments) == 168, "DeviceImager+Light.swift writes 168 bytes");

LK_FUNCTION i32 descaled(i32 value, i32 bits) { return (value + (1 << (bits - 1))) >> bits; }

LK_FUNCTION i32 times(const i32 *row, i32 x, i32 y, i32 z) { return row[0] * x + row[1] * y + row[2] * z; }

/// One thread a run of pixels. Imaging's labColors.
extern "C" __global__ void light_lab(const __grid_constant__ LightArguments a) {
  i32 first = LK_X * LK_LIGHT_RUN;
  i32 end = min(first + LK_LIGHT_RUN, a.width * a.height);
  if (first >= end) return;
  const i32 *linear = (const i32 *)a.tables.linear;
  const i32 *curve = (const i32 *)a.tables.curve;
  u32 sum = 0;
  for (i32 pixel = first; pixel < end; pixel++) {
    const u8 *color = (const u8 *)a.picture + 3 * pixel;
    i32 red = linear[color[0]];
    i32 green = linear[color[1]];
    i32 blue = linear[color[2]];
    i32 x = curve[descaled(times(a.tables.to_xyz, red, green, blue), 12)];
    i32 y = curve[descaled(times(a.tables.to_xyz + 3, red, green, blue), 12)];
    i32 z = curve[descaled(times(a.tables.to_xyz + 6, red, green, blue), 12)];
    i32 middle = 128 << 15;
    u8 *lab = (u8 *)a.lab + 3 * pixel;
    lab[0] = (u8)clamp_int(descaled(296 * y - 1336934, 15), 0, 255);
    lab[1] = (u8)clamp_int(descaled(500 * (x - y) + middle, 15), 0, 255);
    lab[2] = (u8)clamp_int(descaled(200 * (y - z) + middle, 15), 0, 255);
    sum += lab[0];
  }
  atomicAdd((u32 *)a.sum, sum);
}

LK_FUNCTION bool is_dark(const LightArguments &a) { return *(const u32 *)a.sum < (u32)a.dark_sum; }

/// One thread a tile of a dark crop: its clipped histogram, added up. Imaging's equalizeAdaptively.
extern "C" __global__ void light_curves(const __grid_constant__ LightArguments a) {
  i32 tile = LK_X;
  if (tile >= LK_TILES * LK_TILES || !is_dark(a)) return;
  i32 width = a.width / LK_TILES;
  i32 height = a.height / LK_TILES;
  i32 counts[LK_LEVEL_COUNT];
  for (i32 level = 0; level < LK_LEVEL_COUNT; level++) counts[level] = 0;
  for (i32 y = tile / LK_TILES * height; y < (tile / LK_TILES + 1) * height; y++) {
    const u8 *row = (const u8 *)a.lab + 3 * (y * a.width + tile % LK_TILES * width);
    for (i32 x = 0; x < width; x++) counts[row[3 * x]]++;
  }
  i32 limit = max(2 * width * height / LK_LEVEL_COUNT, 1);
  i32 excess = 0;
  for (i32 level = 0; level < LK_LEVEL_COUNT; level++) excess += max(counts[level] - limit, 0);
  i32 rest = excess % LK_LEVEL_COUNT;
  i32 step = rest > 0 ? max(LK_LEVEL_COUNT / rest, 1) : 1;
  float scale = 255.0f / (float)(width * height);
  float *curve = (float *)a.curves + tile * LK_LEVEL_COUNT;
  i32 sum = 0;
  for (i32 level = 0; level < LK_LEVEL_COUNT; level++) {
    sum += min(counts[level], limit) + excess / LK_LEVEL_COUNT;
    // What remains is spread in steps.
    if (level % step == 0 && level / step < rest) sum++;
    curve[level] = fminf(rintf((float)sum * scale), 255.0f);
  }
}

/// The tiles before and after a position, and how far it is from the middle of the first to that of the second.
LK_FUNCTION float tiles_at(i32 position, i32 length, i32 &before, i32 &after) {
  float place = (float)position / (float)length - 0.5f;
  float tile = floorf(place);
  before = clamp_int((i32)tile, 0, LK_TILES - 1);
  after = clamp_int((i32)tile + 1, 0, LK_TILES - 1);
  return place - tile;
}

LK_FUNCTION i32 floor_divided(i32 a, i32 b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// The inverse of Lab's f in 1/16384.
LK_FUNCTION i32 lab_cube(i32 value) {
  if (value <= 3390) return floor_divided(value * 108, 841) - 290;
  return (((value * value) >> 14) * value) >> 14;
}

/// One thread a pixel: back from Lab, into planes. Imaging's labToRGB and planarTensor.
extern "C" __global__ void light_planes(const __grid_constant__ LightArguments a) {
  LK_PLACE(x, y, a.width, a.height);
  i32 pixel = y * a.width + x;
  const u8 *lab = (const u8 *)a.lab + 3 * pixel;
  i32 light = lab[0];
  if (is_dark(a)) {
    i32 left, right, top, bottom;
    float fx = tiles_at(x, a.width / LK_TILES, left, right);
    float fy = tiles_at(y, a.height / LK_TILES, top, bottom);
    const float *curves = (const float *)a.curves + light;
    const float *above = curves + top * LK_TILES * LK_LEVEL_COUNT;
    const float *below = curves + bottom * LK_TILES * LK_LEVEL_COUNT;
    float upper = above[left * LK_LEVEL_COUNT] * (1.0f - fx) + above[right * LK_LEVEL_COUNT] * fx;
    float lower = below[left * LK_LEVEL_COUNT] * (1.0f - fx) + below[right * LK_LEVEL_COUNT] * fx;
    light = (i32)rintf(upper * (1.0f - fy) + lower * fy);
  }
  const i32 *lightness = (const i32 *)a.tables.lightness + 2 * light;
  i32 from_a = ((5 * (i32)lab[1] * 53687 + 128) >> 13) - 4194;
  i32 from_b = (((i32)lab[2] * 41943 + 16) >> 9) - 10485 + 1;
  i32 u = lab_cube(lightness[0] + from_a);
  i32 w = lab_cube(lightness[0] - from_b);
  for (i32 channel = 0; channel < 3; channel++) {
    i32 step = descaled(times(a.tables.to_rgb + 3 * channel, u, lightness[1], w), 14);
    u8 byte = ((const u8 *)a.tables.code)[clamp_int(step, 0, 4095)];
    ((float *)a.target)[channel * a.width * a.height + pixel] = (float)byte * a.scale + a.bias;
  }
}
