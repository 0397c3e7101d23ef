import Imaging

/// Three bytes that move as one pixel.
private struct Pixel24 { var a: UInt8, b: UInt8, c: UInt8 }
/// Six bytes that move as one pixel.
private struct Pixel48 { var a: UInt16, b: UInt16, c: UInt16 }

extension Orientation {
  /// Writes the upright picture of `stored` into `upright` (size ``uprightSize(_:)``, same format).
  ///
  /// Planes are turned by tiles that stay in the first-level cache; 8-bit planes in blocks of 8×8 held in registers.
  func apply(from stored: Frame, to upright: Frame) {
    let pixelBytes = stored.format.bytesPerPixelOfPlane
    for (from, to) in zip(stored.planes, upright.planes) {
      switch pixelBytes {
      case 1: turnBytes(from, to)
      case 2: turn(from, to, of: UInt16.self)
      case 3: turn(from, to, of: Pixel24.self)
      case 4: turn(from, to, of: UInt32.self)
      case 6: turn(from, to, of: Pixel48.self)
      default: turn(from, to, of: UInt64.self)
      }
    }
  }

  /// Stored coordinates step by these amounts when the upright x or y grows by one.
  private func steps(_ from: Frame.Plane) -> (start: (x: Int, y: Int), perX: (x: Int, y: Int), perY: (x: Int, y: Int)) {
    let size = PixelSize(width: from.width, height: from.height)
    let start = storedPosition(x: 0, y: 0, stored: size)
    let right = storedPosition(x: 1, y: 0, stored: size)
    let down = storedPosition(x: 0, y: 1, stored: size)
    return (start, (right.x - start.x, right.y - start.y), (down.x - start.x, down.y - start.y))
  }

  private func turn<Pixel>(_ from: Frame.Plane, _ to: Frame.Plane, of type: Pixel.Type, columns: Range<Int>? = nil) {
    let step = steps(from)
    let pixel = MemoryLayout<Pixel>.size
    let perX = step.perX.x &* pixel &+ step.perX.y &* from.stride
    let perY = step.perY.x &* pixel &+ step.perY.y &* from.stride
    let origin = from.base + step.start.x * pixel + step.start.y * from.stride
    let columns = columns ?? 0..<to.width
    for tileY in stride(from: 0, to: to.height, by: 32) {
      for tileX in stride(from: columns.lowerBound, to: columns.upperBound, by: 32) {
        let endX = min(tileX &+ 32, columns.upperBound)
        for y in tileY..<min(tileY &+ 32, to.height) {
          var source = origin + (tileX &* perX &+ y &* perY)
          var target = to.base + (y &* to.stride &+ tileX &* pixel)
          for _ in tileX..<endX {
            target.copyMemory(from: source, byteCount: pixel)
            source += perX
            target += pixel
          }
        }
      }
    }
  }

  /// 8-bit planes: whole 8×8 blocks by ``transpose8x8``, the rest pixel by pixel.
  private func turnBytes(_ from: Frame.Plane, _ to: Frame.Plane) {
    guard swapsAxes, to.width >= 8, to.height >= 8 else { return turn(from, to, of: UInt8.self) }
    let step = steps(from)
    let wholeColumns = to.width & ~7
    // Columns of the upright picture are rows of the stored one; walk them so that each load takes 8 pixels of one row.
    let mirrorsRow = step.perY.x < 0
    for y in stride(from: 0, to: to.height, by: 8) {
      // The last block overlaps the one before when the height is no multiple of 8.
      let top = min(y, to.height &- 8)
      for x in stride(from: 0, to: wholeColumns, by: 8) {
        let sourceX = step.start.x &+ top &* step.perY.x
        var source = from.base + (step.start.y &+ x &* step.perX.y) &* from.stride
        source += mirrorsRow ? sourceX &- 7 : sourceX
        transpose8x8(
          source, step.perX.y &* from.stride, mirrors: mirrorsRow, to.base + (top &* to.stride &+ x), to.stride)
      }
    }
    if wholeColumns < to.width {
      turn(from, to, of: UInt8.self, columns: wholeColumns..<to.width)
    }
  }

  /// Reads 8 rows of 8 bytes, writes them as 8 columns. `mirrors` reverses each row first.
  @inline(__always)
  private func transpose8x8(
    _ source: UnsafeMutableRawPointer, _ sourceStep: Int, mirrors: Bool,
    _ target: UnsafeMutableRawPointer, _ targetStride: Int
  ) {
    @inline(__always) func row(_ index: Int) -> SIMD8<UInt8> {
      let bytes = (source + index &* sourceStep).loadUnaligned(as: UInt64.self)
      return unsafeBitCast(mirrors ? bytes.byteSwapped : bytes, to: SIMD8<UInt8>.self)
    }
    @inline(__always) func interleaved<T: SIMDScalar>(_ a: SIMD8<T>, _ b: SIMD8<T>) -> SIMD16<T> {
      var result = SIMD16<T>(repeating: a[0])
      result.evenHalf = a
      result.oddHalf = b
      return result
    }
    // Three rounds of interleaving: bytes, then pairs, then quadruples.
    let a = unsafeBitCast(interleaved(row(0), row(1)), to: SIMD8<UInt16>.self)
    let b = unsafeBitCast(interleaved(row(2), row(3)), to: SIMD8<UInt16>.self)
    let c = unsafeBitCast(interleaved(row(4), row(5)), to: SIMD8<UInt16>.self)
    let d = unsafeBitCast(interleaved(row(6), row(7)), to: SIMD8<UInt16>.self)
    let ab = unsafeBitCast(interleaved(a, b), to: SIMD8<UInt32>.self)
    let cd = unsafeBitCast(interleaved(c, d), to: SIMD8<UInt32>.self)
    let columns = unsafeBitCast(interleaved(ab, cd), to: SIMD8<UInt64>.self)
    for index in 0..<8 {
      (target + index &* targetStride).storeBytes(of: columns[index], as: UInt64.self)
    }
  }
}

extension PixelFormat {
  /// Bytes from one sample position to the next in every plane.
  var bytesPerPixelOfPlane: Int {
    layout == .interleavedRGB ? (hasAlpha ? 4 : 3) * bytesPerSample : bytesPerSample
  }
}
