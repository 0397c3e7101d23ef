import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

/// What lasts from frame to frame, on an emulated card.
@Suite struct DeviceSwapTracksTests {
  private func face(_ name: String) throws -> SourceFace { try GoldenCase(name).sourceFace(name) }

  /// A film: the light falls off, the face moves.
  private func film(_ count: Int, trackID: Int? = 1) throws -> [DeviceBench.Target] {
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    return (0..<count).map { number in
      let copy = frame.copy()
      for y in 0..<112 {
        let row = copy.planes[0].row8(y)
        for x in 0..<336 { row[x] -= row[x] / 4 * UInt8(number) }
      }
      var mask = PixelBufferF(size: PixelSize(width: 112, height: 112), channels: 1, repeating: 1)
      for y in 0..<112 { for x in 0..<(20 * number) { mask[x, y] = 0.5 } }
      let moved = mesh.map { $0 + Point3(Float(number), Float(-number), 0) }
      return DeviceBench.Target(frame: copy, mesh: moved, trackID: trackID, time: Double(number) / 25, mask: mask)
    }
  }

  /// The same on the processor.
  private func onHost(_ targets: [DeviceBench.Target], _ swapper: MeshSwapper) throws -> [Frame] {
    let (tracks, workspace) = (SwapTracks(), MeshSwapper.Workspace())
    return try targets.map { target in
      let frame = target.frame.copy()
      swapper.begin(workspace)
      try swapper.add(
        target.mesh, trackID: target.trackID, frame: frame, isCarried: target.isCarried, workspace: workspace)
      if let mask = target.mask { workspace.apply(mask: mask, face: 0) }
      tracks.advance(workspace, swapper: swapper, time: target.time) { face in
        swapper.look(at: frame, face: face, workspace: workspace)
      }
      swapper.finish(frame, workspace: workspace)
      return frame
    }
  }

  /// Light, masks and form over time: frame by frame, and all frames in one batch.
  @Test func filmsAreThoseOfTheProcessor() throws {
    let targets = try film(3)
    let swapper = try MeshSwapper(sources: SourceSet([face("hopper_on_collins_200")]), options: SwapOptions())
    let expected = try onHost(targets, swapper)
    let bench = try DeviceBench()
    let device = try bench.swapper(swapper)
    let tracks = DeviceSwapTracks()
    let single = try targets.map { try bench.swap([$0], device, tracks: tracks)[0] }
    let batch = try bench.swap(targets, device)
    for number in targets.indices {
      let difference = FrameDifference(single[number], expected[number])
      #expect(difference.maximum <= 1, "frame \(number): \(difference)")
      #expect(FrameDifference(batch[number], single[number]).different == 0)
    }
    // Without memory the last frame would be another one.
    let alone = try bench.swap([targets[2]], device)[0]
    #expect(FrameDifference(alone, single[2]).maximum > 2)
    // A new target begins anew.
    tracks.reset()
    #expect(FrameDifference(try bench.swap([targets[2]], device, tracks: tracks)[0], alone).different == 0)
  }

  /// Light and masks are carried to every second frame. The first frame cannot be carried and is looked at.
  @Test func facesThatAreCarried() throws {
    var targets = try film(4)
    for number in [0, 1, 3] { (targets[number].isCarried, targets[number].mask) = (true, nil) }
    let swapper = try MeshSwapper(sources: SourceSet([face("hopper_on_collins_200")]), options: SwapOptions())
    let expected = try onHost(targets, swapper)
    let bench = try DeviceBench()
    let device = try bench.swapper(swapper)
    let tracks = DeviceSwapTracks()
    let single = try targets.map { try bench.swap([$0], device, tracks: tracks)[0] }
    let batch = try bench.swap(targets, device)
    for number in targets.indices {
      let difference = FrameDifference(single[number], expected[number])
      #expect(difference.maximum <= 1, "frame \(number): \(difference)")
      #expect(FrameDifference(batch[number], single[number]).different == 0)
    }
    // Looked at, the second frame would be another one.
    targets[1].isCarried = false
    #expect(FrameDifference(try bench.swap(targets, device)[1], single[1]).maximum > 2)
  }

  /// Another photo comes to suit better: four frames of cross-fade, each as on the processor.
  @Test func photosFadeOver() throws {
    let turned = try GoldenCase("turned_source_144")
    var (first, second) = (try face("hopper_on_collins_200"), try turned.sourceFace())
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    let pose = try FacePose(mesh: mesh)
    (first.pose, second.pose) = (pose, pose)
    second.pose.yaw += 30
    let swapper = try MeshSwapper(sources: SourceSet([first, second]), options: SwapOptions())
    // Turned about the vertical axis, the face comes nearer to the second photo's pose.
    let other = mesh.map { Point3(56 + ($0.x - 56) * 0.93 - $0.z * 0.36, $0.y, ($0.x - 56) * 0.36 + $0.z * 0.93) }
    let yaw = try FacePose(mesh: other).yaw - pose.yaw
    second.pose.yaw = pose.yaw + yaw
    let both = try MeshSwapper(sources: SourceSet([first, second]), options: swapper.options)
    let targets = (0..<3).map { number in
      DeviceBench.Target(frame: frame, mesh: number == 0 ? mesh : other, trackID: 7, time: Double(number) / 25)
    }
    let expected = try onHost(targets, both)
    let bench = try DeviceBench()
    let device = try bench.swapper(both)
    let results = try bench.swap(targets, device)
    for number in targets.indices {
      let difference = FrameDifference(results[number], expected[number])
      #expect(difference.maximum <= 1, "frame \(number): \(difference)")
    }
    // The fade is under way: the second frame is not that of the new photo alone.
    let alone = try bench.swap([targets[2]], device)[0]
    #expect(FrameDifference(results[2], alone).maximum > 2)
  }

  /// Faces of several frames in one batch, of sizes and formats of their own, and two sources at once on one card.
  @Test func batchesAndSourcesNeverMix() throws {
    let small = try GoldenCase("collins_on_hopper_112").target
    let large = try GoldenCase("turned_source_144").target
    let targets = [
      DeviceBench.Target(frame: small.frame.made(.yuv420), mesh: small.mesh, trackID: 1),
      DeviceBench.Target(frame: large.frame, mesh: large.mesh, trackID: 2),
      DeviceBench.Target(frame: small.frame.made(.yuv420p10), mesh: small.mesh.map { $0 - Point3(20, 5, 0) }),
    ]
    let bench = try DeviceBench()
    let swappers = try ["hopper_on_collins_200", "collins_on_turned_160"].map {
      try MeshSwapper(sources: SourceSet([face($0)]), options: SwapOptions())
    }
    let devices = try swappers.map { try bench.swapper($0) }
    var results: [[Frame]] = []
    for (swapper, device) in zip(swappers, devices) {
      results.append(try bench.swap(targets, device))
      for (result, target) in zip(results[results.count - 1], targets) {
        let alone = try swapOnce(target.frame, target.mesh, swapper)
        let difference = FrameDifference(result, alone)
        #expect(difference.maximum <= 1, "\(difference)")
      }
    }
    for number in targets.indices { #expect(FrameDifference(results[0][number], results[1][number]).maximum > 8) }
    #expect(bench.machine.counts.violations == 0)
  }

  /// Frames of one film on two cards in turn.
  @Test func tracksGoFromCardToCard() throws {
    let targets = try film(3)
    let swapper = try MeshSwapper(sources: SourceSet([face("hopper_on_collins_200")]), options: SwapOptions())
    let bench = try DeviceBench(cards: 2)
    let devices = try (0..<2).map { try bench.swapper(swapper, card: $0) }
    let (one, two) = (DeviceSwapTracks(), DeviceSwapTracks())
    for number in targets.indices {
      let onOne = try bench.swap([targets[number]], devices[0], tracks: one)[0]
      let onTwo = try bench.swap([targets[number]], devices[number % 2], tracks: two)[0]
      #expect(FrameDifference(onOne, onTwo).different == 0)
    }
  }

  /// Memory does not grow with the frames, and what goes up and comes down is counted.
  @Test func framesCostOneUploadOfParameters() throws {
    let swapper = try MeshSwapper(sources: SourceSet([face("hopper_on_collins_200")]), options: SwapOptions())
    let targets = try film(2)
    let bench = try DeviceBench()
    let device = try bench.swapper(swapper)
    let stream = try CUDAStream(on: device.context)
    let workspace = try DeviceMeshSwapper.Workspace(device, on: stream)
    let frame = try DeviceFrame(size: targets[0].frame.size, format: .rgb8, on: device.context)
    let tracks = DeviceSwapTracks()
    var counts: [CUDACounts] = []
    var blocks: [Int] = []
    for target in targets + targets {
      try frame.upload(target.frame)
      let before = stream.counts
      device.begin(workspace)
      try device.add(target.mesh, trackID: 1, time: target.time, frame: frame, workspace: workspace)
      try tracks.advance(workspace)
      try device.finish(workspace)
      counts.append(stream.counts - before)
      blocks.append(bench.machine.counts.liveBlocks)
    }
    #expect(counts.allSatisfy { $0.uploads == 1 && $0.downloads == 0 && $0.uploadedBytes < 40_000 })
    #expect(counts.allSatisfy { $0.launches == 24 })
    #expect(Set(blocks.dropFirst()).count == 1)
  }

  /// Too little memory is an error of the frame; the next one goes well.
  @Test func memoryThatDoesNotSuffice() throws {
    let swapper = try MeshSwapper(sources: SourceSet([face("hopper_on_collins_200")]), options: SwapOptions())
    let target = try film(1)[0]
    let bench = try DeviceBench()
    let device = try bench.swapper(swapper)
    let tracks = DeviceSwapTracks()
    let expected = try bench.swap([target], device)[0]
    // The frame itself, then the tracks' two blocks, then the parameters.
    bench.machine.fail("cuMemAlloc_v2", skip: 3, times: 1, result: 2)
    let error = #expect(throws: InferenceError.self) { try bench.swap([target], device, tracks: tracks) }
    #expect(error?.code == .deviceOutOfMemory)
    #expect(FrameDifference(try bench.swap([target], device, tracks: tracks)[0], expected).different == 0)
  }
}
