/// Which precision a model computes in, and why. For the log and the report of a run.
public struct PrecisionReport: Sendable, Hashable, Codable {
  public var model: String
  /// Half precision is in use.
  public var isHalf: Bool
  /// Why not, or why no longer; empty where it is.
  public var reason: String
  /// Half against single precision on the same warm-up input, nil where it was not compared: the smallest cosine
  /// between outputs, and the largest difference as a part of the output's largest number.
  public var cosine: Double?
  public var maximumError: Double?
  /// Operators that compute in half precision, and those that stayed; nil where the provider decides.
  public var halfNodes: Int?
  public var singleNodes: Int?

  init(model: String, isHalf: Bool, reason: String = "", check: PrecisionCheck? = nil) {
    self.model = model
    self.isHalf = isHalf
    self.reason = reason
    cosine = check?.cosine
    maximumError = check?.maximumError
  }

  public var sentence: String {
    var text = "\(model) computes in \(isHalf ? "half" : "single") precision"
    if !reason.isEmpty { text += ": \(reason)" }
    if let cosine, let maximumError {
      text += "; half against single precision: cosine \(Self.digits(cosine, 6)) (needed "
      text += "\(PrecisionCheck.smallestCosine)), largest error \(Self.digits(maximumError * 100, 2)) % (allowed "
      text += "\(Self.digits(PrecisionCheck.largestError * 100, 0)) %)"
    }
    if let halfNodes, let singleNodes { text += "; \(halfNodes) operators in half, \(singleNodes) in single precision" }
    return text + "."
  }

  /// Cut, not rounded, so that 0.99999 never reads as 1.
  private static func digits(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return "none" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let whole = Int((value * scale).rounded(.down))
    guard places > 0 else { return String(whole) }
    let fraction = String(whole % Int(scale))
    return "\(whole / Int(scale))." + String(repeating: "0", count: places - fraction.count) + fraction
  }
}

/// How far the outputs in half precision are from those in single precision.
struct PrecisionCheck: Sendable, Hashable {
  /// Of all outputs, the smallest cosine between the two.
  var cosine = 1.0
  /// Of all outputs, the largest difference, divided by the output's largest number.
  var maximumError = 0.0
  /// Not finite, or of another shape.
  var isBroken = false

  static let smallestCosine = 0.999
  static let largestError = 0.02

  var isPassed: Bool { !isBroken && cosine >= Self.smallestCosine && maximumError <= Self.largestError }

  /// What was wrong, as a half sentence; empty when all is well.
  var reason: String {
    if isPassed { return "" }
    if isBroken { return "half precision gives numbers that are not finite" }
    return "half precision gives another answer"
  }

  init(single: [Tensor], half: [Tensor]) {
    guard single.count == half.count else {
      isBroken = true
      return
    }
    for (reference, tensor) in zip(single, half) { compare(reference, tensor) }
  }

  private mutating func compare(_ reference: Tensor, _ tensor: Tensor) {
    guard reference.type == .float32 || reference.type == .float16 else { return }
    guard reference.shape == tensor.shape, reference.type == tensor.type, tensor.firstNotFinite() == nil else {
      isBroken = true
      return
    }
    var (dot, squares, others, difference, largest) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (one, two) in zip(reference.floats, tensor.floats) {
      let (one, two) = (Double(one), Double(two))
      dot += one * two
      squares += one * one
      others += two * two
      difference = max(difference, abs(one - two))
      largest = max(largest, abs(one))
    }
    // Two outputs of zeros are the same; zeros against anything else are as far apart as can be.
    let norm = (squares * others).squareRoot()
    cosine = min(cosine, norm > 0 ? dot / norm : (squares == others ? 1 : 0))
    maximumError = max(maximumError, largest > 0 ? difference / largest : (difference > 0 ? .infinity : 0))
  }
}
