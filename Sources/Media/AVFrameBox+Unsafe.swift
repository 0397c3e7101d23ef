package import CFFmpeg
package import Imaging

/// Owns one reference to a decoded FFmpeg frame.
///
/// Handed from thread to thread with the ``Frame`` that wraps it; FFmpeg counts the references to the pixels with
/// atomics, and nobody changes the header after decoding.
package final class AVFrameBox: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<AVFrame>

  package init() throws {
    guard let pointer = av_frame_alloc() else { throw MediaError(.outOfMemory, "No memory for a frame.") }
    self.pointer = pointer
  }

  deinit {
    var freed: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&freed)
  }

  package var size: PixelSize { PixelSize(width: Int(pointer.pointee.width), height: Int(pointer.pointee.height)) }
  package var pixelFormat: AVPixelFormat { AVPixelFormat(pointer.pointee.format) }
  /// False while the decoder (or anyone else) also looks at these pixels.
  var isWritable: Bool { av_frame_is_writable(pointer) > 0 }
  var bestTimestamp: Int64? {
    let value = pointer.pointee.best_effort_timestamp
    return value == FFmpegCode.noTimestamp ? nil : value
  }
  var duration: Int64 { ffshim_frame_duration(pointer) }
  var isInterlaced: Bool { ffshim_frame_is_interlaced(pointer) }
  var isTopFieldFirst: Bool { ffshim_frame_is_top_field_first(pointer) }
  var isCorrupt: Bool { ffshim_frame_is_corrupt(pointer) }
  /// Players leave out columns at the left or rows at the top, which are still there.
  var isCropped: Bool { ffshim_frame_is_cropped(pointer) }

  /// Where chroma samples sit once the picture is turned (FFmpeg's numbering, 0 = not stated).
  func chromaLocation(turnedBy orientation: Orientation) -> Int {
    let stored = pointer.pointee.chroma_location
    guard orientation.swapsAxes else { return Int(stored.rawValue) }
    // Left and top change places; the mirrored sides have no code of their own.
    switch stored {
    case AVCHROMA_LOC_LEFT: return Int(AVCHROMA_LOC_TOP.rawValue)
    case AVCHROMA_LOC_TOP: return Int(AVCHROMA_LOC_LEFT.rawValue)
    default: return Int(stored.rawValue)
    }
  }

  /// The colour tags of this frame. RGB formats are full range by nature.
  func colorDescription(isRGB: Bool) -> ColorDescription {
    let frame = pointer.pointee
    return ColorDescription(
      primaries: Int(frame.color_primaries.rawValue), transfer: Int(frame.color_trc.rawValue),
      matrixCode: Int(frame.colorspace.rawValue),
      isFullRange: isRGB || frame.color_range == AVCOL_RANGE_JPEG || PixelFormats.isFullRangeByName(pixelFormat))
  }

  /// The planes as they lie in FFmpeg's memory; the frame keeps this box alive.
  package func wrapped(as format: PixelFormat, color: ColorDescription) -> Frame? {
    let frame = pointer.pointee
    let data = [frame.data.0, frame.data.1, frame.data.2, frame.data.3]
    let strides = [frame.linesize.0, frame.linesize.1, frame.linesize.2, frame.linesize.3]
    var planes: [Frame.Plane] = []
    let (count, shiftX, shiftY) = format.planeLayout
    for index in 0..<count {
      guard let base = data[index], strides[index] > 0 else { return nil }
      let isChroma = count >= 3 && (index == 1 || index == 2)
      planes.append(
        Frame.Plane(
          base: UnsafeMutableRawPointer(base), stride: Int(strides[index]),
          width: isChroma ? -(-size.width >> shiftX) : size.width,
          height: isChroma ? -(-size.height >> shiftY) : size.height))
    }
    return Frame(size: size, format: format, color: color, planes: planes) { withExtendedLifetime(self) {} }
  }
}

extension PixelFormat {
  /// Number of planes and the chroma shifts.
  var planeLayout: (count: Int, shiftX: Int, shiftY: Int) {
    switch layout {
    case .interleavedRGB: (1, 0, 0)
    case .gray: (hasAlpha ? 2 : 1, 0, 0)
    case .planarYUV(let shiftX, let shiftY): (hasAlpha ? 4 : 3, shiftX, shiftY)
    }
  }
}
