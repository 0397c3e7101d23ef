public import Imaging

/// One copy of a source photo's window with its mesh in its own pixels.
package struct SourceLevel: Sendable {
  package let texture: SourceTexture
  package let mesh: [Point3]

  /// Edge in pixels (the larger one where the picture is not square).
  var side: Int { max(texture.width, texture.height) }
}

/// A source face, made ready once per photo: the window cut out at the photo's own density with its halved copies, how
/// squarely each point faces the viewer, and what decides whether it suits a target. Never changes; shared by all workers.
public struct SourceFace: Sendable {
  /// Where it came from, for messages.
  public let name: String
  public internal(set) var pose: FacePose
  /// From the largest to the smallest.
  package let levels: [SourceLevel]
  /// 478 values 0…1.
  package let facing: [Float]

  /// The smallest copy worth keeping: no target window is smaller.
  private static let smallestSide = 112
  private static let sides = 32...1024

  /// - Parameters:
  ///   - photo: the whole picture.
  ///   - mesh: 478 points in its pixels.
  /// - Throws: ``ProcessorsError`` when the mesh cannot be used.
  public init(photo: Frame, mesh: [Point3], name: String) throws {
    let topology = try SwapTopology.shared.get()
    let fit = try MeshCheck.fit(mesh, topology: topology, name: name)
    let side = FaceWindow.side(for: fit, limits: SourceFace.sides)
    let window = FaceWindow(mesh: mesh, fit: fit, side: side, topology: topology)
    var pixels = FloatWindow(side: side)
    photo.sample(window.transform, into: &pixels)
    self.name = name
    pose = FacePose(mesh: mesh, fit: fit)
    let own = mesh.map { FaceWindow.map($0, window.transform) }
    levels = SourceFace.chain(pixels, mesh: own)
    facing = FaceForm.facing(own, topology: topology)
  }

  /// A ready picture of any size as the only level: what the golden cases give.
  init(texture: SourceTexture, mesh: [Point3], name: String) throws {
    let topology = try SwapTopology.shared.get()
    let fit = try MeshCheck.fit(mesh, topology: topology, name: name)
    self.name = name
    pose = FacePose(mesh: mesh, fit: fit)
    levels = [SourceLevel(texture: texture, mesh: mesh)]
    facing = FaceForm.facing(mesh, topology: topology)
  }

  /// The smallest level whose density is at least that of a target window of this side; else the largest.
  func level(for side: Int) -> SourceLevel { levels[levelIndex(for: side)] }

  func levelIndex(for side: Int) -> Int { levels.lastIndex { $0.side >= side } ?? 0 }

  /// The window and its halved copies, each pixel the exact mean of 2×2 of the one before.
  private static func chain(_ window: FloatWindow, mesh: [Point3]) -> [SourceLevel] {
    var side = window.side
    var pixels = Array(window.storage.prefix(side * side))
    var mesh = mesh
    var levels: [SourceLevel] = []
    while true {
      let texture = SourceTexture(width: side, height: side) { x, y in
        SIMD4<UInt8>(truncatingIfNeeded: lanesRound(lanesClamp(pixels[y * side + x], 0, 1) * 255))
      }
      levels.append(SourceLevel(texture: texture, mesh: mesh))
      guard side % 2 == 0, side / 2 >= smallestSide else { return levels }
      pixels = halved(pixels, side: side)
      side /= 2
      mesh = mesh.map { Point3(($0.x + 0.5) / 2 - 0.5, ($0.y + 0.5) / 2 - 0.5, $0.z / 2) }
    }
  }

  static func halved(_ pixels: [SIMD4<Float>], side: Int) -> [SIMD4<Float>] {
    let half = side / 2
    return (0..<(half * half)).map { index in
      let upper = (index / half) * 2 * side + (index % half) * 2
      let lower = upper + side
      return (pixels[upper] + pixels[upper + 1] + pixels[lower] + pixels[lower + 1]) * 0.25
    }
  }
}

/// The source photos of a run.
public struct SourceSet: Sendable {
  public let photos: [SourceFace]

  /// - Throws: ``ProcessorsError`` (`source`) for an empty list.
  public init(_ photos: [SourceFace]) throws {
    guard !photos.isEmpty else {
      throw ProcessorsError(
        .source, "The face swapper has no source face.", hint: "Give --source-paths a photo with a face.")
    }
    self.photos = photos
  }

  /// The photo that suits `pose` best; `current` is kept unless another is nearer by a fifth.
  func choose(for pose: FacePose, current: Int?) -> Int {
    var best = 0
    var nearest = Double.infinity
    for index in photos.indices {
      let distance = photos[index].pose.distance(to: pose)
      if distance < nearest { (best, nearest) = (index, distance) }
    }
    guard let current, photos.indices.contains(current) else { return best }
    return nearest < 0.8 * photos[current].pose.distance(to: pose) ? best : current
  }
}

/// Refuses meshes that nothing can be done with.
enum MeshCheck {
  /// Canonical mesh → `mesh` over the rigid points.
  static func fit(_ mesh: [Point3], topology: SwapTopology, name: String) throws -> Similarity3 {
    guard mesh.count == SwapTopology.pointCount else {
      throw ProcessorsError(.mesh, "The face of \(name) has \(mesh.count) points instead of 478.")
    }
    for point in mesh where !(abs(point.x) < 1e6 && abs(point.y) < 1e6 && abs(point.z) < 1e6) {
      throw ProcessorsError(.mesh, "The face of \(name) has a point far outside the picture: \(point).")
    }
    let fit = Similarity3(from: topology.canonical, to: mesh, over: topology.rigid)
    guard fit.scale > 1e-3 else {
      throw ProcessorsError(.mesh, "The points of the face of \(name) lie all in one place.")
    }
    return fit
  }
}
