import Faces
import Imaging
import Processors

/// The sources of one run, read once, when a processor first asks. Asked by the one thread that makes the plans.
final class RunSources: SourceProviding, @unchecked Sendable {
  private let load: () throws -> [SourcePhoto]
  private var photos: [SourcePhoto]?

  init(load: @escaping () throws -> [SourcePhoto]) { self.load = load }

  func meshSources() throws -> SourceSet {
    try SourceSet(all().map { try SourceFace(photo: $0.frame, mesh: $0.face.mesh, name: $0.name) })
  }

  func pictures() throws -> [SourcePicture] {
    try all().map { photo in
      SourcePicture(
        name: photo.name, picture: photo.frame.bgrPicture(), face: photo.face
      )
    }
  }

  /// What `auto` stands for in the selector's filters: the traits of the largest source face.
  func traits() throws -> FaceTraits? { FaceSelector.sourceTraits(of: try all().map(\.face)) }

  private func all() throws -> [SourcePhoto] {
    if let photos { return photos }
    let loaded = try load()
    photos = loaded
    return loaded
  }
}
