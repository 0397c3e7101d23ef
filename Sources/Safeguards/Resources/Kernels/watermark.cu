// The invisible watermark, added to a frame as Safeguards' WatermarkEmbedder adds it on the processor, to the bit.
//
// What moves through the card's memory: every sample of luma (or R, G and B) is read twice and written once. Besides,
// 1/8 byte a pixel is written and read of the steps and 1/32 of the classes. The tile and all small tables stay in the
// card's cache. A thread of the two large passes takes eight samples one below the other: neighbouring threads read
// neighbouring bytes, and a block's strength is looked up once for them.
#include "common.cuh"

enum {
  /// Pixels a side of a block.
  LK_BLOCK = 8,
  /// WatermarkStrength.classes and .shift.
  LK_CLASSES = 271,
  LK_CLASS_SHIFT = 6,
  /// Two rounds of eight halvings find the factor; a round's halvings are a tree of 255 nodes.
  LK_NODES = 256,
};

struct WatermarkArguments {
  Frame frame;
  /// A byte for each column of each row of blocks: the sum of its steps.
  u64 steps;
  /// 16 bits for each block.
  u64 classes;
  /// Blocks of each class.
  u64 counts;
  /// A byte for each node of the two rounds: the mark is too strong there.
  u64 answers;
  /// Strength of each class, 16 bits: steps that make 256 of one code of 8 bits.
  u64 levels;
  /// What the factor is multiplied with, for each class.
  u64 weights;
  /// period² numbers of 16 bits.
  u64 tile;
  i32 period;
  /// Blocks.
  i32 columns;
  i32 rows;
  /// Bits of a sample beyond eight.
  i32 extra_bits;
  /// Limits of a class's strength, of the factor, and of the power of all blocks together.
  float least;
  float most;
  float highest;
  float allowed;
  /// Levels a unit of strength.
  float scale;
  i32 round;
};
static_assert(sizeof(WatermarkArguments) == 248, "DeviceWatermark.swift writes 248 bytes");

/// Eight-bit luma: Y, grey, or (R + 2G + B) / 4. WatermarkLuma.
LK_FUNCTION i32 watermark_luma(const WatermarkArguments &a, i32 x, i32 y) {
  const Frame &frame = a.frame;
  u64 row = plane_row(frame, 0, y);
  i32 at = x * frame.step;
  i32 code = read_code(row, at, frame.sample_bytes, frame.sample_shift);
  if (frame.layout == LK_RGB) {
    code += 2 * read_code(row, at + 1, frame.sample_bytes, 0) + read_code(row, at + 2, frame.sample_bytes, 0);
    code >>= 2;
  }
  return min(code >> a.extra_bits, 255);
}

/// The difference of two codes, at most 15: one sharp edge does not make its flat surroundings busy.
LK_FUNCTION i32 watermark_step(i32 one, i32 other) { return min(abs(one - other), 15); }

/// One thread eight lines of a column: its steps to the right and downwards. WatermarkEmbedder.measure.
extern "C" __global__ void watermark_steps(const __grid_constant__ WatermarkArguments a) {
  LK_PLACE(x, row, a.frame.width, a.rows);
  for (i32 at = row * a.frame.width + x; at < LK_CLASSES; at += a.frame.width * a.rows) ((i32 *)a.counts)[at] = 0;
  // The last row of blocks covers the last eight lines, even where they are measured twice.
  i32 top = min(row * LK_BLOCK, a.frame.height - LK_BLOCK);
  i32 right = min(x + 1, a.frame.width - 1);
  i32 here = watermark_luma(a, x, top);
  i32 sum = 0;
  for (i32 y = top; y < top + LK_BLOCK; y++) {
    i32 below = watermark_luma(a, x, min(y + 1, a.frame.height - 1));
    sum += watermark_step(here, watermark_luma(a, right, y)) + watermark_step(here, below);
    here = below;
  }
  ((u8 *)a.steps)[row * a.frame.width + x] = (u8)sum;
}

/// One thread a block: its class from its own steps and those of its eight neighbours. WatermarkEmbedder.classify.
extern "C" __global__ void watermark_classes(const __grid_constant__ WatermarkArguments a) {
  LK_PLACE(column, row, a.columns, a.rows);
  i32 sum = 0;
  for (i32 place = 0; place < 9; place++) {
    i32 x = clamp_int(column + place % 3 - 1, 0, a.columns - 1) * LK_BLOCK;
    i32 y = clamp_int(row + place / 3 - 1, 0, a.rows - 1);
    const u8 *steps = (const u8 *)a.steps + y * a.frame.width + min(x, a.frame.width - LK_BLOCK);
    for (i32 i = 0; i < LK_BLOCK; i++) sum += steps[i];
  }
  i32 found = min(sum >> LK_CLASS_SHIFT, LK_CLASSES - 1);
  ((u16 *)a.classes)[row * a.columns + column] = (u16)found;
  atomicAdd((i32 *)a.counts + found, 1);
}

/// WatermarkStrength.level.
LK_FUNCTION float watermark_level(const WatermarkArguments &a, float factor, i32 index) {
  return fminf(fmaxf(factor * ((const float *)a.weights)[index], a.least), a.most);
}

/// Whether the mark has more power than allowed, summed up in the order of the classes. WatermarkStrength.power.
LK_FUNCTION bool watermark_is_too_strong(const WatermarkArguments &a, float factor) {
  float sum = 0.0f;
  for (i32 index = 0; index < LK_CLASSES; index++) {
    i32 count = ((const i32 *)a.counts)[index];
    if (count == 0) continue;
    float level = watermark_level(a, factor, index);
    sum += (float)count * level * level;
  }
  return sum > a.allowed;
}

/// Where the factor lies.
struct WatermarkRange {
  float low;
  float high;
};

LK_FUNCTION float watermark_middle(const WatermarkRange &range) { return (range.low + range.high) / 2.0f; }

LK_FUNCTION WatermarkRange watermark_half(const WatermarkRange &range, bool is_lower) {
  WatermarkRange half = range;
  if (is_lower) {
    half.high = watermark_middle(range);
  } else {
    half.low = watermark_middle(range);
  }
  return half;
}

/// The range after a round whose answers are there. The children of node n are 2n, its lower half, and 2n + 1.
LK_FUNCTION WatermarkRange watermark_descend(const WatermarkArguments &a, WatermarkRange range, i32 round) {
  const u8 *answers = (const u8 *)a.answers + round * LK_NODES;
  for (i32 node = 1; node < LK_NODES;) {
    bool is_lower = answers[node] != 0;
    range = watermark_half(range, is_lower);
    node = 2 * node + (is_lower ? 0 : 1);
  }
  return range;
}

/// One thread a node of the tree of halvings, all ways at once: its middle is judged. The first node of the first round
/// is the highest factor there is. WatermarkStrength.levels.
extern "C" __global__ void watermark_search(const __grid_constant__ WatermarkArguments a) {
  i32 node = LK_X;
  if (node >= LK_NODES) return;
  WatermarkRange range = {0.0f, a.highest};
  if (a.round > 0) range = watermark_descend(a, range, 0);
  i32 depth = 0;
  while ((node >> depth) > 1) depth++;
  for (i32 bit = depth - 1; bit >= 0; bit--) range = watermark_half(range, ((node >> bit) & 1) == 0);
  float factor = node == 0 ? a.highest : watermark_middle(range);
  ((u8 *)a.answers)[a.round * LK_NODES + node] = watermark_is_too_strong(a, factor) ? 1 : 0;
}

/// One thread a class: its strength.
extern "C" __global__ void watermark_levels(const __grid_constant__ WatermarkArguments a) {
  i32 index = LK_X;
  if (index >= LK_CLASSES) return;
  float factor = a.highest;
  if (((const u8 *)a.answers)[0] != 0) {
    WatermarkRange range = {0.0f, a.highest};
    factor = watermark_descend(a, watermark_descend(a, range, 0), 1).low;
  }
  ((u16 *)a.levels)[index] = (u16)(watermark_level(a, factor, index) * a.scale + 0.5f);
}

/// One thread eight lines of a column: sample + tile · strength, rounded. WatermarkKernels.
extern "C" __global__ void watermark_add(const __grid_constant__ WatermarkArguments a) {
  const Frame &frame = a.frame;
  LK_PLACE(x, row, frame.width, a.rows);
  i32 level = ((const u16 *)a.levels)[((const u16 *)a.classes)[row * a.columns + x / LK_BLOCK]];
  const i16 *tile = (const i16 *)a.tile + x % a.period;
  i32 shift = 8 - a.extra_bits;
  i32 half = shift == 0 ? 0 : 1 << (shift - 1);
  i32 end = min((row + 1) * LK_BLOCK, frame.height);
  i32 samples = frame.layout == LK_RGB ? 3 : 1;
  for (i32 y = row * LK_BLOCK; y < end; y++) {
    i32 change = (tile[y % a.period * a.period] * level + half) >> shift;
    u64 line = plane_row(frame, 0, y);
    for (i32 at = x * frame.step; at < x * frame.step + samples; at++) {
      i32 code = read_code(line, at, frame.sample_bytes, frame.sample_shift) + change;
      write_code(line, at, frame.sample_bytes, frame.sample_shift, clamp_int(code, 0, (i32)frame.maximum));
    }
  }
}
