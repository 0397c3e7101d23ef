public import Imaging

extension VideoSource {
  /// A video that the program makes out of a picture file: 8-bit 4:2:0, BT.709, of constant rate.
  ///
  /// - Parameter picture: the file; what else it holds (tags) is copied into the video.
  public init(picture: String, size: PixelSize, frameRate: Rational, frameCount: Int) {
    self.init(
      path: picture, streamIndex: 0, size: size, format: .yuv420,
      color: ColorDescription(primaries: 1, transfer: 1, matrixCode: 1), chromaLocation: 1, sampleAspect: nil,
      timeBase: frameRate.inverse, frameRate: frameRate, isVariableFrameRate: false, isInterlaced: false,
      isTopFieldFirst: false, orientation: .upright, frameCount: frameCount, firstFrame: 0, endFrame: nil,
      duration: Double(frameCount) / frameRate.value, firstPTS: 0, fileStartPTS: 0)
  }
}
