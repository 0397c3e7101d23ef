import Foundation
import Imaging
import Safeguards
import TestSupport
import Testing

@Suite struct PerceptualHashTests {
  /// Some soft spots of light; the same picture at every size and in every format.
  private func scene(seed: UInt64, size: PixelSize, format: PixelFormat = .rgb8, gain: Double = 1) -> Frame {
    var random = SeededGenerator(seed: seed)
    let spots = (0..<12).map { _ in
      (
        x: Double(random.unit()), y: Double(random.unit()), r: 0.05 + Double(random.unit()) / 4,
        v: Double(random.unit())
      )
    }
    let frame = Frame(size: size, format: format)
    let channels = format.layout == .interleavedRGB ? 3 : 1
    let plane = frame.planes[0]
    for y in 0..<plane.height {
      for x in 0..<plane.width {
        let (u, v) = ((Double(x) + 0.5) / Double(plane.width), (Double(y) + 0.5) / Double(plane.height))
        let light = spots.reduce(0.1) { $0 + $1.v * exp(-(pow(u - $1.x, 2) + pow(v - $1.y, 2)) / ($1.r * $1.r)) }
        let value = UInt8(min(1, light / 2 * gain) * (channels == 3 ? 255 : 219) + (channels == 3 ? 0 : 16))
        for channel in 0..<channels { plane.row8(y)[x * channels + channel] = value }
      }
    }
    for plane in frame.planes.dropFirst() {
      for y in 0..<plane.height { for x in 0..<plane.width { plane.row8(y)[x] = 128 } }
    }
    return frame
  }

  @Test(arguments: 1...8) func versionsOfAPictureAreNear(_ seed: UInt64) {
    let hash = PerceptualHash(scene(seed: seed, size: PixelSize(width: 128, height: 96)))
    #expect(hash == PerceptualHash(scene(seed: seed, size: PixelSize(width: 128, height: 96))))
    let smaller = PerceptualHash(scene(seed: seed, size: PixelSize(width: 80, height: 60)))
    let darker = PerceptualHash(scene(seed: seed, size: PixelSize(width: 128, height: 96), gain: 0.8))
    let video = PerceptualHash(scene(seed: seed, size: PixelSize(width: 100, height: 75), format: .yuv420))
    for other in [smaller, darker, video] { #expect(hash.distance(to: other) <= 8) }
    let another = PerceptualHash(scene(seed: seed + 100, size: PixelSize(width: 128, height: 96)))
    #expect(hash.distance(to: another) >= 16)
  }

  /// Against the definition, written out in full.
  @Test func theBitsAreTheSignsOfTheLowestFrequencies() {
    let frame = scene(seed: 5, size: PixelSize(width: 64, height: 64))
    let luma = frame.lumaThumbnail(columns: 32, rows: 32)
    var values: [Double] = []
    for sum in 1...10 {
      for down in 0...sum {
        let across = sum - down
        var value = 0.0
        for y in 0..<32 {
          for x in 0..<32 {
            value +=
              Double(luma[y * 32 + x]) * cos(.pi / 32 * (Double(x) + 0.5) * Double(across))
              * cos(.pi / 32 * (Double(y) + 0.5) * Double(down))
          }
        }
        values.append((value / 4).rounded())
      }
    }
    let lowest = values.prefix(64)
    let middle = lowest.sorted()[31...32].reduce(0, +) / 2
    let bits = PerceptualHash(frame).bits
    for (index, value) in lowest.enumerated() {
      #expect((bits >> UInt64(63 - index)) & 1 == (value > middle ? 1 : 0))
    }
    #expect(bits.nonzeroBitCount >= 28 && bits.nonzeroBitCount <= 32)
  }

  @Test func aPlainPictureHasNoBits() {
    for level in [Float(0), 0.3, 1] {
      let plain = SyntheticFrame.frame(.plain([level]), size: PixelSize(width: 50, height: 40))
      #expect(PerceptualHash(plain).bits == 0)
    }
  }

  @Test func textAndBack() throws {
    let hash = PerceptualHash(bits: 0x0012_3456_789A_BCDE)
    #expect(hash.text == "00123456789abcde" && PerceptualHash(text: hash.text) == hash)
    for text in ["", "123", "00123456789abcdg", "+0123456789abcde", "00123456789abcdef"] {
      #expect(PerceptualHash(text: text) == nil)
    }
    #expect(hash.distance(to: PerceptualHash(bits: 0x0012_3456_789A_BCDF)) == 1)
    #expect(PerceptualHash(bits: 0).distance(to: PerceptualHash(bits: .max)) == 64)
    let data = try JSONEncoder().encode([hash])
    #expect(String(decoding: data, as: UTF8.self) == #"["00123456789abcde"]"#)
    #expect(try JSONDecoder().decode([PerceptualHash].self, from: data) == [hash])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([PerceptualHash].self, from: Data(#"["x"]"#.utf8)) }
  }
}
