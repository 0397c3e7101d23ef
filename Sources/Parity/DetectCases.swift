import Faces
import Imaging
import Inference
import TestSupport

/// The group `detect`: published detectors on frames, decoding of given raw outputs, rotation matrices.
enum DetectCases: ParityGroup {
  static let groups = ["detect"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    if run.parityCase.inputs.isEmpty { return try rotations(run) }
    return run.hasInput("frame") ? try detection(run) : try decoding(run)
  }

  // MARK: - On frames

  private static func detection(_ run: ParityRun) throws -> ParityOutputs {
    let options = try run.faceOptions()
    let picture = try run.picture("frame")
    let candidates = try run.faceNetworks().publishedDetector(options).candidates(in: picture)
    var outputs = ParityOutputs()
    add(candidates, options, to: &outputs)
    let raw = run.parityCase.outputs.filter { $0.name.hasPrefix("raw") }
    if !raw.isEmpty, let model = options.detectorModel.published.first {
      let network = try PublishedDetectorNetwork(
        session: run.session(model.modelID), model: model, size: options.detectorSize)
      let tensors = try network.run(on: options.detectorMargin.padded(picture).picture).outputs
      for (position, array) in raw.enumerated() {
        let index = rawIndex(array.name, outputs: tensors.count) ?? position
        if index < tensors.count { outputs.add(array.name, tensors[index].floats) }
      }
    }
    return outputs
  }

  /// The place in the graph's order of an output like `raw_bbox_16`; nil for other names.
  private static func rawIndex(_ name: String, outputs: Int) -> Int? {
    let words = name.split(separator: "_")
    guard words.count == 3, let level = ["8", "16", "32"].firstIndex(of: words[2]) else { return nil }
    let parts =
      outputs == 12
      ? [["class", "cls", "score"], ["objectness", "obj"], ["bbox", "box"], ["kps", "landmark"]]
      : [["score"], ["bbox", "box"], ["kps", "landmark"]]
    return parts.firstIndex { $0.contains(String(words[1])) }.map { 3 * $0 + level }
  }

  private static func add(_ candidates: FaceCandidates, _ options: FaceOptions, to outputs: inout ParityOutputs) {
    outputs.add("boxes", candidates.boxes.flatMap { [$0.x, $0.y, $0.z, $0.w] }, as: .float64)
    outputs.add("scores", candidates.scores.map { Double($0) }, as: .float64)
    outputs.add("points", candidates.points.flatMap { $0.flatMap { [$0.x, $0.y] } }, as: .float64)
    outputs.add(value: "candidate_count", .number(Double(candidates.count)))
    let overlap = suppressionThreshold(
      angleCount: options.detectorAngles.count, isManyModels: options.detectorModel == .many)
    outputs.add(value: "suppression_threshold", decimal(overlap))
    let kept = candidates.kept(score: options.detectorScore, overlap: overlap)
    outputs.add(value: "kept_indices", .list(kept.map { .number(Double($0)) }))
  }

  /// The number that the decimal digits of a single precision number stand for.
  static func decimal(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }

  // MARK: - Given raw outputs

  private static func decoding(_ run: ParityRun) throws -> ParityOutputs {
    let options = try run.faceOptions()
    let frame = run.numbers("frame_width_height", [])
    guard frame.count == 2, let model = options.detectorModel.published.first else {
      throw run.invalid("frame_width_height", frame)
    }
    let size = PixelSize(width: frame[0], height: frame[1])
    let margin = options.detectorMargin.padded(PixelBuffer8(size: size, channels: 3, repeating: 0))
    let candidates = try model.decode(
      rawOutputs(run, model, options.detectorSize),
      fit: DetectorFit(picture: margin.picture.size, canvas: options.detectorSize), score: options.detectorScore
    ).unpadded(left: margin.left, top: margin.top)
    var outputs = ParityOutputs()
    add(candidates, options, to: &outputs)
    return outputs
  }

  private static func rawOutputs(
    _ run: ParityRun, _ model: PublishedDetectorModel, _ size: PixelSize
  ) throws -> [Tensor] {
    if run.hasInput("raw_rows") { return [try columns(run)] }
    if run.hasInput("rows_8") { return try centers(run, size) }
    return try run.parityCase.inputs.map { array in
      Tensor(shape: array.shape, elements: try run.parityCase.floats(array))
    }
  }

  /// yolo_face: zeros but for the columns named.
  private static func columns(_ run: ParityRun) throws -> Tensor {
    let places = try run.parityCase.numbers(run.parityCase.input("raw_rows")).map { Int($0) }
    let values = try run.parityCase.floats(run.parityCase.input("raw_values"))
    let count = 8400
    var numbers = [Float](repeating: 0, count: 20 * count)
    for (index, place) in places.enumerated() {
      for row in 0..<20 { numbers[row * count + place] = values[20 * index + row] }
    }
    return Tensor(shape: [1, 20, count], elements: numbers)
  }

  /// yunet: an objectness of 0.5 and zeros but for the anchors named.
  private static func centers(_ run: ParityRun, _ size: PixelSize) throws -> [Tensor] {
    let parts: [(width: Int, start: Int, rest: Float)] = [(1, 0, 0), (1, 1, 0.5), (4, 2, 0), (10, 6, 0)]
    return try parts.flatMap { part in
      try [8, 16, 32].map { stride in
        let places = try run.parityCase.numbers(run.parityCase.input("rows_\(stride)")).map { Int($0) }
        let values = try run.parityCase.floats(run.parityCase.input("values_\(stride)"))
        let count = (size.width / stride) * (size.height / stride)
        var numbers = [Float](repeating: part.rest, count: part.width * count)
        for (index, place) in places.enumerated() {
          for column in 0..<part.width {
            numbers[part.width * place + column] = values[16 * index + part.start + column]
          }
        }
        return Tensor(shape: [1, count, part.width], elements: numbers)
      }
    }
  }

  // MARK: - Tables

  /// The matrix and size of every turn that the table lists.
  private static func rotations(_ run: ParityRun) throws -> ParityOutputs {
    let rows = try (run.expected("table").list ?? []).map { row -> JSONValue in
      let angle = row["angle"]?.number ?? 0
      let sides = row["size"]?.numbers ?? []
      guard sides.count == 2 else { throw run.invalid("size", sides) }
      let (m, size) = Imaging.AffineTransform.rotation(
        degrees: Int(angle), of: PixelSize(width: Int(sides[0]), height: Int(sides[1])))
      return .object([
        "angle": .number(angle), "size": .list(sides.map(JSONValue.number)),
        "matrix": .list([[m.a, m.b, m.c], [m.d, m.e, m.f]].map { .list($0.map(JSONValue.number)) }),
        "new_size": .list([size.width, size.height].map { .number(Double($0)) }),
      ])
    }
    var outputs = ParityOutputs()
    outputs.add(value: "table", .list(rows))
    return outputs
  }
}
