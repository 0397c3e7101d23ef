public import DeviceImaging
public import Imaging
public import Inference
public import ModelStore

/// Makes the masks of a face's crop on a card, as ``FaceMasker`` does on the host. Owned by one worker.
///
/// Everything is put into the worker's stream, or waited for by it.
public final class DeviceFaceMasker {
  private struct Occluder {
    let network: CardNetwork
    let form: FaceOccluder.Form
    /// What the network says, in its own size.
    let answer: DeviceMask
  }

  public let options: FaceMaskOptions
  private let imager: DeviceImager
  private let stream: CUDAStream
  /// For what is the same for all faces, or drawn.
  private let host: FaceMasker
  private let occluders: [Occluder]
  private let parser: CardNetwork?
  /// The crop in the occluders' sizes, by side.
  private var pictures: [Int: DevicePicture] = [:]
  /// Masks that are written over for every face, by what they show and their side.
  private var masks: [String: DeviceMask] = [:]
  private var boxes: [String: DeviceMask] = [:]
  /// Answers of the occluders since they were last taken.
  private var answers: [DeviceAnswer] = []

  /// - Parameter types: the masks that the caller honours.
  /// - Returns: nil where a mask is wanted, or a network, that is not made on the card.
  public init?(
    networks: FaceNetworks, options: FaceMaskOptions,
    honoring types: Set<FaceMaskType> = Set(FaceMaskType.allCases), imager: DeviceImager, stream: CUDAStream
  ) throws {
    let wanted = options.types.intersection(types)
    guard let card = networks.card else { return nil }
    self.options = options
    self.imager = imager
    self.stream = stream
    host = try FaceMasker(networks: networks, options: options, honoring: [])
    var occluders: [Occluder] = []
    if wanted.contains(.occlusion) {
      let form: FaceOccluder.Form = options.occluderModel == .likeness ? .likeness : .xseg
      for model in options.occluderModel.modelIDs {
        guard let network = try DeviceFaceMasker.network(model, form, card, stream) else { return nil }
        let shape = network.outputs[0].shape
        guard shape.count == 4, shape[form == .xseg ? 3 : 1] == 1 else {
          throw FacesError.unexpectedModel(model.rawValue, "gives \(shape), which is no mask")
        }
        let answer = PixelSize(width: shape[form == .xseg ? 2 : 3], height: shape[form == .xseg ? 1 : 2])
        occluders.append(
          Occluder(network: network, form: form, answer: try DeviceMask(size: answer, on: stream.context)))
        pictures[form.side] = try DevicePicture(
          size: PixelSize(width: form.side, height: form.side), on: stream.context)
      }
    }
    self.occluders = occluders
    parser = try wanted.contains(.region) ? DeviceFaceMasker.parser(options.parserModel, card, stream) : nil
    if wanted.contains(.region), parser == nil { return nil }
  }

  private static func parser(
    _ model: FaceParserModel, _ card: CardNetworks, _ stream: CUDAStream
  ) throws -> CardNetwork? {
    let side = FaceParser.side
    let network = try card.usable(
      model.modelID, inputs: ["input": [1, 3, side, side]], outputs: [nil],
      ordinal: stream.context.device.ordinal)
    if let shape = network?.outputs[0].shape, shape.count != 4 || shape[0] != 1 {
      throw FacesError.unexpectedModel(model.rawValue, "gives \(shape), not [1, 19, 512, 512]")
    }
    return network
  }

  private static func network(
    _ model: ModelID, _ form: FaceOccluder.Form, _ card: CardNetworks, _ stream: CUDAStream
  ) throws -> CardNetwork? {
    let side = form.side
    let input = form == .xseg ? [1, side, side, 3] : [1, 3, side, side]
    return try card.usable(
      model, inputs: ["input": input], outputs: [nil], ordinal: stream.context.device.ordinal)
  }

  /// As ``FaceMasker/boxMask(size:blur:padding:)``: made once on the host for each setting.
  public func boxMask(size: Int, blur: Double, padding: MaskPadding) throws -> DeviceMask {
    let key = "\(size) \(blur) \(padding)"
    if let known = boxes[key] { return known }
    let made = try DeviceMask(host.boxMask(size: size, blur: blur, padding: padding), on: stream)
    boxes[key] = made
    return made
  }

  /// 1 all over.
  public func wholeMask(size: Int) throws -> DeviceMask {
    if let known = boxes["\(size)"] { return known }
    let whole = PixelBufferF(size: PixelSize(width: size, height: size), channels: 1, repeating: 1)
    let made = try DeviceMask(whole, on: stream)
    boxes["\(size)"] = made
    return made
  }

  /// As ``FaceMasker/areaMask(size:landmarks68:)``: drawn on the host.
  public func areaMask(size: Int, landmarks68: [Point]) throws -> DeviceMask {
    let mask = try mask("area", size)
    try stream.upload(host.areaMask(size: size, landmarks68: landmarks68).samples, to: mask.bytes)
    return mask
  }

  /// As ``FaceMasker/occlusionMask(of:)``. Valid until the next crop.
  public func occlusionMask(of crop: DevicePicture) throws -> DeviceMask {
    var visible: [DeviceMask] = []
    for (number, occluder) in occluders.enumerated() {
      guard let picture = pictures[occluder.form.side] else { continue }
      if number == 0 { try imager.resize(crop, into: picture, on: stream) }
      let mark = try CUDAEvent(on: stream.context)
      try mark.record(on: stream)
      let isPlanar = occluder.form == .likeness
      let input = imager.input(
        [DeviceCrop(picture, .identity)], size: picture.size, order: isPlanar ? .rgb : .bgr,
        layout: isPlanar ? .planar : .interleaved, scale: SIMD3(repeating: 1 / 255))
      let others = [DevicePlace](repeating: .nowhere, count: occluder.network.outputs.count - 1)
      let answer = try occluder.network.run(
        DeviceRequest(inputs: [input], outputs: [.into(occluder.answer.bytes)] + others, after: [mark]))
      try answer.wait(on: stream)
      answers.append(answer)
      // "Rather not" is nothing and "rather yes" is all.
      try imager.stretch(occluder.answer, from: isPlanar ? 0.25...0.75 : 0...1, on: stream)
      let mask = try mask("visible \(number)", crop.size.width)
      try imager.resize(occluder.answer, into: mask, on: stream)
      visible.append(mask)
    }
    let least = try imager.combine(visible, on: stream)
    try imager.soften(least, on: stream)
    return least
  }

  /// As ``FaceMasker/regionMask(of:)`` of the crop that a network gave. Valid until the next crop.
  public func regionMask(of crop: DeviceCropNumbers) throws -> DeviceMask {
    guard let parser else { preconditionFailure("the options ask for regions") }
    let (area, side) = (crop.size.area, FaceParser.side)
    let seen = PixelSize(width: side, height: side)
    let levels = try DeviceMemory(byteCount: 12 * area, from: stream)
    let planes = try DeviceMemory(byteCount: 12 * seen.area, from: stream)
    try imager.levels(of: crop, into: levels.bytes, on: stream)
    for channel in 0..<3 {
      let plane = DeviceMask(size: seen, bytes: planes.bytes(at: 4 * channel * seen.area, count: 4 * seen.area))
      let level = DeviceMask(size: crop.size, bytes: levels.bytes(at: 4 * channel * area, count: 4 * area))
      try imager.resize(level, into: plane, on: stream)
      try imager.scale(
        plane, within: 0...255, bias: 255 * FaceParser.mean[channel], by: 1 / (255 * FaceParser.deviation[channel]),
        on: stream)
    }
    let mark = try CUDAEvent(on: stream.context)
    try mark.record(on: stream)
    let others = [DevicePlace](repeating: .nowhere, count: parser.outputs.count - 1)
    let input = DeviceInput.fill { row, stream in try stream.copy(planes.bytes, to: row) }
    let answer = try parser.run(DeviceRequest(inputs: [input], outputs: [.card] + others, after: [mark]))
    try answer.wait(on: stream)
    answers.append(answer)
    let result = try mask("region", crop.size.width)
    if let scores = answer.card[0] {
      let size = PixelSize(width: scores.shape[3], height: scores.shape[2])
      let shown = try DeviceMask(size: size, from: stream)
      try imager.select(Set(options.regions.map(\.parserClass)), from: scores.bytes, into: shown, on: stream)
      try imager.resize(shown, into: result, on: stream)
    }
    try imager.soften(result, on: stream)
    // What the network reads is given back behind its work.
    withExtendedLifetime(planes) {}
    return result
  }

  /// The least of all masks, as ``FaceMasker/combined(_:)``.
  public func combined(_ masks: [DeviceMask]) throws -> DeviceMask { try imager.combine(masks, on: stream) }

  /// What the networks have answered since this was asked last.
  public func takeAnswers() -> [DeviceAnswer] {
    defer { answers.removeAll(keepingCapacity: true) }
    return answers
  }

  private func mask(_ kind: String, _ side: Int) throws -> DeviceMask {
    let key = "\(kind) \(side)"
    if let known = masks[key] { return known }
    let made = try DeviceMask(size: PixelSize(width: side, height: side), on: stream.context)
    masks[key] = made
    return made
  }
}

extension CardNetworks {
  /// A network whose answers stay on the card; nil where the card cannot know how large its tensors will be.
  ///
  /// - Parameters:
  ///   - inputs: shapes by name, all of them; a model with one input may call it as it likes. float32.
  ///   - optional: inputs that the model may have besides, of any type.
  ///   - outputs: shapes of the first outputs; nil = any. float32.
  /// - Throws: ``FacesError`` of code `unexpectedModel` when the model takes or gives something else.
  public func usable(
    _ model: ModelID, inputs: [String: [Int]], optional: [String: [Int]] = [:], outputs: [[Int]?], ordinal: Int
  ) throws -> CardNetwork? {
    let known: CardNetwork?
    do {
      let shapes = inputs.merging(optional) { first, _ in first }
      known = try network(model, CardForm(shapes: shapes, outputsOnCard: true)).network(ordinal: ordinal)
    } catch let error as InferenceError where error.code == .tensorMismatch {
      return nil
    }
    guard let network = known else { return nil }
    func fits(_ info: TensorInfo, _ shape: [Int]?) -> Bool {
      info.type == .float32 && info.shape == shape ?? info.shape
    }
    let own = network.inputs.filter { optional[$0.name] == nil }
    let takes =
      own.count == inputs.count
      && own.allSatisfy { fits($0, (inputs.count == 1 ? inputs.values.first : inputs[$0.name]) ?? []) }
    let gives = network.outputs.count >= outputs.count && zip(network.outputs, outputs).allSatisfy { fits($0, $1) }
    guard takes, gives else {
      throw FacesError.unexpectedModel(
        model.rawValue, "takes \(network.inputs) and gives \(network.outputs), not \(inputs) and \(outputs)")
    }
    return network
  }
}
