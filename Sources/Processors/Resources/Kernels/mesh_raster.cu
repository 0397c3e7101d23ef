// Which triangle of a face's mesh is in front at each pixel, and how values run over the triangles.
// (MeshRaster, TrianglePlane, TriangleFields and FieldValues on the CPU.)

#include "mesh.cuh"

static __device__ inline double mesh_least3(double a, double b, double c) {
  const double low = b < a ? b : a;
  return c < low ? c : low;
}

static __device__ inline double mesh_most3(double a, double b, double c) {
  const double high = b > a ? b : a;
  return c > high ? c : high;
}

// Row ay, where one barycentric weight becomes 0, bounds a triangle to the left or to the right.
static __device__ inline void mesh_bound(
    MeshPlane *plane, int *lower, int *upper, double constant, double alongX, double alongY) {
  if (alongX <= 1e-13 && alongX >= -1e-13) return;
  int place;
  if (alongX > 0) {
    place = (*lower)++;
    if (place > 1) return;
  } else {
    place = (*upper)++;
    if (place > 3) return;
  }
  plane->bounds[place] = plane->ax - (constant + 1e-9) / alongX;
  plane->slopes[place] = -alongY / alongX;
}

static __device__ inline void mesh_make_plane(const MeshTarget &target, const MeshCorners &corners, MeshPlane *plane) {
  plane->top = 0;
  plane->bottom = -1;
  const MeshPoint a = target.formed[corners.a], b = target.formed[corners.b], c = target.formed[corners.c];
  const double ax = a.x, ay = a.y, bx = b.x, by = b.y, cx = c.x, cy = c.y;
  const double area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (!(area > 1e-9)) return;
  double left = ceil(mesh_least3(ax, bx, cx)), right = floor(mesh_most3(ax, bx, cx));
  double low = ceil(mesh_least3(ay, by, cy)), high = floor(mesh_most3(ay, by, cy));
  left = left < 0 ? 0 : left;
  low = low < 0 ? 0 : low;
  right = right > target.width - 1 ? target.width - 1 : right;
  high = high > target.height - 1 ? target.height - 1 : high;
  if (!(left <= right && low <= high)) return;
  plane->left = left;
  plane->right = right;
  plane->top = (int)low;
  plane->bottom = (int)high;
  plane->ax = ax;
  plane->ay = ay;
  const double inverse = 1 / area;
  plane->ux = (cy - ay) * inverse;
  plane->uy = (ax - cx) * inverse;
  plane->vx = (ay - by) * inverse;
  plane->vy = (bx - ax) * inverse;
  for (int index = 0; index < 4; index++) {
    plane->bounds[index] = index < 2 ? -1e12 : 1e12;
    plane->slopes[index] = 0;
  }
  int lower = 0, upper = 2;
  mesh_bound(plane, &lower, &upper, 0.0, plane->ux, plane->uy);
  mesh_bound(plane, &lower, &upper, 0.0, plane->vx, plane->vy);
  mesh_bound(plane, &lower, &upper, 1.0, -plane->ux - plane->vx, -plane->uy - plane->vy);
  const double za = ((double)a.z - target.low) * target.steps + 1;
  const double zb = ((double)b.z - target.low) * target.steps + 1;
  const double zc = ((double)c.z - target.low) * target.steps + 1;
  const double alongX = (zb - za) * plane->ux + (zc - za) * plane->vx;
  const double alongY = (zb - za) * plane->uy + (zc - za) * plane->vy;
  plane->depth[0] = za - alongX * ax;
  plane->depth[1] = alongX;
  plane->depth[2] = alongY;
}

// Jobs: targets. Items: pixels, rows and triangles. Clears the keys and makes the planes.
extern "C" __global__ void mesh_prepare(MeshBatch batch) {
  const MeshTarget &target = batch.targets[mesh_job()];
  const MeshTopology &topology = *batch.topology;
  const int item = mesh_item();
  if (item < target.width * target.height) target.keys[item] = MESH_UNCOVERED;
  if (item < target.height) {
    target.rows[2 * item] = MESH_UNCOVERED;
    target.rows[2 * item + 1] = -1;
  }
  if (item >= topology.triangleCount) return;
  MeshPlane plane;
  mesh_make_plane(target, topology.triangles[item], &plane);
  target.planes[item] = plane;
}

// Jobs: targets. Items: `lanes` for each triangle, which share its rows.
extern "C" __global__ void mesh_rasterise(MeshBatch batch) {
  const int lanes = batch.lanes;
  const MeshTarget &target = batch.targets[mesh_job()];
  const int item = mesh_item();
  const int triangle = item / lanes;
  if (triangle >= batch.topology->triangleCount) return;
  const MeshPlane &plane = target.planes[triangle];
  const int bottom = plane.bottom;
  for (int row = plane.top + item % lanes; row <= bottom; row += lanes) {
    const double down = (double)row - plane.ay;
    double places[4];
    for (int index = 0; index < 4; index++) places[index] = plane.bounds[index] + plane.slopes[index] * down;
    double low = places[1] > places[0] ? places[1] : places[0];
    double high = places[3] < places[2] ? places[3] : places[2];
    low = ceil(low < plane.left ? plane.left : low);
    high = floor(high > plane.right ? plane.right : high);
    if (!(low <= high)) continue;
    const double start = plane.depth[0] + plane.depth[2] * down;
    int *keys = target.keys + row * target.width;
    for (int column = (int)low; column <= (int)high; column++) {
      const float steps = (float)(start + plane.depth[1] * (double)column);
      atomicMin(&keys[column], (mesh_round(steps) & 0x1FFFFF) << 10 | triangle);
    }
  }
}

// One of the values that run over a view's triangles, at a point.
static __device__ inline float mesh_value(
    const MeshView &view, const MeshTarget &target, const MeshTopology &topology, int point, int component) {
  switch (component) {
    case 0: return view.mesh[point].x;
    case 1: return view.mesh[point].y;
    case 2: return target.own[point].x;
    case 3: return target.own[point].y;
    case 4: return view.mesh[topology.mirror[point]].x;
    case 5: return view.mesh[topology.mirror[point]].y;
    case 6: return view.facing[point];
    case 7: return view.facing[topology.mirror[point]];
    case 8: return topology.weights[point].x;
    case 9: return topology.weights[point].y;
    case 10: return topology.weights[point].z;
    default: return topology.weights[point].w;
  }
}

// Jobs: views. Items: components of triangles. Value at (0, 0), change along x and along y.
extern "C" __global__ void mesh_fields(MeshBatch batch) {
  const MeshView &view = batch.views[mesh_job()];
  const MeshTopology &topology = *batch.topology;
  const MeshTarget &target = batch.targets[view.target];
  const int item = mesh_item();
  const int triangle = item / view.components, component = item % view.components;
  if (triangle >= topology.triangleCount) return;
  const MeshPlane &plane = target.planes[triangle];
  const MeshCorners corners = topology.triangles[triangle];
  if (component == 0) {
    const int points[3] = {corners.a, corners.b, corners.c};
    float seen = 1.0f, mirrored = 0.0f;
    for (int index = 0; index < 3; index++) {
      seen = mesh_min(seen, view.facing[points[index]]);
      mirrored = mesh_max(mirrored, view.facing[topology.mirror[points[index]]]);
    }
    view.mixed[triangle] = (1.0f - seen) * mirrored > 1.0f / 4096.0f;
  }
  if (plane.bottom < plane.top) return;
  const float start = mesh_value(view, target, topology, corners.a, component);
  const float d1 = mesh_value(view, target, topology, corners.b, component) - start;
  const float d2 = mesh_value(view, target, topology, corners.c, component) - start;
  const float alongX = d1 * (float)plane.ux + d2 * (float)plane.vx;
  const float alongY = d1 * (float)plane.uy + d2 * (float)plane.vy;
  float *field = view.fields + (3 * triangle) * view.components + component;
  field[0] = start - alongX * (float)plane.ax - alongY * (float)plane.ay;
  field[view.components] = alongX;
  field[2 * view.components] = alongY;
}
