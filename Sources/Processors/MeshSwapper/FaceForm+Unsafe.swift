import Imaging

/// How far a target mesh has to move to take the source's form, and the move itself (`toward` of the reference).
enum FaceForm {
  /// The move of each point towards the source's form, in the target face's canonical coordinates (its own fit undone), so
  /// that moves of several frames can be averaged.
  ///
  /// - Parameters:
  ///   - source: the source's mesh, any similarity of it.
  ///   - target: the target's mesh.
  ///   - fit: canonical mesh → `target`.
  static func canonicalMove(
    source: [Point3], target: UnsafePointer<Point3>, fit: Similarity3, topology: SwapTopology,
    into move: UnsafeMutablePointer<Point3>
  ) {
    let over = Similarity3(from: source, to: PointMemory(target), over: topology.rigid).columns
    // The inverse of a rotation is its transpose; the scale is undone by dividing.
    let inverse = 1 / max(fit.scale, 1e-12)
    let (r0, r1, r2) = (
      Point3(fit.rows.0 * inverse), Point3(fit.rows.1 * inverse), Point3(fit.rows.2 * inverse)
    )
    source.withUnsafeBufferPointer { source in
      for index in 0..<min(source.count, SwapTopology.pointCount) {
        let p = source[index]
        let d = over.0 * p.x + over.1 * p.y + over.2 * p.z + over.3 - target[index]
        move[index] = r0 * d.x + r1 * d.y + r2 * d.z
      }
    }
  }

  /// Lets eyes and mouth move as bodies: within 8 canonical units of one, points take its mean move.
  static func joinBodies(_ move: UnsafeMutablePointer<Point3>, topology: SwapTopology) {
    for body in topology.bodies {
      var mean = Point3.zero
      for index in body.points { mean += move[index] }
      mean /= Float(body.points.count)
      for index in 0..<SwapTopology.pointCount where body.nearness[index] > 0 {
        let near = body.nearness[index]
        move[index] = move[index] * (1 - near) + mean * near
      }
    }
  }

  /// target + amount · inner weight · move, the move turned back from canonical coordinates.
  static func apply(
    _ move: UnsafePointer<Point3>, to target: UnsafePointer<Point3>, amount: Float, fit: Similarity3,
    topology: SwapTopology, into formed: UnsafeMutablePointer<Point3>
  ) {
    let columns = fit.columns
    for index in 0..<SwapTopology.pointCount {
      let d = move[index]
      let turned = columns.0 * d.x + columns.1 * d.y + columns.2 * d.z
      formed[index] = target[index] + turned * (amount * topology.innerWeight[index])
    }
  }

  /// How squarely each point faces the viewer: the z part of the mean normal of its triangles, 0 below 0.15 and 1 from
  /// 0.5 on.
  static func facing(_ mesh: [Point3], topology: SwapTopology) -> [Float] {
    var normals = [SIMD3<Double>](repeating: .zero, count: SwapTopology.pointCount)
    for triangle in topology.triangles {
      let corners = (Int(triangle.x), Int(triangle.y), Int(triangle.z))
      let a = SIMD3<Double>(mesh[corners.0])
      let u = SIMD3<Double>(mesh[corners.1]) - a
      let v = SIMD3<Double>(mesh[corners.2]) - a
      let normal = SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
      normals[corners.0] += normal
      normals[corners.1] += normal
      normals[corners.2] += normal
    }
    return normals.map { normal in
      let length = (normal * normal).sum().squareRoot()
      return Float(min(max((normal.z / (length + 1e-9) - 0.15) / 0.35, 0), 1))
    }
  }
}
