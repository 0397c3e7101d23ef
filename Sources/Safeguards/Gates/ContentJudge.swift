public import Faces
public import Imaging
import Inference
import ModelStore

/// What a judge says of one frame.
public struct ContentJudgement: Sendable, Hashable, Codable {
  public let isFlagged: Bool
  /// By model: the score of `open_nsfw`, 0…1; what each of the published networks compares with its limit.
  public let measures: [String: Double]

  public init(isFlagged: Bool, measures: [String: Double]) {
    self.isFlagged = isFlagged
    self.measures = measures
  }
}

/// Judges what frames show. Used by one thread at a time.
public protocol ContentJudging: AnyObject {
  func judge(_ frame: Frame) throws -> ContentJudgement
}

/// open_nsfw of the open pack and, where all three are there, the published analysers with their vote (vision.md §13).
/// A frame is flagged when either says so.
public final class ContentJudge: ContentJudging {
  private let threshold: Double
  private let session: InferenceSession
  private let input: Tensor
  private let analyser: ContentAnalyser?
  private let reduction = FrameReduction()

  /// Whether the published analysers have a vote.
  public var asksAnalysers: Bool { analyser != nil }

  /// - Parameter threshold: score of open_nsfw above which a frame is flagged, 0…1.
  /// - Throws: The model store's and the session's errors, also when open_nsfw is missing, and ``FacesError`` for a
  ///   model of another form.
  public init(networks: FaceNetworks, threshold: Double) throws {
    self.threshold = threshold
    session = try networks.open(.openNsfw)
    input = Tensor(shape: [1, OpenNsfw.side, OpenNsfw.side, 3])
    guard session.inputs.count == 1, session.inputs[0].type == .float32, session.inputs[0].accepts(input.shape) else {
      throw ContentJudge.unexpected(session.name, "takes \(session.inputs), not one picture of 224 × 224 × 3")
    }
    analyser = try ContentJudge.analyser(networks)
  }

  public func judge(_ frame: Frame) throws -> ContentJudgement {
    let score = try score(of: OpenNsfw.picture(of: frame, reduction))
    var measures = [ModelID.openNsfw.rawValue: score]
    var isFlagged = score > threshold
    if let analyser {
      let answers = try analyser.answers(for: frame.bgrPicture())
      for answer in answers { measures[answer.model.rawValue] = Double(answer.measure) }
      isFlagged = isFlagged || ContentAnalyser.verdict(on: answers).isFlagged
    }
    return ContentJudgement(isFlagged: isFlagged, measures: measures)
  }

  /// What open_nsfw thinks of a picture, 0…1.
  ///
  /// - Parameter picture: B, G, R, 8 bit.
  func score(of picture: PixelBuffer8) throws -> Double {
    input.setElements(OpenNsfw.tensor(of: picture))
    guard let output = try session.run([input]).first, output.type == .float32, output.count == 2 else {
      throw ContentJudge.unexpected(session.name, "does not give two numbers")
    }
    let score = Double(output.floats[1])
    guard (0...1).contains(score) else {
      throw ContentJudge.unexpected(session.name, "gives the score \(score)")
    }
    return score
  }

  /// Nil where one of the three is not there.
  private static func analyser(_ networks: FaceNetworks) throws -> ContentAnalyser? {
    do {
      return try ContentAnalyser(networks: networks)
    } catch let error as ModelStoreError where error.code == .modelMissing || error.code == .unknownModel {
      return nil
    }
  }

  private static func unexpected(_ model: String, _ what: String) -> FacesError {
    FacesError(
      code: .unexpectedModel, message: "The model \(model) \(what).", hint: "Run `likeness models verify`.")
  }
}

/// How open_nsfw looks at a picture (models/open_pack.md): 256 × 256, the middle 224 of it, B, G, R minus a mean.
enum OpenNsfw {
  static let side = 224
  static let whole = PixelSize(width: 256, height: 256)
  static let mean: [Float] = [104, 117, 123]

  /// The frame as a B, G, R picture, halved as long as it stays larger than what is looked at: most of the work on a
  /// large frame is saved. At its right and lower edge less than one of 256 parts may be lost.
  static func picture(of frame: Frame, _ reduction: FrameReduction) -> PixelBuffer8 {
    var times = 0
    while min(frame.size.width, frame.size.height) >> (times + 1) >= whole.width { times += 1 }
    let all = PixelRectangle(x1: 0, y1: 0, x2: frame.size.width, y2: frame.size.height)
    guard times > 0, let reduced = reduction.reduce(frame, all, times: times) else { return frame.bgrPicture() }
    return reduced.frame.bgrPicture()
  }

  /// Rows of pixels of three values: 224 · 224 · 3.
  ///
  /// Every pixel of the picture counts: with plain bilinear a picture could be made whose few sampled pixels show
  /// something else than the rest.
  static func tensor(of picture: PixelBuffer8) -> [Float] {
    let shrunk = PixelSize(width: min(picture.width, whole.width), height: min(picture.height, whole.height))
    let fitted = resize(resize(picture, to: shrunk, mode: .area), to: whole)
    let margin = (whole.width - side) / 2
    return [Float](unsafeUninitializedCapacity: side * side * 3) { values, count in
      for y in 0..<side {
        let start = ((y + margin) * whole.width + margin) * 3
        for offset in 0..<side * 3 {
          values[count] = Float(fitted.samples[start + offset]) - mean[offset % 3]
          count += 1
        }
      }
    }
  }
}
