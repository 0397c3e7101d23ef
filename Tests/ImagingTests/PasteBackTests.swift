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

  /// In double precision the paste is exactly the two warps and the blend, for any size and number of channels.
  @Test(arguments: [1, 2, 5, 33], [3, 4, 1])
  func doublesAreTheWarpsAndTheBlend(side: Int, channels: Int) {
    let size = PixelSize(width: side, height: side)
    let frame = SyntheticFrame.picture(.noise(seed: 21), size: PixelSize(width: 61, height: 47), channels: channels)
    let numbers = (0..<3 * size.area).map { (index: Int) -> Double in Double(index * 7919 % 2700) / 10 - 7 }
    let crop = PixelBuffer<Double>(size: size, channels: 3, samples: numbers)
    let cover = (0..<size.area).map { (index: Int) -> Float in index % 7 == 3 ? 0 : Float((index * 31 + 50) % 120) / 100
    }
    let mask = PixelBufferF(size: size, channels: 1, samples: cover)
    let scale = Double(side) / 25
    let m = AffineTransform(a: scale, b: 0.2 * scale, c: -11 * scale, d: -0.2 * scale, e: scale, f: -9 * scale)
    let area = PasteArea(frame: frame.size, crop: size, transform: m)
    let shares = warp(mask, area.transform, to: area.size, border: .constant)
    let values = warp(crop, area.transform, to: area.size, border: .replicate)
    var expected = frame
    for y in 0..<area.size.height {
      for x in 0..<area.size.width {
        let share = min(max(shares[x, y], 0), 1)
        guard share > 0 else { continue }
        for channel in 0..<min(channels, 3) {
          let old = Double(frame[area.x1 + x, area.y1 + y, channel])
          let sum = old * Double(1 - share) + values[x, y, channel] * Double(share)
          expected[area.x1 + x, area.y1 + y, channel] = UInt8(min(max(sum, 0), 255))
        }
      }
    }
    var result = frame
    pasteBack(frame: &result, crop: crop, mask: mask, transform: m)
    #expect(result == expected)
    #expect(area.size.area == 0 || result != frame)
  }

  /// Where a mask is level it is not sampled; nothing tells it from one that is level but for a hair.
  @Test func aLevelMiddleIsWorthAsMuch() {
    let frame = SyntheticFrame.picture(.noise(seed: 2), size: PixelSize(width: 90, height: 70))
    let crop = SyntheticFrame.picture(.gradient, size: PixelSize(width: 40, height: 40))
    let m = AffineTransform(a: 0.9, b: 0.1, c: -15, d: -0.1, e: 0.9, f: -5)
    for middle in [Float(1), 0.6, 1.7] {
      var mask = PixelBufferF(size: crop.size, channels: 1, repeating: 0)
      for y in 6..<33 {
        for x in 4..<35 { mask[x, y] = middle }
      }
      var level = frame
      pasteBack(frame: &level, crop: crop, mask: mask, transform: m)
      // One other number in the middle, and the rectangle of equal ones is next to nothing.
      mask[20, 20] = middle.nextDown
      var sampled = frame
      pasteBack(frame: &sampled, crop: crop, mask: mask, transform: m)
      let largest = zip(level.samples, sampled.samples).map { abs(Int($0) - Int($1)) }.max()
      #expect((largest ?? 255) <= 1, "\(middle)")
      #expect(level != frame)
    }
  }
}
