/// The colour gain per channel in linear light on a grid of 28×28 cells of 4×4 pixels of the 112 px window.
///
/// For target and texture the mean over visible skin under a Gaussian is taken at two widths; the logarithm of the ratio
/// of the wide one counts inside the face, that of the narrow one towards its edge.
struct LightGrid {
  static let side = 28
  static let cells = side * side
  static let wide = GaussianKernel(sigma: 4.4)
  static let narrow = GaussianKernel(sigma: 1.76)

  let samples: NetSamples
  let work: NetWork

  /// Writes the log gains (R, G, B, 0) of the photo and of its mirror image.
  ///
  /// - Parameter keep: 112×112, how far each place may be used; `work.eroded` holds the skin.
  func gains(
    keep: UnsafePointer<Float>, direct: UnsafeMutablePointer<Float4>, mirrored: UnsafeMutablePointer<Float4>
  ) {
    work.grids.update(repeating: .zero, count: 3 * LightGrid.cells)
    work.innerGrid.update(repeating: 0, count: LightGrid.cells)
    weighSkin(keep)
    let unit = UnsafeMutablePointer<Float>?.none
    pool(samples.target, share: unit, into: work.grids)
    pool(samples.direct, share: samples.seen, into: work.grids + LightGrid.cells)
    pool(samples.mirrored, share: samples.seenMirrored, into: work.grids + 2 * LightGrid.cells)
    blurAll(LightGrid.wide)
    ratio(1, into: direct, share: nil)
    ratio(2, into: mirrored, share: nil)
    blurAll(LightGrid.narrow)
    ratio(1, into: direct, share: work.innerGrid)
    ratio(2, into: mirrored, share: work.innerGrid)
  }

  /// Skin weight of each entry (in `samples.work.0`), and the grid of inner weights.
  private func weighSkin(_ keep: UnsafePointer<Float>) {
    let skin = samples.work.0
    for entry in 0..<samples.count {
      let place = Int(samples.places.base[entry])
      let (y, x) = place.quotientAndRemainder(dividingBy: NetSamples.side)
      skin[entry] = work.eroded.isSet(x, y) ? 0.02 + keep[place] : 0
      work.innerGrid[LightGrid.cell(place)] += clamp(samples.inner[entry] * 2, 0, 1) * (1 / 16)
    }
    for entry in samples.count..<(samples.count + 8) { skin[entry] = 0 }
  }

  @inline(__always)
  private static func cell(_ place: Int) -> Int {
    let (y, x) = place.quotientAndRemainder(dividingBy: NetSamples.side)
    return (y >> 2) &* side &+ (x >> 2)
  }

  /// Adds linear light times weight, and the weight, of each entry to its cell.
  private func pool(
    _ image: PlaneRGB, share: UnsafeMutablePointer<Float>?, into grid: UnsafeMutablePointer<Float4>
  ) {
    let skin = samples.work.0
    var index = 0
    while index < samples.count {
      var weight = load(skin, index) * (1 / 16)
      if let share { weight *= load(share, index) + Float8(repeating: 0.02) }
      let red = FastMath.linear(load(image.red, index)) * weight
      let green = FastMath.linear(load(image.green, index)) * weight
      let blue = FastMath.linear(load(image.blue, index)) * weight
      for lane in 0..<min(8, samples.count - index) {
        let cell = LightGrid.cell(Int(samples.places.base[index &+ lane]))
        grid[cell] += Float4(red[lane], green[lane], blue[lane], weight[lane])
      }
      index += 8
    }
  }

  private func blurAll(_ kernel: GaussianKernel) {
    let count = 3 * LightGrid.cells
    work.blurred.update(from: work.grids, count: count)
    for grid in 0..<3 {
      let floats = UnsafeMutableRawPointer(work.blurred + grid * LightGrid.cells).assumingMemoryBound(to: Float.self)
      kernel.blur(
        floats, width: 4 * LightGrid.side, height: LightGrid.side, step: 4, work: work.planeA, line: work.line)
    }
  }

  /// log of target over texture `grid`; with `share`, what is there already counts that much, the new value the rest.
  private func ratio(
    _ grid: Int, into gains: UnsafeMutablePointer<Float4>, share: UnsafeMutablePointer<Float>?
  ) {
    let (target, texture) = (work.blurred, work.blurred + grid * LightGrid.cells)
    var cell = 0
    while cell < LightGrid.cells {
      let pair = Float8(
        lowHalf: quotient(target[cell], texture[cell]), highHalf: quotient(target[cell + 1], texture[cell + 1]))
      let logs = FastMath.log(pair)
      if let share {
        gains[cell] = mix(logs.lowHalf, gains[cell], share[cell])
        gains[cell + 1] = mix(logs.highHalf, gains[cell + 1], share[cell + 1])
      } else {
        gains[cell] = logs.lowHalf
        gains[cell + 1] = logs.highHalf
      }
      cell += 2
    }
  }

  @inline(__always)
  private func quotient(_ target: Float4, _ texture: Float4) -> Float4 {
    let a = target / (target.w + 1e-4)
    let b = texture / (texture.w + 1e-4)
    var value = lanesClamp((a + 2e-4) / (b + 2e-4), 1 / 12, 12)
    value.w = 1
    return value
  }

  @inline(__always)
  private func load(_ plane: UnsafeMutablePointer<Float>, _ index: Int) -> Float8 {
    UnsafeRawPointer(plane + index).loadUnaligned(as: Float8.self)
  }
}
