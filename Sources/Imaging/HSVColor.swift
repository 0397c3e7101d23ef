/// 8-bit hue, saturation and value of R, G, B pixels: hue is degrees/2, 0…179 (spec vision §2.8).
///
/// With the peer's 12-bit reciprocals, equal to it bit by bit.
public func hsvColors(_ image: PixelBuffer8) -> PixelBuffer8 {
  precondition(image.channels == 3, "a colour conversion takes three channels")
  var result = image
  for at in stride(from: 0, to: image.samples.count, by: 3) {
    let (red, green, blue) = (Int(image.samples[at]), Int(image.samples[at + 1]), Int(image.samples[at + 2]))
    let value = max(red, green, blue)
    let span = value - min(red, green, blue)
    let saturation = (span * reciprocal(255, value) + 2048) >> 12
    let turn = value == red ? green - blue : value == green ? blue - red + 2 * span : red - green + 4 * span
    let hue = (turn * reciprocal(30, span) + 2048) >> 12
    result.samples[at] = UInt8(hue < 0 ? hue + 180 : hue)
    result.samples[at + 1] = UInt8(saturation)
    result.samples[at + 2] = UInt8(value)
  }
  return result
}

/// numerator/divisor in 1/4096, rounded half to even; 0 for a divisor of 0.
private func reciprocal(_ numerator: Int, _ divisor: Int) -> Int {
  divisor == 0 ? 0 : Int((Double(numerator << 12) / Double(divisor)).rounded(.toNearestOrEven))
}

/// How alike the hues and saturations of two R, G, B pictures are, 0…1 (spec vision §17): the correlation of histograms
/// of 50 × 60 bins, from −1…1 to 0…1. Flat histograms count as equal.
public func histogramAgreement(_ a: PixelBuffer8, _ b: PixelBuffer8) -> Double {
  let (first, second) = (hueHistogram(a), hueHistogram(b))
  let count = Double(first.count)
  let means = (first.reduce(0, +) / count, second.reduce(0, +) / count)
  var (shared, own, other) = (0.0, 0.0, 0.0)
  for (x, y) in zip(first, second) {
    shared += (x - means.0) * (y - means.1)
    own += (x - means.0) * (x - means.0)
    other += (y - means.1) * (y - means.1)
  }
  let scale = (own * other).squareRoot()
  let correlation = scale > 0 ? shared / scale : 1
  return min(max((correlation + 1) / 2, 0), 1)
}

private func hueHistogram(_ image: PixelBuffer8) -> [Double] {
  var bins = [Double](repeating: 0, count: 50 * 60)
  let colors = hsvColors(image).samples
  for at in stride(from: 0, to: colors.count, by: 3) {
    bins[Int(colors[at]) * 50 / 180 * 60 + Int(colors[at + 1]) * 60 / 256] += 1
  }
  return bins
}
