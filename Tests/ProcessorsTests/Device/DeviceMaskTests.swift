import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

/// Masks of faces on an emulated card: those of the host, the one that all faces have, and answers that stay there.
@Suite struct DeviceMaskTests {
  private let bench: DeviceBench
  private let swapper: MeshSwapper
  private let device: DeviceMeshSwapper
  private let target: (frame: Frame, mesh: [Point3])

  init() throws {
    bench = try DeviceBench()
    target = try GoldenCase("collins_on_hopper_112").target
    swapper = try MeshSwapper(
      sources: SourceSet([GoldenCase("hopper_on_collins_200").sourceFace()]), options: SwapOptions())
    device = try bench.swapper(swapper)
  }

  private func picture(_ width: Int, _ height: Int, _ value: (Int, Int) -> Float) -> PixelBufferF {
    var picture = PixelBufferF(size: PixelSize(width: width, height: height), channels: 1, repeating: 0)
    for y in 0..<height { for x in 0..<width { picture[x, y] = value(x, y) } }
    return picture
  }

  /// From left to right, and the edge that cuts the chin off.
  private var constant: PixelBufferF { picture(112, 112) { _, y in y < 90 ? 1 : 0.2 } }
  /// Numbers below 0 and above 1 among them, and as many columns as no other picture has.
  private var answer: PixelBufferF { picture(90, 128) { x, y in Float(x - 20) / 40 + Float(y % 7) / 30 } }
  private var hostMask: PixelBufferF { picture(64, 48) { x, _ in min(Float(x) / 40, 1) } }

  /// The swap on the processor with the product of masks.
  private func onHost(_ masks: [PixelBufferF]) throws -> Frame {
    let (frame, workspace) = (target.frame.copy(), MeshSwapper.Workspace())
    swapper.begin(workspace)
    try swapper.add(target.mesh, trackID: nil, frame: frame, workspace: workspace)
    for mask in masks { workspace.apply(mask: mask, face: 0) }
    SwapTracks().advance(workspace, swapper: swapper, time: 0)
    swapper.finish(frame, workspace: workspace)
    return frame
  }

  private func expect(
    _ one: DeviceBench.Target, like masks: [PixelBufferF], _ location: SourceLocation = #_sourceLocation
  ) throws {
    let difference = FrameDifference(try bench.swap([one], device)[0], try onHost(masks))
    #expect(difference.maximum <= 1, "\(difference)", sourceLocation: location)
    #expect(difference.different < difference.count / 500, "\(difference)", sourceLocation: location)
  }

  /// The mask that a network's answer stands for.
  private var spread: PixelBufferF {
    picture(answer.width, answer.height) { min(max((answer[$0, $1] - 0.25) * 2, 0), 1) }
  }

  @Test func answersThatStayOnTheCard() throws {
    var one = DeviceBench.Target(frame: target.frame, mesh: target.mesh, answer: answer)
    try expect(one, like: [spread])
    (one.constant, one.mask) = (constant, hostMask)
    try expect(one, like: [constant, spread, hostMask])
    one.mask = nil
    try expect(one, like: [constant, spread])
    #expect(bench.machine.counts.violations == 0)
  }

  @Test func theMaskOfAllFaces() throws {
    var one = DeviceBench.Target(frame: target.frame, mesh: target.mesh, constant: constant)
    try expect(one, like: [constant])
    one.mask = hostMask
    try expect(one, like: [constant, hostMask])
    // One of another size goes the way of the others.
    (one.constant, one.mask) = (hostMask, nil)
    try expect(one, like: [hostMask])
  }

  /// Faces of a batch have masks of their own kind; none of them shows in another.
  @Test func facesOfABatchKeepTheirMasks() throws {
    let plain = DeviceBench.Target(frame: target.frame, mesh: target.mesh)
    var (first, second, third) = (plain, plain, plain)
    (first.answer, second.constant, third.mask) = (answer, constant, hostMask)
    let batch = [first, plain, second, third]
    let together = try bench.swap(batch, device)
    for (number, one) in batch.enumerated() {
      #expect(FrameDifference(together[number], try bench.swap([one], device)[0]).different == 0, "face \(number)")
    }
    #expect(FrameDifference(together[0], together[1]).maximum > 8)
  }

  /// Only masks that the host made go up with the parameters; the mask of all faces goes up once.
  @Test func masksThatGoUp() throws {
    let stream = try CUDAStream(on: device.context)
    let workspace = try DeviceMeshSwapper.Workspace(device, on: stream)
    let frame = try DeviceFrame(size: target.frame.size, format: .rgb8, on: device.context)
    try frame.upload(target.frame)
    let memory = try stream.makeMemory(answer.samples)
    func uploaded(_ apply: () throws -> Void) throws -> Int {
      let before = stream.counts
      device.begin(workspace)
      try device.add(target.mesh, trackID: nil, frame: frame, workspace: workspace)
      try apply()
      try DeviceSwapTracks().advance(workspace)
      try device.finish(workspace)
      return (stream.counts - before).uploadedBytes
    }
    let plain = try uploaded {}
    let mask = 112 * 112 * 4
    func applyAnswer() {
      workspace.apply(cardMask: .init(bytes: memory.bytes, size: answer.size, low: 0, range: 1), face: 0)
    }
    #expect(try uploaded { workspace.apply(mask: hostMask, face: 0) } == plain + mask)
    #expect(try uploaded { try workspace.apply(constant: constant, face: 0) } == plain + mask)
    #expect(try uploaded { try workspace.apply(constant: constant, face: 0) } == plain)
    #expect(
      try uploaded {
        try workspace.apply(constant: constant, face: 0)
        applyAnswer()
      } == plain)
  }
}
