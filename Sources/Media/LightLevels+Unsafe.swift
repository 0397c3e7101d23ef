import CFFmpeg

extension InputFile {
  /// From the container where it states them, else from the first frame.
  func lightLevels(of index: Int, first: AVFrameBox) -> LightLevels {
    LightLevels(
      masteringDisplay: sideData(index, AV_PKT_DATA_MASTERING_DISPLAY_METADATA)
        ?? first.sideData(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA) ?? [],
      contentLight: sideData(index, AV_PKT_DATA_CONTENT_LIGHT_LEVEL)
        ?? first.sideData(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL) ?? [])
  }

  private func sideData(_ index: Int, _ type: AVPacketSideDataType) -> [UInt8]? {
    var size = 0
    guard let bytes = ffshim_stream_side_data(stream(index), type, &size) else { return nil }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}

extension AVFrameBox {
  /// A copy of side data of the frame.
  func sideData(_ type: AVFrameSideDataType) -> [UInt8]? {
    guard let side = av_frame_get_side_data(pointer, type), let data = side.pointee.data else { return nil }
    return Array(UnsafeBufferPointer(start: data, count: side.pointee.size))
  }
}

extension LightLevels {
  /// Gives an output stream these facts.
  func add(to stream: UnsafeMutablePointer<AVStream>) {
    for (type, bytes) in [
      (AV_PKT_DATA_MASTERING_DISPLAY_METADATA, masteringDisplay), (AV_PKT_DATA_CONTENT_LIGHT_LEVEL, contentLight),
    ] where !bytes.isEmpty {
      _ = ffshim_add_stream_side_data(stream, type, bytes, bytes.count)
    }
  }
}
