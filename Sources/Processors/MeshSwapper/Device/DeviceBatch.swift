import DeviceImaging
import Imaging
import Inference

/// A batch of faces on its way through the kernels.
struct DeviceBatch {
  private let arguments: MeshBatchArguments
  private let faceCount: Int
  private let viewCount: Int
  private let lightCount: Int
  /// The most pixels of an area, groups of eight of them, samples of a plane, pixels of openings, reduced samples.
  private let most: Extents
  /// By round: where the list of its faces lies, and their number.
  private let rounds: [(list: UInt64, count: Int)]

  private struct Extents {
    var pixels = 0
    var groups = 0
    var samples = 0
    var openings = 0
    var reduced = 0
    /// Of masks that are multiplied.
    var visible = 0
  }

  /// A photo's light on a face, by index in the batch.
  struct LightJob {
    let face: Int
    let photo: Int
    var link = MeshLink()
    /// Smoothed gains of the track.
    var mean: UInt64?
  }

  /// Puts all parameters onto the card.
  ///
  /// - Parameters:
  ///   - workspace: its faces have been placed.
  ///   - lights: by face, the chosen photo's first.
  ///   - visibleMeans: by face, the smoothed masks of its track.
  init(_ workspace: DeviceMeshSwapper.Workspace, lights: [LightJob], visibleMeans: [UInt64?]) throws {
    let faces = Array(workspace.faces)
    var (filled, scratch) = (ArenaPlan(), ArenaPlan())
    let frames = faces.compactMap(\.frame)
    precondition(frames.count == faces.count, "faces of a batch have their frames")
    let memories = zip(faces, frames).map { DeviceFaceMemory($0, $1, filled: &filled, scratch: &scratch) }
    let lightMemories = lights.map { _ in DeviceLightMemory(filled: &filled, scratch: &scratch) }
    let viewMemories = lights.map { _ in DeviceViewMemory(scratch: &scratch) }
    let facePlace = filled.take(bytes: faces.count * MeshStruct.face)
    let targetPlace = filled.take(bytes: 2 * faces.count * MeshStruct.target)
    let viewPlace = filled.take(bytes: 2 * lights.count * MeshStruct.view)
    let lightPlace = filled.take(bytes: lights.count * MeshStruct.light)
    let lists = DeviceBatch.rounds(faces, frames)
    let listPlaces = lists.map { filled.take($0.count, of: Int32.self) }
    try workspace.filled.reserve(filled.byteCount)
    try workspace.scratch.reserve(scratch.byteCount)
    let (arena, sources) = (workspace.filled, workspace.swapper.sources)
    let (filledBase, scratchBase) = (arena.address, workspace.scratch.address)

    for (list, place) in zip(lists, listPlaces) { arena.put(list, count: list.count, at: place) }
    var (targets, views, lightBytes) = (KernelArguments(), KernelArguments(), KernelArguments())
    for (number, face) in faces.enumerated() {
      let memory = memories[number]
      arena.put(face.points.base, count: 4 * SwapTopology.pointCount, at: memory.points)
      if face.masks.hasHost { arena.put(face.slot.visible.base, count: NetSamples.area, at: memory.hostMask) }
      arena.put(face.openings.kernel.weights, count: face.openings.kernel.weights.count, at: memory.taps)
      for target in face.targets(memory, filled: filledBase, scratch: scratchBase) { target.put(into: &targets) }
      let own = lights.indices.filter { lights[$0].face == number }
      let links = DeviceFaceLinks(
        light: own[0], previous: own.count > 1 ? own[1] : nil, view: 2 * own[0] + 1,
        previousView: own.count > 1 ? 2 * own[1] + 1 : nil, visibleMean: visibleMeans[number])
      let bytes = face.parameters(
        frames[number], memory, links, filled: filledBase, scratch: scratchBase, ones: sources.ones)
      arena.put(bytes, at: facePlace + number * MeshStruct.face)
    }
    for (number, light) in lights.enumerated() {
      let (memory, photo) = (lightMemories[number], sources.photos[light.photo])
      arena.put([0, 0, 0, 0], at: memory.count)
      let all = workspace.swapper.swapper.sources.photos[light.photo]
      let density = Int(faces[light.face].slot.window.density.rounded(.up))
      let net = MeshView(
        level: photo.levels[all.levelIndex(for: NetSamples.side)], facing: photo.facing,
        fields: scratchBase + UInt64(memory.fields), mixed: scratchBase + UInt64(memory.mixed), target: 2 * light.face,
        components: 12)
      let area = MeshView(
        level: photo.levels[all.levelIndex(for: density)], facing: photo.facing,
        fields: scratchBase + UInt64(viewMemories[number].fields),
        mixed: scratchBase + UInt64(viewMemories[number].mixed), target: 2 * light.face + 1, components: 8)
      net.put(into: &views)
      area.put(into: &views)
      memory.parameters(light, view: 2 * number, filled: filledBase, scratch: scratchBase).put(into: &lightBytes)
    }
    arena.put(targets.padded, at: targetPlace)
    arena.put(views.padded, at: viewPlace)
    arena.put(lightBytes.padded, at: lightPlace)
    try arena.upload(filled.byteCount)
    arguments = MeshBatchArguments(
      topology: sources.topology, faces: filledBase + UInt64(facePlace), targets: filledBase + UInt64(targetPlace),
      views: filledBase + UInt64(viewPlace), lights: filledBase + UInt64(lightPlace))
    (faceCount, viewCount, lightCount) = (faces.count, 2 * lights.count, lights.count)
    rounds = zip(lists, listPlaces).map { (filledBase + UInt64($1), $0.count) }
    most = DeviceBatch.extents(faces, memories)
  }

  private static func extents(_ faces: [DeviceFace], _ memories: [DeviceFaceMemory]) -> Extents {
    var most = Extents()
    for (face, memory) in zip(faces, memories) {
      let size = face.areaSize
      most.pixels = max(most.pixels, size.area)
      most.groups = max(most.groups, (size.width + 7) / 8 * size.height)
      most.samples = max(most.samples, memory.snapshotStarts.last ?? 0)
      most.openings = max(most.openings, face.openings.pixelCount)
      most.reduced = max(most.reduced, memory.reduction?.sampleCount ?? 0)
      if face.masks.areMultiplied { most.visible = NetSamples.area }
    }
    return most
  }

  /// Faces of a frame whose areas meet come in different rounds, in their order.
  private static func rounds(_ faces: [DeviceFace], _ frames: [DeviceFrame]) -> [[Int32]] {
    var rounds: [[Int32]] = []
    var numbers: [Int] = []
    for (index, face) in faces.enumerated() {
      var round = 0
      for earlier in 0..<index
      where frames[earlier].planes[0].bytes.address == frames[index].planes[0].bytes.address
        && face.area.meets(faces[earlier].area)
      {
        round = max(round, numbers[earlier] + 1)
      }
      numbers.append(round)
      guard !face.area.isEmpty else { continue }
      while rounds.count <= round { rounds.append([]) }
      rounds[round].append(Int32(truncatingIfNeeded: index))
    }
    return rounds
  }

  /// Everything up to the light of each photo on each face, without what lasts over time.
  func light(_ kernels: MeshKernels, on stream: CUDAStream) throws {
    let net = NetSamples.area
    func faces(_ kernel: CUDAKernel, _ items: Int) throws {
      try kernel.launch(arguments, items: items, jobs: faceCount, on: stream)
    }
    func lights(_ kernel: CUDAKernel, _ items: Int) throws {
      try kernel.launch(arguments, items: items, jobs: lightCount, on: stream)
    }
    let triangles = MeshRaster.maximumTriangles
    try kernels.prepare.launch(arguments, items: max(most.pixels, net), jobs: 2 * faceCount, on: stream)
    try kernels.rasterise.launch(
      arguments, items: triangles * MeshBatchArguments.lanes, jobs: 2 * faceCount, on: stream)
    try kernels.fields.launch(arguments, items: triangles * 12, jobs: viewCount, on: stream)
    if most.reduced > 0 { try faces(kernels.reduce, most.reduced) }
    if most.visible > 0 { try faces(kernels.visible, most.visible) }
    try faces(kernels.shrink, net)
    try faces(kernels.flag, net)
    try faces(kernels.erode, net)
    try faces(kernels.edgeColumns, net)
    try faces(kernels.edgeRows, net)
    try lights(kernels.look, net)
    try lights(kernels.rank, 6 * net)
    try lights(kernels.judge, 2 * net)
    try lights(kernels.spread, 2 * net)
    try lights(kernels.keep, net)
    try lights(kernels.pool, 3 * LightGrid.cells)
    try lights(kernels.gridColumns, 6 * LightGrid.cells)
    try lights(kernels.gains, 2 * LightGrid.cells)
  }

  /// Carries the tracks' light and masks on. Must run in the order of the frames.
  func smooth(_ kernels: MeshKernels, on stream: CUDAStream) throws {
    try kernels.smoothLight.launch(arguments, items: NetSamples.area, jobs: lightCount, on: stream)
    try kernels.soft.launch(arguments, items: NetSamples.area, jobs: faceCount, on: stream)
  }

  /// Paints the faces.
  func paint(_ kernels: MeshKernels, on stream: CUDAStream) throws {
    guard !rounds.isEmpty else { return }
    for kernel in [kernels.openFill, kernels.openColumns, kernels.openRows] where most.openings > 0 {
      try kernel.launch(arguments, items: most.openings, jobs: faceCount, on: stream)
    }
    try kernels.mask.launch(arguments, items: most.groups, jobs: faceCount, on: stream)
    var arguments = arguments
    for round in rounds {
      arguments.round = round.list
      try kernels.snapshot.launch(arguments, items: most.samples, jobs: round.count, on: stream)
      try kernels.paint.launch(arguments, items: most.pixels, jobs: round.count, on: stream)
    }
  }
}

extension DeviceLightMemory {
  func parameters(_ light: DeviceBatch.LightJob, view: Int, filled: UInt64, scratch: UInt64) -> MeshLight {
    func own(_ place: Int) -> UInt64 { scratch + UInt64(place) }
    return MeshLight(
      planes: own(planes), counts: filled + UInt64(count), quartiles: own(quartiles), grids: own(grids),
      innerGrid: own(innerGrid), gains: own(gains), mean: light.mean ?? own(mean), face: light.face, view: view,
      link: light.link)
  }
}

extension PixelRectangle {
  /// Whether two rectangles have pixels in common.
  func meets(_ other: PixelRectangle) -> Bool {
    !isEmpty && !other.isEmpty && x1 < other.x2 && other.x1 < x2 && y1 < other.y2 && other.y1 < y2
  }
}
