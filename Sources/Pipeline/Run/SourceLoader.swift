import Faces
import Foundation
import Imaging
import Logging
import Media

/// A source picture and the face in it.
struct SourcePhoto {
  let name: String
  let frame: Frame
  let face: Face
}

/// Turns what `--source-paths` names into source faces.
struct SourceLoader {
  let looker: any FaceLooking
  let limitMegapixels: Double
  let logger: Logger
  let stop: StopToken

  /// The faces of all photos and clips, in the order given.
  ///
  /// A photo or clip without a face is an error that names the file.
  func load(_ files: [SourceFile]) throws -> [SourcePhoto] {
    var photos: [SourcePhoto] = []
    for file in files {
      try stop.check()
      if file.isClip {
        photos += try clip(file.path)
      } else {
        photos.append(try photo(file.path))
      }
    }
    return photos
  }

  private func photo(_ path: String) throws -> SourcePhoto {
    let picture = try PictureFile.read(path, limitMegapixels: limitMegapixels)
    let faces = try looker.faces(in: picture.frame)
    guard let face = FaceSelector.sorted(faces, by: .largeSmall).first else { throw SourceLoader.noFace(path) }
    if faces.count > 1 {
      logger.info("The source '\(path)' shows \(faces.count) faces; the largest one is used.")
    }
    return SourcePhoto(name: path, frame: picture.frame, face: face)
  }

  private func clip(_ path: String) throws -> [SourcePhoto] {
    let reader = try VideoReader(path: path, options: .init(damagePolicy: .continueOnDamage))
    try SourceFiles.check(size: reader.source.size, path: path, limitMegapixels: limitMegapixels)
    var harvest = ClipHarvest(expected: reader.source.expectedFrameCount)
    while let frame = try reader.next() {
      try stop.check()
      guard harvest.wantsNext() else { continue }
      let faces = try looker.faces(in: frame.frame)
      guard let face = FaceSelector.sorted(faces, by: .largeSmall).first else { continue }
      try harvest.add(face, frame.frame)
    }
    let photos = harvest.photos(name: path)
    guard !photos.isEmpty else { throw SourceLoader.noFace(path) }
    logger.info("The source '\(path)' gives \(photos.count) frames.")
    return photos
  }

  private static func noFace(_ path: String) -> PipelineError {
    PipelineError(
      .noFace, "No face was found in the source '\(path)'.",
      hint: "Give a picture that shows the face, or lower --face-detector-score.")
  }
}
