public import Imaging
public import Inference
public import ModelStore

/// The published detectors (models.md §3.1).
public enum PublishedDetectorModel: String, Sendable, Hashable, CaseIterable {
  case retinaface, scrfd
  case yoloFace = "yolo_face"
  case yunet

  public var modelID: ModelID {
    switch self {
    case .retinaface: "retinaface_10g"
    case .scrfd: "scrfd_2.5g"
    case .yoloFace: "yoloface_8n"
    case .yunet: "yunet_2023_mar"
    }
  }

  /// Inputs that it takes, the usual one last.
  public var sizes: [PixelSize] {
    switch self {
    case .retinaface, .scrfd: [160, 320, 480, 512, 640].map { PixelSize(width: $0, height: $0) }
    case .yoloFace, .yunet: [PixelSize(width: 640, height: 640)]
    }
  }

  var outputCount: Int {
    switch self {
    case .retinaface, .scrfd: 9
    case .yoloFace: 1
    case .yunet: 12
    }
  }

  /// What the outputs are, for files that leave them open.
  func outputShapes(canvas: PixelSize) -> [[Int]] {
    func cells(_ stride: Int) -> Int { (canvas.width / stride) * (canvas.height / stride) }
    let strides = [8, 16, 32]
    switch self {
    case .retinaface, .scrfd: return [1, 4, 10].flatMap { width in strides.map { [2 * cells($0), width] } }
    case .yoloFace: return [[1, 20, strides.reduce(0) { $0 + cells($1) }]]
    case .yunet: return [1, 1, 4, 10].flatMap { width in strides.map { [1, cells($0), width] } }
    }
  }

  /// The same as ``inputTable``: number = value · scale + bias.
  var inputNumbers: (scale: Float, bias: Float) {
    switch self {
    case .retinaface, .scrfd: (1.0 / 128, -127.5 / 128)
    case .yoloFace: (1.0 / 255, 0)
    case .yunet: (1, 0)
    }
  }

  /// The network's number of each 8-bit value.
  var inputTable: [Float] {
    (0..<256).map { value in
      switch self {
      case .retinaface, .scrfd: (Float(value) - 127.5) / 128
      case .yoloFace: Float(value) / 255
      case .yunet: Float(value)
      }
    }
  }

  /// The planes B, G, R of a fitted picture on the black canvas: 3 · height · width numbers (vision.md §7.2 to 7.5).
  ///
  /// - Parameter picture: no larger than the canvas.
  public func tensor(of picture: PixelBuffer8, canvas: PixelSize) -> Tensor {
    let canvas = DetectorCanvas(model: self, size: canvas)
    canvas.fill(with: picture)
    return canvas.tensor
  }

  /// Reads the network's outputs, in the graph's order, as finds in pixels of the picture.
  ///
  /// Per stride, or for the whole output of yolo_face, finds are dropped when the first place is the only one that
  /// counts, as in the peer (vision.md §7.6).
  ///
  /// - Parameter score: least score of a find; for yolo_face it must be above.
  /// - Throws: ``FacesError`` of code `unexpectedModel` for outputs of another form or that are not finite.
  public func decode(_ outputs: [Tensor], fit: DetectorFit, score: Float) throws -> FaceCandidates {
    let outputs = DetectorOutputs(model: modelID.rawValue, tensors: outputs)
    switch self {
    case .retinaface, .scrfd: return try decodeDistances(outputs, fit, score)
    case .yoloFace: return try decodeColumns(outputs, fit, score)
    case .yunet: return try decodeCenters(outputs, fit, score)
    }
  }
}

/// The outputs of a detector's run, checked as they are read.
struct DetectorOutputs {
  let model: String
  let tensors: [Tensor]

  /// - Parameter count: how many numbers there must be.
  func values(_ index: Int, count: Int) throws -> [Float] {
    let tensor = try tensor(index)
    try tensor.check(count: count, model: model, output: "\(index)")
    return tensor.floats
  }

  func tensor(_ index: Int) throws -> Tensor {
    guard index < tensors.count else {
      throw FacesError.unexpectedModel(model, "gives \(tensors.count) outputs; output \(index) is missing")
    }
    return tensors[index]
  }

  /// The places whose score counts; none when that is the first place alone.
  func places(_ scores: [Float], where counts: (Float) -> Bool) throws -> [Int] {
    var places: [Int] = []
    for (place, score) in scores.enumerated() {
      guard !score.isNaN else { throw notFinite("score", score, place) }
      if counts(score) { places.append(place) }
    }
    return places == [0] ? [] : places
  }

  /// Adds a find whose numbers must be finite.
  func append(
    to candidates: inout FaceCandidates, place: Int, box: SIMD4<Double>, score: Float, points: [SIMD2<Double>]
  ) throws {
    for value in [box.x, box.y, box.z, box.w] + points.flatMap({ [$0.x, $0.y] }) where !value.isFinite {
      throw notFinite("position", value, place)
    }
    candidates.append(box: box, score: score, points: points)
  }

  private func notFinite(_ what: String, _ value: any BinaryFloatingPoint, _ place: Int) -> FacesError {
    FacesError.unexpectedModel(
      model, "gives the \(what) \(value) at place \(place); its outputs are \(tensors.map(\.shape))")
  }
}
