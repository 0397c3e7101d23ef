import Imaging
import Testing

@testable import Media

@Suite struct OrientationTests {
  static let formats: [PixelFormat] = [
    .rgb8, .rgba8, .rgb16, .rgba16, .yuv420, .yuv420p10, PixelFormat(layout: .gray, bitDepth: 8),
    PixelFormat(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 8, hasAlpha: true),
  ]

  /// Sizes around the blocks of eight and the tiles of 32.
  @Test(arguments: formats, [(37, 23), (8, 8), (64, 48), (7, 41), (1, 1), (33, 9), (100, 70)])
  func everyPixelGoesToItsPlace(format: PixelFormat, side: (Int, Int)) {
    let stored = Frame(size: PixelSize(width: side.0, height: side.1), format: format)
    fill(stored)
    for orientation in Orientation.allCases {
      let upright = Frame(size: orientation.uprightSize(stored.size), format: format)
      orientation.apply(from: stored, to: upright)
      for (from, to) in zip(stored.planes.indices, upright.planes.indices) {
        #expect(isTurned(stored.planes[from], upright.planes[to], format, orientation), "\(orientation)")
      }
    }
  }

  @Test(arguments: Orientation.allCases)
  func matricesNameTheEightWays(orientation: Orientation) {
    // Linear terms of the map from stored to shown coordinates, read off the corners of a 3x2 picture.
    let size = PixelSize(width: 3, height: 2)
    let upright = orientation.uprightSize(size)
    var shown: [Int: (x: Int, y: Int)] = [:]
    for y in 0..<upright.height {
      for x in 0..<upright.width {
        let place = orientation.storedPosition(x: x, y: y, stored: size)
        shown[place.y * 3 + place.x] = (x, y)
      }
    }
    guard let origin = shown[0], let right = shown[1], let down = shown[3] else {
      Issue.record("a stored pixel is shown nowhere")
      return
    }
    #expect(shown.count == 6)
    let found = Orientation(
      a: (right.x - origin.x) << 16, b: (right.y - origin.y) << 16, c: (down.x - origin.x) << 16,
      d: (down.y - origin.y) << 16)
    #expect(found == orientation)
  }

  @Test func degreesAndMirroring() {
    #expect(Orientation.rotated90.degrees == 90 && !Orientation.rotated90.isMirrored)
    #expect(Orientation.rotated270.degrees == 270)
    #expect(Orientation.mirrored.isMirrored && Orientation.mirrored.degrees == 0)
    #expect(Orientation.allCases.filter(\.swapsAxes).count == 4)
    #expect(Orientation.allCases.filter(\.isMirrored).count == 4)
  }
}
