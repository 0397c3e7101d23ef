import Logging

/// A model that answers several requests in one run, kept only when it gives each the answer it would get alone.
public struct BatchedModel {
  /// Its inputs and outputs begin with an open size.
  public let session: InferenceSession
  /// The inputs of one request, without the batch's size.
  public let inputs: [TensorInfo]
  public let outputs: [TensorInfo]
  let bytes: [UInt8]
  let options: SessionOptions

  /// Largest difference between an answer in a batch and the same alone, as a part of the output's largest number:
  /// other batch sizes add up in another order.
  static let largestError = 1e-3
  static let largestErrorInHalf = 2e-2

  /// Opens a model for batches, or nothing when it only takes one request at a time; the log and `reason` then say why.
  ///
  /// - Parameter largest: The largest batch that will be run; only TensorRT wants to know.
  ///
  /// A model whose file leaves the first size open is tried as it is, any other after ``OpenBatch``. Two requests with
  /// different numbers are run together and alone.
  public static func open(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions = .init(),
    largest: Int = 16, reason: (String) -> Void = { _ in }
  ) throws -> BatchedModel? {
    func refuse(_ why: String) {
      let sentence = "\(name) takes one request at a time: \(why)."
      log.info("\(sentence)")
      reason(sentence)
    }
    let rewritten: [UInt8]
    switch try OpenBatch.rewrite(bytes, name: name) {
    case .rewritten(let bytes): rewritten = bytes
    case .refused(let why):
      refuse(why)
      return nil
    }
    let single = try InferenceSession(runtime: runtime, bytes: bytes, name: name, options: options)
    do {
      let batchOptions = options.forBatches(of: single.inputs, largest: largest)
      let session = try InferenceSession(runtime: runtime, bytes: rewritten, name: name, options: batchOptions)
      if let why = try difference(session, single, shapes: options.warmUpShapes) {
        refuse(why)
        return nil
      }
      return BatchedModel(
        session: session, inputs: session.inputs.map(\.withoutBatch), outputs: session.outputs.map(\.withoutBatch),
        bytes: rewritten, options: batchOptions)
    } catch let error as InferenceError where [.modelRefused, .runFailed, .tensorMismatch].contains(error.code) {
      refuse(error.message)
      return nil
    }
  }

  /// Why the answers in a batch are not those of single requests; nil when they are.
  private static func difference(
    _ batched: InferenceSession, _ single: InferenceSession, shapes: [String: [Int]]
  ) throws -> String? {
    guard batched.inputs.allSatisfy({ $0.shape.first == -1 }), batched.outputs.allSatisfy({ $0.shape.first == -1 })
    else { return "its batch cannot be left open" }
    let requests = (1...3).map { WarmUpInput.tensors(for: single.inputs, shapes: shapes, seed: UInt64($0)) }
    let together = try batched.run(
      requests[0].indices.map { input in Tensor(rows: requests.map { $0[input] }) })
    let allowed = batched.precision?.isHalf == true ? largestErrorInHalf : largestError
    for (row, request) in requests.enumerated() {
      let alone = try single.run(request)
      for (one, all) in zip(alone, together) {
        guard all.shape.first == requests.count, Array(all.shape.dropFirst()) == Array(one.shape.dropFirst()) else {
          return "a batch gives outputs of other shapes"
        }
        let check = PrecisionCheck(single: [one], half: [all.row(row)])
        if check.isBroken || check.maximumError > allowed { return "a batch gives other answers" }
      }
    }
    return nil
  }
}

extension SessionOptions {
  fileprivate func forBatches(of inputs: [TensorInfo], largest: Int) -> SessionOptions {
    var options = self
    let known = WarmUpInput.shapes(for: inputs, given: warmUpShapes)
    options.providerOptions[.tensorrt, default: [:]].merge(
      TensorRTProfile.options(
        zip(inputs, known).map { TensorInfo(name: $0.name, shape: $1, type: $0.type) }, largest: largest)
    ) { own, _ in own }
    return options
  }
}

extension TensorInfo {
  /// The same for one request of a batch: the first size is 1.
  var withoutBatch: TensorInfo { TensorInfo(name: name, shape: [1] + shape.dropFirst(), type: type) }
}
