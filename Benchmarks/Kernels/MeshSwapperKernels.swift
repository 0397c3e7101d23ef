import Imaging
import Processors

/// The mesh swapper's stages for one face in a 1080p frame, and the whole swap (everything after the mesh).
func measureSwapper() {
  printHeading()
  for side in [256, 1024] { SwapScene(side: side)?.run() }
}

/// A synthetic face in a frame, with a photo as dense as the frame.
struct SwapScene {
  let side: Int
  let frame: Frame
  let mesh: [Point3]
  let swapper: MeshSwapper
  let workspace = MeshSwapper.Workspace()

  /// Nil (with a line that says why) when the swapper cannot be made.
  init?(side: Int) {
    self.side = side
    // The canonical face, which is 112 units wide with its surroundings, a little turned, in the middle of the frame.
    let scale = Float(side - 8) / 112
    do {
      let photo = Frame(skin(side, side), format: .rgb8)
      let canonical = try SwapTopology.shared.get().canonical
      let source = try SourceFace(
        photo: photo, mesh: canonical.map { ($0 - Point3(40, 46, 0)) * scale }, name: "synthetic")
      swapper = try MeshSwapper(sources: SourceSet([source]), options: SwapOptions())
      mesh = canonical.map { point in
        let p = (point - Point3(96, 102, 0)) * scale
        return Point3(p.x * 0.98 + p.z * 0.2 + 960, p.y + 540, p.z * 0.98 - p.x * 0.2)
      }
    } catch {
      print("The swapper cannot be measured: \(error)")
      return nil
    }
    frame = Frame(skin(1920, 1080), format: .yuv420, color: ColorDescription(matrixCode: 1))
  }

  func run() {
    let tracks = SwapTracks()
    prepare()
    tracks.advance(workspace, swapper: swapper, time: 0)
    let (slot, light, render) = (workspace.slot(0), workspace.light, workspace.render)
    let size = "\(slot.window.side)x\(slot.window.side)"
    let scalar = ScalarSwap(slot, frame: frame, photo: swapper.sources.photos[0], topology: swapper.topology)
    measure(
      "swap: pixels for the light", size: size, fast: { prepare() },
      scalar: { keep(Scalar.sample(frame, slot.window.transform, side: slot.window.side)) })
    measure(
      "swap: light at 112", size: size,
      fast: { light.run(slot, sources: swapper.sources, topology: swapper.topology) }, scalar: { keep(scalar.light()) })
    let grid = scalar.light()
    let target = frame.copy()
    measure(
      "swap: render and paste", size: size,
      fast: {
        render.paint(
          slot, sources: swapper.sources, keepsEyes: false, soft: light.softMask(slot), topology: swapper.topology,
          into: target)
      }, scalar: { scalar.paste(scalar.render(grid), into: target) })
    var time = 0.0
    measure(
      "swap: all after the mesh", size: size,
      fast: {
        time += 0.04
        prepare()
        tracks.advance(workspace, swapper: swapper, time: time)
        swapper.finish(target, workspace: workspace)
      },
      scalar: {
        keep(Scalar.sample(frame, slot.window.transform, side: slot.window.side))
        scalar.paste(scalar.render(scalar.light()), into: target)
      })
  }

  /// The whole swap against its limit, and its three steps.
  func runBar(limit: Double?) {
    let tracks = SwapTracks()
    let target = frame.copy()
    var time = 0.0
    func advance() {
      time += 0.04
      tracks.advance(workspace, swapper: swapper, time: time)
    }
    prepare()
    advance()
    let size = "\(workspace.slot(0).window.side)x\(workspace.slot(0).window.side)"
    bar("swap: prepare", size: size, limit: nil) { prepare() }
    bar("swap: advance", size: size, limit: nil) { advance() }
    bar("swap: finish", size: size, limit: nil) { swapper.finish(target, workspace: workspace) }
    bar("swap: all after the mesh", size: size, limit: limit) {
      prepare()
      advance()
      swapper.finish(target, workspace: workspace)
    }
  }

  private func prepare() {
    swapper.begin(workspace)
    do {
      try swapper.add(mesh, trackID: 1, frame: frame, workspace: workspace)
    } catch {
      fatalError("the benchmark's own face was refused: \(error)")
    }
  }
}

/// Skin-like colours with soft shading and a fine pattern.
private func skin(_ width: Int, _ height: Int) -> PixelBuffer8 {
  var image = PixelBuffer8(size: PixelSize(width: width, height: height), channels: 3, repeating: 0)
  for y in 0..<height {
    for x in 0..<width {
      let shade = 150 + 60 * Float(x) / Float(width) - 30 * Float(y) / Float(height) + Float((x ^ y) % 8)
      image[x, y, 0] = UInt8(min(shade * 1.1, 255))
      image[x, y, 1] = UInt8(shade * 0.8)
      image[x, y, 2] = UInt8(shade * 0.7)
    }
  }
  return image
}
