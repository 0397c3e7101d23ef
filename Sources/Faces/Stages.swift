public import DeviceImaging
public import Imaging

/// Finds faces in a whole frame. A detector belongs to one worker: it owns its session and its buffers.
public protocol FaceDetecting: AnyObject {
  /// The faces of the frame, best score first.
  func detect(in frame: Frame) throws -> [DetectedFace]
}

/// What the networks that look at B, G, R pictures are shown: a picture, or a frame, of which the picture is made when
/// somebody needs it on the host. Belongs to one worker.
public final class FaceView {
  public let frame: Frame?
  private var made: PixelBuffer8?

  public init(_ frame: Frame) { self.frame = frame }

  /// - Parameter frame: that the picture was made of; nil where there is none.
  public init(_ picture: PixelBuffer8, of frame: Frame? = nil) {
    self.frame = frame
    made = picture
  }

  /// On the host.
  public var picture: PixelBuffer8 {
    if let made { return made }
    let picture = frame?.bgrPicture() ?? PixelBuffer8(size: PixelSize(width: 0, height: 0), channels: 3, repeating: 0)
    made = picture
    return picture
  }

  /// The frame on its card; nil when it is on none.
  public var device: DeviceFrame? { frame?.device as? DeviceFrame }

  public var size: PixelSize { frame?.size ?? made?.size ?? PixelSize(width: 0, height: 0) }
}

/// A detector that looks at B, G, R pictures. Belongs to one worker.
public protocol PictureDetecting: FaceDetecting {
  /// The faces of the picture, best score first.
  func detect(in view: FaceView) throws -> [DetectedFace]
}

extension PictureDetecting {
  public func detect(in picture: PixelBuffer8) throws -> [DetectedFace] { try detect(in: FaceView(picture)) }
  public func detect(in frame: Frame) throws -> [DetectedFace] { try detect(in: FaceView(frame)) }
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
  func embedding(in view: FaceView, landmarks5: [Point]) throws -> Embedding
}

extension PictureRecognizing {
  public func embedding(in picture: PixelBuffer8, landmarks5: [Point]) throws -> Embedding {
    try embedding(in: FaceView(picture), landmarks5: landmarks5)
  }

  /// On the host the whole frame becomes a picture first; who asks about several faces of a frame keeps the view.
  public func embedding(in frame: Frame, landmarks5: [Point]) throws -> Embedding {
    try embedding(in: FaceView(frame), landmarks5: landmarks5)
  }
}
