import Foundation
import Imaging
import Processors
import Synchronization
import TestSupport

/// A golden case of the mesh swapper, read for use.
struct GoldenCase {
  static let names = [
    "collins_on_hopper_112", "collins_on_turned_160", "hopper_on_collins_200", "turned_source_144",
  ]

  private let folder: String
  let parity: ParityCase
  let inputs: MeshSwapParity.Inputs

  /// What many tests ask for again; a source photo takes longer to prepare than a face to be swapped.
  private static let known = Mutex<[String: GoldenCase]>([:])
  private static let faces = Mutex<[String: SourceFace]>([:])

  init(_ name: String) throws {
    self = try Self.known.withLock { known in
      if let one = known[name] { return one }
      let one = try GoldenCase(folder: TestPaths.fixture("mesh_swap/\(name)", of: #filePath))
      known[name] = one
      return one
    }
  }

  init(folder: String) throws {
    self.folder = folder
    parity = try ParityCase(folder: folder)
    let (target, source) = (try parity.input("target"), try parity.input("source"))
    let hasVisible = parity.inputs.contains { $0.name == "visible" }
    inputs = MeshSwapParity.Inputs(
      target: try parity.bytes(target), side: target.shape[0], mesh: try parity.floats(parity.input("mesh")),
      source: try parity.bytes(source), sourceWidth: source.shape[1], sourceHeight: source.shape[0],
      sourceMesh: try parity.floats(parity.input("source_mesh")),
      visible: hasVisible ? try parity.floats(parity.input("visible")) : nil,
      weight: Float(parity.options["face_swapper_weight"]?.numbers.first ?? 0.5))
  }

  /// The target's window as a frame, and its mesh.
  var target: (frame: Frame, mesh: [Point3]) {
    (picture(inputs.target, inputs.side, inputs.side), points(inputs.mesh))
  }

  var source: (frame: Frame, mesh: [Point3]) {
    (picture(inputs.source, inputs.sourceWidth, inputs.sourceHeight), points(inputs.sourceMesh))
  }

  func sourceFace(_ name: String = "photo") throws -> SourceFace {
    try Self.faces.withLock { faces in
      let key = "\(folder) \(name)"
      if let face = faces[key] { return face }
      let face = try SourceFace(photo: source.frame, mesh: source.mesh, name: name)
      faces[key] = face
      return face
    }
  }

  private func points(_ values: [Float]) -> [Point3] {
    (0..<478).map { Point3(values[3 * $0], values[3 * $0 + 1], values[3 * $0 + 2]) }
  }

  private func picture(_ bytes: [UInt8], _ width: Int, _ height: Int) -> Frame {
    let frame = Frame(size: PixelSize(width: width, height: height), format: .rgb8)
    for y in 0..<height {
      for index in 0..<(3 * width) { frame.planes[0].row8(y)[index] = bytes[y * 3 * width + index] }
    }
    return frame
  }
}

extension Frame {
  /// All samples of an 8-bit interleaved frame.
  var bytes: [UInt8] {
    (0..<size.height).flatMap { y in (0..<(planes[0].width * (format.hasAlpha ? 4 : 3))).map { planes[0].row8(y)[$0] } }
  }
}

/// A swap of one face in one frame, the three steps one after the other.
func swapOnce(
  _ frame: Frame, _ mesh: [Point3], _ swapper: MeshSwapper,
  workspace: MeshSwapper.Workspace = MeshSwapper.Workspace(), mask: PixelBufferF? = nil
) throws -> Frame {
  let result = frame.copy()
  swapper.begin(workspace)
  try swapper.add(mesh, trackID: nil, frame: result, workspace: workspace)
  if let mask { workspace.apply(mask: mask, face: 0) }
  SwapTracks().advance(workspace, swapper: swapper, time: 0)
  swapper.finish(result, workspace: workspace)
  return result
}
