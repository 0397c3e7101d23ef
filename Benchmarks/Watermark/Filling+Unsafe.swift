import Imaging

extension Frame {
  /// Noise and ramps in every plane, so that all branches of a kernel are taken.
  func fillForMeasuring() {
    var state: UInt32 = 1
    for plane in planes {
      for y in 0..<plane.height {
        for x in 0..<plane.stride {
          state = state &* 1_664_525 &+ 1_013_904_223
          (plane.base + y * plane.stride + x).storeBytes(
            of: UInt8(truncatingIfNeeded: x / 8 + Int(state >> 28)), as: UInt8.self)
        }
      }
    }
  }
}
