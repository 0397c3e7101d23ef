extension StereoSound {
  /// Longest sound that is transformed as a whole: about 11 seconds. Longer ones go in overlapping blocks, so that a
  /// film's sound needs no more memory; the difference is far below a 16-bit step.
  private static let wholeLimit = 1 << 19
  /// Samples of 16 kHz that a block gives, and those on either side of it that are thrown away.
  private static let core = 1 << 16
  private static let margin = 1 << 12

  /// The same sound with a third of the samples, from 48 to 16 kHz, through its spectrum (vision.md §26, step 2).
  public func thirdRate() -> StereoSound {
    let length = Int((Double(count) / 3).rounded(.toNearestOrEven))
    guard length > 0 else { return .silence(0) }
    return count <= StereoSound.wholeLimit ? whole(length) : inBlocks(length)
  }

  private func whole(_ length: Int) -> StereoSound {
    var signal = ComplexLanes(count: count)
    for index in 0..<count {
      signal.real[index][0] = Double(left[index])
      signal.imaginary[index][0] = Double(right[index])
    }
    let resampler = SpectrumResampler(from: count, to: length)
    let result = resampler.resample(signal)
    return StereoSound(left: result.real.map { Float($0[0]) }, right: result.imaginary.map { Float($0[0]) })
  }

  /// Four blocks at a time.
  private func inBlocks(_ length: Int) -> StereoSound {
    let (core, margin) = (StereoSound.core, StereoSound.margin)
    let size = core + 2 * margin
    let resampler = SpectrumResampler(from: 3 * size, to: size)
    var result = StereoSound.silence(length)
    for first in stride(from: 0, to: length, by: ComplexLanes.laneCount * core) {
      var signal = ComplexLanes(count: 3 * size)
      for lane in 0..<ComplexLanes.laneCount {
        let start = 3 * (first + lane * core - margin)
        for index in max(-start, 0)..<max(min(3 * size, count - start), max(-start, 0)) {
          signal.real[index][lane] = Double(left[start + index])
          signal.imaginary[index][lane] = Double(right[start + index])
        }
      }
      let reduced = resampler.resample(signal)
      for lane in 0..<ComplexLanes.laneCount {
        let start = first + lane * core
        for index in 0..<max(min(core, length - start), 0) {
          result.left[start + index] = Float(reduced.real[margin + index][lane])
          result.right[start + index] = Float(reduced.imaginary[margin + index][lane])
        }
      }
    }
    return result
  }
}

/// Shortens signals by leaving out the upper part of their spectrum.
struct SpectrumResampler {
  private let source: FourierTransform
  private let target: FourierTransform

  /// - Parameters:
  ///   - count: Samples of what comes in.
  ///   - length: Samples of what comes out, 1…count.
  init(from count: Int, to length: Int) {
    precondition(length > 0 && length <= count, "a signal is made shorter")
    source = FourierTransform(count: count)
    target = FourierTransform(count: length)
  }

  /// Real and imaginary parts are signals of their own: everything done here keeps them apart.
  func resample(_ signal: ComplexLanes) -> ComplexLanes {
    let (count, length) = (source.count, target.count)
    var spectrum = signal
    source.forward(&spectrum)
    var result = ComplexLanes(count: length)
    let scale = Double(length) / Double(count)
    func add(_ from: Int, to: Int) {
      result.real[to] += spectrum.real[from] * scale
      result.imaginary[to] += spectrum.imaginary[from] * scale
    }
    add(0, to: 0)
    for bin in stride(from: 1, to: (length + 1) / 2, by: 1) {
      add(bin, to: bin)
      add(count - bin, to: length - bin)
    }
    // The last bin of an even length stands for both of its frequencies.
    if length % 2 == 0, length < count {
      add(length / 2, to: length / 2)
      add(count - length / 2, to: length / 2)
    } else if length % 2 == 0 {
      add(length / 2, to: length / 2)
    }
    target.inverse(&result)
    return result
  }
}
