// Painting the new faces into their frames. (FaceRender, OpeningMask, SoftRow, GainRow, LitTexture and FramePainter on the
// CPU.) Faces of a frame whose areas meet are painted by launches of their own, one after the other: the rounds.

#include "mesh.cuh"

// --- the openings of mouth and eyes ----------------------------------------------------------------------------------

// The part of an opening's box that an item is, or false.
static __device__ inline bool mesh_opening(
    const MeshFace &face, int *number, int *x, int *y, int *width, int *height, float **work) {
  int item = mesh_item();
  for (*number = 0; *number < 3; (*number)++) {
    *width = face.openingBox[*number][2];
    *height = face.openingBox[*number][3];
    if (item < *width * *height) break;
    item -= *width * *height;
  }
  if (*number == 3) return false;
  *x = item % *width;
  *y = item / *width;
  *work = face.openings + face.openingStart[*number];
  return true;
}

// Jobs: faces, whose area is target 2 * face + 1. Items: pixels of the openings' boxes. The part of a pixel inside.
extern "C" __global__ void mesh_open_fill(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  int number, x, y, width, height;
  float *work;
  if (!mesh_opening(face, &number, &x, &y, &width, &height, &work)) return;
  const MeshPoint *points = batch.targets[2 * mesh_job() + 1].formed;
  const int column = face.openingBox[number][0] + x, row = face.openingBox[number][1] + y;
  const int parts = face.openingParts;
  const float scale = (float)parts;
  const float piece = 1.0f / (scale * scale);
  float covered = 0.0f;
  for (int index = 0; index < parts * parts; index++) {
    const float px = (float)(column * parts + index % parts), py = (float)(row * parts + index / parts);
    if (mesh_is_inside(*batch.topology, points, 1 + number, px, py, scale)) covered += piece;
  }
  work[y * width + x] = covered;
}

// The blur, down the columns, then along the rows.
extern "C" __global__ void mesh_open_columns(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  int number, x, y, width, height;
  float *work;
  if (!mesh_opening(face, &number, &x, &y, &width, &height, &work)) return;
  work[(height + y) * width + x] = mesh_blur(work + x, y, height, width, face.taps, face.openingRadius);
}

extern "C" __global__ void mesh_open_rows(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  int number, x, y, width, height;
  float *work;
  if (!mesh_opening(face, &number, &x, &y, &width, &height, &work)) return;
  work[y * width + x] = mesh_blur(work + (height + y) * width, x, width, 1, face.taps, face.openingRadius);
}

// --- how much of each pixel is pasted --------------------------------------------------------------------------------

// Whether eight pixels are all 0 (1) or all 1 (2) because the values around them are (SoftReach).
static __device__ inline int mesh_reach(const float *soft, int x, int y, int width, int height) {
  const float least = 1.0f / 1024.0f, full = 1.0f - 1.0f / 4096.0f;
  if (x + width > MESH_NET || y + height > MESH_NET) return 0;
  const float corner = soft[y * MESH_STRIDE + x];
  if (corner >= least && corner < full) return 0;
  const bool isFull = corner >= full;
  for (int row = y; row < y + height; row++) {
    for (int column = x; column < x + width; column++) {
      const float value = soft[row * MESH_STRIDE + column];
      if (isFull ? value < full : value >= least) return 0;
    }
  }
  return isFull ? 2 : 1;
}

static __device__ inline int mesh_reach_length(double step) {
  const double length = ceil(7 * (step < 0 ? -step : step));
  return (int)(length > 1e3 ? 1e3 : length) + 2;
}

// Jobs: faces. Items: groups of eight pixels of a row of the area.
extern "C" __global__ void mesh_mask(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  const MeshTarget &target = batch.targets[2 * mesh_job() + 1];
  const int groups = (target.width + 7) / 8;
  const int item = mesh_item();
  if (item >= groups * target.height) return;
  const int first = item % groups * 8, y = item / groups;
  const int end = mesh_least(first + 8, target.width);
  const float last = MESH_NET - 1;
  const float startX = (float)(face.soft[1] * (double)y + face.soft[2]), stepX = (float)face.soft[0];
  const float startY = (float)(face.soft[4] * (double)y + face.soft[5]), stepY = (float)face.soft[3];
  const int width = mesh_reach_length(face.soft[0]), height = mesh_reach_length(face.soft[3]);
  int reach = 0;
  if (width <= 16 && height <= 16) {
    const float lineX = fmaf(stepX, (float)first, startX), lineY = fmaf(stepY, (float)first, startY);
    const int x0 = mesh_round(mesh_clamp(stepX < 0 ? lineX + 7 * stepX : lineX, 0.0f, last) - 0.5f);
    const int y0 = mesh_round(mesh_clamp(stepY < 0 ? lineY + 7 * stepY : lineY, 0.0f, last) - 0.5f);
    reach = mesh_reach(face.softMask, x0, y0, width, height);
  }
  int low = MESH_UNCOVERED, high = -1;
  for (int x = first; x < end; x++) {
    const int place = y * target.width + x;
    float value = 0.0f;
    if (target.keys[place] != MESH_UNCOVERED) {
      if (reach == 2) {
        value = 1.0f;
      } else if (reach == 0) {
        float fx, fy;
        const int column = mesh_split(mesh_clamp(startX + (float)x * stepX, 0.0f, last), &fx);
        const int row = mesh_split(mesh_clamp(startY + (float)x * stepY, 0.0f, last), &fy);
        const float *soft = face.softMask + row * MESH_STRIDE + column;
        const float left = soft[0] + (soft[MESH_STRIDE] - soft[0]) * fy;
        const float right = soft[1] + (soft[MESH_STRIDE + 1] - soft[1]) * fy;
        value = left + (right - left) * fx;
        if (value < 1.0f / 1024.0f) value = 0.0f;
      }
    }
    face.face[place] = value;
    float mask = value;
    if (value != 0.0f) {
      low = mesh_least(low, x);
      high = x;
      for (int number = 0; number < 3; number++) {
        const int *box = face.openingBox[number];
        const int column = x - box[0], row = y - box[1];
        if (column < 0 || row < 0 || column >= box[2] || row >= box[3]) continue;
        mask *= 1.0f - (face.openings + face.openingStart[number])[row * box[2] + column];
      }
    }
    face.mask[place] = mask;
  }
  if (high < 0) return;
  atomicMin(&target.rows[2 * y], low);
  atomicMax(&target.rows[2 * y + 1], high);
}

// --- the frame before painting ---------------------------------------------------------------------------------------

// The area in samples of a plane.
static __device__ inline void mesh_cut(const MeshFace &face, int plane, int *box) {
  const int shiftX = plane == 0 ? 0 : face.frame.shiftX, shiftY = plane == 0 ? 0 : face.frame.shiftY;
  box[0] = face.area[0] >> shiftX;
  box[1] = face.area[1] >> shiftY;
  box[2] = ((face.area[2] + (1 << shiftX) - 1) >> shiftX) - box[0];
  box[3] = ((face.area[3] + (1 << shiftY) - 1) >> shiftY) - box[1];
}

// Jobs: a round's faces. Items: samples of the area's planes. Copies them, so that painting may read around itself.
extern "C" __global__ void mesh_snapshot(MeshBatch batch) {
  const MeshFace &face = batch.faces[batch.round[mesh_job()]];
  int item = mesh_item();
  const int planeCount = face.frame.kind == 0 ? 3 : 1;
  for (int plane = 0; plane < planeCount; plane++) {
    int box[4];
    mesh_cut(face, plane, box);
    const int channels = plane == 0 && face.frame.kind == 1 ? 3 : 1;
    const int count = box[2] * box[3] * channels;
    if (item >= count) {
      item -= count;
      continue;
    }
    const int x = item % (box[2] * channels) / channels, y = item / (box[2] * channels);
    face.snapshot[face.snapshotStart[plane] + item] =
        (unsigned short)mesh_sample(face.frame, plane, box[0] + x, box[1] + y, item % channels);
    return;
  }
}

// A sample of the area as it was before painting.
static __device__ inline float mesh_before(
    const MeshFace &face, int plane, const int *box, int channels, int x, int y, int channel) {
  return (float)face.snapshot[face.snapshotStart[plane] + (y * box[2] + x) * channels + channel];
}

// The same at a place between samples. Interleaved colour is mixed with fused products, planes without, as on the CPU.
static __device__ inline float mesh_carried(
    const MeshFace &face, int plane, int channels, int channel, float x, float y) {
  int box[4];
  mesh_cut(face, plane, box);
  const float cx = mesh_min(mesh_max(0.0f, x), (float)(box[2] - 1));
  const float cy = mesh_min(mesh_max(0.0f, y), (float)(box[3] - 1));
  const int left = (int)cx, top = (int)cy;
  const int right = mesh_least(left + 1, box[2] - 1), bottom = mesh_least(top + 1, box[3] - 1);
  const float fx = cx - (float)left, fy = cy - (float)top;
  const float a = mesh_before(face, plane, box, channels, left, top, channel);
  const float b = mesh_before(face, plane, box, channels, right, top, channel);
  const float c = mesh_before(face, plane, box, channels, left, bottom, channel);
  const float d = mesh_before(face, plane, box, channels, right, bottom, channel);
  if (channels > 1) return mesh_mix(mesh_mix(a, b, fx), mesh_mix(c, d, fx), fy);
  return mesh_blend(mesh_blend(a, b, fx), mesh_blend(c, d, fx), fy);
}

// --- the new colours -------------------------------------------------------------------------------------------------

// The light's gain for 8-bit display values at a pixel of the area.
static __device__ inline MeshColor mesh_gain(const MeshFace &face, const MeshColor *grid, int x, int y) {
  const float last = MESH_GRID - 1;
  const float places[2] = {
      fmaf((float)face.grid[0], (float)x, (float)(face.grid[1] * (double)y + face.grid[2])),
      fmaf((float)face.grid[3], (float)x, (float)(face.grid[4] * (double)y + face.grid[5]))};
  int cells[2];
  float parts[2];
  for (int axis = 0; axis < 2; axis++) {
    if (places[axis] <= 0.0f) {
      cells[axis] = 0;
      parts[axis] = 0.0f;
    } else if (places[axis] >= last) {
      cells[axis] = MESH_GRID - 2;
      parts[axis] = 1.0f;
    } else {
      cells[axis] = mesh_split(places[axis], &parts[axis]);
    }
  }
  const MeshColor *cell = grid + cells[1] * MESH_GRID + cells[0];
  const float *values[4] = {&cell[0].x, &cell[1].x, &cell[MESH_GRID].x, &cell[MESH_GRID + 1].x};
  const float root = 1.0f / 2.2f;
  float gain[3];
  for (int channel = 0; channel < 3; channel++) {
    const float corner = values[0][channel] * root;
    const float right = values[1][channel] * root - corner;
    const float lower = values[2][channel] * root - corner;
    const float cross = values[3][channel] * root - corner - right - lower;
    const float log = corner + (right + cross * parts[1]) * parts[0] + lower * parts[1];
    gain[channel] = mesh_exp2(log * 1.442695041f) * (1.0f / 255.0f);
  }
  const MeshColor result = {gain[0], gain[1], gain[2], 0.0f};
  return result;
}

// One of the values that run over a triangle, along a row as RowPlaces does it.
static __device__ inline float mesh_run(const MeshView &view, int triangle, int component, float x, float y) {
  const float *field = view.fields + 3 * triangle * view.components + component;
  return (field[0] + field[2 * view.components] * y) + x * field[view.components];
}

static __device__ inline MeshColor mesh_texture(const MeshView &view, int triangle, int component, float x, float y) {
  float fx, fy;
  const int column = mesh_split(mesh_clamp(mesh_run(view, triangle, component, x, y), 0.0f, view.lastX), &fx);
  const int row = mesh_split(mesh_clamp(mesh_run(view, triangle, component + 1, x, y), 0.0f, view.lastY), &fy);
  return mesh_fetch(view.pixels, row * view.stride + column, view.stride, fx, fy);
}

// How far direct and mirrored values lie apart, against their mean, and the spread that comes of it.
static __device__ inline float mesh_apart(float direct, float mirrored, float share, float *mean, float *spread) {
  *mean = mesh_max(direct + (mirrored - direct) * share, 0.005336699f);
  const float apart = (mirrored - direct) / *mean;
  *spread = apart * apart * (share * (1.0f - share));
  return apart;
}

// Whether the series will do, in all channels.
static __device__ inline bool mesh_is_near(const float *direct, const float *mirrored, float share) {
  for (int channel = 0; channel < 3; channel++) {
    float mean, spread;
    mesh_apart(direct[channel], mirrored[channel], share, &mean, &spread);
    if (!(spread <= 0.12f)) return false;
  }
  return true;
}

// Mean of direct and mirrored display values in linear light; where they are near, by a series in spread and skew.
static __device__ inline void mesh_mix_light(float *direct, const float *mirrored, float share, bool isNear) {
  for (int channel = 0; channel < 3; channel++) {
    if (isNear) {
      float mean, spread;
      const float apart = mesh_apart(direct[channel], mirrored[channel], share, &mean, &spread);
      const float power = spread * (1.32f + apart * (0.088f - share * 0.176f));
      direct[channel] = mean * (1.0f + power * (0.454545f - power * 0.124f));
    } else {
      const float a = mesh_exp2(mesh_log2(mesh_max(direct[channel], 1e-9f)) * 2.2f);
      const float b = mesh_exp2(mesh_log2(mesh_max(mirrored[channel], 1e-9f)) * 2.2f);
      direct[channel] = mesh_display(a + (b - a) * share);
    }
  }
}

// A photo, and its mirror image if that may show, under the target's light at a pixel of the area: R, G, B, display values.
// Returns the mirror image's share.
static __device__ inline float mesh_light_pixel(
    const MeshFace &face, const MeshView &view, const MeshColor *gains, int triangle, int x, int y, float *lit,
    float *mirrored) {
  const float fx = (float)x, fy = (float)y, least = 255e-4f;
  const MeshColor photo = mesh_texture(view, triangle, 0, fx, fy);
  const MeshColor gain = mesh_gain(face, gains, x, y);
  lit[0] = mesh_max(photo.x, least) * gain.x;
  lit[1] = mesh_max(photo.y, least) * gain.y;
  lit[2] = mesh_max(photo.z, least) * gain.z;
  if (!view.mixed[triangle]) return 0.0f;
  const float unseen = 1.0f - mesh_clamp(mesh_run(view, triangle, 6, fx, fy), 0.0f, 1.0f);
  const float share = unseen * mesh_clamp(mesh_run(view, triangle, 7, fx, fy), 0.0f, 1.0f);
  const MeshColor other = mesh_texture(view, triangle, 4, fx, fy);
  const MeshColor otherGain = mesh_gain(face, gains + MESH_CELLS, x, y);
  mirrored[0] = mesh_max(other.x, least) * otherGain.x;
  mirrored[1] = mesh_max(other.y, least) * otherGain.y;
  mirrored[2] = mesh_max(other.z, least) * otherGain.z;
  return share;
}

// Photo and mirror image together. An even column and the next are mixed alike: both, if the mirror image shows in one of
// them, and both by the series, if that will do for both.
static __device__ inline void mesh_lit(
    const MeshBatch &batch, const MeshFace &face, const MeshTarget &target, int viewNumber, int lightNumber,
    int triangle, int x, int y, float *lit) {
  const MeshView &view = batch.views[viewNumber];
  const MeshColor *gains = batch.lights[lightNumber].gains;
  float mirrored[3];
  const float share = mesh_light_pixel(face, view, gains, triangle, x, y, lit, mirrored);
  if (!view.mixed[triangle]) return;
  bool isNear = mesh_is_near(lit, mirrored, share);
  bool isShown = share > 1.0f / 4096.0f;
  const int partner = x ^ 1;
  if (partner >= target.rows[2 * y] && partner <= target.rows[2 * y + 1]) {
    const int key = target.keys[y * target.width + partner];
    if (key != MESH_UNCOVERED && view.mixed[key & 1023]) {
      float other[3], otherMirrored[3];
      const float otherShare =
          mesh_light_pixel(face, view, gains, key & 1023, partner, y, other, otherMirrored);
      if (otherShare > 1.0f / 4096.0f) isShown = true;
      if (isNear) isNear = mesh_is_near(other, otherMirrored, otherShare);
    }
  }
  if (isShown) mesh_mix_light(lit, mirrored, share, isNear);
}

// What is painted at a pixel of the area, cut to what may be shown.
static __device__ inline void mesh_color(
    const MeshBatch &batch, const MeshFace &face, const MeshTarget &target, int triangle, int x, int y, float *color) {
  const float darkest = 0.005336699f;
  mesh_lit(batch, face, target, face.view, face.light, triangle, x, y, color);
  float before[3] = {0.0f, 0.0f, 0.0f};
  if (face.previous >= 0) {
    mesh_lit(batch, face, target, face.previousView, face.previous, triangle, x, y, before);
  }
  for (int channel = 0; channel < 3; channel++) {
    color[channel] = mesh_clamp(color[channel], darkest, 1.0f);
    if (face.previous < 0) continue;
    const float earlier = mesh_clamp(before[channel], darkest, 1.0f);
    color[channel] = mesh_clamp(earlier + (color[channel] - earlier) * face.fade, darkest, 1.0f);
  }
}

// --- painting --------------------------------------------------------------------------------------------------------

// Whether nothing of what was there shows in `count` pixels from column `x` on, all inside the area.
static __device__ inline bool mesh_is_full(const MeshFace &face, const MeshTarget &target, int x, int y, int count) {
  if (x + count > target.width) return false;
  for (int column = x; column < x + count; column++) {
    if (!(face.mask[y * target.width + column] >= 1.0f - 1.0f / 2048.0f)) return false;
  }
  return true;
}

static __device__ inline float mesh_sum(const float *weights, const float *color, float start) {
  return fmaf(color[2], weights[2], fmaf(color[1], weights[1], fmaf(color[0], weights[0], start)));
}

// Paints one pixel; adds the mask and mask times Cb and Cr to `sums`.
static __device__ inline void mesh_paint_pixel(
    const MeshBatch &batch, const MeshFace &face, const MeshTarget &target, int x, int y, float *sums) {
  const int place = y * target.width + x;
  const float share = face.face[place];
  if (share == 0.0f) return;
  const float mask = face.mask[place];
  const int triangle = target.keys[place] & 1023;
  const MeshView &view = batch.views[face.view];
  const float fromX = mesh_run(view, triangle, 2, (float)x, (float)y);
  const float fromY = mesh_run(view, triangle, 3, (float)x, (float)y);
  float color[3];
  mesh_color(batch, face, target, triangle, x, y, color);
  const bool isFull = mesh_is_full(face, target, x & ~7, y, 8);
  const int frameX = face.area[0] + x, frameY = face.area[1] + y;
  int box[4];
  mesh_cut(face, 0, box);
  if (face.frame.kind == 1) {
    for (int channel = 0; channel < 3; channel++) {
      float value = color[channel] * face.frame.maximum;
      if (!isFull) {
        const float old = mesh_before(face, 0, box, 3, x, y, channel);
        const float carried = mesh_carried(face, 0, 3, channel, fromX, fromY);
        value = mesh_mix(mesh_mix(old, carried, share), value, mask);
      }
      mesh_put(face.frame, 0, frameX, frameY, channel, value);
    }
    return;
  }
  const MeshMatrix &matrix = face.matrix;
  const float columns[3][3] = {
      {matrix.red[0], matrix.green[0], matrix.blue[0]}, {matrix.red[1], matrix.green[1], matrix.blue[1]},
      {matrix.red[2], matrix.green[2], matrix.blue[2]}};
  float luma = mesh_sum(columns[0], color, matrix.lumaOffset);
  if (!isFull) {
    const float old = mesh_before(face, 0, box, 1, x, y, 0);
    luma = mesh_blend(mesh_blend(old, mesh_carried(face, 0, 1, 0, fromX, fromY), share), luma, mask);
  }
  mesh_put(face.frame, 0, frameX, frameY, 0, luma);
  sums[0] = mask;
  sums[1] = mesh_sum(columns[1], color, 0.0f) * mask;
  sums[2] = mesh_sum(columns[2], color, 0.0f) * mask;
}

// The row of a cell that is painted first, which its old chroma moves with; -1 when the columns of that row, in groups of
// eight cells, do not reach the cell.
static __device__ inline int mesh_first_row(
    const MeshFace &face, const MeshTarget &target, int cellX, int cellY, bool *isTouched) {
  const int rows = 1 << face.frame.shiftY, shiftX = face.frame.shiftX;
  *isTouched = false;
  int first = -1;
  for (int y = cellY * rows; y < mesh_least((cellY + 1) * rows, target.height); y++) {
    const int low = target.rows[2 * y], high = target.rows[2 * y + 1];
    if (high < 0) continue;
    const int from = (low >> shiftX) & ~7, end = ((high >> shiftX) + 8) & ~7;
    const bool reaches = cellX >= from && cellX < end;
    if (reaches) *isTouched = true;
    if (first < 0) first = reaches ? y : target.height;
  }
  return first == target.height ? -1 : first;
}

// Paints the chroma of a cell; `sums` are those of its pixels.
static __device__ inline void mesh_paint_cell(
    const MeshBatch &batch, const MeshFace &face, const MeshTarget &target, int cellX, int cellY, float *sums) {
  bool isTouched;
  const int row = mesh_first_row(face, target, cellX, cellY, &isTouched);
  if (!isTouched) return;
  const int shiftX = face.frame.shiftX, shiftY = face.frame.shiftY;
  const int rows = mesh_least(1 << shiftY, target.height - (cellY << shiftY));
  const int cut = target.width & ((1 << shiftX) - 1);
  if (cut != 0 && cellX == target.width >> shiftX) {
    const float factor = (float)(1 << shiftX) / (float)cut;
    for (int index = 0; index < 3; index++) sums[index] *= factor;
  }
  const float share = 1.0f / (float)(rows << shiftX);
  const float mask = sums[0] * share;
  if (mask == 0.0f && row < 0) return;
  const int x = cellX << shiftX;
  const float covered = row < 0 ? 0.0f : face.face[row * target.width + x];
  const bool isFull =
      row >= 0 && shiftX < 2 && mesh_is_full(face, target, (cellX & ~7) << shiftX, row, 8 << shiftX);
  const float offset = mask * face.matrix.chromaOffset;
  for (int plane = 1; plane < 3; plane++) {
    int box[4];
    mesh_cut(face, plane, box);
    float before = mesh_before(face, plane, box, 1, cellX, cellY, 0);
    if (covered != 0.0f && !isFull) {
      const int triangle = target.keys[row * target.width + x] & 1023;
      const MeshView &view = batch.views[face.view];
      const float scaleX = 1.0f / (float)(1 << shiftX), scaleY = 1.0f / (float)(1 << shiftY);
      const float moveX = mesh_run(view, triangle, 2, (float)x, (float)row) * scaleX - (float)cellX;
      const float moveY = (mesh_run(view, triangle, 3, (float)x, (float)row) - (float)row) * scaleY;
      const float carried = mesh_carried(face, plane, 1, 0, (float)cellX + moveX, moveY + (float)cellY);
      before = mesh_blend(before, carried, covered);
    }
    const float value = before * (1.0f - mask) + sums[plane] * share + offset;
    mesh_put(face.frame, plane, box[0] + cellX, box[1] + cellY, 0, value);
  }
}

// Jobs: a round's faces. Items: cells of chroma with their pixels; where there is no chroma, pixels.
extern "C" __global__ void mesh_paint(MeshBatch batch) {
  const int number = batch.round[mesh_job()];
  const MeshFace &face = batch.faces[number];
  const MeshTarget &target = batch.targets[2 * number + 1];
  const bool hasChroma = face.frame.kind == 0;
  const int shiftX = hasChroma ? face.frame.shiftX : 0, shiftY = hasChroma ? face.frame.shiftY : 0;
  const int across = (target.width + (1 << shiftX) - 1) >> shiftX;
  const int cellX = mesh_item() % across, cellY = mesh_item() / across;
  if (cellY << shiftY >= target.height) return;
  float sums[3] = {0.0f, 0.0f, 0.0f};
  for (int y = cellY << shiftY; y < mesh_least((cellY + 1) << shiftY, target.height); y++) {
    for (int x = cellX << shiftX; x < mesh_least((cellX + 1) << shiftX, target.width); x += 2) {
      float pair[2][3] = {{0.0f, 0.0f, 0.0f}, {0.0f, 0.0f, 0.0f}};
      mesh_paint_pixel(batch, face, target, x, y, pair[0]);
      if (shiftX > 0 && x + 1 < target.width) mesh_paint_pixel(batch, face, target, x + 1, y, pair[1]);
      for (int index = 0; index < 3; index++) sums[index] += pair[0][index] + pair[1][index];
    }
  }
  if (hasChroma) mesh_paint_cell(batch, face, target, cellX, cellY, sums);
}
