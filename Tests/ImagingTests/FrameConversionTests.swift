import Imaging
import Testing

@Suite struct FrameConversionTests {
  private func picture(_ width: Int, _ height: Int, channels: Int) -> PixelBuffer8 {
    var buffer = PixelBuffer8(size: PixelSize(width: width, height: height), channels: channels, repeating: 0)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<channels {
          buffer[x, y, channel] = UInt8((x * (3 + channel) + y * (5 - channel) + 40 * channel) % 256)
        }
      }
    }
    return buffer
  }

  @Test(arguments: [1, 3, 4])
  func ownChannelsRoundTrip(channels: Int) {
    let buffer = picture(37, 21, channels: channels)
    let frame = Frame(buffer)
    let back = frame.toPixelBuffer8()
    guard channels > 1 else {
      #expect((0..<21).allSatisfy { y in (0..<37).allSatisfy { back[$0, y, 1] == buffer[$0, y] } })
      return
    }
    #expect(back == buffer)
    #expect(frame.toPixelBuffer8(keepingAlpha: false).channels == 3)
  }

  @Test(arguments: FormatCase.all)
  func flatColourSurvivesEveryFormat(format: FormatCase) {
    var buffer = PixelBuffer8(size: PixelSize(width: 9, height: 7), channels: 3, repeating: 0)
    for index in buffer.samples.indices { buffer.samples[index] = [200, 120, 60][index % 3] }
    let back = Frame(buffer, format: format.format, color: format.color).toPixelBuffer8(keepingAlpha: false)
    let isGray = format.format.layout == .gray
    for index in back.samples.indices {
      let expected = isGray ? 137 : [200, 120, 60][index % 3]
      #expect(abs(Int(back.samples[index]) - expected) <= 2)
    }
  }

  @Test func alphaIsKept() {
    let buffer = picture(12, 10, channels: 4)
    for format in FormatCase.all where format.format.hasAlpha {
      let back = Frame(buffer, format: format.format, color: format.color).toPixelBuffer8()
      #expect(back.channels == 4)
      for y in 0..<10 { for x in 0..<12 { #expect(back[x, y, 3] == buffer[x, y, 3]) } }
    }
  }

  @Test func knownCodes() {
    // White and pure red in limited BT.709, 8 bit (ITU-R BT.709-6, section 3).
    var buffer = PixelBuffer8(size: PixelSize(width: 4, height: 2), channels: 3, repeating: 255)
    for y in 0..<2 { for x in 2..<4 { (buffer[x, y, 1], buffer[x, y, 2]) = (0, 0) } }
    let frame = Frame(buffer, format: .yuv420, color: ColorDescription(matrixCode: 1))
    #expect(frame.planes[0].row8(0)[0] == 235)
    #expect(frame.planes[1].row8(0)[0] == 128)
    #expect(frame.planes[2].row8(0)[0] == 128)
    #expect(frame.planes[0].row8(0)[2] == 63)
    #expect(frame.planes[1].row8(0)[1] == 102)
    #expect(frame.planes[2].row8(0)[1] == 240)
  }

  @Test(arguments: FormatCase.all)
  func thumbnailIsTheCellsLuma(format: FormatCase) {
    var buffer = PixelBuffer8(size: PixelSize(width: 64, height: 36), channels: 3, repeating: 0)
    for y in 0..<36 {
      for x in 0..<64 {
        for channel in 0..<3 { buffer[x, y, channel] = UInt8((x / 16) * 60 + (y / 12) * 20) }
      }
    }
    let thumbnail = Frame(buffer, format: format.format, color: format.color).lumaThumbnail(columns: 4, rows: 3)
    #expect(thumbnail.count == 12)
    for row in 0..<3 {
      for column in 0..<4 {
        #expect(abs(Int(thumbnail[row * 4 + column]) - column * 60 - row * 20) <= 1)
      }
    }
  }

  @Test func thumbnailOfATinyFrame() {
    let frame = Frame(PixelBuffer8(size: PixelSize(width: 1, height: 1), channels: 3, repeating: 77))
    #expect(frame.lumaThumbnail(columns: 4, rows: 2) == Array(repeating: 77, count: 8))
  }
}
