// The colour gain on a grid of 28x28 cells, and what lasts from frame to frame.
// (LightGrid, LightMean, FaceTrack.smoothMask and LightStage.softMask on the CPU.)

#include "mesh.cuh"

// Inside the mesh, without the openings of mouth and eyes, one pixel in.
static __device__ inline bool mesh_is_skin(const unsigned char *flags, int x, int y) {
  if (x < 1 || y < 1 || x > MESH_NET - 2 || y > MESH_NET - 2) return false;
  for (int dy = -1; dy <= 1; dy++) {
    for (int dx = -1; dx <= 1; dx++) {
      if ((flags[(y + dy) * MESH_NET + x + dx] & (MESH_INSIDE | MESH_OPEN)) != MESH_INSIDE) return false;
    }
  }
  return true;
}

// Jobs: lights. Items: cells of the grids of target, photo and mirror image. Sums of linear light times weight, and of
// the weight, over a cell's 4x4 pixels.
extern "C" __global__ void mesh_pool(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const int image = mesh_item() / MESH_CELLS, cell = mesh_item() % MESH_CELLS;
  if (image >= 3) return;
  const unsigned char *flags = batch.faces[light.face].flags;
  const float *planes = light.planes;
  const float *colors = planes + (image == 0 ? MESH_TARGET : image == 1 ? MESH_DIRECT : MESH_MIRRORED) * MESH_AREA;
  const float *seen = planes + (image == 1 ? MESH_SEEN : MESH_SEEN_MIRRORED) * MESH_AREA;
  MeshColor sum = {0.0f, 0.0f, 0.0f, 0.0f};
  float inner = 0.0f;
  for (int index = 0; index < 16; index++) {
    const int x = cell % MESH_GRID * 4 + index % 4, y = cell / MESH_GRID * 4 + index / 4;
    const int item = y * MESH_NET + x;
    if ((flags[item] & MESH_INSIDE) == 0) continue;
    inner += mesh_clamp(planes[MESH_INNER * MESH_AREA + item] * 2.0f, 0.0f, 1.0f) * (1.0f / 16.0f);
    if (!mesh_is_skin(flags, x, y)) continue;
    float weight = (0.02f + planes[MESH_VISIBLE_KEEP * MESH_AREA + item]) * (1.0f / 16.0f);
    if (image > 0) weight *= seen[item] + 0.02f;
    sum.x += mesh_linear(colors[item]) * weight;
    sum.y += mesh_linear(colors[MESH_AREA + item]) * weight;
    sum.z += mesh_linear(colors[2 * MESH_AREA + item]) * weight;
    sum.w += weight;
  }
  light.grids[image * MESH_CELLS + cell] = sum;
  if (image == 0) light.innerGrid[cell] = inner;
}

// One channel of each of the cells, blurred along a line of them.
static __device__ inline MeshColor mesh_blur_cells(
    const MeshColor *cells, int place, int step, const float *taps, int radius) {
  MeshColor sum = {0.0f, 0.0f, 0.0f, 0.0f};
  for (int tap = -radius; tap <= radius; tap++) {
    const int at = place + tap;
    if (at < 0 || at >= MESH_GRID) continue;
    const MeshColor cell = cells[at * step];
    const float weight = taps[tap + radius];
    sum.x = fmaf(cell.x, weight, sum.x);
    sum.y = fmaf(cell.y, weight, sum.y);
    sum.z = fmaf(cell.z, weight, sum.z);
    sum.w = fmaf(cell.w, weight, sum.w);
  }
  return sum;
}

// Jobs: lights. Items: cells of the three grids, wide and narrow. Blurs down the columns.
extern "C" __global__ void mesh_grid_columns(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const int number = mesh_item() / MESH_CELLS, cell = mesh_item() % MESH_CELLS;
  if (number >= 6) return;
  const bool isWide = number < 3;
  const MeshColor *grid = light.grids + number % 3 * MESH_CELLS + cell % MESH_GRID;
  const float *taps = batch.topology->blurs + (isWide ? MESH_WIDE_TAPS : MESH_NARROW_TAPS);
  light.grids[(3 + number) * MESH_CELLS + cell] = mesh_blur_cells(
      grid, cell / MESH_GRID, MESH_GRID, taps, isWide ? MESH_WIDE_RADIUS : MESH_NARROW_RADIUS);
}

static __device__ inline float mesh_log_ratio(float target, float targetWeight, float texture, float textureWeight) {
  const float a = target / (targetWeight + 1e-4f);
  const float b = texture / (textureWeight + 1e-4f);
  return mesh_log2(mesh_clamp((a + 2e-4f) / (b + 2e-4f), 1.0f / 12.0f, 12.0f)) * 0.693147181f;
}

// Jobs: lights. Items: cells of photo and mirror image. Blurs along the rows; the log gains.
extern "C" __global__ void mesh_gains(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const int image = mesh_item() / MESH_CELLS, cell = mesh_item() % MESH_CELLS;
  if (image >= 2) return;
  const int x = cell % MESH_GRID;
  MeshColor logs[2];
  for (int width = 0; width < 2; width++) {
    const float *taps = batch.topology->blurs + (width == 0 ? MESH_WIDE_TAPS : MESH_NARROW_TAPS);
    const int radius = width == 0 ? MESH_WIDE_RADIUS : MESH_NARROW_RADIUS;
    const MeshColor *blurred = light.grids + (3 + 3 * width) * MESH_CELLS + (cell - x);
    const MeshColor target = mesh_blur_cells(blurred, x, 1, taps, radius);
    const MeshColor texture = mesh_blur_cells(blurred + (1 + image) * MESH_CELLS, x, 1, taps, radius);
    logs[width].x = mesh_log_ratio(target.x, target.w, texture.x, texture.w);
    logs[width].y = mesh_log_ratio(target.y, target.w, texture.y, texture.w);
    logs[width].z = mesh_log_ratio(target.z, target.w, texture.z, texture.w);
  }
  const float share = light.innerGrid[cell];
  const MeshColor gain = {
      mesh_mix(logs[1].x, logs[0].x, share), mesh_mix(logs[1].y, logs[0].y, share),
      mesh_mix(logs[1].z, logs[0].z, share), 0.0f};
  light.gains[image * MESH_CELLS + cell] = gain;
}

// Jobs: lights. Items: pixels of the net; the first are cells of photo and mirror image as well. A track's lights of this
// batch one after the other.
extern "C" __global__ void mesh_smooth_light(MeshBatch batch) {
  int number = mesh_job();
  const int item = mesh_item();
  if (item >= MESH_AREA || !batch.lights[number].isHead) return;
  while (number >= 0) {
    const MeshLight &light = batch.lights[number];
    number = light.next;
    float *carried = (float *)(light.mean + 2 * MESH_CELLS) + item;
    float *keep = light.planes + MESH_KEEP * MESH_AREA + item;
    if (light.isFirst || light.share != 0.0f) {
      *carried = *keep;
    } else {
      *keep = *carried;
    }
    if (item >= 2 * MESH_CELLS) continue;
    MeshColor gain = light.gains[item];
    if (!light.isFirst) {
      const MeshColor mean = light.mean[item];
      gain.x = mesh_mix(mean.x, gain.x, light.share);
      gain.y = mesh_mix(mean.y, gain.y, light.share);
      gain.z = mesh_mix(mean.z, gain.z, light.share);
    }
    light.mean[item] = gain;
    light.gains[item] = gain;
  }
}

// Jobs: faces. Items: pixels of the net. What masks leave, smoothed for a track's faces of this batch one after the other;
// then how much of each place is pasted.
extern "C" __global__ void mesh_soft(MeshBatch batch) {
  int number = mesh_job();
  const int item = mesh_item();
  if (item >= MESH_AREA || !batch.faces[number].isHead) return;
  while (number >= 0) {
    const MeshFace &face = batch.faces[number];
    float visible = face.visible[item];
    if (!face.isFirst && face.share != 1.0f) {
      const float mean = face.visibleMean[item];
      visible = mean + (visible - mean) * face.share;
    }
    face.visibleMean[item] = visible;
    float left = batch.lights[face.light].planes[MESH_KEEP * MESH_AREA + item];
    if (face.previous >= 0) {
      left = mesh_mix(batch.lights[face.previous].planes[MESH_KEEP * MESH_AREA + item], left, face.fade);
    }
    face.softMask[item / MESH_NET * MESH_STRIDE + item % MESH_NET] =
        face.edge[2 * MESH_AREA + item] * visible * left;
    number = face.next;
  }
}
