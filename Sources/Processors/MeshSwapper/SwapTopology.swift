import Foundation
package import Imaging

/// The swapper's own data about the 478 points: triangles, partners, the canonical face and weights per point.
///
/// Made once from `topology.json` (our own file, see its card) and shared by everything.
package struct SwapTopology: Sendable {
  /// Number of points of a mesh.
  static let pointCount = 478
  /// Width and height of the window in canonical units; the eyes are 37 units apart.
  static let units = 112.0

  /// A part of the face that is moved as one piece.
  struct Body: Sendable {
    let points: [Int]
    /// For each of the 478 points how far it follows the body: 1 on it, 0 from 8 units on.
    let nearness: [Float]
  }

  /// Corners of each triangle, counter-clockwise seen from behind (positive area in pixels when facing the viewer).
  package let triangles: [SIMD4<Int32>]
  /// Each point's partner on the other half of the face.
  package let mirror: [Int]
  package let canonical: [Point3]
  /// 1 inside the face, 0 at its outline.
  package let innerWeight: [Float]
  package let cheekWeight: [Float]
  package let rimWeight: [Float]
  package let jawWeight: [Float]
  let oval: [Int]
  package let mouth: [Int]
  let leftEye: [Int]
  let rightEye: [Int]
  /// The points that move least with expression: what the 3-D fit is made over.
  let rigid: [Int]
  /// Eyes with irises, and lips.
  let bodies: [Body]

  /// The topology, or why it could not be read.
  package static let shared: Result<SwapTopology, ProcessorsError> = Result {
    guard let file = Bundle.module.url(forResource: "topology", withExtension: "json", subdirectory: "Resources") else {
      throw ProcessorsError(
        .resource, "The mesh swapper's topology.json is missing.", hint: "Install the program with its resources.")
    }
    do {
      return try SwapTopology(json: Data(contentsOf: file))
    } catch {
      throw ProcessorsError(.resource, "The mesh swapper's topology.json cannot be read.", underlying: error)
    }
  }.mapError { $0 as? ProcessorsError ?? ProcessorsError(.resource, "\($0)") }

  private struct Document: Decodable {
    let triangles: [[Int32]]
    let mirror: [Int]
    let canonical: [[Float]]
    let innerWeight: [Float]
    let cheekWeight: [Float]
    let rimWeight: [Float]
    let jawWeight: [Float]
    let oval: [Int]
    let mouth: [Int]
    let eyeLeft: [Int]
    let eyeRight: [Int]
    let rigid: [Int]
    let eyeLeftBody: [Int]
    let eyeRightBody: [Int]
    let lips: [Int]

    var isConsistent: Bool {
      let points = 0..<SwapTopology.pointCount
      let weights = [innerWeight, cheekWeight, rimWeight, jawWeight]
      let lists = [mirror, oval, mouth, eyeLeft, eyeRight, rigid, eyeLeftBody, eyeRightBody, lips]
      return mirror.count == points.count && canonical.count == points.count
        && canonical.allSatisfy { $0.count == 3 } && weights.allSatisfy { $0.count == points.count }
        && lists.allSatisfy { !$0.isEmpty && $0.allSatisfy(points.contains) }
        && triangles.count <= MeshRaster.maximumTriangles
        && triangles.allSatisfy { $0.count == 3 && $0.allSatisfy { points.contains(Int($0)) } }
    }
  }

  init(json: Data) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let document = try decoder.decode(Document.self, from: json)
    guard document.isConsistent else {
      throw ProcessorsError(.resource, "The lists of topology.json do not fit together.")
    }
    triangles = document.triangles.map { SIMD4($0[0], $0[1], $0[2], 0) }
    mirror = document.mirror
    let canonical = document.canonical.map { Point3($0[0], $0[1], $0[2]) }
    self.canonical = canonical
    innerWeight = document.innerWeight
    cheekWeight = document.cheekWeight
    rimWeight = document.rimWeight
    jawWeight = document.jawWeight
    oval = document.oval
    mouth = document.mouth
    leftEye = document.eyeLeft
    rightEye = document.eyeRight
    rigid = document.rigid
    bodies = [document.eyeLeftBody, document.eyeRightBody, document.lips].map { points in
      Body(points: points, nearness: canonical.map { SwapTopology.nearness(of: $0, to: points.map { canonical[$0] }) })
    }
  }

  /// 1 at a point of the body, falling smoothly to 0 at 8 canonical units (in the picture plane) from the nearest.
  private static func nearness(of point: Point3, to body: [Point3]) -> Float {
    let gap = body.map { other in
      let d = SIMD2(point.x - other.x, point.y - other.y)
      return (d.x * d.x + d.y * d.y).squareRoot()
    }.min()
    let near = min(max(1 - (gap ?? .infinity) / 8, 0), 1)
    return near * near * (3 - 2 * near)
  }
}
