import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct SyntheticFrameTests {
  @Test func isTheSameInEveryRun() {
    var generator = SeededGenerator(seed: 1)
    #expect(generator.next() == 0x910A_2DEC_8902_5CC1)
    #expect((0..<1000).allSatisfy { _ in (0..<1).contains(generator.unit()) })
    let size = PixelSize(width: 16, height: 9)
    #expect(SyntheticFrame.picture(.noise(seed: 4), size: size) == SyntheticFrame.picture(.noise(seed: 4), size: size))
    #expect(SyntheticFrame.picture(.noise(seed: 4), size: size) != SyntheticFrame.picture(.noise(seed: 5), size: size))
  }

  @Test func drawsGradientsAndSquares() {
    let size = PixelSize(width: 5, height: 3)
    let gradient = SyntheticFrame.picture(.gradient, size: size)
    #expect((0..<5).map { gradient[$0, 0, 0] } == [0, 64, 128, 191, 255])
    #expect((0..<3).map { gradient[0, $0, 1] } == [0, 128, 255])
    let checker = SyntheticFrame.floatPicture(.checker(2), size: size, channels: 1)
    #expect((0..<5).map { checker[$0, 0] } == [0.9, 0.9, 0.1, 0.1, 0.9])
    #expect((0..<3).map { checker[0, $0] } == [0.9, 0.9, 0.1])
  }

  @Test func fillsEveryPlaneOverItsRange() {
    let frame = SyntheticFrame.frame(
      .plain([1, 0.5, 0]), size: PixelSize(width: 7, height: 5), format: .yuv420p10)
    #expect(frame.planes.count == 3)
    #expect(frame.planes[0].row16(4)[6] == 1023)
    #expect(frame.planes[1].row16(2)[3] == 512)
    #expect(frame.planes[2].row16(0)[0] == 0)
  }

  @Test func temporaryFoldersGoAway() throws {
    var folder: TemporaryFolder? = try TemporaryFolder()
    let path = try folder?.write("x", to: "deep/file.txt") ?? ""
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "x")
    #expect(folder?.contents == ["deep"])
    folder = nil
    #expect(throws: (any Error).self) { try String(contentsOfFile: path, encoding: .utf8) }
  }
}
