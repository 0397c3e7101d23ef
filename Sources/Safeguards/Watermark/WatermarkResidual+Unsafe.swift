import Imaging

/// What is left of the luma of all frames when the picture is taken out of it: the mark, and noise of even strength.
///
/// From each sample the mean of its surroundings is taken (7 × 7), the rest is divided by its own strength around (root
/// mean square over 9 × 9, plus one code) and cut at ±3, so that edges do not drown the mark. The rests of all frames are
/// added: the mark is the same in every frame and grows, moving content does not.
struct WatermarkResidual {
  /// Pictures of more lines than this are first made smaller by a whole number.
  private static let mostLines = 1620

  let source: PixelSize
  let width: Int
  let height: Int
  /// How many pixels of the frame make one of the residual, in each direction.
  let reduction: Int
  private var sum: [Float]
  private(set) var frames = 0

  init(_ size: PixelSize) {
    source = size
    let lines = min(size.width, size.height)
    reduction = lines < Self.mostLines ? 1 : Int((Double(lines) / 1080).rounded())
    width = size.width / reduction
    height = size.height / reduction
    sum = [Float](repeating: 0, count: width * height)
  }

  /// Adds a frame of the size given at the beginning.
  mutating func add(_ frame: Frame) {
    var bytes = [UInt8](repeating: 0, count: source.width * source.height)
    bytes.withUnsafeMutableBufferPointer { WatermarkLuma.reduce(frame, to: $0.baseAddress!) }
    var plane = [Float](repeating: 0, count: width * height)
    bytes.withUnsafeBufferPointer { bytes in
      plane.withUnsafeMutableBufferPointer { reduce(bytes.baseAddress!, $0.baseAddress!) }
    }
    let mean = boxMean(plane, width: width, height: height, radius: 3)
    var squares = plane
    for index in plane.indices {
      plane[index] -= mean[index]
      squares[index] = plane[index] * plane[index]
    }
    let power = boxMean(squares, width: width, height: height, radius: 4)
    for index in plane.indices {
      sum[index] += max(-3, min(3, plane[index] / (power[index].squareRoot() + 1)))
    }
    frames += 1
  }

  private func reduce(_ bytes: UnsafePointer<UInt8>, _ plane: UnsafeMutablePointer<Float>) {
    let scale = 1 / Float(reduction * reduction)
    for y in 0..<height {
      for x in 0..<width {
        var total = 0
        for row in y * reduction..<(y + 1) * reduction {
          for column in x * reduction..<(x + 1) * reduction { total += Int(bytes[row * source.width + column]) }
        }
        plane[y * width + x] = Float(total) * scale
      }
    }
  }

  /// The sum of all frames, once more made even: what stood still in a video has grown like the mark.
  func evened() -> [Float] {
    let power = boxMean(sum.map { $0 * $0 }, width: width, height: height, radius: 8)
    let usual = (power.reduce(0, +) / Float(max(1, power.count))).squareRoot() + 1e-6
    return zip(sum, power).map { value, power in max(-3, min(3, value / (power.squareRoot() + usual))) }
  }
}

/// The mean over (2·radius + 1)² values around each; at the rim the outermost row or column counts several times.
func boxMean(_ plane: [Float], width: Int, height: Int, radius: Int) -> [Float] {
  var result = [Float](repeating: 0, count: width * height)
  var line = [Float](repeating: 0, count: width + 2 * radius)
  let scale = 1 / Float((2 * radius + 1) * (2 * radius + 1))
  plane.withUnsafeBufferPointer { plane in
    result.withUnsafeMutableBufferPointer { result in
      line.withUnsafeMutableBufferPointer { line in
        let middle = line.baseAddress! + radius
        for y in 0..<height {
          for x in 0..<width { middle[x] = 0 }
          for dy in -radius...radius {
            let row = plane.baseAddress! + max(0, min(height - 1, y + dy)) * width
            var x = 0
            while x < width {
              middle[x] += row[x]
              x += 1
            }
          }
          for x in 0..<radius {
            line[x] = middle[0]
            middle[width + x] = middle[width - 1]
          }
          let out = result.baseAddress! + y * width
          for dx in 0...2 * radius {
            let from = line.baseAddress! + dx
            var x = 0
            while x < width {
              out[x] += from[x] * scale
              x += 1
            }
          }
        }
      }
    }
  }
  return result
}
