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
}
