import Foundation
import Imaging
import TestSupport
import Testing

@testable import Processors

@Suite struct FaceTrackTests {
  private func slot(_ golden: GoldenCase, _ swapper: MeshSwapper, brightness: Float = 1) throws -> FaceSlot {
    let (frame, mesh) = golden.target
    let fit = try MeshCheck.fit(mesh, topology: swapper.topology, name: "test")
    let slot = FaceSlot()
    slot.trackID = 1
    slot.window = FaceWindow(mesh: mesh, fit: fit, side: 112, topology: swapper.topology)
    slot.setMesh(mesh, topology: swapper.topology)
    slot.sample(frame, reduction: FrameReduction(), topology: swapper.topology)
    for index in slot.pixels.storage.indices { slot.pixels.storage[index] *= brightness }
    slot.clearMask()
    return slot
  }

  private func swapper(_ golden: GoldenCase, weight: Float = 0.5) throws -> MeshSwapper {
    try MeshSwapper(sources: SourceSet([golden.sourceFace()]), options: SwapOptions(weight: weight))
  }

  private func middleGain(_ slot: FaceSlot) -> Float { slot.light.direct.base[14 * 28 + 14].y }

  /// A step in the light comes through as 1 − e^(−t/0.2 s), whatever the frame rate.
  @Test(arguments: [25.0, 50.0])
  func lightFollowsWithItsTimeConstant(_ rate: Double) throws {
    let golden = try GoldenCase("collins_on_hopper_112")
    let swapper = try swapper(golden)
    let (track, stage) = (FaceTrack(), LightStage())
    let bright = try slot(golden, swapper)
    track.advance(bright, light: stage, swapper: swapper, time: 0)
    let before = middleGain(bright)
    let alone = try slot(golden, swapper, brightness: 0.7)
    FaceTrack().advance(alone, light: stage, swapper: swapper, time: 0)
    let after = middleGain(alone)
    #expect(abs(after - before) > 0.3)
    var now = before
    for frame in 1...Int(rate / 5) {
      let dark = try slot(golden, swapper, brightness: 0.7)
      track.advance(dark, light: stage, swapper: swapper, time: Double(frame) / rate)
      now = middleGain(dark)
    }
    // After one time constant.
    #expect(abs((now - before) / (after - before) - Float(1 - exp(-1.0))) < 0.01)
  }

  @Test func gapsAndStepsBackStartAfresh() throws {
    #expect(FaceTrack.share(after: 5) == 1)
    #expect(FaceTrack.share(after: -0.04) == 1)
    #expect(FaceTrack.share(after: .infinity) == 1)
    #expect(abs(FaceTrack.share(after: 0.2) - 0.632_12) < 1e-4)
  }

  @Test func masksAreSmoothedLikeTheLight() throws {
    let golden = try GoldenCase("collins_on_hopper_112")
    let swapper = try swapper(golden)
    let (track, stage) = (FaceTrack(), LightStage())
    track.advance(try slot(golden, swapper), light: stage, swapper: swapper, time: 0)
    let covered = try slot(golden, swapper)
    covered.apply(PixelBufferF(size: PixelSize(width: 128, height: 128), channels: 1, repeating: 0))
    track.advance(covered, light: stage, swapper: swapper, time: 0.2)
    #expect(abs(covered.visible.base[5000] - Float(exp(-1.0))) < 1e-4)
  }

  /// The form is a running mean: what the face does from frame to frame passes in full.
  @Test func expressionPassesAndFormStandsStill() throws {
    let golden = try GoldenCase("collins_on_hopper_112")
    let swapper = try swapper(golden, weight: 1)
    let (track, stage) = (FaceTrack(), LightStage())
    var first: FaceSlot?
    for frame in 0..<9 {
      let slot = try slot(golden, swapper)
      track.advance(slot, light: stage, swapper: swapper, time: Double(frame) / 25)
      first = first ?? slot
    }
    let moved = try slot(golden, swapper)
    // The chin goes down by 3 pixels: an opening mouth.
    moved.mesh[152].y += 3
    track.advance(moved, light: stage, swapper: swapper, time: 9 / 25)
    let before = try #require(first).formed[152].y
    let inner = swapper.topology.innerWeight[152]
    // The mean takes in a tenth of the move; the outline does not follow the source at all.
    #expect(abs(moved.formed[152].y - before - 3) < 0.5 + 3 * inner / 10)
  }

  @Test func newFacesDoNotInheritAnything() throws {
    let golden = try GoldenCase("collins_on_hopper_112")
    let swapper = try swapper(golden)
    let tracks = SwapTracks()
    let workspace = MeshSwapper.Workspace()
    func gain(_ id: Int?, _ time: Double, dark: Bool) throws -> Float {
      let (frame, mesh) = golden.target
      if dark { darken(frame) }
      swapper.begin(workspace)
      try swapper.add(mesh, trackID: id, frame: frame, workspace: workspace)
      tracks.advance(workspace, swapper: swapper, time: time)
      return middleGain(workspace.slot(0))
    }
    let bright = try gain(1, 0, dark: false)
    let other = try gain(2, 0.04, dark: true)
    let same = try gain(1, 0.04, dark: true)
    let unknown = try gain(nil, 0.04, dark: true)
    #expect(other < bright - 0.3)
    #expect(unknown == other)
    #expect(same > other + 0.2 && same < bright)
    tracks.reset()
    #expect(try gain(1, 0.08, dark: true) == other)
  }

  private func darken(_ frame: Frame) {
    for y in 0..<frame.size.height {
      for x in 0..<(3 * frame.size.width) { frame.planes[0].row8(y)[x] = frame.planes[0].row8(y)[x] / 10 * 7 }
    }
  }
}
