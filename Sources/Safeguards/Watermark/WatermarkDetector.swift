public import Imaging

/// Looks for the watermark of one key. Give it a picture, or some or all frames of a video, then ask for the finding.
///
/// Nothing of the original is needed. The mark is found wherever the picture was cut, at a third to more than twice its
/// size (the two directions differing by up to one in a hundred), mirrored or turned by quarters.
public struct WatermarkDetector {
  /// Width and height from which on a picture can be judged.
  public static let leastSide = 64

  private let reading: WatermarkReading
  private var residual: WatermarkResidual?

  public init(key: WatermarkKey) { reading = WatermarkReading(chips: WatermarkChips(key: key)) }

  /// Adds a frame. All frames have the size of the first; others are passed over.
  public mutating func add(_ frame: Frame) {
    if residual == nil { residual = WatermarkResidual(frame.size) }
    guard residual?.source == frame.size, isLargeEnough(frame.size) else { return }
    residual?.add(frame)
  }

  private func isLargeEnough(_ size: PixelSize) -> Bool { min(size.width, size.height) >= Self.leastSide }

  /// What the frames so far say. May be asked again after more frames.
  public func finding() -> WatermarkFinding {
    guard let residual else { return WatermarkFinding(outcome: .noFrames, confidence: 0, frames: 0) }
    guard isLargeEnough(residual.source) else {
      return WatermarkFinding(outcome: .tooSmall, confidence: 0, frames: 0)
    }
    var finding = WatermarkFinding(outcome: .notFound, confidence: 0, frames: residual.frames)
    let scale = Double(residual.reduction)
    Self.forEachView(of: residual) { waves, across, down in
      guard let found = reading.read(waves) else { return false }
      finding = Self.finding(found, across * scale, down * scale, residual.frames)
      return true
    }
    return finding
  }

  /// How many of these keys find an id, for measurements of false findings: the file's waves are worked out once for all
  /// of them.
  public func findings(of keys: [WatermarkKey]) -> Int {
    guard let residual, isLargeEnough(residual.source) else { return 0 }
    var views: [[Wave]] = []
    Self.forEachView(of: residual) { waves, _, _ in
      views.append(waves)
      return false
    }
    return keys.count { key in
      let reading = WatermarkReading(chips: WatermarkChips(key: key))
      return views.contains { reading.read($0) != nil }
    }
  }

  /// The waves for every period that may be the tile's, the likeliest first, until `body` gives true.
  private static func forEachView(
    of residual: WatermarkResidual, _ body: (_ waves: [Wave], _ across: Double, _ down: Double) -> Bool
  ) {
    let plane = residual.evened()
    var spectrum = WatermarkSpectrum(plane, width: residual.width, height: residual.height)
    for period in usualPeriods(residual) {
      if body(spectrum.waves(across: period, down: period), period, period) { return }
    }
    for candidate in WatermarkScaleSearch.candidates(plane, width: residual.width, height: residual.height) {
      let (across, down) = tuned(candidate, &spectrum)
      if body(spectrum.waves(across: across, down: down), across, down) { return }
    }
  }

  private static func finding(
    _ found: WatermarkReading.Result, _ across: Double, _ down: Double, _ frames: Int
  ) -> WatermarkFinding {
    WatermarkFinding(
      outcome: .found, id: found.id, confidence: found.logProbability, frames: frames, period: [across, down],
      isTurned: found.orientation != .same)
  }

  /// Periods of pictures that were not scaled: that of this size, and that of all pictures up to 1080 lines.
  private static func usualPeriods(_ residual: WatermarkResidual) -> [Double] {
    let own = Double(WatermarkTile.period(for: residual.source)) / Double(residual.reduction)
    let smallest = 128 / Double(residual.reduction)
    return own == smallest ? [own] : [own, smallest]
  }

  /// Climbs to the period at which the tile's waves are strongest, in the whole picture; needs no key.
  private static func tuned(
    _ candidate: WatermarkScaleSearch.Candidate, _ spectrum: inout WatermarkSpectrum
  ) -> (across: Double, down: Double) {
    var (across, down) = (candidate.across, candidate.down)
    let lengths = (Double(spectrum.width), Double(spectrum.height))
    var best = strength(&spectrum, across, down)
    for fraction in [0.3, 0.15, 0.07] {
      let acrossStep = fraction * across * across / (Double(WatermarkChips.highest) * lengths.0)
      let downStep = fraction * down * down / (Double(WatermarkChips.highest) * lengths.1)
      for move in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
        while true {
          let next = (across + move.0 * acrossStep, down + move.1 * downStep)
          let power = strength(&spectrum, next.0, next.1)
          guard power > best, abs(next.0 - candidate.across) < 0.02 * candidate.across,
            abs(next.1 - candidate.down) < 0.02 * candidate.down
          else { break }
          (across, down, best) = (next.0, next.1, power)
        }
      }
    }
    return (across, down)
  }

  private static func strength(_ spectrum: inout WatermarkSpectrum, _ across: Double, _ down: Double) -> Float {
    spectrum.waves(across: across, down: down).reduce(0) { $0 + $1.power }
  }
}
