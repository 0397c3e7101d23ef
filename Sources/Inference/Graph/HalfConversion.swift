/// Rewrites a model so that it computes in half precision inside: half the memory traffic, and tensor cores.
///
/// Every value gets a home, single or half precision, by the operator that makes it; where an operator needs the other
/// one, a Cast is put in between. Weights are rounded once, in the file. These stay in single precision:
/// operators not known to do well in half precision, those with constants that half precision cannot hold (above
/// 65504, or tiny ones such as the guard of a division), positions (numbers made from integers, and constants above
/// 256, between which half precision has steps of a quarter and more), and everything inside of If, Loop and Scan.
struct HalfConversion {
  enum Outcome {
    case converted([UInt8], Summary)
    /// A half sentence that says why the model stays as it is.
    case refused(String)
  }

  struct Summary: Sendable, Hashable {
    /// Operators that compute in half precision now.
    var halfNodes = 0
    /// Those that stayed, by name of the operator.
    var singleNodes: [String: Int] = [:]
  }

  /// The largest number of half precision.
  static let largest: Float = 65504
  /// From here on neighbours are a quarter apart or more.
  private static let largestPosition: Float = 256
  /// Half of the smallest number above zero; what is below becomes zero.
  private static let smallest: Float = 0x1p-25
  /// The smallest with full precision.
  private static let smallestNormal: Float = 0x1p-14

  private enum Home { case single, half }

  private var model: OnnxModel
  private let types: ValueTypes
  private let weights: [String: OnnxTensor]
  private let ranges: [String: OnnxTensor.Range]
  /// Inputs and outputs of the graph that become half precision under their own names.
  private let halfInterface: Set<String>
  private let keepsInside: Bool
  private var homes: [String: Home] = [:]
  /// Values that hold positions.
  private var positions: Set<String> = []
  private var nodes: [OnnxNode] = []
  /// Names that exist in the new graph.
  private var made: Set<String> = []
  private var usedWeights: [String: OnnxTensor] = [:]
  private var summary = Summary()

  /// - Parameters:
  ///   - keepsInterface: Inputs and outputs stay in single precision; otherwise those that are become half.
  ///   - keepsInside: Everything else stays in single precision.
  /// - Throws: ``InferenceError`` `modelInvalid`.
  static func convert(
    _ bytes: [UInt8], name: String, keepsInterface: Bool = true, keepsInside: Bool = false
  ) throws -> Outcome {
    var model = try OnnxModel(bytes: bytes, name: name)
    if let reason = refusal(model, keepsInterface: keepsInterface) { return .refused(reason) }
    try moveConstants(&model)
    var conversion = HalfConversion(model: model, keepsInterface: keepsInterface, keepsInside: keepsInside)
    conversion.convertNodes()
    guard keepsInside || conversion.summary.halfNodes > 0 else {
      return .refused("none of its operators does well in half precision")
    }
    return .converted(conversion.finished(), conversion.summary)
  }

  private static func refusal(_ model: OnnxModel, keepsInterface: Bool) -> String? {
    let graph = model.graph
    if model.hasFunctions || graph.hasSparseInitializers { return "it has parts that are not looked into" }
    if let node = graph.nodes.first(where: { HalfOperators.isQuantized($0.operation) }) {
      return "it was made for 8-bit numbers (\(node.operation))"
    }
    let half = ElementType.float16.rawValue
    let isHalf = graph.initializers.contains { $0.type == half } || graph.inputs.contains { $0.type == half }
    if isHalf { return "it is in half precision already" }
    guard !keepsInterface else { return nil }
    let inner = graph.nodes.flatMap(\.subgraphs).reduce(into: Set<String>()) { $0.formUnion($1.namesRead) }
    let isRead = (graph.inputs + graph.outputs).contains { inner.contains($0.name) }
    return isRead ? "an inner graph reads its inputs" : nil
  }

  /// Constant operators with numbers become constants of the graph, which is where they are looked for.
  private static func moveConstants(_ model: inout OnnxModel) throws {
    var kept: [OnnxNode] = []
    for node in model.graph.nodes {
      guard node.operation == "Constant", node.isStandard, let output = node.outputs.first,
        var tensor = node.attribute("value")?.tensor, tensor.isFloat
      else {
        kept.append(node)
        continue
      }
      tensor.name = output
      model.graph.initializers.append(tensor)
    }
    model.graph.nodes = kept
    // A constant that is an input too could be replaced by a caller; none of ours does.
    let constants = Set(model.graph.initializers.map(\.name))
    model.graph.inputs.removeAll { constants.contains($0.name) }
  }

  private init(model: OnnxModel, keepsInterface: Bool, keepsInside: Bool) {
    self.model = model
    self.keepsInside = keepsInside
    let types = ValueTypes(model.graph)
    self.types = types
    let floats = model.graph.initializers.filter(\.isFloat)
    weights = Dictionary(floats.map { ($0.name, $0) }) { first, _ in first }
    ranges = weights.mapValues { $0.range() }
    let interface = (model.graph.inputs + model.graph.outputs).map(\.name)
    halfInterface = keepsInterface ? [] : Set(interface.filter { types.isFloat($0) && $0.isEmpty == false })
    made = Set(model.graph.inputs.map(\.name))
    for input in model.graph.inputs where types.isFloat(input.name) {
      homes[input.name] = halfInterface.contains(input.name) ? .half : .single
    }
  }

  // MARK: Names

  /// The new graph's name of a value in a precision.
  private func name(_ value: String, _ home: Home) -> String {
    switch (home, halfInterface.contains(value)) {
    case (.single, false), (.half, true): value
    case (.half, false): value + "__half"
    case (.single, true): value + "__single"
    }
  }

  /// The name to read a value under, putting a Cast in front of the reader when it is not there yet.
  private mutating func read(_ value: String, _ home: Home) -> String {
    guard types.isFloat(value) else { return value }
    let wanted = name(value, home)
    if made.contains(wanted) { return wanted }
    if let tensor = weights[value] {
      var copy = home == .half ? tensor.rounded(name: wanted) : tensor
      copy.name = wanted
      usedWeights[wanted] = copy
      made.insert(wanted)
      return wanted
    }
    guard let source = homes[value], source != home else { return wanted }
    let type = home == .half ? ElementType.float16 : .float32
    nodes.append(
      OnnxNode(
        "Cast", inputs: [name(value, source)], outputs: [wanted], name: wanted + "__cast",
        attributes: [OnnxAttribute(name: "to", int: Int(type.rawValue))]))
    made.insert(wanted)
    return wanted
  }

  // MARK: Operators

  private mutating func convertNodes() {
    for node in model.graph.nodes {
      let readsFloats = node.inputs.contains(where: types.isFloat)
      let makesFloats = node.outputs.contains(where: types.isFloat)
      let home = readsFloats && makesFloats ? home(of: node) : readingHome(of: node)
      var changed = node
      changed.inputs = node.inputs.enumerated().map { index, input in
        read(input, index >= HalfOperators.firstFixedInput(node.operation) ? .single : home)
      }
      for name in Set(node.subgraphs.flatMap(\.namesRead)).sorted() where homes[name] != nil || weights[name] != nil {
        _ = read(name, .single)
      }
      changed.outputs = node.outputs.map { output in
        guard types.isFloat(output) else { return output }
        homes[output] = home
        return name(output, home)
      }
      made.formUnion(changed.outputs)
      nodes.append(changed)
      guard makesFloats else { continue }
      if home == .half { summary.halfNodes += 1 } else { summary.singleNodes[node.operation, default: 0] += 1 }
      if givesPositions(node, home) { positions.formUnion(node.outputs) }
    }
  }

  /// For operators that give no fractions out, and for those that make numbers from nothing.
  private func readingHome(of node: OnnxNode) -> Home {
    let floats = node.inputs.filter(types.isFloat)
    guard HalfOperators.reading.contains(node.operation), node.isStandard, !floats.isEmpty else { return .single }
    return floats.allSatisfy { weights[$0] != nil || homes[$0] == .half } ? .half : .single
  }

  private func home(of node: OnnxNode) -> Home {
    guard !keepsInside, node.isStandard, node.subgraphs.isEmpty else { return .single }
    let data = node.inputs.prefix(min(node.inputs.count, HalfOperators.firstFixedInput(node.operation)))
      .filter(types.isFloat)
    if data.contains(where: positions.contains) || !constantsFit(node, data) { return .single }
    if HalfOperators.computing.contains(node.operation) { return .half }
    guard HalfOperators.moving.contains(node.operation) else { return .single }
    return data.contains { homes[$0] == .half } ? .half : .single
  }

  private func constantsFit(_ node: OnnxNode, _ data: [String]) -> Bool {
    let limit = HalfOperators.elementwise.contains(node.operation) ? Self.largestPosition : Self.largest
    return data.allSatisfy { input in
      guard let range = ranges[input], let tensor = weights[input] else { return true }
      guard range.largest <= limit else { return false }
      // A statistic that is divided by must keep its precision; a lone number that vanishes was a guard.
      if node.operation == "BatchNormalization" { return range.smallest >= Self.smallestNormal }
      return tensor.count > 1 || range.smallest > Self.smallest
    }
  }

  private func givesPositions(_ node: OnnxNode, _ home: Home) -> Bool {
    guard home == .single else { return false }
    if node.operation == "Range" { return true }
    if node.operation == "Cast", let source = node.inputs.first.flatMap({ types[$0] }) {
      return [ElementType.int32.rawValue, ElementType.int64.rawValue].contains(source)
    }
    if ["Conv", "ConvTranspose", "Gemm", "MatMul"].contains(node.operation) { return false }
    let hasLargeConstant =
      HalfOperators.elementwise.contains(node.operation)
      && node.inputs.contains { (ranges[$0]?.largest ?? 0) > Self.largestPosition }
    return hasLargeConstant || node.inputs.contains(where: positions.contains)
  }

  // MARK: The new graph

  private mutating func finished() -> [UInt8] {
    for output in model.graph.outputs where types.isFloat(output.name) {
      _ = read(output.name, halfInterface.contains(output.name) ? .half : .single)
    }
    let half = ElementType.float16.rawValue
    for index in model.graph.inputs.indices where halfInterface.contains(model.graph.inputs[index].name) {
      model.graph.inputs[index].type = half
    }
    for index in model.graph.outputs.indices where halfInterface.contains(model.graph.outputs[index].name) {
      model.graph.outputs[index].type = half
    }
    // What a value in between holds is stated only where it still is that.
    model.graph.values.removeAll { value in
      types.isFloat(value.name) ? homes[value.name] != .single || halfInterface.contains(value.name) : false
    }
    let others = model.graph.initializers.filter { !$0.isFloat }
    model.graph.initializers = others + usedWeights.values.sorted { $0.name < $1.name }
    model.graph.nodes = nodes
    return model.encoded()
  }
}
