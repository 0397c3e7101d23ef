import Faces
import Imaging
import Inference
import Processors
import TestSupport

/// The group `swap`: network swappers and their parts (vision.md §18, 19).
///
/// What a case expects says which steps are run: `parts` of a pixel boost, the averaged identity of source frames
/// (`embedding`), a table of identities for every model that an output is named after, or one face swapped.
enum SwapCases: ParityGroup {
  static let groups = ["swap"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let names = run.parityCase.outputs.map(\.name)
    if names.contains("parts") || names.contains("rebuilt") { return try pixelBoost(run) }
    if names.contains(where: { NetworkSwapperModel(named: $0) != nil }) { return try identities(run) }
    if names.contains("embedding") || names.contains("embedding_norm") { return try sourceFace(run) }
    return try SwappedFace(run).outputs()
  }

  private static func pixelBoost(_ run: ParityRun) throws -> ParityOutputs {
    let crop = try run.picture("crop")
    let step = Int(run.number("total", 1))
    let size = PixelSize(width: crop.width / max(step, 1), height: crop.height / max(step, 1))
    guard step > 0, crop.channels == 3, size.width * step == crop.width, size.height * step == crop.height else {
      throw TestSupportError(.caseInvalid, "A crop of \(crop.size) cannot be divided into \(step) x \(step).")
    }
    let tensor = Tensor(shape: [1, 3, size.height, size.width])
    var parts: [UInt8] = []
    var rebuilt = PixelBuffer8(size: crop.size, channels: 3, repeating: 0)
    for index in 0..<step * step {
      let phase = PixelPhase(index: index, step: step)
      tensor.setPlanes(of: crop, levels: ChannelLevels(divisor: 1), phase: phase)
      var part = PixelBuffer8(size: size, channels: 3, repeating: 0)
      part.setPixels(fromPlanes: tensor) { value, _ in UInt8(value) }
      parts += part.samples
      rebuilt.setPixels(fromPlanes: tensor, phase: phase) { value, _ in UInt8(value) }
    }
    var outputs = ParityOutputs()
    outputs.add("parts", parts.map { Double($0) }, as: .uint8)
    outputs.add("rebuilt", rebuilt)
    return outputs
  }

  private static func identities(_ run: ParityRun) throws -> ParityOutputs {
    let values = try run.numbers("source_embedding")
    let normalized = try run.numbers("source_embedding_norm")
    let target = try run.numbers("target_embedding")
    let networks = try run.networks()
    var outputs = ParityOutputs()
    for output in run.parityCase.outputs {
      guard let model = NetworkSwapperModel(named: output.name) else { continue }
      let source = try IdentityConverter(model, networks: networks).convert(values: values, normalized: normalized)
      let rows = try weights(of: output).flatMap { weight in
        IdentityBalance(weight: weight).mix(source, target, family: model.family)
      }
      outputs.add(output.name, rows)
    }
    return outputs
  }

  /// The weights that the description counts, one a row.
  private static func weights(of output: ParityArray) throws -> [Double] {
    let words = (output.description ?? "").split { !("0"..."9").contains($0) && $0 != "." }
    let numbers = words.compactMap { Double($0) }
    guard numbers.count == output.shape.first else {
      throw TestSupportError(
        .caseInvalid, "The output \(output.name) of the shape \(output.shape) does not name a weight for every row.")
    }
    return numbers
  }

  private static func sourceFace(_ run: ParityRun) throws -> ParityOutputs {
    let analyser = try run.networks().publishedAnalyser(
      run.faceOptions(), detail: .identity, recognizer: .arcFace)
    var faces: [Face] = []
    for input in run.parityCase.inputs where input.shape.count == 3 {
      let picture = try run.picture(input.name)
      guard let largest = try analyser.faces(in: picture).max(by: { $0.box.area < $1.box.area }) else { continue }
      faces.append(largest)
    }
    guard let first = faces.first, let identity = Embedding.mean(of: faces.compactMap(\.embedding)) else {
      throw TestSupportError(.caseInvalid, "No source of \(run.parityCase.id) shows a face.")
    }
    var outputs = ParityOutputs()
    outputs.add("embedding", identity.values)
    outputs.add("embedding_norm", identity.normalized)
    outputs.add("points_5_68", first.landmarks5From68)
    return outputs
  }
}
