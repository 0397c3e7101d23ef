import Foundation
import Testing

@testable import Processors

@Suite struct MelSpectrogramTests {
  /// The list of vision.md §26.
  private static let edges = [
    2, 3, 5, 6, 7, 8, 10, 11, 12, 14, 15, 17, 18, 20, 22, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 44, 46, 48, 51, 54,
    56, 59, 62, 65, 68, 71, 74, 77, 81, 84, 88, 92, 95, 99, 103, 108, 112, 116, 121, 126, 130, 135, 141, 146, 151, 157,
    163, 169, 175, 181, 188, 194, 201, 208, 216, 223, 231, 239, 247, 256, 265, 274, 283, 292, 302, 312, 323, 334, 345,
    356, 368, 380,
  ]

  @Test func bandsLieWhereTheSpecificationSays() {
    #expect(MelFilters.edges == Self.edges)
    let matrix = MelFilters.matrix
    for band in 0..<80 {
      let row = matrix[band * 401..<(band + 1) * 401]
      let used = row.indices.filter { row[$0] > 0 }.map { $0 - row.startIndex }
      #expect(used == Array(Self.edges[band]..<Self.edges[band + 1]))
    }
    #expect(Array(matrix[(79 * 401 + 356)..<(79 * 401 + 362)]) == [1, 3, 5, 7, 9, 11].map { Float($0 / 12.0) })
  }

  @Test func aToneIsLoudInItsBandAlone() throws {
    let samples = (0..<8000).map { sin(2 * Double.pi * 1000 * Double($0) / 16000) }
    let mel = MelSpectrogram(samples)
    #expect(mel.columns == 41)
    let column = (0..<80).map { mel.values[$0 * 41 + 20] }
    let loudest = try #require(column.indices.max { column[$0] < column[$1] })
    // 1000 Hz is bin 50 of 20 Hz.
    #expect((MelFilters.edges[loudest]..<MelFilters.edges[loudest + 1]).contains(50))
    // A full tone has half its height in its bin, seen through the band's weight there.
    let weight = MelFilters.matrix[loudest * 401 + 50]
    let beside = [49, 51].map { MelFilters.matrix[loudest * 401 + $0] }.reduce(0, +)
    #expect(abs(column[loudest] - (0.5 * weight + 0.25 * beside)) < 1e-4)
    #expect(column.enumerated().allSatisfy { abs($0.offset - loudest) < 2 || $0.element < 1e-3 })
  }

  @Test func windowsOfLongSoundsGoOnBehindSixteenBits() {
    let ends = MelSpectrogram.windowEnds(columns: 80_000, fps: 25)
    #expect(ends.prefix(8) == [16, 19, 22, 25, 28, 32, 35, 38])
    #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ends.last.map { $0 > 79_990 } == true)
    #expect(MelSpectrogram.windowEnds(columns: 900, fps: 0).isEmpty)
    #expect(MelSpectrogram.windowEnds(columns: 900, fps: .nan).isEmpty)
    #expect(MelSpectrogram.windowEnds(columns: 0, fps: 25).isEmpty)
  }

  @Test func windowsAreCutAndSilentOutside() {
    let mel = MelSpectrogram(columns: 20, values: (0..<1600).map { Float($0) })
    let window = mel.window(endingAt: 24)
    #expect(window.count == 1280)
    #expect(Array(window[16..<32]) == (28..<40).map { Float($0) } + [0, 0, 0, 0])
  }

  @Test func silenceStaysSilence() {
    let sound = StereoSound.silence(4000)
    #expect(sound.prepared.allSatisfy { $0 == 0 })
    #expect(MelSpectrogram(sound.prepared).values.allSatisfy { $0 == 0 })
    #expect(MelSpectrogram([]).columns == 1)
  }

  @Test func preparingTakesMeanPeakAndTheSampleBefore() {
    let sound = StereoSound(left: [1, 2, -4, 0], right: [3, 2, -4, 0])
    let expected = [0.5, 0.5 - 0.485, -1 - 0.485, 0.97]
    #expect(zip(sound.prepared, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
