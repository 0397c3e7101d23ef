import Imaging
import Testing

@Suite struct FrameReductionTests {
  /// Every sample is the mean of its block, on the scale of the new bit depth.
  @Test(arguments: FormatCase.all, [1, 2, 3])
  func samplesAreMeansOfBlocks(_ format: FormatCase, _ times: Int) throws {
    let frame = makeTestFrame(131, 97, format, seed: 6)
    let wanted = PixelRectangle(x1: 19, y1: 13, x2: 118, y2: 90)
    let reduction = FrameReduction()
    let reduced = try #require(reduction.reduce(frame, wanted, times: times))
    let block = 1 << times
    var shifts = (0, 0)
    if case .planarYUV(let x, let y) = format.format.layout { shifts = (x, y) }
    let isPacked = format.format.layout == .interleavedRGB
    let channels = isPacked ? (format.format.hasAlpha ? 4 : 3) : 1
    let origin = reduced.transform.inverted.apply(SIMD2(-0.5, -0.5))
    let isWhite = isPacked || frame.color.isFullRange
    let scale = format.format.bitDepth > 8 ? 1.0 : isWhite ? 257 : 256
    var worst = 0.0
    for (index, plane) in reduced.frame.planes.enumerated() {
      let (sx, sy) = index == 0 ? (0, 0) : shifts
      let (left, top) = (Int(origin.x + 0.5) >> sx, Int(origin.y + 0.5) >> sy)
      for y in 0..<plane.height {
        for x in 0..<(plane.width * channels) {
          var sum = 0.0
          for dy in 0..<block {
            for dx in 0..<block {
              let column = (left + x / channels * block + dx) * channels + x % channels
              sum += PlainReference.sample(frame, plane: index, x: column, y: top + y * block + dy)
            }
          }
          let mean = sum / Double(block * block) * scale
          worst = max(worst, abs(PlainReference.sample(reduced.frame, plane: index, x: x, y: y) - mean))
        }
      }
    }
    // Sixteen-bit steps: a 256th of an 8-bit one.
    withExtendedLifetime(reduction) {}
    #expect(worst <= Double(times))
    #expect(reduced.frame.size.width >= (118 - 19) >> times)
  }

  /// A window read from the reduced frame shows the same place as one read from the frame.
  @Test func placesStayWhereTheyAre() throws {
    let frame = Frame(size: PixelSize(width: 200, height: 160), format: .rgb8)
    for y in 0..<160 {
      for x in 0..<200 {
        for channel in 0..<3 { frame.planes[0].row8(y)[3 * x + channel] = UInt8(channel == 0 ? x : y) }
      }
    }
    let m = makeTransform(degrees: 12, scale: 0.25, x: -4, y: 3)
    let reduction = FrameReduction()
    let reduced = try #require(
      reduction.reduce(frame, PixelRectangle(x1: 0, y1: 0, x2: 200, y2: 160), times: 2))
    var (direct, through) = (FloatWindow(side: 24), FloatWindow(side: 24))
    frame.sample(m, into: &direct)
    reduced.frame.sample(reduced.transform.inverted.then(m), into: &through)
    withExtendedLifetime(reduction) {}
    let inverse = m.inverted
    var compared = 0
    for y in 0..<24 {
      for x in 0..<24 {
        let place = inverse.apply(SIMD2(Double(x), Double(y)))
        guard place.x > 4, place.y > 4, place.x < 195, place.y < 155 else { continue }
        compared += 1
        let gap = (direct[x, y] - through[x, y]) * 255
        #expect(abs(gap.x) < 0.02 && abs(gap.y) < 0.02)
      }
    }
    #expect(compared > 100)
  }

  @Test func partsThatAreTooSmallAreRefused() {
    let frame = makeTestFrame(40, 33, FormatCase.all[0])
    let reduction = FrameReduction()
    #expect(reduction.reduce(frame, PixelRectangle(x1: 0, y1: 0, x2: 40, y2: 33), times: 4) == nil)
    #expect(reduction.reduce(frame, PixelRectangle(x1: 60, y1: 0, x2: 90, y2: 33), times: 1) == nil)
    #expect(reduction.reduce(frame, PixelRectangle(x1: 0, y1: 0, x2: 40, y2: 33), times: 0) == nil)
  }
}
