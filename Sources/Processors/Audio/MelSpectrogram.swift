import func Foundation.cos

/// How loud 80 bands are over time (vision.md §26, steps 4 to 6). At 16 kHz it has 80 columns a second.
public struct MelSpectrogram: Sendable {
  public static let columnsPerSecond = 80.0
  /// Columns that a lip syncer looks at.
  public static let windowWidth = 16
  private static let windowLength = 800
  private static let hop = 200

  public let columns: Int
  /// Rows of bands, each with all columns.
  public let values: [Float]

  /// - Parameter values: 80 · columns.
  public init(columns: Int, values: [Float]) {
    precondition(values.count == columns * MelFilters.bandCount, "a spectrogram has 80 values a column")
    self.columns = columns
    self.values = values
  }

  /// Of samples at 16 kHz; the window is centred on the first sample to begin with.
  public init(_ samples: [Double]) {
    let length = Self.windowLength
    let columns = (samples.count + Self.hop - 1) / Self.hop + 1
    let window = (0..<length).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(length)) }
    let sum = window.reduce(0, +)
    let transform = FourierTransform(count: length)
    var values = [Float](repeating: 0, count: columns * MelFilters.bandCount)
    // Two columns a lane: one as the real, one as the imaginary part.
    let pair = 2 * ComplexLanes.laneCount
    for first in stride(from: 0, to: columns, by: pair) {
      var signal = ComplexLanes(count: length)
      for offset in 0..<min(pair, columns - first) {
        let start = (first + offset) * Self.hop - length / 2
        for index in max(-start, 0)..<max(min(length, samples.count - start), max(-start, 0)) {
          let value = samples[start + index] * window[index] / sum
          if offset % 2 == 0 {
            signal.real[index][offset / 2] = value
          } else {
            signal.imaginary[index][offset / 2] = value
          }
        }
      }
      transform.forward(&signal)
      for offset in 0..<min(pair, columns - first) {
        let loudness = Self.bands(signal, lane: offset / 2, isImaginary: offset % 2 == 1)
        for (band, value) in loudness.enumerated() { values[band * columns + first + offset] = Float(value) }
      }
    }
    self.init(columns: columns, values: values)
  }

  /// The bands of one of the two real signals in a lane.
  private static func bands(_ spectrum: ComplexLanes, lane: Int, isImaginary: Bool) -> [Double] {
    func magnitude(_ bin: Int) -> Double {
      let other = (windowLength - bin) % windowLength
      let (a, b) = (spectrum.real[bin][lane], spectrum.imaginary[bin][lane])
      let (c, d) = (spectrum.real[other][lane], spectrum.imaginary[other][lane])
      let (real, imaginary) = isImaginary ? (b + d, c - a) : (a + c, b - d)
      return (real * real + imaginary * imaginary).squareRoot() / 2
    }
    return MelFilters.weights.enumerated().map { band, weights in
      weights.enumerated().reduce(0) { $0 + $1.element * magnitude(MelFilters.edges[band] + $1.offset) }
    }
  }

  /// The ends of the windows of a clip's frames: column numbers, the windows are the 16 columns before them.
  ///
  /// Positions are whole numbers of any size; the peer's are of 16 bits and break after 409 seconds (vision.md §36,
  /// quirk 14).
  public static func windowEnds(columns: Int, fps: Double) -> [Int] {
    guard fps > 0, fps.isFinite, columns > 0 else { return [] }
    let step = columnsPerSecond / fps
    let count = Int((Double(columns) / step).rounded(.up))
    return (0..<count).map { Int(Double($0) * step) }.filter { $0 >= windowWidth }
  }

  /// 80 rows of 16 columns that end before a column. Columns outside are silent.
  public func window(endingAt end: Int) -> [Float] {
    (0..<MelFilters.bandCount).flatMap { band in
      (end - Self.windowWidth..<end).map { (0..<columns).contains($0) ? values[band * columns + $0] : 0 }
    }
  }

  /// The windows of all frames.
  public func windows(fps: Double) -> [[Float]] {
    Self.windowEnds(columns: columns, fps: fps).map(window)
  }
}
