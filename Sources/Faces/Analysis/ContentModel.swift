public import Imaging
public import ModelStore

/// One of the three networks that judge what a picture shows (vision.md §13, models.md §3.6).
public enum ContentModel: String, Sendable, Hashable, CaseIterable {
  /// A detector: the largest score of any class.
  case nsfw1 = "nsfw_1"
  /// Two logits.
  case nsfw2 = "nsfw_2"
  /// Four logits.
  case nsfw3 = "nsfw_3"

  public var modelID: ModelID { ModelID(rawValue: rawValue) }

  /// The picture the network looks at.
  public var size: PixelSize {
    let side =
      switch self {
      case .nsfw1: 640
      case .nsfw2: 384
      case .nsfw3: 448
      }
    return PixelSize(width: side, height: side)
  }

  /// Mean and deviation of R, G, B on the scale 0…1.
  public var normalization: (mean: SIMD3<Float>, deviation: SIMD3<Float>) {
    switch self {
    case .nsfw1: (SIMD3(repeating: 0), SIMD3(repeating: 1))
    case .nsfw2: (SIMD3(repeating: 0.5), SIMD3(repeating: 0.5))
    case .nsfw3: (SIMD3(0.48145466, 0.4578275, 0.40821073), SIMD3(0.26862954, 0.26130258, 0.27577711))
    }
  }

  /// The network's input: the frame as large as it fits in the middle of black, planes R, G, B, normalised.
  ///
  /// - Parameter frame: B, G, R, 8 bit.
  /// - Returns: 3 · side² values.
  public func tensor(of frame: PixelBuffer8) -> [Float] {
    let (mean, deviation) = normalization
    return planarTensor(
      fitContain(frame, to: size), reversing: true, scale: 1 / (255 * deviation), bias: -mean / deviation)
  }

  /// The number that is compared with ``limit``; nil where the output is not of this network's form.
  ///
  /// - Parameters:
  ///   - output: Row-major values.
  ///   - shape: nsfw_1: 1, 4 + classes, candidates; others: 1 and two or four logits.
  public func measure(output: [Float], shape: [Int]) -> Float? {
    guard output.count == shape.reduce(1, *), output.allSatisfy(\.isFinite) else { return nil }
    switch self {
    case .nsfw1:
      guard shape.count == 3, shape[1] > 4 else { return nil }
      return output.dropFirst(4 * shape[2]).max()
    case .nsfw2: return output.count == 2 ? output[0] - output[1] : nil
    case .nsfw3: return output.count == 4 ? (output[2] + output[3]) - (output[0] + output[1]) : nil
    }
  }

  /// A measure above it flags the frame.
  public var limit: Float {
    switch self {
    case .nsfw1: 0.2
    case .nsfw2: 0.25
    case .nsfw3: 10.5
    }
  }

  public func flags(_ measure: Float) -> Bool { measure > limit }
}

/// What the networks say about one frame.
public struct ContentVerdict: Sendable, Hashable {
  /// In the order of ``ContentModel``.
  public let flags: [Bool]

  public init(flags: [Bool]) { self.flags = flags }

  /// At least two of the three flag it.
  public var isFlagged: Bool { flags.count { $0 } >= 2 }
}

/// Which frames of a video are judged and what follows from them.
public enum ContentSampling {
  /// The frame numbers to judge: those in the range that the whole frames a second divide.
  ///
  /// - Parameter fps: Frame rate; below 1 every frame is judged (the peer divides by zero, vision.md §36, 23).
  public static func frames(in range: Range<Int>, fps: Double) -> [Int] {
    let step = step(fps: fps)
    let first = (range.lowerBound + step - 1) / step * step
    return Array(stride(from: max(first, 0), to: range.upperBound, by: step))
  }

  /// Frames from one judged frame to the next.
  public static func step(fps: Double) -> Int { fps.isFinite ? max(Int(min(fps, 1_000_000)), 1) : 1 }

  /// Whether a video is flagged: more than 10 percent of its judged frames are. Unreadable frames do not count.
  public static func isFlagged(flagged: Int, of judged: Int) -> Bool { judged > 0 && flagged * 10 > judged }
}
