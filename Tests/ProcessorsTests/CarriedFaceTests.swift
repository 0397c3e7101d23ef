import Faces
import Foundation
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// Light and masks of a followed face, taken every second frame and carried in between.
@Suite struct CarriedFaceTests {
  private struct NoModels: ModelLoading {
    func load(_ id: ModelID) throws -> [UInt8] { [] }
  }

  /// One frame of a clip that shows the same picture, bright or dark.
  private struct Shot {
    var time: Double
    var isDark = false
    var isFollowed = true
    var id: Int? = 1
  }

  private let golden: GoldenCase
  private let frame: Frame
  private let mesh: [Point3]

  init() throws {
    golden = try GoldenCase("hopper_on_collins_200")
    (frame, mesh) = golden.target
  }

  /// The frames after a swap, their numbers counted from `first` on.
  private func swapped(_ shots: [Shot], interval: Int, from first: Int = 0) throws -> [[UInt8]] {
    let networks = FaceNetworks(runtime: try OnnxRuntime.open(), models: NoModels())
    let swapper = try FaceSwapper(
      sources: SourceSet([golden.sourceFace()]), options: SwapOptions(), masks: FaceMaskOptions(types: [.box]),
      interval: interval, networks: networks)
    let worker = try swapper.makeWorker()
    return try shots.enumerated().map { number, shot in
      let face = Face(
        box: FaceTopology.box(of: mesh), detectorScore: 1, landmarkerScore: 1, landmarks5: [], mesh: mesh,
        trackID: shot.id, isFollowed: shot.isFollowed)
      let input = FaceFrame(
        frame: picture(isDark: shot.isDark), index: first + number, time: shot.time, faces: [face], chosen: [face])
      try worker.prepare(input)
      try worker.advance(input)
      #expect(try worker.finish(input) == 1)
      return input.frame.bytes
    }
  }

  private func picture(isDark: Bool) -> Frame {
    let copy = frame.copy()
    guard isDark else { return copy }
    for y in 0..<copy.size.height {
      for x in 0..<(3 * copy.size.width) { copy.planes[0].row8(y)[x] = copy.planes[0].row8(y)[x] / 10 * 7 }
    }
    return copy
  }

  /// Green between the eyes and the nose, where nothing of the target shows.
  private func middle(_ bytes: [UInt8]) -> Int {
    Int(bytes[(Int(mesh[6].y) * frame.size.width + Int(mesh[6].x)) * 3 + 1])
  }

  private let followed = [
    Shot(time: 0, isFollowed: false), Shot(time: 0.04, isDark: true), Shot(time: 0.08, isDark: true),
  ]

  @Test func lightIsCarriedForOneFrame() throws {
    let carried = try swapped(followed, interval: 2)
    let looked = try swapped(followed, interval: 1)
    #expect(middle(carried[0]) == middle(looked[0]))
    #expect(middle(carried[1]) == middle(carried[0]))
    #expect(middle(looked[1]) < middle(looked[0]))
    // After two frames both have come as far as after two frames' time.
    #expect(abs(middle(carried[2]) - middle(looked[2])) <= 1)
    #expect(middle(carried[2]) < middle(looked[1]))
  }

  @Test func whatDoesNotChangeLooksTheSame() throws {
    let still = [Shot(time: 0, isFollowed: false), Shot(time: 0.04), Shot(time: 0.08), Shot(time: 0.12)]
    #expect(try swapped(still, interval: 2) == swapped(still, interval: 1))
  }

  @Test(arguments: [
    // Found by the detector.
    Shot(time: 0.04, isDark: true, isFollowed: false),
    // Too long ago, and backwards.
    Shot(time: 0.11, isDark: true), Shot(time: -0.04, isDark: true),
    // Another face, and one that nobody follows.
    Shot(time: 0.04, isDark: true, id: 2), Shot(time: 0.04, isDark: true, id: nil),
  ])
  private func looksAfresh(_ shot: Shot) throws {
    let shots = [followed[0], shot]
    #expect(try swapped(shots, interval: 2) == swapped(shots, interval: 1))
    #expect(try middle(swapped(shots, interval: 2)[1]) < middle(swapped([followed[0]], interval: 2)[0]))
  }

  /// A face that is chosen late has nothing to be carried.
  @Test func firstFrameOfAFaceIsNeverCarried() throws {
    let shots = [Shot(time: 0.04)]
    #expect(try swapped(shots, interval: 2, from: 1) == swapped(shots, interval: 1, from: 1))
  }

  @Test func longerIntervalsEndAtTheLimit() throws {
    // 30 frames a second: looked at in frame 0, carried for three, looked at again in the fourth, 0.13 s later.
    let shots = (0..<6).map { Shot(time: Double($0) / 30, isDark: $0 > 0, isFollowed: $0 > 0) }
    let values = try swapped(shots, interval: 10).map(middle)
    #expect(values[1] == values[0] && values[2] == values[0] && values[3] == values[0])
    #expect(values[4] < values[3])
    #expect(values[5] == values[4])
  }

  @Test func intervalsBelowOneAreRefused() throws {
    #expect { try swapped([], interval: 0) } throws: { ($0 as? ProcessorsError)?.code == .option }
  }
}
