// The work on the 112 px window of a face: the target's means, what photo and mirror image show, and which parts of the
// face may be used. (FaceSlot.sample, AreaMean, NetSamples, RimTest and NetMasks on the CPU.)

#include "mesh.cuh"

// --- the target's pixels ---------------------------------------------------------------------------------------------

// Jobs: faces. Items: samples of the reduced planes. Halves part of a frame `reductions` times, each step rounded as
// FrameReduction does it: 8 bit become 16 bit wide.
extern "C" __global__ void mesh_reduce(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  if (face.reductions == 0) return;
  const MeshPicture &from = face.frame, &to = face.sampled;
  const int planeCount = to.kind == 0 ? 3 : 1;
  int item = mesh_item();
  for (int plane = 0; plane < planeCount; plane++) {
    const int shiftX = plane == 0 ? 0 : to.shiftX, shiftY = plane == 0 ? 0 : to.shiftY;
    const int channels = plane == 0 ? to.channels : 1;
    const int width = (to.width >> shiftX) * channels, height = to.height >> shiftY;
    if (item >= width * height) {
      item -= width * height;
      continue;
    }
    const int x = item % width / channels, y = item / width, channel = item % channels;
    const int firstX = (face.reducedFrom[0] >> shiftX) + (x << face.reductions);
    const int firstY = (face.reducedFrom[1] >> shiftY) + (y << face.reductions);
    unsigned sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    unsigned value = 0;
    const int count = 1 << (2 * face.reductions);
    for (int index = 0; index < count; index++) {
      int dx = 0, dy = 0;
      for (int bit = 0; bit < face.reductions; bit++) {
        dx |= (index >> (2 * bit) & 1) << bit;
        dy |= (index >> (2 * bit + 1) & 1) << bit;
      }
      value = (unsigned)mesh_sample(from, plane, firstX + dx, firstY + dy, channel);
      for (int level = 0; level < face.reductions; level++) {
        sums[level] += value;
        if ((index & ((4 << (2 * level)) - 1)) != (4 << (2 * level)) - 1) break;
        const unsigned sum = sums[level];
        sums[level] = 0;
        const bool isBytes = level == 0 && from.sampleBytes == 1;
        value = isBytes ? (sum << 6) + (face.reducesToWhite ? sum >> 2 : 0u) : (sum + 2u) >> 2;
      }
    }
    unsigned char *row = to.planes[plane] + y * to.strides[plane];
    ((unsigned short *)row)[x * channels + channel] = (unsigned short)value;
    return;
  }
}

// Bilinear value of a plane; places outside are moved to the edge.
static __device__ inline float mesh_bilinear(
    const MeshPicture &picture, int plane, int channel, int width, int height, float x, float y) {
  const float lastX = (float)(width - 1), lastY = (float)(height - 1);
  const float cx = mesh_clamp(x, 0.0f, lastX), cy = mesh_clamp(y, 0.0f, lastY);
  const int left = mesh_most(mesh_least((int)cx, width - 2), 0), top = mesh_most(mesh_least((int)cy, height - 2), 0);
  const int right = mesh_least(left + 1, width - 1), bottom = mesh_least(top + 1, height - 1);
  const float fx = cx - (float)left, fy = cy - (float)top;
  const float upper = mesh_mix(
      mesh_sample(picture, plane, left, top, channel), mesh_sample(picture, plane, right, top, channel), fx);
  const float lower = mesh_mix(
      mesh_sample(picture, plane, left, bottom, channel), mesh_sample(picture, plane, right, bottom, channel), fx);
  return mesh_mix(upper, lower, fy);
}

// R, G, B (0...1) of a picture.
static __device__ inline MeshColor mesh_read(
    const MeshPicture &picture, const MeshMatrix &matrix, float x, float y) {
  float red, green, blue;
  if (picture.kind == 1) {
    const float unit = 1.0f / picture.maximum;
    red = mesh_bilinear(picture, 0, 0, picture.width, picture.height, x, y) * unit;
    green = mesh_bilinear(picture, 0, 1, picture.width, picture.height, x, y) * unit;
    blue = mesh_bilinear(picture, 0, 2, picture.width, picture.height, x, y) * unit;
  } else {
    const float luma =
        (mesh_bilinear(picture, 0, 0, picture.width, picture.height, x, y) - matrix.lumaOffset) * matrix.lumaUnit;
    red = green = blue = luma;
    if (picture.kind == 0) {
      const float scaleX = 1.0f / (float)(1 << picture.shiftX), scaleY = 1.0f / (float)(1 << picture.shiftY);
      const int width = (picture.width + (1 << picture.shiftX) - 1) >> picture.shiftX;
      const int height = (picture.height + (1 << picture.shiftY) - 1) >> picture.shiftY;
      const float cx = x * scaleX, cy = y * scaleY + (scaleY - 1.0f) / 2.0f;
      const float u = mesh_bilinear(picture, 1, 0, width, height, cx, cy) - matrix.chromaOffset;
      const float v = mesh_bilinear(picture, 2, 0, width, height, cx, cy) - matrix.chromaOffset;
      red = fmaf(v, matrix.redCr, luma);
      green = fmaf(v, matrix.greenCr, fmaf(u, matrix.greenCb, luma));
      blue = fmaf(u, matrix.blueCb, luma);
    }
  }
  const MeshColor color = {
      mesh_clamp(red, 0.0f, 1.0f), mesh_clamp(green, 0.0f, 1.0f), mesh_clamp(blue, 0.0f, 1.0f), 0.0f};
  return color;
}

// Where one of 112 cells lies on the pixels of an axis.
struct MeshSpan {
  double low, high;
  int first, end;
};

static __device__ inline MeshSpan mesh_span(int index, double cell, int side) {
  MeshSpan span;
  span.low = (double)index * cell;
  span.high = (double)(index + 1) * cell;
  span.first = (int)span.low;
  span.end = mesh_least((int)ceil(span.high), side);
  return span;
}

static __device__ inline float mesh_weight(const MeshSpan &span, int place) {
  const double high = (double)(place + 1) < span.high ? (double)(place + 1) : span.high;
  const double low = (double)place > span.low ? (double)place : span.low;
  return (float)(high - low);
}

// Jobs: faces. Items: cells of the net. The exact mean of the window's pixels over each cell.
extern "C" __global__ void mesh_shrink(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  const int item = mesh_item();
  const int column = item % MESH_NET, row = item / MESH_NET;
  if (item >= MESH_AREA || column < face.cells[0] || column >= face.cells[1] || row < face.cells[2] ||
      row >= face.cells[3]) return;
  const double cell = (double)face.side / MESH_NET;
  const MeshSpan across = mesh_span(column, cell, face.side), down = mesh_span(row, cell, face.side);
  const float stepX = (float)face.inverse[0], stepY = (float)face.inverse[3];
  MeshColor sum = {0.0f, 0.0f, 0.0f, 0.0f};
  for (int x = across.first; x < across.end; x++) {
    MeshColor line = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int y = down.first; y < mesh_most(down.end, down.first + 1); y++) {
      const float startX = (float)(face.inverse[1] * (double)y + face.inverse[2]);
      const float startY = (float)(face.inverse[4] * (double)y + face.inverse[5]);
      const MeshColor pixel = mesh_read(
          face.sampled, face.sampledMatrix, fmaf((float)x, stepX, startX), fmaf((float)x, stepY, startY));
      const float weight = mesh_weight(down, y);
      line.x = fmaf(pixel.x, weight, line.x);
      line.y = fmaf(pixel.y, weight, line.y);
      line.z = fmaf(pixel.z, weight, line.z);
    }
    const float weight = mesh_weight(across, x);
    sum.x = fmaf(line.x, weight, sum.x);
    sum.y = fmaf(line.y, weight, sum.y);
    sum.z = fmaf(line.z, weight, sum.z);
  }
  const float share = (float)(1 / (cell * cell));
  const MeshColor mean = {sum.x * share, sum.y * share, sum.z * share, 0.0f};
  face.small[item] = mean;
}

// --- what photo, mirror image and target show ------------------------------------------------------------------------

// The first four values (photo, own place), or the second four (mirror image, how well seen), at a pixel.
static __device__ inline MeshColor mesh_places(
    const MeshView &view, int triangle, int first, float x, float y, float lastZ, float lastW) {
  const float *field = view.fields + 3 * triangle * view.components + first;
  const float limits[4] = {view.lastX, view.lastY, lastZ, lastW};
  float values[4];
  for (int index = 0; index < 4; index++) {
    const float value = fmaf(
        field[2 * view.components + index], y, fmaf(field[view.components + index], x, field[index]));
    values[index] = mesh_clamp(value, 0.0f, limits[index]);
  }
  const MeshColor places = {values[0], values[1], values[2], values[3]};
  return places;
}

static __device__ inline MeshColor mesh_photo(const MeshView &view, float x, float y) {
  float fx, fy;
  const int column = mesh_split(x, &fx), row = mesh_split(y, &fy);
  return mesh_fetch(view.pixels, row * view.stride + column, view.stride, fx, fy);
}

static __device__ inline void mesh_store(float *planes, int first, int item, float red, float green, float blue) {
  planes[first * MESH_AREA + item] = red;
  planes[(first + 1) * MESH_AREA + item] = green;
  planes[(first + 2) * MESH_AREA + item] = blue;
}

// Luma in stops, blue and red as shares of luma.
static __device__ inline void mesh_measure(float *planes, int first, int item, float r, float g, float b) {
  const float luma = fmaf(b, 0.114f, fmaf(g, 0.587f, r * 0.299f));
  const float share = 1.0f / mesh_max(luma, 0.05f);
  mesh_store(planes, first, item, mesh_log2(mesh_max(luma, 0.02f)), b * share, r * share);
}

// Jobs: lights. Items: pixels of the net. Needs `counts` at 0.
extern "C" __global__ void mesh_look(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const MeshView &view = batch.views[light.view];
  const MeshTarget &target = batch.targets[view.target];
  const int item = mesh_item();
  if (item >= MESH_AREA) return;
  const int key = target.keys[item];
  if (key == MESH_UNCOVERED) return;
  const int triangle = key & 1023;
  const float x = (float)(item % MESH_NET), y = (float)(item / MESH_NET);
  float *planes = light.planes;
  const float unit = 1.0f / 255.0f;
  const MeshColor places = mesh_places(view, triangle, 0, x, y, MESH_NET - 1, MESH_NET - 1);
  const MeshColor mirror = mesh_places(view, triangle, 4, x, y, 1.0f, 1.0f);
  MeshColor direct = mesh_photo(view, places.x, places.y);
  MeshColor mirrored = mesh_photo(view, mirror.x, mirror.y);
  direct.x *= unit; direct.y *= unit; direct.z *= unit;
  mirrored.x *= unit; mirrored.y *= unit; mirrored.z *= unit;
  float fx, fy;
  const int column = mesh_split(places.z, &fx), row = mesh_split(places.w, &fy);
  const MeshColor *own = batch.faces[light.face].small + row * MESH_NET + column;
  const MeshColor a = own[0], b = own[1], c = own[MESH_NET], d = own[MESH_NET + 1];
  const float red = mesh_mix(mesh_mix(a.x, b.x, fx), mesh_mix(c.x, d.x, fx), fy);
  const float green = mesh_mix(mesh_mix(a.y, b.y, fx), mesh_mix(c.y, d.y, fx), fy);
  const float blue = mesh_mix(mesh_mix(a.z, b.z, fx), mesh_mix(c.z, d.z, fx), fy);
  mesh_store(planes, MESH_TARGET, item, red, green, blue);
  mesh_store(planes, MESH_DIRECT, item, direct.x, direct.y, direct.z);
  mesh_store(planes, MESH_MIRRORED, item, mirrored.x, mirrored.y, mirrored.z);
  planes[MESH_SEEN * MESH_AREA + item] = mirror.z;
  planes[MESH_SEEN_MIRRORED * MESH_AREA + item] = mirror.w;
  const float *field = view.fields + 3 * triangle * view.components + 8;
  float weights[4];
  for (int index = 0; index < 4; index++) {
    weights[index] = field[index] + field[view.components + index] * x + field[2 * view.components + index] * y;
  }
  planes[MESH_INNER * MESH_AREA + item] = weights[0];
  planes[MESH_RIM * MESH_AREA + item] = weights[2];
  planes[MESH_JAW * MESH_AREA + item] = weights[3];
  const float share = mesh_clamp((1.0f - mirror.z) * mirror.w, 0.0f, 1.0f);
  mesh_measure(planes, MESH_MEASURES, item, red, green, blue);
  mesh_measure(
      planes, MESH_MEASURES + 3, item, mesh_mix(direct.x, mirrored.x, share), mesh_mix(direct.y, mirrored.y, share),
      mesh_mix(direct.z, mirrored.z, share));
  if (!(weights[1] > 0.5f)) return;
  const int entry = atomicAdd(light.counts, 1);
  for (int list = 0; list < 6; list++) {
    planes[(MESH_CHEEK + list) * MESH_AREA + entry] = planes[(MESH_MEASURES + list) * MESH_AREA + item];
  }
}

// --- the rim ---------------------------------------------------------------------------------------------------------

// Jobs: lights. Items: entries of the cheeks' six lists. Every value finds its own rank: the lists' order is free.
extern "C" __global__ void mesh_rank(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const int count = light.counts[0];
  const int item = mesh_item();
  const int list = item / MESH_AREA, entry = item % MESH_AREA;
  if (list >= 6 || entry >= count) return;
  const float *values = light.planes + (MESH_CHEEK + list) * MESH_AREA;
  const float value = values[entry];
  int below = 0, equal = 0;
  for (int other = 0; other < count; other++) {
    below += values[other] < value ? 1 : 0;
    equal += values[other] == value ? 1 : 0;
  }
  for (int quarter = 1; quarter < 4; quarter++) {
    const int rank = (int)(0.25 * (double)quarter * (double)(count - 1));
    float *pair = light.quartiles + list * 6 + 2 * (quarter - 1);
    if (below <= rank && rank < below + equal) pair[0] = value;
    if (below <= rank + 1 && rank + 1 < below + equal) pair[1] = value;
  }
}

// The value at a quartile, between two values in proportion.
static __device__ inline float mesh_quartile(const float *pairs, int quarter, int count) {
  const double position = 0.25 * (double)quarter * (double)(count - 1);
  const float fraction = (float)(position - (double)(int)position);
  const float *pair = pairs + 2 * (quarter - 1);
  return fraction > 0.0f ? pair[0] + (pair[1] - pair[0]) * fraction : pair[0];
}

static __device__ inline float mesh_step(float squares) {
  return mesh_clamp((sqrtf(squares) - 1.1f) * (1.0f / 0.8f), 0.0f, 1.0f);
}

// Jobs: lights. Items: pixels of the net, of the target and of the photo. How unlike skin each rim pixel is, 0...1.
extern "C" __global__ void mesh_judge(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const int image = mesh_item() / MESH_AREA, item = mesh_item() % MESH_AREA;
  if (image >= 2) return;
  const int count = light.counts[0];
  const int key = batch.targets[batch.views[light.view].target].keys[item];
  float unlike = 0.0f;
  if (key != MESH_UNCOVERED && count >= 50) {
    const float least[3] = {0.45f, 0.10f, 0.10f};
    float off[3];
    for (int index = 0; index < 3; index++) {
      const float *pairs = light.quartiles + (3 * image + index) * 6;
      const float low = mesh_quartile(pairs, 1, count), high = mesh_quartile(pairs, 3, count);
      const float sharpness = 1.0f / (least[index] + 1.2f * (high - low));
      const float value = light.planes[(MESH_MEASURES + 3 * image + index) * MESH_AREA + item];
      off[index] = (value - mesh_quartile(pairs, 2, count)) * sharpness;
    }
    const float color = fmaf(off[2], off[2], off[1] * off[1]);
    const float brighter = mesh_max(off[0], 0.0f);
    const float rim = mesh_step(fmaf(off[0], off[0], color)) * light.planes[MESH_RIM * MESH_AREA + item];
    const float jaw = mesh_step(fmaf(brighter, brighter, color)) * light.planes[MESH_JAW * MESH_AREA + item];
    unlike = mesh_max(rim, jaw);
  }
  light.planes[(MESH_UNLIKE + image) * MESH_AREA + item] = unlike;
}

// The largest of a 3x3 neighbourhood; edges repeated.
static __device__ inline float mesh_grown(const float *plane, int x, int y) {
  float largest = plane[y * MESH_NET + x];
  for (int dy = -1; dy <= 1; dy++) {
    const int row = mesh_least(mesh_most(y + dy, 0), MESH_NET - 1);
    for (int dx = -1; dx <= 1; dx++) {
      const int column = mesh_least(mesh_most(x + dx, 0), MESH_NET - 1);
      largest = mesh_max(largest, plane[row * MESH_NET + column]);
    }
  }
  return largest;
}

// Jobs: lights. Items: as above. Grows and blurs down the columns.
extern "C" __global__ void mesh_spread(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const int image = mesh_item() / MESH_AREA, item = mesh_item() % MESH_AREA;
  if (image >= 2) return;
  const float *unlike = light.planes + (MESH_UNLIKE + image) * MESH_AREA;
  const float *taps = batch.topology->blurs + MESH_RIM_TAPS;
  const int x = item % MESH_NET, y = item / MESH_NET;
  float sum = 0.0f;
  for (int tap = -MESH_RIM_RADIUS; tap <= MESH_RIM_RADIUS; tap++) {
    const int row = y + tap;
    if (row >= 0 && row < MESH_NET) sum = fmaf(mesh_grown(unlike, x, row), taps[tap + MESH_RIM_RADIUS], sum);
  }
  light.planes[(MESH_BLURRED + image) * MESH_AREA + item] = sum;
}

// Jobs: lights. Items: pixels of the net. Blurs along the rows; what rim, masks and unseen parts leave.
extern "C" __global__ void mesh_keep(MeshBatch batch) {
  const MeshLight &light = batch.lights[mesh_job()];
  const int item = mesh_item();
  if (item >= MESH_AREA) return;
  const int x = item % MESH_NET;
  const float *taps = batch.topology->blurs + MESH_RIM_TAPS;
  float keep = 1.0f;
  if (light.counts[0] >= 50) {
    for (int image = 0; image < 2; image++) {
      const float *row = light.planes + (MESH_BLURRED + image) * MESH_AREA + (item - x);
      keep *= 1.0f - mesh_clamp(mesh_blur(row, x, MESH_NET, 1, taps, MESH_RIM_RADIUS), 0.0f, 1.0f);
    }
  }
  light.planes[MESH_VISIBLE_KEEP * MESH_AREA + item] = keep * batch.faces[light.face].visible[item];
  const int key = batch.targets[batch.views[light.view].target].keys[item];
  if (key == MESH_UNCOVERED) {
    keep = 0.0f;
  } else {
    const float seen = light.planes[MESH_SEEN * MESH_AREA + item];
    const float mirrored = light.planes[MESH_SEEN_MIRRORED * MESH_AREA + item];
    const float both = 1.0f - (1.0f - seen) * (1.0f - mirrored);
    keep *= mesh_clamp((both - 0.2f) * 2.0f, 0.0f, 1.0f);
  }
  light.planes[MESH_KEEP * MESH_AREA + item] = keep;
}

// --- the masks of the moved mesh -------------------------------------------------------------------------------------

// Jobs: faces, whose net is target 2 * face. Items: pixels of the net.
extern "C" __global__ void mesh_flag(MeshBatch batch) {
  const int job = mesh_job(), item = mesh_item();
  if (item >= MESH_AREA) return;
  const MeshFace &face = batch.faces[job];
  const MeshTarget &target = batch.targets[2 * job];
  const MeshTopology &topology = *batch.topology;
  const float x = (float)(item % MESH_NET), y = (float)(item / MESH_NET);
  int flags = 0;
  if (target.keys[item] != MESH_UNCOVERED) {
    flags = MESH_INSIDE;
    if (mesh_is_inside(topology, target.formed, 0, x, y, 1.0f)) flags |= MESH_OVAL;
    for (int opening = 1; opening < 4; opening++) {
      if (mesh_is_inside(topology, target.formed, opening, x, y, 1.0f)) flags |= MESH_OPEN;
    }
  }
  face.flags[item] = (unsigned char)flags;
}

// Jobs: faces. Items: pixels of the net. 1 where the oval reaches 5 pixels further.
extern "C" __global__ void mesh_erode(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  const int item = mesh_item();
  if (item >= MESH_AREA) return;
  const int reach[6] = {5, 5, 4, 4, 3, 1};
  const int x = item % MESH_NET, y = item / MESH_NET;
  bool isInside = true;
  for (int dy = -5; dy <= 5 && isInside; dy++) {
    const int width = reach[dy < 0 ? -dy : dy], row = y + dy;
    isInside = row >= 0 && row < MESH_NET && x >= width && x + width < MESH_NET;
    for (int dx = -width; dx <= width && isInside; dx++) {
      isInside = (face.flags[row * MESH_NET + x + dx] & MESH_OVAL) != 0;
    }
  }
  face.edge[item] = isInside ? 1.0f : 0.0f;
}

// Jobs: faces. Items: pixels of the net. The soft edge, first down the columns, then along the rows.
extern "C" __global__ void mesh_edge_columns(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  const int item = mesh_item();
  if (item >= MESH_AREA) return;
  const float *taps = batch.topology->blurs + MESH_EDGE_TAPS;
  face.edge[MESH_AREA + item] =
      mesh_blur(face.edge + item % MESH_NET, item / MESH_NET, MESH_NET, MESH_NET, taps, MESH_EDGE_RADIUS);
}

extern "C" __global__ void mesh_edge_rows(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  const int item = mesh_item();
  if (item >= MESH_AREA) return;
  const int x = item % MESH_NET;
  const float *taps = batch.topology->blurs + MESH_EDGE_TAPS;
  const float value = mesh_blur(face.edge + MESH_AREA + (item - x), x, MESH_NET, 1, taps, MESH_EDGE_RADIUS);
  face.edge[2 * MESH_AREA + item] = (face.flags[item] & MESH_INSIDE) != 0 ? value : 0.0f;
}

// --- masks -----------------------------------------------------------------------------------------------------------

// The card's mask at (x, y), spread so that `cardMaskLow` is nothing and 1 / `cardMaskGain` above it everything.
static __device__ inline float mesh_card_mask(const MeshFace &face, int x, int y) {
  const float value = face.cardMask[y * face.cardMaskSize[0] + x];
  return mesh_clamp((value - face.cardMaskLow) * face.cardMaskGain, 0.0f, 1.0f);
}

// Where a pixel of the net lies on `count` pixels that cover the same length.
static __device__ inline int mesh_mask_place(int item, int count, float *fraction) {
  const float at = mesh_clamp(((float)item + 0.5f) * (float)count / (float)MESH_NET - 0.5f, 0.0f, (float)(count - 1));
  const int whole = (int)at;
  *fraction = at - (float)whole;
  return whole;
}

// Jobs: faces. Items: pixels of the net. Multiplies a face's masks where there are several, or one of the card: `visible`.
extern "C" __global__ void mesh_visible(MeshBatch batch) {
  const MeshFace &face = batch.faces[mesh_job()];
  const int item = mesh_item();
  if (item >= MESH_AREA) return;
  if (face.constantMask == nullptr && face.hostMask == nullptr && face.cardMask == nullptr) return;
  float visible = 1.0f;
  if (face.constantMask != nullptr) visible = face.constantMask[item];
  if (face.cardMask != nullptr) {
    const int width = face.cardMaskSize[0], height = face.cardMaskSize[1];
    float fx, fy;
    const int left = mesh_mask_place(item % MESH_NET, width, &fx);
    const int top = mesh_mask_place(item / MESH_NET, height, &fy);
    const int right = mesh_least(left + 1, width - 1), bottom = mesh_least(top + 1, height - 1);
    const float upper = mesh_mix(mesh_card_mask(face, left, top), mesh_card_mask(face, right, top), fx);
    const float lower = mesh_mix(mesh_card_mask(face, left, bottom), mesh_card_mask(face, right, bottom), fx);
    visible *= mesh_mix(upper, lower, fy);
  }
  if (face.hostMask != nullptr) visible *= face.hostMask[item];
  face.visible[item] = visible;
}
