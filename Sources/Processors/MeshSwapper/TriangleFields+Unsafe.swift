import Imaging

/// How values at the points of a mesh run over each of its triangles: three vectors a triangle, the value at (0, 0) and
/// its change along x and along y.
final class TriangleFields<Vector: SIMD & BitwiseCopyable> where Vector.Scalar == Float {
  private let memory = Scratch<Vector>(3 * MeshRaster.maximumTriangles)

  var base: UnsafePointer<Vector> { UnsafePointer(memory.base) }

  /// Works out the fields of the triangles that can be seen.
  func fill(_ values: UnsafePointer<Vector>, _ raster: MeshRaster, topology: SwapTopology) {
    topology.triangles.withUnsafeBufferPointer { triangles in
      for number in raster.visible {
        let corners = triangles[Int(number)]
        let plane = raster.plane(number)
        let start = values[Int(corners.x)]
        let (d1, d2) = (values[Int(corners.y)] - start, values[Int(corners.z)] - start)
        let alongX = d1 * Float(plane.ux) + d2 * Float(plane.vx)
        let alongY = d1 * Float(plane.uy) + d2 * Float(plane.vy)
        let field = memory.base + 3 * Int(number)
        field[0] = start - alongX * Float(plane.ax) - alongY * Float(plane.ay)
        field[1] = alongX
        field[2] = alongY
      }
    }
  }
}
