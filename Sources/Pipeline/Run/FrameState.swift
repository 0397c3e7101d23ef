import DeviceImaging
import Faces
import Imaging
import Processors

/// A frame on its way through the processors of a run.
struct FrameState {
  /// The frame as it is now.
  private(set) var frame: Frame
  private(set) var faces: [Face]
  private(set) var chosen: [Face]
  let index: Int
  let time: Double
  /// The target's own frame as a B, G, R picture on the host; nil until somebody needs it.
  private var target: PixelBuffer8?
  /// Whether `frame` still shows what was decoded.
  private(set) var isUntouched = true
  /// The frame that takes the place of the decoded one; nil while size and format are the same.
  private(set) var replacement: Frame?
  /// Whether the output can hold alpha that the target does not have.
  private let canGainAlpha: Bool
  /// Of the faces in the target's pixels.
  private let targetFaces: (all: [Face], chosen: [Face])

  init(frame: Frame, faces: [Face], chosen: [Face], index: Int, time: Double, canGainAlpha: Bool) {
    self.canGainAlpha = canGainAlpha
    self.frame = frame
    self.faces = faces
    self.chosen = chosen
    self.index = index
    self.time = time
    targetFaces = (faces, chosen)
  }

  /// The frame as processors of decoded frames take it.
  var input: FaceFrame { FaceFrame(frame: frame, index: index, time: time, faces: faces, chosen: chosen) }

  /// The target's own frame as a B, G, R picture on the host. To be asked for the first time before `frame` is changed.
  mutating func hostTarget() -> PixelBuffer8 {
    if let target { return target }
    let made = frame.bgrPicture()
    target = made
    return made
  }

  /// The frame as processors of pictures on a card take it.
  ///
  /// - Parameters:
  ///   - picture: what they work on.
  ///   - target: the frame as it is.
  func devicePictureWork(card: PictureCard, picture: DevicePicture, target: DevicePicture) -> DevicePictureWork {
    DevicePictureWork(
      card: card, picture: picture, target: target, faces: targetFaces.all, chosen: targetFaces.chosen, index: index,
      time: time)
  }

  /// The frame as processors of pictures on the host take it.
  func pictureWork(target: PixelBuffer8) -> PictureWork {
    PictureWork(
      picture: isUntouched ? target : frame.bgrPicture(), mask: frame.alphaPlane8(), target: target,
      faces: targetFaces.all, chosen: targetFaces.chosen, index: index, time: time)
  }

  /// To be called before `frame` is changed.
  ///
  /// - Parameter writable: gives the decoded frame in memory that may be changed.
  mutating func makeWritable(_ writable: () throws -> Frame) throws {
    guard isUntouched else { return }
    let decoded = frame
    frame = try writable()
    frame.takeDevice(from: decoded)
    isUntouched = false
  }

  /// Writes alpha. A frame without alpha is exchanged for one with alpha where `canGainAlpha`, else it stays opaque.
  mutating func setAlpha(_ mask: PixelBuffer8) {
    if !frame.format.hasAlpha {
      guard canGainAlpha, mask.samples.contains(where: { $0 < 255 }) else { return }
      replace(with: frame.addingAlpha())
    }
    frame.setAlpha(mask)
  }

  /// To be called when the frame was changed on the host: what lies on a card is out of date.
  func leaveCard() throws { try frame.leaveDevice() }

  /// Puts a frame of another size or format in the place of this one.
  mutating func replace(with frame: Frame) {
    let x = Float(frame.size.width) / Float(self.frame.size.width)
    let y = Float(frame.size.height) / Float(self.frame.size.height)
    faces = faces.map { $0.scaled(x: x, y: y) }
    chosen = chosen.map { $0.scaled(x: x, y: y) }
    self.frame = frame
    replacement = frame
    isUntouched = false
  }
}
