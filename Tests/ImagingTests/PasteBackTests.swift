import Imaging
import TestSupport
import Testing

@Suite struct PasteBackTests {
  private let frame = SyntheticFrame.picture(.noise(seed: 1), size: PixelSize(width: 50, height: 40))
  private let crop = SyntheticFrame.picture(.noise(seed: 2), size: PixelSize(width: 32, height: 32))
  private let m = makeTransform(degrees: 14, scale: 1.2, x: -12, y: -2)

  private func floats(_ image: PixelBuffer8) -> PixelBufferF {
    PixelBufferF(size: image.size, channels: image.channels, samples: image.samples.map { Float($0) })
  }

  /// Made of the public warps, in double precision.
  private func plain(_ crop: PixelBufferF, rounding: Bool, _ mask: PixelBufferF) -> [Double] {
    let area = PasteArea(frame: frame.size, crop: crop.size, transform: m)
    let shares = warp(mask, area.transform, to: area.size)
    let values = warp(crop, area.transform, to: area.size, border: .replicate)
    var result = frame.samples.map { Double($0) }
    for y in 0..<area.size.height {
      for x in 0..<area.size.width {
        let share = Double(min(max(shares[x, y], 0), 1))
        for channel in 0..<3 {
          let at = ((area.y1 + y) * frame.width + area.x1 + x) * 3 + channel
          var value = Double(values[x, y, channel])
          if rounding { value = value.rounded(.toNearestOrEven) }
          result[at] = result[at] * (1 - share) + value * share
        }
      }
    }
    return result.map { $0.rounded(.down) }
  }

  @Test func everyTypeFollowsTheDefinition() {
    var mask = boxMask(size: 32, blur: 0.4)
    for index in mask.samples.indices { mask.samples[index] = mask.samples[index] * 1.2 - 0.1 }
    let expected8 = plain(floats(crop), rounding: true, mask)
    let expected = plain(floats(crop), rounding: false, mask)
    var result = frame
    pasteBack(frame: &result, crop: crop, mask: mask, transform: m)
    #expect(Difference(result.samples.map { Double($0) }, expected8).isWithin(maximum: 1, mean: 0.02))
    result = frame
    pasteBack(frame: &result, crop: floats(crop), mask: mask, transform: m)
    #expect(Difference(result.samples.map { Double($0) }, expected).isWithin(maximum: 1, mean: 0.02))
    result = frame
    let doubles = PixelBuffer<Double>(size: crop.size, channels: 3, samples: crop.samples.map { Double($0) })
    pasteBack(frame: &result, crop: doubles, mask: mask, transform: m)
    #expect(Difference(result.samples.map { Double($0) }, expected).isWithin(maximum: 9, mean: 0.8))
  }

  @Test func zeroMaskAndAlphaKeepTheirBits() {
    var result = frame
    let nothing = PixelBufferF(size: crop.size, channels: 1, repeating: 0)
    pasteBack(frame: &result, crop: crop, mask: nothing, transform: m)
    #expect(result == frame)
    var withAlpha = SyntheticFrame.picture(.gradient, size: frame.size, channels: 4)
    let before = withAlpha
    pasteBack(frame: &withAlpha, crop: crop, mask: boxMask(size: 32, blur: 0), transform: m)
    #expect(withAlpha != before)
    for y in 0..<40 { for x in 0..<50 { #expect(withAlpha[x, y, 3] == before[x, y, 3]) } }
  }

  @Test func cropOutsideTheFrameChangesNothing() {
    let mask = PixelBufferF(size: crop.size, channels: 1, repeating: 1)
    for m in [
      makeTransform(degrees: 0, scale: 1, x: 900, y: 0), makeTransform(degrees: 0, scale: 1, x: 0, y: -900),
      AffineTransform(a: 0, b: 0, c: 0, d: 0, e: 0, f: 0),
      AffineTransform(a: .nan, b: 0, c: 0, d: 0, e: 1, f: 0),
    ] {
      var result = frame
      pasteBack(frame: &result, crop: crop, mask: mask, transform: m)
      #expect(result == frame)
    }
  }

  @Test func valuesBeyondTheRangeAreKeptWithin() {
    let loud = PixelBufferF(size: crop.size, channels: 3, samples: crop.samples.map { Float($0) * 9 - 1000 })
    var result = frame
    pasteBack(frame: &result, crop: loud, mask: boxMask(size: 32, blur: 0), transform: m)
    #expect(result.samples.contains(0) && result.samples.contains(255))
  }

  @Test func fittingAndTensors() {
    let size = PixelSize(width: 20, height: 20)
    let contained = fitContain(crop, to: PixelSize(width: 64, height: 32))
    #expect(contained[15, 5, 0] == 0 && contained[48, 5, 0] == 0)
    #expect(contained[16, 5, 0] == crop[0, 5, 0])
    #expect(fitCover(frame, to: size).size == size)
    #expect(restrict(frame, to: size).size == PixelSize(width: 20, height: 16))
    let tensor = planarTensor(
      crop, reversing: true, scale: SIMD3(1, 2, 3), bias: SIMD3(0, 0, 1))
    #expect(tensor[5] == Float(crop[5, 0, 2]))
    #expect(tensor[1024 + 5] == Float(crop[5, 0, 1]) * 2)
    #expect(tensor[2048 + 5] == Float(crop[5, 0, 0]) * 3 + 1)
    let gray = grayscale(PixelBuffer8(size: PixelSize(width: 1, height: 1), channels: 3, samples: [255, 0, 0]))
    #expect(gray.samples == [76])
  }
}
