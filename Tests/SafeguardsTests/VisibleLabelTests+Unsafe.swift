import Imaging
import TestSupport
import Testing

@testable import Safeguards

@Suite struct VisibleLabelTests {
  private func policy(_ change: (inout SafeguardPolicy.Label) -> Void = { _ in }) -> SafeguardPolicy.Label {
    var policy = SafeguardPolicy().label
    policy.mode = .required
    change(&policy)
    return policy
  }

  private static let formats: [PixelFormat] = [
    .yuv420, .yuv420p10, .rgb8, .rgba8, .rgb16, .rgba16, PixelFormat(layout: .gray, bitDepth: 8),
    PixelFormat(layout: .gray, bitDepth: 16, hasAlpha: true),
    PixelFormat(layout: .planarYUV(chromaShiftX: 1, chromaShiftY: 0), bitDepth: 12),
    PixelFormat(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: 8, hasAlpha: true),
  ]

  /// All samples of a plane.
  private func samples(_ frame: Frame, _ plane: Int) -> [[Int]] {
    let plane = frame.planes[plane]
    let isRGB = frame.format.layout == .interleavedRGB
    let count = plane.width * (isRGB ? (frame.format.hasAlpha ? 4 : 3) : 1)
    return (0..<plane.height).map { y in
      (0..<count).map { frame.format.bytesPerSample == 1 ? Int(plane.row8(y)[$0]) : Int(plane.row16(y)[$0]) }
    }
  }

  private func frame(_ format: PixelFormat, _ size: PixelSize, level: Int) -> Frame {
    let frame = Frame(size: size, format: format)
    for plane in frame.planes {
      for y in 0..<plane.height {
        for x in 0..<plane.stride / format.bytesPerSample {
          if format.bytesPerSample == 1 { plane.row8(y)[x] = UInt8(level) } else { plane.row16(y)[x] = UInt16(level) }
        }
      }
    }
    return frame
  }

  @Test(arguments: formats)
  func onlyThePlateIsPaintedAndTheTextStandsOut(format: PixelFormat) throws {
    let size = PixelSize(width: 162, height: 122)
    let label = try VisibleLabel(policy: policy { $0.corner = .bottomRight }, size: size)
    let level = format.maximum * 3 / 4
    let picture = frame(format, size, level: level)
    label.draw(on: picture, time: 0)
    let isRGB = format.layout == .interleavedRGB
    let channels = isRGB ? (format.hasAlpha ? 4 : 3) : 1
    let rows = samples(picture, 0)
    var (dark, bright) = (0, 0)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let value = rows[y][x * channels]
        let isInside = x >= label.area.x1 && x < label.area.x2 && y >= label.area.y1 && y < label.area.y2
        if !isInside { #expect(value == level) }
        if isInside && value < level / 2 { dark += 1 }
        if isInside && value > level + format.maximum / 10 { bright += 1 }
      }
    }
    let all = (label.area.x2 - label.area.x1) * (label.area.y2 - label.area.y1)
    #expect(dark > all / 3 && bright > all / 8)
    // An alpha channel lets nothing of the plate's place through.
    if format.hasAlpha {
      let center = ((label.area.y1 + label.area.y2) / 2, label.area.x1 + 1)
      let alpha =
        isRGB ? rows[center.0][center.1 * 4 + 3] : samples(picture, picture.planes.count - 1)[center.0][center.1]
      #expect(alpha > level && alpha <= format.maximum)
    }
  }

  /// Every sample of a small case, computed here from the definition.
  @Test func samplesFollowTheDefinition() throws {
    let size = PixelSize(width: 60, height: 40)
    let label = try VisibleLabel(policy: policy { $0.size = 0.175 }, size: size)
    #expect(label.textHeight == 7)
    let picture = frame(.yuv420, size, level: 200)
    label.draw(on: picture, time: 0)
    let luma = samples(picture, 0)
    // Squares of one pixel, padding of two: the first column of "A" begins at 4 + ... of the plate's corner at (2, 2).
    #expect(label.area == PixelRectangle(x1: 2, y1: 2, x2: 2 + 11 + 4, y2: 2 + 7 + 4))
    let letterA: [[Int]] = [
      [0, 1, 1, 1, 0], [1, 0, 0, 0, 1], [1, 0, 0, 0, 1], [1, 1, 1, 1, 1], [1, 0, 0, 0, 1], [1, 0, 0, 0, 1],
      [1, 0, 0, 0, 1],
    ]
    for row in 0..<7 {
      for column in 0..<5 {
        // Text is white, the plate keeps 0.3 of the picture over black.
        let expected = letterA[row][column] == 1 ? 235 : Int((200 * 0.3 + 16 * 0.7).rounded())
        #expect(luma[4 + row][4 + column] == expected)
      }
    }
    let chroma = samples(picture, 1)
    #expect(chroma[0][0] == 200 && chroma[1][1] == Int((200 * 0.3 + 128 * 0.7).rounded()))
  }

  @Test func theTextHasItsHeightAndItsCorner() throws {
    for size in [PixelSize(width: 1920, height: 1080), PixelSize(width: 1080, height: 1920)] {
      let label = try VisibleLabel(policy: policy { $0.text = "AI-generated" }, size: size)
      #expect(label.textHeight == 54)
      #expect(label.area.x1 == label.area.y1 && label.area.x1 < 32)
    }
    for corner in SafeguardPolicy.Label.Corner.allCases {
      let area = try VisibleLabel(policy: policy { $0.corner = corner }, size: PixelSize(width: 200, height: 100)).area
      #expect((area.x1 < 100) == (corner == .topLeft || corner == .bottomLeft))
      #expect((area.y1 < 50) == (corner == .topLeft || corner == .topRight))
      #expect(area == area.clamped(to: PixelSize(width: 200, height: 100)))
    }
  }

  /// The ink of a glyph is the same share of its place at every size.
  @Test(arguments: [0.05, 0.083, 0.11, 0.2])
  func scalingKeepsTheInk(scale: Double) throws {
    let label = try VisibleLabel(
      policy: policy { ($0.text, $0.size) = ("A", scale) }, size: PixelSize(width: 400, height: 300))
    let area = Float(label.textHeight * label.textHeight) * 5 / 7
    // 18 of the 35 squares of "A" are ink.
    #expect(abs(label.ink.reduce(0, +) / area - 18 / 35) < 0.01)
    #expect(label.ink.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func itIsShownAsLongAsThePolicySays() throws {
    let size = PixelSize(width: 200, height: 100)
    let some = try VisibleLabel(policy: policy(), size: size)
    #expect(some.isShown(at: 0) && some.isShown(at: 1.99) && !some.isShown(at: 2))
    let all = try VisibleLabel(policy: policy { $0.seconds = 0 }, size: size)
    #expect(all.isShown(at: 0) && all.isShown(at: 1e6))
    let picture = frame(.rgb8, size, level: 90)
    some.draw(on: picture, time: 5)
    #expect(samples(picture, 0).allSatisfy { $0.allSatisfy { $0 == 90 } })
  }

  @Test func chineseLabelsAreDrawn() throws {
    for text in ["AI生成", "AI合成", "由人工智能生成", "生成内容"] {
      let label = try VisibleLabel(policy: policy { $0.text = text }, size: PixelSize(width: 640, height: 360))
      #expect(label.ink.contains { $0 > 0.9 })
    }
  }

  @Test func whatCannotBeDrawnIsSaidAtTheStart() {
    let size = PixelSize(width: 100, height: 80)
    func message(_ change: (inout SafeguardPolicy.Label) -> Void) -> String? {
      let error = #expect(throws: SafeguardsError.self) { try VisibleLabel(policy: policy(change), size: size) }
      #expect(error?.code == .policy)
      return error?.message
    }
    #expect(message { $0.text = "AI ü" }?.contains("\"ü\"") == true)
    #expect(message { $0.text = "" } != nil)
    #expect(message { $0.text = String(repeating: "A", count: 60) }?.contains("100x80") == true)
    #expect(message { $0.size = 0.04 }?.contains("0.04") == true)
    #expect(message { $0.size = .nan } != nil)
    #expect(message { $0.seconds = -1 } != nil)
  }

  /// A frame smaller than planned gets what fits.
  @Test func aSmallerFrameIsNoDanger() throws {
    let label = try VisibleLabel(
      policy: policy { $0.corner = .bottomRight }, size: PixelSize(width: 200, height: 100))
    for format in Self.formats { label.draw(on: frame(format, PixelSize(width: 150, height: 90), level: 9), time: 0) }
    label.draw(on: frame(.yuv420, PixelSize(width: 1, height: 1), level: 9), time: 0)
  }
}
