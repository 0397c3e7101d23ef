// What the kernels of the mesh swapper share: their parameters, float maths and pixel access.
//
// The kernels do what Sources/Processors/MeshSwapper does on the CPU, operation by operation: where the CPU rounds a
// product and a sum on their own, so do they, and where it fuses them, they call fmaf. The compiler must not fuse anything
// by itself (NVRTC: --fmad=false). Nothing is shared between threads but integer minima, maxima and counters, whose result
// does not depend on the order, so that results repeat exactly.
//
// Grids: x runs over the items of one job, y over the jobs of a batch (faces of any number of frames).

#ifndef LIKENESS_MESH_CUH
#define LIKENESS_MESH_CUH

#if defined(__clang__) && !defined(__CUDA_ARCH__)
#pragma clang fp contract(off)
#endif

enum {
  MESH_NET = 112,                // side of the window for the light
  MESH_AREA = 112 * 112,
  MESH_GRID = 28,                // side of the light's grid
  MESH_CELLS = 28 * 28,
  MESH_STRIDE = 113,             // values from one row of the soft mask to the next
  MESH_UNCOVERED = 0x7FFFFFFF,   // key of a pixel that no triangle covers
  MESH_INSIDE = 1,               // flags of a pixel of the net
  MESH_OVAL = 2,
  MESH_OPEN = 4,
};

// The Gaussian kernels of fixed width: radius, and first weight in MeshTopology::blurs.
enum MeshBlur {
  MESH_RIM_RADIUS = 5,
  MESH_RIM_TAPS = 0,
  MESH_EDGE_RADIUS = 10,
  MESH_EDGE_TAPS = 11,
  MESH_WIDE_RADIUS = 14,
  MESH_WIDE_TAPS = 32,
  MESH_NARROW_RADIUS = 6,
  MESH_NARROW_TAPS = 61,
};

// Pixels of a photo's light: planes of 112x112 floats.
enum MeshPlaneNumber {
  MESH_TARGET = 0,               // R, G, B of the target in the moved form
  MESH_DIRECT = 3,               // of the photo
  MESH_MIRRORED = 6,             // of its mirror image
  MESH_SEEN = 9,
  MESH_SEEN_MIRRORED = 10,
  MESH_INNER = 11,
  MESH_RIM = 12,
  MESH_JAW = 13,
  MESH_MEASURES = 14,            // luma in stops, blue, red of the target; then of the photo
  MESH_UNLIKE = 20,              // of the target, of the photo
  MESH_BLURRED = 22,             // the same, grown and blurred down the columns
  MESH_KEEP = 24,                // what rim and unseen parts leave
  MESH_VISIBLE_KEEP = 25,        // what rim and masks leave
  MESH_CHEEK = 26,               // six lists of the cheeks' measures
  MESH_PLANES = 32,
};

struct alignas(16) MeshPoint { float x, y, z, w; };
struct alignas(16) MeshColor { float x, y, z, w; };
struct alignas(16) MeshCorners { int a, b, c, unused; };

// Planes of samples: planar Y'CbCr, interleaved R'G'B' or grey.
struct MeshPicture {
  unsigned char *planes[3];
  long long strides[3];          // bytes
  int kind;                      // 0 Y'CbCr, 1 R'G'B', 2 grey
  int sampleBytes;
  int channels;                  // samples from pixel to pixel of plane 0
  int chromaChannels;            // of planes 1 and 2
  int lift;                      // unused low bits of a sample
  int width, height;
  int shiftX, shiftY;
  float maximum;
};

// Y'CbCr and R'G'B', as YUVCoefficients.
struct MeshMatrix {
  float lumaOffset, lumaUnit, chromaOffset, redCr, greenCb, greenCr, blueCb;
  float red[3], green[3], blue[3];   // Y, Cb, Cr in samples per unit
};

struct MeshTopology {
  const MeshCorners *triangles;
  const int *mirror;
  const MeshColor *weights;      // inner, cheek, rim, jaw of a point
  const float *blurs;            // MeshBlur
  const int *polygons;           // oval, mouth, left eye, right eye, one after the other
  int triangleCount;
  int polygonStart[5];
};

// A triangle's barycentric weights as functions of the place, and what it covers (TrianglePlane).
struct MeshPlane {
  double ax, ay, ux, uy, vx, vy;
  double left, right;
  double bounds[4], slopes[4];
  double depth[3];
  int top, bottom;
};

// A mesh on a picture: a face has two, the net of 112 px and its area of the frame.
struct MeshTarget {
  const MeshPoint *formed;
  const MeshPoint *own;
  int *keys;                     // depth and triangle by pixel
  MeshPlane *planes;             // by triangle; top > bottom: not seen
  int *rows;                     // by row the first and the last column (as a maximum) that is painted
  double low, steps;             // nearest depth, depth steps per unit
  int width, height;
};

// A photo on a target: how its values run over the triangles.
struct MeshView {
  const unsigned *pixels;
  const MeshPoint *mesh;
  const float *facing;
  float *fields;                 // by triangle 3 vectors of `components`
  int *mixed;                    // by triangle: whether the mirror image shows
  int target;                    // index of the MeshTarget
  int components;                // 8, or 12 with the point weights
  int stride;
  float lastX, lastY;
};

// The light of one photo on one face.
struct MeshLight {
  float *planes;                 // MeshPlaneNumber
  int *counts;                   // [0]: cheek pixels
  float *quartiles;              // by list: value and the next one at the three quartiles
  MeshColor *grids;              // target, photo, mirror image; then the same blurred down the columns, wide and narrow
  float *innerGrid;
  MeshColor *gains;              // log gains of photo and mirror image
  MeshColor *mean;               // the same smoothed over time, and behind it what rim and unseen parts leave: the track's
  int face, view;                // view on the net
  int next;                      // the light of the same track in a later frame of the batch, -1 for none
  int isFirst;                   // nothing is smoothed yet
  int isHead;                    // no earlier light of the track in this batch
  float share;                   // how much of a new value counts; 0: what is carried from an earlier frame
};

struct MeshFace {
  MeshPicture frame;             // what is painted into
  MeshPicture sampled;           // what the light is read from: the frame, or part of it halved
  MeshMatrix matrix, sampledMatrix;
  double inverse[6];             // window of `side` pixels -> sampled picture
  double soft[6], grid[6];       // area -> places on the 112 values, on the 28 cells
  unsigned short *snapshot;      // the area's samples before painting, plane by plane
  MeshColor *small;              // the window as 112x112 means
  unsigned char *flags;          // of the net
  float *visible;                // 112x112: what masks leave
  float *visibleMean;            // the same smoothed over time: the track's
  float *edge;                   // eroded oval, blurred down, soft edge: 3 planes of 112x112
  float *softMask;               // 113x113
  float *face, *mask;            // by pixel of the area
  float *openings;               // work and result of mouth and eyes
  const float *taps;             // of the openings' blur
  const float *constantMask;     // 112x112 factors of `visible`, where several are put together; null for none
  const float *hostMask;
  const float *cardMask;         // another one of the whole window, of any size
  int cardMaskSize[2];           // width, height
  float cardMaskLow;             // the value that leaves nothing
  float cardMaskGain;            // what leaves everything is 1 / gain above it
  int side;                      // of the window that the light is read at
  int cells[4];                  // first and end column, first and end row of the means that are needed
  int area[4];                   // x1, y1, x2, y2 in the frame
  int snapshotStart[3];          // of the planes in `snapshot`
  int openingBox[3][4];          // x, y, width, height in the area; width 0 for none
  int openingStart[3];           // in `openings`
  int openingParts;              // pieces of a pixel along each axis
  int openingRadius;
  int light, previous;           // index of the MeshLight; -1 for none
  int view, previousView;        // on the area
  int next, isFirst, isHead;     // as in MeshLight
  float fade;                    // share of the chosen photo
  float share;
  int reductions;                // halvings from frame to sampled picture
  int reducedFrom[2];            // the first pixel of the frame that was halved
  int reducesToWhite;            // whether the largest of 8 bits becomes the largest of 16
};

// The one parameter of every kernel.
struct MeshBatch {
  const MeshTopology *topology;
  const MeshFace *faces;
  const MeshTarget *targets;
  const MeshView *views;
  const MeshLight *lights;
  const int *round;              // the faces painted by this launch
  int lanes;                     // threads that share a triangle's rows
  int unused;
};

// The program writes these structs number by number (MeshParameters.swift).
static_assert(sizeof(MeshPicture) == 88 && sizeof(MeshMatrix) == 64 && sizeof(MeshTopology) == 64, "layout");
static_assert(sizeof(MeshTarget) == 64 && sizeof(MeshView) == 64 && sizeof(MeshLight) == 80, "layout");
static_assert(sizeof(MeshFace) == 744 && sizeof(MeshBatch) == 56 && sizeof(MeshPlane) == 160, "layout");

// --- threads ---------------------------------------------------------------------------------------------------------

static __device__ inline int mesh_item() { return (int)(blockIdx.x * blockDim.x + threadIdx.x); }
static __device__ inline int mesh_job() { return (int)blockIdx.y; }

// --- floats ----------------------------------------------------------------------------------------------------------

static __device__ inline int mesh_bits(float v) {
  union { float f; int i; } u;
  u.f = v;
  return u.i;
}

static __device__ inline float mesh_float(int bits) {
  union { float f; int i; } u;
  u.i = bits;
  return u.f;
}

static __device__ inline float mesh_min(float a, float b) { return b < a ? b : a; }
static __device__ inline float mesh_max(float a, float b) { return b > a ? b : a; }
static __device__ inline int mesh_least(int a, int b) { return b < a ? b : a; }
static __device__ inline int mesh_most(int a, int b) { return b > a ? b : a; }
static __device__ inline float mesh_clamp(float v, float low, float high) { return mesh_min(mesh_max(v, low), high); }
static __device__ inline float mesh_mix(float a, float b, float t) { return fmaf(b - a, t, a); }
static __device__ inline float mesh_blend(float a, float b, float t) { return a + (b - a) * t; }

// Nearest integer, halves to even, for |v| below 4 million.
static __device__ inline int mesh_round(float v) { return mesh_bits(v + 12582912.0f) - 0x4B400000; }

// Whole part and fraction of v >= 0; on whole numbers the fraction may be 1 with the index one lower.
static __device__ inline int mesh_split(float v, float *fraction) {
  const int index = mesh_round(v - 0.5f);
  *fraction = v - (float)index;
  return index;
}

static __device__ inline float mesh_log2(float v) {
  const int bits = mesh_bits(v);
  const int exponent = (bits - 0x3F2AAAAB) >> 23;
  const float mantissa = mesh_float(bits - exponent * 0x800000);
  const float z = (mantissa - 1.0f) / (mantissa + 1.0f);
  const float z2 = z * z;
  float sum = 0.320598898f;
  sum = fmaf(sum, z2, 0.412198583f);
  sum = fmaf(sum, z2, 0.577078016f);
  sum = fmaf(sum, z2, 0.961796694f);
  sum = fmaf(sum, z2, 2.885390082f);
  return sum * z + (float)exponent;
}

static __device__ inline float mesh_exp2(float v) {
  const int whole = mesh_round(v);
  const float f = v - (float)whole;
  float sum = 1.54035304e-4f;
  sum = fmaf(sum, f, 1.33335581e-3f);
  sum = fmaf(sum, f, 9.61812911e-3f);
  sum = fmaf(sum, f, 5.55041087e-2f);
  sum = fmaf(sum, f, 0.240226507f);
  sum = fmaf(sum, f, 0.693147181f);
  sum = fmaf(sum, f, 1.0f);
  return sum * mesh_float((whole + 127) * 0x800000);
}

// Display value to linear light, and back.
static __device__ inline float mesh_linear(float v) { return mesh_exp2(mesh_log2(mesh_clamp(v, 1e-4f, 1.0f)) * 2.2f); }
static __device__ inline float mesh_display(float v) {
  return mesh_exp2(mesh_log2(mesh_clamp(v, 1e-5f, 1.0f)) * (1.0f / 2.2f));
}

// --- pictures --------------------------------------------------------------------------------------------------------

static __device__ inline float mesh_sample(const MeshPicture &picture, int plane, int x, int y, int channel) {
  const unsigned char *row = picture.planes[plane] + y * picture.strides[plane];
  const int at = x * (plane == 0 ? picture.channels : picture.chromaChannels) + channel;
  if (picture.sampleBytes == 1) return (float)row[at];
  return (float)(((const unsigned short *)row)[at] >> picture.lift);
}

// Rounded to nearest within 0...maximum.
static __device__ inline void mesh_put(const MeshPicture &picture, int plane, int x, int y, int channel, float value) {
  unsigned char *row = picture.planes[plane] + y * picture.strides[plane];
  const int at = x * (plane == 0 ? picture.channels : picture.chromaChannels) + channel;
  const int sample = mesh_round(mesh_clamp(value, 0.0f, picture.maximum));
  if (picture.sampleBytes == 1) {
    row[at] = (unsigned char)sample;
  } else {
    ((unsigned short *)row)[at] = (unsigned short)(sample << picture.lift);
  }
}

// Bilinear R, G, B (0...255) of a photo; channels in the low bytes.
static __device__ inline MeshColor mesh_fetch(const unsigned *pixels, int offset, int stride, float fx, float fy) {
  const unsigned *upper = pixels + offset;
  const unsigned *lower = upper + stride;
  const unsigned corners[4] = {upper[0], upper[1], lower[0], lower[1]};
  float channels[3];
  for (int channel = 0; channel < 3; channel++) {
    float value[4];
    for (int corner = 0; corner < 4; corner++) value[corner] = (float)(corners[corner] >> (8 * channel) & 255u);
    const float left = fmaf(value[2] - value[0], fy, value[0]);
    const float right = fmaf(value[3] - value[1], fy, value[1]);
    channels[channel] = fmaf(right - left, fx, left);
  }
  MeshColor color = {channels[0], channels[1], channels[2], 0.0f};
  return color;
}

// --- polygons --------------------------------------------------------------------------------------------------------

// Whether a pixel lies in polygon `number` by the even-odd rule, points scaled about the pixel's corner.
static __device__ inline bool mesh_is_inside(
    const MeshTopology &topology, const MeshPoint *points, int number, float x, float y, float scale) {
  const int *corners = topology.polygons + topology.polygonStart[number];
  const int count = topology.polygonStart[number + 1] - topology.polygonStart[number];
  bool isInside = false;
  MeshPoint from = points[corners[count - 1]];
  float fromX = (from.x + 0.5f) * scale - 0.5f, fromY = (from.y + 0.5f) * scale - 0.5f;
  if (scale == 1.0f) { fromX = from.x; fromY = from.y; }
  for (int index = 0; index < count; index++) {
    const MeshPoint to = points[corners[index]];
    float toX = to.x, toY = to.y;
    if (scale != 1.0f) { toX = (to.x + 0.5f) * scale - 0.5f; toY = (to.y + 0.5f) * scale - 0.5f; }
    if ((fromY > y) != (toY > y)) {
      const float crossing = (toX - fromX) * (y - fromY) / (toY - fromY) + fromX;
      if (crossing <= x) isInside = !isInside;
    }
    fromX = toX;
    fromY = toY;
  }
  return isInside;
}

// A blur's weighted sum of floats `step` apart, zeros outside 0..<limit.
static __device__ inline float mesh_blur(
    const float *values, int place, int limit, int step, const float *taps, int radius) {
  float sum = 0.0f;
  for (int tap = -radius; tap <= radius; tap++) {
    const int at = place + tap;
    if (at >= 0 && at < limit) sum = fmaf(values[at * step], taps[tap + radius], sum);
  }
  return sum;
}

#endif
