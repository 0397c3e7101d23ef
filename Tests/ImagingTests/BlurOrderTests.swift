import Imaging
import Testing

@Suite struct BlurOrderTests {
  /// The middle of the peer's box masks at blur 0.3, which is not 1 everywhere: it lies in the order of the sum.
  @Test(arguments: [(96, Float(1)), (256, 0.9999998807907104), (512, 0.9999997615814209), (1024, 1.0000001192092896)])
  func theMiddleOfABoxMaskIsThePeers(size: Int, middle: Float) {
    let mask = boxMask(size: size, blur: 0.3)
    #expect(mask[size / 2, size / 2] == middle)
    #expect(mask[size / 2 - 9, size / 2 + 7] == middle)
  }

  /// A box mask is the blur of its rectangle to the last bit, also when it is padded unevenly or empty.
  @Test(arguments: [(16, 0.9), (40, 0.3), (61, 0.7), (128, 0.5)])
  func aBoxMaskIsTheBlurOfItsRectangle(size: Int, blur: Double) {
    for padding in [
      MaskPadding.none, MaskPadding(top: 20, right: 0, bottom: 5, left: 31), MaskPadding(top: 60, bottom: 60),
    ] {
      let amount = Int(Double(size) * 0.5 * blur)
      func inset(_ percent: Int) -> Int { max(max(amount / 2, 1), size * percent / 100) }
      var plain = PixelBufferF(size: PixelSize(width: size, height: size), channels: 1, repeating: 0)
      for y in stride(from: inset(padding.top), to: size - inset(padding.bottom), by: 1) {
        for x in stride(from: inset(padding.left), to: size - inset(padding.right), by: 1) { plain[x, y] = 1 }
      }
      let expected = gaussianBlur(plain, sigma: Double(amount) * 0.25)
      #expect(boxMask(size: size, blur: blur, padding: padding) == expected)
    }
  }
}
