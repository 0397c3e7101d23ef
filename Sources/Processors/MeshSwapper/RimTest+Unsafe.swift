/// Where the rim of a face does not look like the cheeks' skin: fringe, hat, hand, background.
///
/// Colour is judged as luma in stops and blue and red as shares of luma, against the cheeks' quartiles.
struct RimTest {
  static let blur = GaussianKernel(sigma: 1.6)
  /// Below this number of cheek pixels nothing can be said.
  private static let fewestCheekPixels = 50

  let samples: NetSamples
  /// Two planes of 112×112 and a line, free to use.
  let work: NetWork

  /// Multiplies `keep` (112×112) by 1 where the face may be used, falling to 0 where its rim is something else.
  func apply(_ image: PlaneRGB, to keep: UnsafeMutablePointer<Float>) {
    measure(image)
    guard let skin = cheekColours() else { return }
    let unlike = work.planeA
    unlike.update(repeating: 0, count: NetSamples.area)
    judge(skin, into: unlike)
    grow(unlike, into: work.planeB)
    RimTest.blur.blur(work.planeB, width: 112, height: 112, work: work.planeA, line: work.line)
    for index in 0..<NetSamples.area {
      keep[index] *= 1 - clamp(work.planeB[index], 0, 1)
    }
  }

  /// Luma in stops, blue and red over luma, of every entry.
  private func measure(_ image: PlaneRGB) {
    let (stops, blues, reds) = samples.work
    var index = 0
    while index < samples.count {
      let (r, g, b) = (load(image.red, index), load(image.green, index), load(image.blue, index))
      let luma = (r * 0.299).addingProduct(g, Float8(repeating: 0.587)).addingProduct(b, Float8(repeating: 0.114))
      let share = Float8(repeating: 1) / lanesMax(luma, Float8(repeating: 0.05))
      store(FastMath.log2(lanesMax(luma, Float8(repeating: 0.02))), stops, index)
      store(b * share, blues, index)
      store(r * share, reds, index)
      index += 8
    }
  }

  private struct Skin {
    var middle: SIMD3<Float>
    /// 1 / (a least width + 1.2 times the quartiles' distance).
    var sharpness: SIMD3<Float>
  }

  private func cheekColours() -> Skin? {
    let (stops, blues, reds) = samples.work
    guard let luma = cheekRange(stops, least: 0.45), let blue = cheekRange(blues, least: 0.10),
      let red = cheekRange(reds, least: 0.10)
    else { return nil }
    return Skin(
      middle: SIMD3(luma.middle, blue.middle, red.middle),
      sharpness: SIMD3(luma.sharpness, blue.sharpness, red.sharpness))
  }

  private func cheekRange(
    _ plane: UnsafeMutablePointer<Float>, least: Float
  ) -> (middle: Float, sharpness: Float)? {
    let list = samples.work2.0
    var count = 0
    for entry in 0..<samples.count {
      list[count] = plane[entry]
      count &+= samples.cheek[entry] > 0.5 ? 1 : 0
    }
    guard count >= RimTest.fewestCheekPixels else { return nil }
    let quartiles = Quartiles(list, count: count)
    return (quartiles.middle, 1 / (least + 1.2 * (quartiles.high - quartiles.low)))
  }

  /// How unlike skin each rim pixel is, 0…1.
  private func judge(_ skin: Skin, into unlike: UnsafeMutablePointer<Float>) {
    let (stops, blues, reds) = samples.work
    let result = samples.work2.1
    var index = 0
    while index < samples.count {
      let luma = (load(stops, index) - skin.middle.x) * skin.sharpness.x
      let blue = (load(blues, index) - skin.middle.y) * skin.sharpness.y
      let red = (load(reds, index) - skin.middle.z) * skin.sharpness.z
      let colour = (blue * blue).addingProduct(red, red)
      // On the jaw darker is no reason: it may be a beard.
      let brighter = lanesMax(luma, .zero)
      let rim = step(colour.addingProduct(luma, luma)) * load(samples.rim, index)
      let jaw = step(colour.addingProduct(brighter, brighter)) * load(samples.jaw, index)
      store(lanesMax(rim, jaw), result, index)
      index += 8
    }
    for entry in 0..<samples.count { unlike[Int(samples.places.base[entry])] = result[entry] }
  }

  @inline(__always)
  private func step(_ squares: Float8) -> Float8 {
    let value = (squares.squareRoot() - 1.1) * (1 / 0.8)
    return lanesMin(lanesMax(value, .zero), Float8(repeating: 1))
  }

  /// The largest of each 3×3 neighbourhood; edges repeated.
  private func grow(_ plane: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>) {
    let side = NetSamples.side
    let line = work.line
    for y in 0..<side {
      let (above, here, below) = (
        plane + max(y - 1, 0) * side, plane + y * side, plane + min(y + 1, side - 1) * side
      )
      for x in 0..<side {
        let pair = above[x] > here[x] ? above[x] : here[x]
        line[x + 1] = below[x] > pair ? below[x] : pair
      }
      line[0] = line[1]
      line[side + 1] = line[side]
      for x in 0..<side {
        let pair = line[x] > line[x + 1] ? line[x] : line[x + 1]
        result[y * side + x] = line[x + 2] > pair ? line[x + 2] : pair
      }
    }
  }

  @inline(__always)
  private func load(_ plane: UnsafeMutablePointer<Float>, _ index: Int) -> Float8 {
    UnsafeRawPointer(plane + index).loadUnaligned(as: Float8.self)
  }

  @inline(__always)
  private func store(_ value: Float8, _ plane: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(plane + index).storeBytes(of: value, as: Float8.self)
  }
}
