import Imaging
import TestSupport
import Testing

@testable import Processors

@Suite struct MeshSwapperTests {
  private func swapper(_ name: String, _ options: SwapOptions = .init()) throws -> MeshSwapper {
    try MeshSwapper(sources: SourceSet([GoldenCase(name).sourceFace()]), options: options)
  }

  /// Mean absolute difference of two pictures within a box.
  private func mean(_ a: Frame, _ b: Frame, _ box: ClosedRange<Int>? = nil) -> Double {
    let width = a.size.width
    let (left, right) = (a.bytes, b.bytes)
    let indices = left.indices.filter { index in
      guard let box else { return true }
      return box.contains(index / 3 % width) && box.contains(index / 3 / width)
    }
    return indices.reduce(0.0) { $0 + abs(Double(left[$1]) - Double(right[$1])) } / Double(indices.count)
  }

  @Test func facesBecomeTheSourcesAndTheRestStaysAsItIs() throws {
    let golden = try GoldenCase("hopper_on_collins_200")
    let swapper = try swapper("hopper_on_collins_200")
    let (frame, mesh) = golden.target
    let result = try swapOnce(frame, mesh, swapper)
    let box = Box(around: mesh.map { Point($0.x, $0.y) })
    #expect(mean(frame, result) > 2)
    let (before, after) = (frame.bytes, result.bytes)
    for index in before.indices {
      let (x, y) = (Float(index / 3 % 200), Float(index / 3 / 200))
      if x < box.x1 - 2 || x > box.x2 + 2 || y < box.y1 - 2 || y > box.y2 + 2 {
        #expect(before[index] == after[index])
      }
    }
  }

  @Test func aMaskOfZerosLeavesTheFrame() throws {
    let golden = try GoldenCase("hopper_on_collins_200")
    let swapper = try swapper("hopper_on_collins_200")
    let (frame, mesh) = golden.target
    let mask = PixelBufferF(size: PixelSize(width: 128, height: 128), channels: 1, repeating: 0)
    #expect(try swapOnce(frame, mesh, swapper, mask: mask).bytes == frame.bytes)
  }

  @Test func aMaskedHalfKeepsTheTarget() throws {
    let golden = try GoldenCase("hopper_on_collins_200")
    let swapper = try swapper("hopper_on_collins_200")
    let (frame, mesh) = golden.target
    var mask = PixelBufferF(size: PixelSize(width: 64, height: 64), channels: 1, repeating: 1)
    for y in 0..<64 { for x in 0..<32 { mask[x, y] = 0 } }
    let result = try swapOnce(frame, mesh, swapper, mask: mask)
    let (before, after) = (frame.bytes, result.bytes)
    func change(_ columns: Range<Int>) -> Int {
      before.indices.filter { columns.contains($0 / 3 % 200) && before[$0] != after[$0] }.count
    }
    #expect(change(0..<90) == 0)
    #expect(change(110..<200) > 1000)
  }

  @Test func weightZeroKeepsTheTargetsForm() throws {
    let inputs = try GoldenCase("collins_on_hopper_112").inputs
    var still = inputs
    still.weight = 0
    #expect(try MeshSwapParity.run(still).formed == inputs.mesh)
    var full = inputs
    full.weight = 1
    let half = try MeshSwapParity.run(inputs).formed
    let whole = try MeshSwapParity.run(full).formed
    for index in half.indices {
      #expect(abs((whole[index] - inputs.mesh[index]) / 2 - (half[index] - inputs.mesh[index])) < 1e-3)
    }
  }

  /// The face swapped with itself is the face: form, light and pixels agree.
  @Test func sameFaceStaysTheSame() throws {
    var inputs = try GoldenCase("hopper_on_collins_200").inputs
    inputs.source = inputs.target
    (inputs.sourceWidth, inputs.sourceHeight) = (inputs.side, inputs.side)
    inputs.sourceMesh = inputs.mesh
    inputs.weight = 1
    let outputs = try MeshSwapParity.run(inputs)
    #expect(Difference(outputs.result, inputs.target).mean < 0.6)
    // Log gains of nearly 0 in the middle of the face.
    for cell in [10 * 28 + 14, 14 * 28 + 10, 16 * 28 + 18] { #expect(abs(outputs.gains[3 * cell]) < 0.02) }
  }

  @Test func targetsEyesAreKeptOnRequest() throws {
    let golden = try GoldenCase("hopper_on_collins_200")
    var inputs = golden.inputs
    inputs.eyes = .target
    let (kept, swapped) = (try MeshSwapParity.run(inputs), try MeshSwapParity.run(golden.inputs))
    for iris in [468, 473] {
      let (x, y) = (Int(inputs.mesh[3 * iris]), Int(inputs.mesh[3 * iris + 1]))
      #expect(kept.mask[y * 200 + x] < 0.05)
      #expect(swapped.mask[y * 200 + x] > 0.9)
      for channel in 0..<3 {
        let at = (y * 200 + x) * 3 + channel
        #expect(abs(Int(kept.result[at]) - Int(inputs.target[at])) <= 6)
      }
    }
    // The cheeks do not care.
    let (x, y) = (Int(inputs.mesh[3 * 50]), Int(inputs.mesh[3 * 50 + 1]))
    #expect(kept.mask[y * 200 + x] == swapped.mask[y * 200 + x])
  }

  @Test func mouthOpeningStaysTheTargets() throws {
    let golden = try GoldenCase("hopper_on_collins_200")
    let outputs = try MeshSwapParity.run(golden.inputs)
    let lips = [13, 14].map { (x: golden.inputs.mesh[3 * $0], y: golden.inputs.mesh[3 * $0 + 1]) }
    let (x, y) = (Int((lips[0].x + lips[1].x) / 2), Int((lips[0].y + lips[1].y) / 2))
    if lips[1].y - lips[0].y > 4 { #expect(outputs.mask[y * 200 + x] < 0.3) }
    #expect(outputs.mask[(y + 30) * 200 + x] > outputs.mask[y * 200 + x])
  }

  @Test func optionsOutOfRangeAreRefused() throws {
    for weight in [-0.1, 1.01, Float.nan] {
      let error = #expect(throws: ProcessorsError.self) {
        try swapper("collins_on_hopper_112", SwapOptions(weight: weight))
      }
      #expect(error?.code == .option)
    }
  }

  /// Two sources at work in two threads give what each gives alone.
  @Test func twoRunsAtOnceNeverMix() async throws {
    let first = try swapper("collins_on_hopper_112")
    let second = try swapper("hopper_on_collins_200")
    let (target, mesh) = try GoldenCase("hopper_on_collins_200").target
    let alone = try [first, second].map { try swapOnce(target, mesh, $0).bytes }
    #expect(alone[0] != alone[1])
    let frames = (0..<2).map { _ in target.copy() }
    let results = try await withThrowingTaskGroup(of: (Int, [[UInt8]]).self) { group in
      for (index, swapper) in [first, second].enumerated() {
        let frame = frames[index]
        group.addTask {
          let workspace = MeshSwapper.Workspace()
          return (index, try (0..<3).map { _ in try swapOnce(frame, mesh, swapper, workspace: workspace).bytes })
        }
      }
      return try await group.reduce(into: [Int: [[UInt8]]]()) { $0[$1.0] = $1.1 }
    }
    for index in 0..<2 { #expect(results[index]?.allSatisfy { $0 == alone[index] } == true) }
  }

  /// A workspace that has seen a large face paints a small one as a fresh one does.
  @Test func workspacesCarryNothingOver() throws {
    let swapper = try swapper("collins_on_hopper_112")
    let workspace = MeshSwapper.Workspace()
    let large = try GoldenCase("hopper_on_collins_200").target
    let small = try GoldenCase("collins_on_hopper_112").target
    _ = try swapOnce(large.frame, large.mesh, swapper, workspace: workspace)
    let used = try swapOnce(small.frame, small.mesh, swapper, workspace: workspace)
    #expect(used.bytes == (try swapOnce(small.frame, small.mesh, swapper)).bytes)
  }

  /// Two faces of a frame are each swapped as they are alone when they lie apart.
  @Test func severalFacesOfAFrame() throws {
    let swapper = try swapper("collins_on_hopper_112")
    let golden = try GoldenCase("collins_on_hopper_112").target
    let wide = Frame(size: PixelSize(width: 448, height: 112), format: .rgb8)
    for y in 0..<112 {
      for x in 0..<(3 * 112) {
        wide.planes[0].row8(y)[x] = golden.frame.planes[0].row8(y)[x]
        wide.planes[0].row8(y)[x + 3 * 300] = golden.frame.planes[0].row8(y)[x]
      }
    }
    let meshes = [golden.mesh, golden.mesh.map { $0 + Point3(300, 0, 0) }]
    let both = wide.copy()
    let workspace = MeshSwapper.Workspace()
    swapper.begin(workspace)
    for mesh in meshes { try swapper.add(mesh, trackID: nil, frame: both, workspace: workspace) }
    SwapTracks().advance(workspace, swapper: swapper, time: 0)
    swapper.finish(both, workspace: workspace)
    let one = try swapOnce(wide, meshes[1], swapper)
    let then = try swapOnce(one, meshes[0], swapper)
    #expect(Difference(both.bytes, then.bytes).maximum <= 1)
    #expect(mean(both, wide) > 1)
  }

  @Test func facesAtTheEdgeOfTheFrame() throws {
    let swapper = try swapper("collins_on_hopper_112")
    let golden = try GoldenCase("collins_on_hopper_112").target
    for shift in [Point3(-60, 0, 0), Point3(0, 70, 0), Point3(400, 400, 0)] {
      let result = try swapOnce(golden.frame, golden.mesh.map { $0 + shift }, swapper)
      #expect(result.size == golden.frame.size)
      if shift.x == 400 { #expect(result.bytes == golden.frame.bytes) }
    }
  }

  @Test func crossFadeLiesBetweenBothPhotos() throws {
    let faces = try [GoldenCase("collins_on_hopper_112"), GoldenCase("turned_source_144")].map { try $0.sourceFace() }
    let both = try MeshSwapper(sources: SourceSet(faces), options: SwapOptions(weight: 0))
    let (frame, mesh) = try GoldenCase("hopper_on_collins_200").target
    func paint(_ choice: PhotoChoice.Result) throws -> [UInt8] {
      let workspace = MeshSwapper.Workspace()
      let result = frame.copy()
      both.begin(workspace)
      try both.add(mesh, trackID: nil, frame: result, workspace: workspace)
      let slot = workspace.slot(0)
      slot.choice = choice
      slot.formed.update(from: slot.mesh, count: 478)
      workspace.light.run(slot, sources: both.sources, topology: both.topology)
      workspace.render.paint(
        slot, sources: both.sources, keepsEyes: false, soft: workspace.light.softMask(slot), topology: both.topology,
        into: result)
      return result.bytes
    }
    let first = try paint(.init(photo: 0, previous: nil, share: 1))
    let second = try paint(.init(photo: 1, previous: nil, share: 1))
    let early = try paint(.init(photo: 1, previous: 0, share: 0.01))
    let late = try paint(.init(photo: 1, previous: 0, share: 0.99))
    func apart(_ a: [UInt8], _ b: [UInt8]) -> Double { Difference(a, b).mean }
    #expect(apart(first, second) > 0.4)
    #expect(apart(first, early) < 0.06 * apart(first, second))
    #expect(apart(second, late) < 0.06 * apart(first, second))
  }
}
