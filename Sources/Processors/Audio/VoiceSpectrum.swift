import func Foundation.cos

/// The short-time transform of the voice extractor (vision.md §27, steps 4 to 6): 3072 bins of 7680 samples, every 1024
/// samples. Owned by one worker.
final class VoiceSpectrum {
  static let binCount = 3072
  /// Real and imaginary part, left and right.
  static let planeCount = 4
  static let hop = 1024
  private static let windowLength = 7680

  /// Columns of the spectrum.
  let frames: Int
  private let window: [Double]
  /// What overlapping windows add up to, squared, for every sample of a segment.
  private let weights: [Double]
  private let transform = FourierTransform(count: windowLength)
  private var lanes = ComplexLanes(count: windowLength)

  /// Samples of a segment.
  var segmentLength: Int { (frames - 1) * Self.hop }
  /// Numbers of a segment's spectrum.
  var tensorCount: Int { Self.planeCount * Self.binCount * frames }

  /// - Parameter frames: 2 or more.
  init(frames: Int) {
    self.frames = frames
    let length = Self.windowLength
    let window = (0..<length).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(length - 1)) }
    self.window = window
    let segmentLength = (frames - 1) * Self.hop
    var weights = [Double](repeating: 0, count: segmentLength)
    for frame in 0..<frames {
      let start = frame * Self.hop - length / 2
      for index in max(-start, 0)..<min(length, segmentLength - start) {
        weights[start + index] += window[index] * window[index]
      }
    }
    self.weights = weights.map { $0 > 1e-10 ? $0 : 1 }
  }

  /// Planes left real, left imaginary, right real, right imaginary; rows of bins, columns of frames.
  func analyse(_ segment: StereoSound) -> [Float] {
    precondition(segment.count == segmentLength, "a segment has its length")
    let size = Self.binCount * frames
    var tensor = [Float](repeating: 0, count: tensorCount)
    for first in stride(from: 0, to: frames, by: ComplexLanes.laneCount) {
      let laneCount = min(ComplexLanes.laneCount, frames - first)
      for lane in 0..<laneCount { fill(lane, with: segment, at: (first + lane) * Self.hop - Self.windowLength / 2) }
      transform.forward(&lanes)
      for bin in 0..<Self.binCount {
        let other = (Self.windowLength - bin) % Self.windowLength
        let (a, b) = (lanes.real[bin], lanes.imaginary[bin])
        let (c, d) = (lanes.real[other], lanes.imaginary[other])
        let parts = [a + c, b - d, b + d, c - a]
        for (plane, part) in parts.enumerated() {
          for lane in 0..<laneCount { tensor[plane * size + bin * frames + first + lane] = Float(part[lane] / 2) }
        }
      }
    }
    return tensor
  }

  private func fill(_ lane: Int, with segment: StereoSound, at start: Int) {
    for index in 0..<Self.windowLength {
      let isInside = (0..<segment.count).contains(start + index)
      lanes.real[index][lane] = isInside ? Double(segment.left[start + index]) * window[index] : 0
      lanes.imaginary[index][lane] = isInside ? Double(segment.right[start + index]) * window[index] : 0
    }
  }

  /// The way back; bins above ``binCount`` are silent.
  func synthesize(_ tensor: ArraySlice<Float>) -> StereoSound {
    precondition(tensor.count == tensorCount, "a segment's spectrum has its size")
    var left = [Double](repeating: 0, count: segmentLength)
    var right = left
    for first in stride(from: 0, to: frames, by: ComplexLanes.laneCount) {
      let laneCount = min(ComplexLanes.laneCount, frames - first)
      for index in lanes.real.indices { (lanes.real[index], lanes.imaginary[index]) = (.zero, .zero) }
      for lane in 0..<laneCount { fill(lane, withColumn: first + lane, of: tensor) }
      transform.inverse(&lanes)
      for lane in 0..<laneCount {
        let start = (first + lane) * Self.hop - Self.windowLength / 2
        for index in max(-start, 0)..<min(Self.windowLength, segmentLength - start) {
          left[start + index] += lanes.real[index][lane] * window[index]
          right[start + index] += lanes.imaginary[index][lane] * window[index]
        }
      }
    }
    return StereoSound(
      left: zip(left, weights).map { Float($0 / $1) }, right: zip(right, weights).map { Float($0 / $1) })
  }

  /// Both channels' spectra as one of a complex signal, left + i · right.
  private func fill(_ lane: Int, withColumn column: Int, of tensor: ArraySlice<Float>) {
    let size = Self.binCount * frames
    for bin in 0..<Self.binCount {
      let at = tensor.startIndex + bin * frames + column
      let (a, b) = (Double(tensor[at]), Double(tensor[at + size]))
      let (c, d) = (Double(tensor[at + 2 * size]), Double(tensor[at + 3 * size]))
      guard bin > 0 else {
        (lanes.real[0][lane], lanes.imaginary[0][lane]) = (a, c)
        continue
      }
      (lanes.real[bin][lane], lanes.imaginary[bin][lane]) = (a - d, b + c)
      let other = Self.windowLength - bin
      (lanes.real[other][lane], lanes.imaginary[other][lane]) = (a + d, c - b)
    }
  }
}
