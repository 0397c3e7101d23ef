import Foundation
import Imaging
import Media

/// Makes clips and pictures for measurements: a portrait that is panned and zoomed under sensor-like noise, so that
/// decoder, follower and encoder have honest work.
struct BenchmarkClip {
  /// Frames a second.
  static let rate: Int32 = 30
  private static let noiseCount = 1 << 16

  private let path: String
  /// Of the portrait.
  let size: PixelSize
  /// Y, Cb, Cr of the portrait, 8-bit limited range.
  private let planes: [[Float]]
  private let noise: [Float]

  /// - Parameter path: the portrait.
  init(path: String) throws {
    self.path = path
    let pixels = try PictureFile.read(path).frame.toPixelBuffer8()
    size = pixels.size
    var planes = [[Float]](repeating: [], count: 3)
    for index in 0..<size.area {
      let at = index * pixels.channels
      let (r, g, b) = (Float(pixels.samples[at]), Float(pixels.samples[at + 1]), Float(pixels.samples[at + 2]))
      let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
      planes[0].append(16 + luma * 219 / 255)
      planes[1].append(128 + (b - luma) / 1.8556 * 224 / 255)
      planes[2].append(128 + (r - luma) / 1.5748 * 224 / 255)
    }
    self.planes = planes
    // A sum of four uniform numbers is close enough to a normal one; standard deviation about 2 of 255.
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    noise = (0..<Self.noiseCount).map { _ in
      var sum: Float = 0
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        sum += Float(state >> 40) / Float(1 << 24) - 0.5
      }
      return sum * 3.5
    }
  }

  /// Writes a clip of H.264 without sound.
  func write(to output: String, size: PixelSize, frames: Int, stop: StopToken) throws {
    let source = VideoSource(
      picture: path, size: size, frameRate: Rational(Self.rate, 1), frameCount: frames)
    let writer = try VideoWriter(path: output, source: source, output: VideoOutput(preset: .veryfast, quality: 60))
    for index in 0..<frames {
      try stop.check()
      let frame = Frame(size: size, format: .yuv420, color: source.color)
      draw(into: frame, index: index)
      try writer.write(
        VideoFrame(frame: frame, index: index, pts: Int64(index), duration: 1, timeBase: source.timeBase))
    }
    _ = try writer.finish()
  }

  /// Frame `index` of the moving portrait.
  func draw(into frame: Frame, index: Int) {
    let time = Double(index) / Double(Self.rate)
    // The view's width in pixels of the portrait, and its middle: the upper part, where the face is.
    let width = Double(size.width) * (0.88 + 0.05 * sin(time * 1.1))
    let height = width * Double(frame.size.height) / Double(frame.size.width)
    let middle = SIMD2(
      Double(size.width) * (0.5 + 0.03 * sin(time * 1.7)), height / 2 + 4 + 4 * sin(time * 2.3))
    draw(into: frame, step: width / Double(frame.size.width), middle: middle, seed: index)
  }

  /// - Parameters:
  ///   - step: pixels of the portrait from one pixel of the frame to the next.
  ///   - middle: place in the portrait that is shown in the middle.
  func draw(into frame: Frame, step: Double, middle: SIMD2<Double>, seed: Int) {
    for (number, plane) in frame.planes.enumerated() {
      let scale = number == 0 ? 1.0 : 2.0
      let origin = SIMD2(
        middle.x - step * Double(frame.size.width) / 2, middle.y - step * Double(frame.size.height) / 2)
      fill(plane, from: planes[number], origin: origin, step: step * scale, seed: seed &* 31 &+ number)
    }
  }

  private func fill(_ plane: Frame.Plane, from values: [Float], origin: SIMD2<Double>, step: Double, seed: Int) {
    let columns = (0..<plane.width).map { position(origin.x + step * Double($0), size.width) }
    values.withUnsafeBufferPointer { values in
      noise.withUnsafeBufferPointer { noise in
        for y in 0..<plane.height {
          let row = plane.row8(y)
          let (top, fy) = position(origin.y + step * Double(y), size.height)
          let upper = top * size.width
          let lower = upper + size.width
          var grain = (y &* 40_503 &+ seed &* 65_521) & (Self.noiseCount - 1)
          for x in 0..<plane.width {
            let (left, fx) = columns[x]
            let a = values[upper + left] + (values[upper + left + 1] - values[upper + left]) * fx
            let b = values[lower + left] + (values[lower + left + 1] - values[lower + left]) * fx
            grain = (grain &+ 1) & (Self.noiseCount - 1)
            row[x] = UInt8(min(max(a + (b - a) * fy + noise[grain] + 0.5, 0), 255))
          }
        }
      }
    }
  }

  /// The pixel before a position and the share of the next one; positions outside take the edge.
  private func position(_ value: Double, _ count: Int) -> (Int, Float) {
    let inside = min(max(value, 0), Double(count) - 1.001)
    return (Int(inside), Float(inside - inside.rounded(.down)))
  }
}
