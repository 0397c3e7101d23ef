import Imaging

/// The part of a window whose pixels are needed for a face: its mesh and a margin, row by row.
struct SampledArea {
  /// Bands that the window is cut into; rows of a band have one range of columns.
  private static let bands = 28
  /// Around the mesh, in 112ths of the window: the light's cells reach this far out.
  private static let margin: Float = 2.5

  /// One range of columns a row.
  private(set) var columns: [Range<Int>] = []

  /// All of a window.
  mutating func cover(side: Int) {
    columns.removeAll(keepingCapacity: true)
    columns.append(contentsOf: repeatElement(0..<side, count: side))
  }

  /// What the triangles of `mesh`, in pixels of a window of `meshSide`, cover in the same window with `side` pixels.
  mutating func cover(_ mesh: UnsafePointer<Point3>, meshSide: Int, side: Int, topology: SwapTopology) {
    cover(side: side)
    let scale = Float(side) / Float(meshSide)
    func place(_ index: Int32) -> SIMD2<Float> { SIMD2(mesh[Int(index)].x, mesh[Int(index)].y) * scale }
    withUnsafeTemporaryAllocation(of: SIMD2<Float>.self, capacity: SampledArea.bands) { ranges in
      ranges.initialize(repeating: SIMD2(.infinity, -.infinity))
      let height = Float(side) / Float(SampledArea.bands)
      let margin = SampledArea.margin * Float(side) / 112
      for triangle in topology.triangles {
        let (a, b, c) = (place(triangle.x), place(triangle.y), place(triangle.z))
        let top = min(a.y, b.y, c.y) - margin
        let bottom = max(a.y, b.y, c.y) + margin
        let first = Int(min(max(top / height, 0), Float(SampledArea.bands - 1)))
        let last = Int(min(max(bottom / height, 0), Float(SampledArea.bands - 1)))
        for band in first...last {
          ranges[band].x = min(ranges[band].x, min(a.x, b.x, c.x) - margin)
          ranges[band].y = max(ranges[band].y, max(a.x, b.x, c.x) + margin)
        }
      }
      for row in 0..<side {
        let range = ranges[row * SampledArea.bands / side]
        let first = Int(min(max(range.x, 0), Float(side)))
        columns[row] = first..<max(Int(min(max(range.y + 1, 0), Float(side))), first)
      }
    }
  }
}
