import Faces
import Foundation
import Imaging
import Inference
import Media
import ModelStore
import Processors

/// Times the swap itself, everything after the mesh, for windows of given sizes.
struct SwapMeasurement {
  private static let rounds = 60

  let clip: BenchmarkClip
  let portrait: PixelSize
  let analyser: FaceAnalyser
  let sources: SourceSet

  /// Times of one face whose window has `side` pixels, in a 4:2:0 frame of a video.
  func run(side: Int) throws -> BenchmarkReport.Swap {
    let (frame, mesh) = try face(window: side)
    let swapper = try MeshSwapper(sources: sources, options: SwapOptions())
    let tracks = SwapTracks()
    let workspace = MeshSwapper.Workspace()
    var durations = StageDurations()
    for round in 0..<SwapMeasurement.rounds {
      let start = ContinuousClock.now
      swapper.begin(workspace)
      try swapper.add(mesh, trackID: 0, frame: frame, workspace: workspace)
      tracks.advance(workspace, swapper: swapper, time: Double(round) / 30)
      swapper.finish(frame, workspace: workspace)
      // The first rounds warm caches and buffers up.
      if round >= 10 { durations.add(elapsedSeconds(since: start)) }
    }
    return BenchmarkReport.Swap(
      window: side, meanMilliseconds: durations.total / Double(durations.count) * 1000,
      p50Milliseconds: durations.quantile(0.5) * 1000, p95Milliseconds: durations.quantile(0.95) * 1000)
  }

  /// The portrait at the scale at which its face's window has about `side` pixels.
  private func face(window side: Int) throws -> (Frame, [Point3]) {
    let plain = draw(step: 1)
    let width = try windowWidth(in: plain)
    let frame = draw(step: width / (Double(side) - 2))
    guard let face = try largest(in: frame) else { throw SwapMeasurement.noFace }
    return (frame, face.mesh)
  }

  private func draw(step: Double) -> Frame {
    let size = PixelSize(
      width: Int(Double(portrait.width) / step) / 2 * 2, height: Int(Double(portrait.height) / step) / 2 * 2)
    let frame = Frame(size: size, format: .yuv420, color: ColorDescription(primaries: 1, transfer: 1, matrixCode: 1))
    clip.draw(
      into: frame, step: step, middle: SIMD2(Double(portrait.width) / 2, Double(portrait.height) / 2), seed: 0)
    return frame
  }

  private func windowWidth(in frame: Frame) throws -> Double {
    guard let face = try largest(in: frame) else { throw SwapMeasurement.noFace }
    let swapper = try MeshSwapper(sources: sources, options: SwapOptions())
    let workspace = MeshSwapper.Workspace()
    swapper.begin(workspace)
    try swapper.add(face.mesh, trackID: nil, frame: frame, workspace: workspace)
    return 1000 / workspace.windowTransform(face: 0, side: 1000).scale
  }

  private func largest(in frame: Frame) throws -> Face? {
    FaceSelector.sorted(try analyser.faces(in: frame), by: .largeSmall).first
  }

  private static let noFace = PipelineError(.noFace, "No face was found in the sample picture.")
}
