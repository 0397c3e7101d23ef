import Imaging

/// The masks of the 112 px window that follow from the moved mesh alone.
enum NetMasks {
  static let edgeBlur = GaussianKernel(sigma: 3.2)

  /// The soft edge of the pasted face: the oval, 5 pixels in, blurred, inside the mesh.
  ///
  /// Needs `work.inside`; writes 112×112 values.
  static func softEdge(
    _ mesh: UnsafePointer<Point3>, topology: SwapTopology, work: NetWork, into edge: UnsafeMutablePointer<Float>
  ) {
    work.oval.clear()
    work.oval.fill(PolygonFill(mesh, topology.oval), crossings: work.crossings)
    for row in 0..<NetBits.side { work.oval.rows[row] &= work.inside.rows[row] }
    work.oval.erodedDisc(into: work.eroded)
    spread(work.eroded, into: edge)
    edgeBlur.blur(edge, width: 112, height: 112, work: work.planeA, line: work.line)
    for y in 0..<NetBits.side {
      var bits = work.inside.rows[y]
      for x in 0..<NetBits.side {
        if bits & 1 == 0 { edge[y * NetBits.side + x] = 0 }
        bits >>= 1
      }
    }
  }

  /// Inside the mesh, without the mouth's and the eyes' openings, one pixel in: left in `work.eroded`.
  static func skin(_ mesh: UnsafePointer<Point3>, topology: SwapTopology, work: NetWork) {
    work.openings.clear()
    work.openings.fill(PolygonFill(mesh, topology.mouth), crossings: work.crossings)
    work.openings.fill(PolygonFill(mesh, topology.leftEye), crossings: work.crossings)
    work.openings.fill(PolygonFill(mesh, topology.rightEye), crossings: work.crossings)
    for row in 0..<NetBits.side { work.oval.rows[row] = work.inside.rows[row] & ~work.openings.rows[row] }
    work.oval.eroded3(into: work.eroded)
  }

  private static func spread(_ bits: NetBits, into plane: UnsafeMutablePointer<Float>) {
    for y in 0..<NetBits.side {
      var row = bits.rows[y]
      for x in 0..<NetBits.side {
        plane[y * NetBits.side + x] = row & 1 == 1 ? 1 : 0
        row >>= 1
      }
    }
  }
}
