import Imaging
import TestSupport
import Testing

@testable import Processors

@Suite struct MeshRasterTests {
  /// The rule, pixel by pixel: barycentric weights in double precision, nearest depth, on equal depth the lower number.
  private func plain(_ mesh: [Point3], side: Int, topology: SwapTopology) -> [Int32] {
    var ids = [Int32](repeating: -1, count: side * side)
    var depth = [Double](repeating: .infinity, count: side * side)
    for (number, corners) in topology.triangles.enumerated() {
      let (a, b, c) = (
        SIMD3<Double>(mesh[Int(corners.x)]), SIMD3<Double>(mesh[Int(corners.y)]), SIMD3<Double>(mesh[Int(corners.z)])
      )
      let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
      guard area > 1e-9 else { continue }
      for y in range(min(a.y, b.y, c.y), max(a.y, b.y, c.y), side) {
        for x in range(min(a.x, b.x, c.x), max(a.x, b.x, c.x), side) {
          let (px, py) = (Double(x) - a.x, Double(y) - a.y)
          let u = (px * (c.y - a.y) - py * (c.x - a.x)) / area
          let v = ((b.x - a.x) * py - (b.y - a.y) * px) / area
          guard u >= -1e-9, v >= -1e-9, 1 - u - v >= -1e-9 else { continue }
          let z = (1 - u - v) * a.z + u * b.z + v * c.z
          // Depths that differ by rounding only are equal.
          if z < depth[y * side + x] - 1e-4 { (ids[y * side + x], depth[y * side + x]) = (Int32(number), z) }
        }
      }
    }
    return ids
  }

  private func range(_ low: Double, _ high: Double, _ side: Int) -> Range<Int> {
    let first = min(max(Int(low), 0), side)
    return first..<max(first, min(side, Int(high) + 2))
  }

  private func drawn(
    _ mesh: [Point3], side: Int, _ topology: SwapTopology, raster: MeshRaster = MeshRaster()
  ) -> (ids: [Int32], raster: MeshRaster) {
    raster.prepare(mesh, width: side, height: side, topology: topology)
    var ids = [Int32](repeating: -1, count: side * side)
    for y in raster.rows {
      for run in raster.row(y) { for x in run.columns { ids[y * side + x] = run.triangle } }
    }
    return (ids, raster)
  }

  private func mesh(_ side: Int, yaw: Float, noise: Float = 0) throws -> [Point3] {
    var generator = SeededGenerator(seed: 11)
    let scale = Float(side) / 112
    let (c, s) = ((1 - yaw * yaw).squareRoot(), yaw)
    return try SwapTopology.shared.get().canonical.map { point in
      let p = point - Point3(96, 102, 0)
      let turned = Point3(c * p.x + s * p.z, p.y, -s * p.x + c * p.z) * scale
      let shake = Point3(generator.unit(), generator.unit(), generator.unit()) * noise
      return turned + Point3(Float(side) / 2, Float(side) / 2, 0) + shake
    }
  }

  @Test(arguments: [(112, 0), (112, 0.6), (160, -0.8), (331, 0.3)] as [(Int, Float)])
  func frontTriangleIsThatOfThePlainRule(_ side: Int, _ yaw: Float) throws {
    let topology = try SwapTopology.shared.get()
    let mesh = try mesh(side, yaw: yaw, noise: 1)
    let difference = Difference(drawn(mesh, side: side, topology).ids, plain(mesh, side: side, topology: topology))
    #expect(difference.fractionDifferent < 5e-4)
  }

  @Test func wholeNumberCornersBelongToTheTriangle() throws {
    let topology = try SwapTopology.shared.get()
    let mesh = try mesh(112, yaw: 0).map { Point3($0.x.rounded(), $0.y.rounded(), $0.z) }
    let difference = Difference(drawn(mesh, side: 112, topology).ids, plain(mesh, side: 112, topology: topology))
    #expect(difference.fractionDifferent < 5e-3)
  }

  @Test func facesOutsideTheWindowLeaveItEmpty() throws {
    let topology = try SwapTopology.shared.get()
    for shift in [Point3(500, 0, 0), Point3(-500, 0, 0), Point3(0, 500, 0), Point3(0, -500, 0)] {
      let moved = try mesh(112, yaw: 0).map { $0 + shift }
      #expect(drawn(moved, side: 112, topology).ids.allSatisfy { $0 == -1 })
    }
    let half = try mesh(112, yaw: 0).map { $0 + Point3(60, 40, 0) }
    #expect(drawn(half, side: 112, topology).ids == plain(half, side: 112, topology: topology))
  }

  @Test func valuesRunLinearlyOverTheTriangles() throws {
    let topology = try SwapTopology.shared.get()
    let mesh = try mesh(160, yaw: 0.2)
    let (ids, raster) = drawn(mesh, side: 160, topology)
    let fields = TriangleFields<Float8>()
    fields.fill(mesh.map { Float8($0.x, $0.y, $0.z, 1, 0, 0, 0, 0) }, raster, topology: topology)
    var worst: Float = 0
    for y in stride(from: 0, to: 160, by: 3) {
      for x in 0..<160 where ids[y * 160 + x] >= 0 {
        let field = fields.base + 3 * Int(ids[y * 160 + x])
        let value = field[0] + field[1] * Float(x) + field[2] * Float(y)
        // The first two values are the place itself, the fourth is 1 everywhere.
        worst = max(worst, abs(value[0] - Float(x)), abs(value[1] - Float(y)), 10 * abs(value[3] - 1))
      }
    }
    #expect(worst < 0.01)
    #expect(raster.rows.count > 100)
  }

  @Test func aUsedRasterForgetsTheFaceBefore() throws {
    let topology = try SwapTopology.shared.get()
    let raster = MeshRaster()
    _ = drawn(try mesh(331, yaw: 0), side: 331, topology, raster: raster)
    let second = try mesh(112, yaw: 0.5)
    #expect(drawn(second, side: 112, topology, raster: raster).ids == drawn(second, side: 112, topology).ids)
  }

  /// Runs follow each other from left to right without overlapping, also where the face folds over itself.
  @Test(arguments: [0, 0.7, -0.9] as [Float])
  func runsAreInOrder(_ yaw: Float) throws {
    let raster = MeshRaster()
    let mesh = try mesh(224, yaw: yaw)
    raster.prepare(mesh, width: 224, height: 224, topology: try SwapTopology.shared.get())
    var covered = 0
    for y in raster.rows {
      var end: Int32 = 0
      for run in raster.row(y) {
        #expect(run.first >= end && run.first < run.end && run.end <= 224)
        end = run.end
        covered += run.columns.count
      }
    }
    #expect(covered > 5000)
  }

  @Test func rowsMayBeLeftOut() throws {
    let topology = try SwapTopology.shared.get()
    let mesh = try mesh(160, yaw: 0.4)
    let ids = drawn(mesh, side: 160, topology).ids
    let raster = MeshRaster()
    raster.prepare(mesh, width: 160, height: 160, topology: topology)
    for y in stride(from: raster.rows.lowerBound, to: raster.rows.upperBound, by: 7) {
      for run in raster.row(y) { for x in run.columns { #expect(ids[y * 160 + x] == run.triangle) } }
    }
    #expect(raster.row(raster.rows.lowerBound).isEmpty)
  }
}
