public import Imaging

/// Finds faces in a whole frame. A detector belongs to one worker: it owns its session and its buffers.
public protocol FaceDetecting: AnyObject {
  /// The faces of the frame, best score first.
  func detect(in frame: Frame) throws -> [DetectedFace]
}

/// A detector that looks at B, G, R pictures. Belongs to one worker.
public protocol PictureDetecting: FaceDetecting {
  /// The faces of the picture, best score first.
  func detect(in picture: PixelBuffer8) throws -> [DetectedFace]
}

extension PictureDetecting {
  public func detect(in frame: Frame) throws -> [DetectedFace] { try detect(in: frame.bgrPicture()) }
}

/// Places the mesh in a crop of a frame. Belongs to one worker.
public protocol FaceLandmarking: AnyObject {
  /// The mesh in frame pixels.
  func mesh(in frame: Frame, crop: MeshCrop) throws -> FaceMesh
}

/// Turns a face into an identity. Belongs to one worker.
public protocol FaceRecognizing: AnyObject {
  /// - Parameter landmarks5: left eye, right eye, nose, left and right mouth corner in frame pixels.
  func embedding(in frame: Frame, landmarks5: [Point]) throws -> Embedding
}

/// A recogniser that looks at B, G, R pictures. Belongs to one worker.
public protocol PictureRecognizing: FaceRecognizing {
  /// - Parameter landmarks5: `5/68` in pixels of the picture.
  func embedding(in picture: PixelBuffer8, landmarks5: [Point]) throws -> Embedding
}

extension PictureRecognizing {
  /// Turns the whole frame into a picture first; who asks about several faces of a frame does that once.
  public func embedding(in frame: Frame, landmarks5: [Point]) throws -> Embedding {
    try embedding(in: frame.bgrPicture(), landmarks5: landmarks5)
  }
}
