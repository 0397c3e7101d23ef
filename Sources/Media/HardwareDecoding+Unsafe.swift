package import CFFmpeg
import Imaging

/// A device that decodes in place of the CPU. It belongs to one reader.
package protocol HardwareDecoding: AnyObject {
  /// Makes a decoder that is not open yet work on the device. Throws with the reason when this codec cannot be decoded
  /// there.
  func prepare(_ context: UnsafeMutablePointer<AVCodecContext>, codec: UnsafePointer<AVCodec>) throws

  /// Whether the frame's samples are on the device: decoders go on by themselves with what a device does not take.
  func holds(_ box: AVFrameBox) -> Bool

  /// The frame in the memory of the host, with all that is known of it.
  func download(_ box: AVFrameBox) throws -> AVFrameBox

  /// The frame where it is; nil for layouts that are not known.
  func frame(_ box: AVFrameBox, place: HeldFrames.Place) -> HardwareFrame?
}

/// Opens the device of a reader. Throws with the reason when there is none.
package typealias HardwareOpening = (VideoReader.Options) throws -> any HardwareDecoding
