import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

/// The kernels of the mesh swapper, on an emulated card, against the processor's version.
@Suite struct DeviceMeshSwapperTests {
  private func swapper(_ name: String, _ options: SwapOptions = .init()) throws -> MeshSwapper {
    try MeshSwapper(sources: SourceSet([GoldenCase(name).sourceFace()]), options: options)
  }

  /// Swaps on both and compares; the frame must have changed.
  private func compare(
    _ frame: Frame, _ mesh: [Point3], _ swapper: MeshSwapper, mask: PixelBufferF? = nil
  ) throws -> FrameDifference {
    let bench = try DeviceBench()
    let onCard = try bench.swap(frame, mesh, bench.swapper(swapper), mask: mask)
    let onHost = try swapOnce(frame, mesh, swapper, mask: mask)
    #expect(FrameDifference(frame, onHost).different > 500)
    #expect(bench.machine.counts.violations == 0)
    return FrameDifference(onCard, onHost)
  }

  @Test func structsAreAsLongAsInC() {
    let arguments = MeshBatchArguments(topology: 0, faces: 0, targets: 0, views: 0, lights: 0)
    for kernel in ["mesh_prepare", "mesh_shrink", "mesh_pool", "mesh_paint"] {
      #expect(EmulatedMachine.argumentBytes(of: kernel) == arguments.bytes.padded.count)
    }
    // The lengths in C are asserted there.
    var bytes = KernelArguments()
    MeshTarget().put(into: &bytes)
    #expect(bytes.padded.count == MeshStruct.target)
    let level = DeviceLevel(pixels: 0, mesh: 0, stride: 1, width: 1, height: 1)
    bytes = KernelArguments()
    MeshView(level: level, facing: 0, target: 0, components: 8).put(into: &bytes)
    #expect(bytes.padded.count == MeshStruct.view)
    bytes = KernelArguments()
    MeshLight(face: 0, view: 0).put(into: &bytes)
    #expect(bytes.padded.count == MeshStruct.light)
  }

  @Test(arguments: GoldenCase.names)
  func goldenWindowsAreThoseOfTheProcessor(_ name: String) throws {
    let (frame, mesh) = try GoldenCase(name).target
    let difference = try compare(frame, mesh, swapper(name))
    #expect(difference.maximum <= 1, "\(name): \(difference)")
    #expect(difference.different < difference.count / 1000, "\(name): \(difference)")
  }

  private static func yuv(_ shiftX: Int, _ shiftY: Int, bits: Int) -> PixelFormat {
    PixelFormat(layout: .planarYUV(chromaShiftX: shiftX, chromaShiftY: shiftY), bitDepth: bits)
  }

  static let formats: [PixelFormat] = [
    .yuv420, .yuv420p10, yuv(1, 0, bits: 8), yuv(0, 0, bits: 12), yuv(2, 0, bits: 8), yuv(1, 1, bits: 16), .rgba8,
    .rgb16, PixelFormat(layout: .gray, bitDepth: 8),
  ]

  @Test(arguments: formats)
  func everyFormat(_ format: PixelFormat) throws {
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    let difference = try compare(frame.made(format), mesh, swapper("hopper_on_collins_200"))
    #expect(difference.maximum <= 1, "\(format): \(difference)")
    #expect(difference.different < difference.count / 500, "\(format): \(difference)")
  }

  /// Frames whose width is no multiple of eight, or odd, and full range.
  @Test(arguments: [105, 107])
  func cutCells(_ width: Int) throws {
    let (whole, mesh) = try GoldenCase("collins_on_hopper_112").target
    let frame = Frame(size: PixelSize(width: width, height: 101), format: .rgb8)
    for y in 0..<101 { frame.planes[0].row8(y).update(from: whole.planes[0].row8(y), count: 3 * width) }
    let yuv = frame.made(.yuv420, color: ColorDescription(matrixCode: 1, isFullRange: true))
    // The face reaches over the right and the lower edge.
    let difference = try compare(yuv, mesh.map { $0 + Point3(18, 8, 0) }, swapper("collins_on_hopper_112"))
    #expect(difference.maximum <= 1, "\(difference)")
  }

  /// From 448 pixels on the light reads a halved frame.
  @Test(arguments: [(90, PixelFormat.rgb8), (460, .yuv420)])
  func largeAndSmallFaces(_ side: Int, _ format: PixelFormat) throws {
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    let large = frame.enlarged(side)
    let difference = try compare(
      format == .rgb8 ? large : large.made(format), enlarged(mesh, Float(side) / 112), swapper("hopper_on_collins_200"))
    #expect(difference.maximum <= 1, "\(side): \(difference)")
  }

  @Test func targetsEyesAndMasks() throws {
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    var mask = PixelBufferF(size: PixelSize(width: 64, height: 48), channels: 1, repeating: 1)
    for y in 0..<48 { for x in 0..<64 { mask[x, y] = min(Float(x) / 40, 1) } }
    let eyes = try swapper("hopper_on_collins_200", SwapOptions(weight: 1, eyes: .target))
    let difference = try compare(frame, mesh, eyes, mask: mask)
    #expect(difference.maximum <= 1, "\(difference)")
  }

  /// Prints its table where there is a card.
  @Test(.enabled(if: RealCard.context != nil, "this machine has no NVIDIA card with NVRTC"))
  func theRealCardPaintsTheSame() throws {
    let context = try #require(RealCard.context)
    let folder = try TemporaryFolder()
    print("\(context.device.name), mesh swap, difference to the processor in code values:")
    for name in ["collins_on_hopper_112", "hopper_on_collins_200"] {
      let swapper = try swapper(name)
      let (frame, mesh) = try GoldenCase(name).target
      let device = try DeviceMeshSwapper(swapper, on: context, cacheFolder: folder.path)
      let difference = FrameDifference(
        try DeviceBench().swap(frame, mesh, device), try swapOnce(frame, mesh, swapper))
      print("\(name): \(difference)")
      #expect(difference.maximum <= 1, "\(name): \(difference)")
    }
  }

  /// Faces beside the frame leave it as it is; a mesh that cannot be used is refused and the others go on.
  @Test func facesOutsideAndFacesThatAreNone() throws {
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    let bench = try DeviceBench()
    let device = try bench.swapper(swapper("collins_on_hopper_112"))
    let outside = try bench.swap(frame, mesh.map { $0 + Point3(400, 400, 0) }, device)
    #expect(outside.bytes == frame.bytes)
    let workspace = try DeviceMeshSwapper.Workspace(device, on: CUDAStream(on: device.context))
    let onCard = try DeviceFrame(size: frame.size, format: frame.format, on: device.context)
    #expect(throws: ProcessorsError.self) {
      try device.add(Array(mesh.dropLast()), trackID: nil, frame: onCard, workspace: workspace)
    }
    #expect(workspace.faceCount == 0)
  }

  /// Faces of a frame that meet are painted one after the other, as the processor does.
  @Test func facesThatMeet() throws {
    let swapper = try swapper("collins_on_hopper_112")
    let (frame, mesh) = try GoldenCase("collins_on_hopper_112").target
    let meshes = [mesh, mesh.map { $0 + Point3(14, 6, 0) }]
    let onHost = frame.copy()
    let workspace = MeshSwapper.Workspace()
    swapper.begin(workspace)
    for mesh in meshes { try swapper.add(mesh, trackID: nil, frame: onHost, workspace: workspace) }
    SwapTracks().advance(workspace, swapper: swapper, time: 0)
    swapper.finish(onHost, workspace: workspace)
    let bench = try DeviceBench()
    let device = try bench.swapper(swapper)
    let stream = try CUDAStream(on: device.context)
    let onCard = try DeviceFrame(size: frame.size, format: frame.format, on: device.context)
    try onCard.upload(frame)
    let deviceWorkspace = try DeviceMeshSwapper.Workspace(device, on: stream)
    device.begin(deviceWorkspace)
    for mesh in meshes { try device.add(mesh, trackID: nil, frame: onCard, workspace: deviceWorkspace) }
    try DeviceSwapTracks().advance(deviceWorkspace)
    try device.finish(deviceWorkspace)
    let result = frame.copy()
    try onCard.bring(to: result)
    try stream.synchronize()
    let difference = FrameDifference(result, onHost)
    #expect(difference.maximum <= 1, "\(difference)")
  }

  /// Chroma side by side, as hardware decoders give it, and ten bits in the upper part of sixteen.
  @Test(arguments: [ChromaPacking.nv12, .p010])
  func packedChroma(_ packing: ChromaPacking) throws {
    let golden = try GoldenCase("collins_on_hopper_112")
    let isDeep = packing == .p010
    let frame = golden.target.frame.made(isDeep ? .yuv420p10 : .yuv420)
    let swapper = try swapper("collins_on_hopper_112")
    let bench = try DeviceBench()
    let device = try bench.swapper(swapper)
    let packed = try PackedFrame(frame, packing, on: device.context)
    let workspace = try DeviceMeshSwapper.Workspace(device, on: packed.stream)
    device.begin(workspace)
    try device.add(golden.target.mesh, trackID: nil, frame: packed.frame, workspace: workspace)
    try DeviceSwapTracks().advance(workspace)
    try device.finish(workspace)
    let onHost = try swapOnce(frame, golden.target.mesh, swapper)
    let difference = FrameDifference(try packed.unpacked(like: frame), onHost)
    #expect(difference.maximum <= 1, "\(difference)")
  }
}
