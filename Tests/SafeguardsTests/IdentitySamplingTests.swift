import Imaging
import Testing

@testable import Safeguards

@Suite struct IdentitySamplingTests {
  private func box(_ x: Float, _ y: Float = 0, side: Float = 100) -> Box {
    Box(x1: x, y1: y, x2: x + side, y2: y + side)
  }

  /// Frames in which a lone face is asked about.
  private func asked(_ sampling: IdentitySampling, _ frames: some Sequence<Int>, track: Int?) -> [Int] {
    frames.filter { sampling.isDue(track: track, box: box(Float($0)), frame: $0) }
  }

  @Test(arguments: [3, nil] as [Int?])
  func aFaceIsAskedAboutWhenItAppearsSoonAfterAndThenRarely(track: Int?) {
    #expect(asked(IdentitySampling(), 20..<200, track: track) == [20, 28, 88, 148])
    #expect(asked(IdentitySampling(period: 3), 0..<10, track: track) == [0, 3, 6, 9])
    #expect(asked(IdentitySampling(period: 0), 0..<4, track: track) == [0, 1, 2, 3])
  }

  @Test func everyTrackIsAskedAbout() {
    let sampling = IdentitySampling()
    // All in the same place: the track counts, not the box.
    for track in 0..<50 { #expect(sampling.isDue(track: track, box: box(0), frame: 5)) }
    for track in 0..<50 { #expect(!sampling.isDue(track: track, box: box(0), frame: 6)) }
  }

  @Test func facesWithoutTracksAreKnownByTheirPlace() {
    let sampling = IdentitySampling()
    #expect(sampling.isDue(track: nil, box: box(0), frame: 0))
    #expect(sampling.isDue(track: nil, box: box(300), frame: 0))
    #expect(!sampling.isDue(track: nil, box: box(10), frame: 1))
    #expect(!sampling.isDue(track: nil, box: box(310), frame: 1))
    // Somebody new, and one of the known ones after a jump across the picture.
    #expect(sampling.isDue(track: nil, box: box(600), frame: 2))
    #expect(sampling.isDue(track: nil, box: box(10, 400), frame: 2))
    // A face over the same place of quite another size is another face.
    #expect(sampling.isDue(track: nil, box: box(310, side: 30), frame: 3))
  }

  @Test func whoWasAwayIsAskedAboutAgain() {
    let sampling = IdentitySampling()
    #expect(sampling.isDue(track: nil, box: box(0), frame: 0))
    #expect(!sampling.isDue(track: nil, box: box(0), frame: 5))
    #expect(sampling.isDue(track: nil, box: box(0), frame: 11))
  }

  @Test func workersMayComeInAnyOrder() {
    let sampling = IdentitySampling()
    #expect(sampling.isDue(track: 1, box: box(0), frame: 3))
    #expect(!sampling.isDue(track: 1, box: box(0), frame: 1))
    #expect(sampling.isDue(track: nil, box: box(0), frame: 3))
    #expect(!sampling.isDue(track: nil, box: box(0), frame: 1))
    #expect(!sampling.isDue(track: nil, box: box(0), frame: 4))
  }

  /// The promise of less than a millisecond a frame and face, for a recogniser that takes 60 ms.
  @Test(arguments: [1, nil] as [Int?])
  func itIsCheap(track: Int?) {
    let looks = asked(IdentitySampling(), 0..<3000, track: track).count
    #expect(looks > 0 && Double(looks) * 60 / 3000 < 1.05)
  }
}
