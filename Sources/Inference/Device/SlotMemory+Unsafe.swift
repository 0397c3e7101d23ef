/// The memory of a slot: the network's inputs and outputs on the card, at addresses that do not change, and pinned memory
/// of the host for what comes from there or goes there.
///
/// Batches of all sizes share it: one runs at a time. Inputs have their places for the largest batch, so that a row lies
/// where it lay whatever the size; outputs lie close together for each size, so that they come down in one piece.
final class SlotMemory {
  private static let alignment = 256

  let capacity: Int
  private let model: CardModel
  private let stream: CUDAStream
  private let inputs: DeviceMemory
  private let outputs: DeviceMemory
  private let inputPlaces: [Int]
  // Made when something passes through them.
  private var inputStaging: [Int: PinnedMemory] = [:]
  private var outputStaging: PinnedMemory?
  /// What lies in the rows of each input, where it is the same for many requests.
  private var constants: [[DeviceConstant?]]

  /// Throws `deviceOutOfMemory`.
  init(_ model: CardModel, capacity: Int, stream: CUDAStream) throws {
    self.model = model
    self.capacity = capacity
    self.stream = stream
    let inputs = Self.places(model.inputs, rows: capacity)
    inputPlaces = inputs.places
    self.inputs = try DeviceMemory(reserved: inputs.byteCount, on: stream.context)
    outputs = try DeviceMemory(
      reserved: Self.places(model.outputs, rows: capacity).byteCount, on: stream.context)
    constants = model.inputs.map { _ in Array(repeating: nil, count: capacity) }
    // Spare rows are computed as well; what they hold must be numbers.
    try stream.fill(self.inputs.bytes, byte: 0)
    try stream.fill(outputs.bytes, byte: 0)
  }

  /// Places of tensors of so many rows, one behind the other.
  private static func places(_ infos: [TensorInfo], rows: Int) -> (places: [Int], byteCount: Int) {
    var (places, end) = ([Int](), 0)
    for info in infos {
      places.append(end)
      end += (max(rows * info.byteCount, 1) + alignment - 1) / alignment * alignment
    }
    return (places, end)
  }

  // MARK: Inputs

  /// An input of a batch of so many rows.
  func input(_ index: Int, rows: Int) -> DeviceBytes {
    inputs.bytes(at: inputPlaces[index], count: rows * model.inputs[index].byteCount)
  }

  private func inputRow(_ index: Int, _ row: Int) -> DeviceBytes {
    let count = model.inputs[index].byteCount
    return inputs.bytes(at: inputPlaces[index] + row * count, count: count)
  }

  /// Puts an input of a request into its row.
  ///
  /// - Returns: whether the row lies in pinned memory and has to be carried up with ``upload(_:rows:)``.
  func fill(_ index: Int, row: Int, with input: DeviceInput) throws -> Bool {
    switch input {
    case .host(let tensor):
      constants[index][row] = nil
      let count = tensor.rawBytes.count
      let staging = try inputStaging(index).bytes[row * count..<(row + 1) * count]
      UnsafeMutableRawBufferPointer(rebasing: staging).copyMemory(from: UnsafeRawBufferPointer(tensor.rawBytes))
      return true
    case .constant(let constant):
      guard constants[index][row] !== constant else { return false }
      constants[index][row] = nil
      try constant.bytes.withUnsafeBytes { try stream.upload($0, to: inputRow(index, row)) }
      constants[index][row] = constant
      return false
    case .fill(let body):
      constants[index][row] = nil
      try body(inputRow(index, row), stream)
      return false
    }
  }

  /// Carries rows up that lie in pinned memory; neighbours go together.
  func upload(_ index: Int, rows: [Int]) throws {
    let count = model.inputs[index].byteCount
    var rest = rows[...]
    while let first = rest.first {
      let run = zip(rest, first...).prefix { $0 == $1 }.count
      let bytes = try inputStaging(index).bytes[first * count..<(first + run) * count]
      try stream.upload(
        UnsafeRawBufferPointer(rebasing: bytes), to: input(index, rows: first + run).dropFirst(first * count))
      rest = rest.dropFirst(run)
    }
  }

  private func inputStaging(_ index: Int) throws -> PinnedMemory {
    if let staging = inputStaging[index] { return staging }
    let made = try PinnedMemory(byteCount: capacity * model.inputs[index].byteCount, on: stream.context)
    inputStaging[index] = made
    return made
  }

  // MARK: Outputs

  /// An output of a batch of so many rows.
  func output(_ index: Int, rows: Int) -> DeviceBytes {
    outputs.bytes(
      at: Self.places(model.outputs, rows: rows).places[index], count: rows * model.outputs[index].byteCount)
  }

  func outputRow(_ index: Int, _ row: Int, of rows: Int) -> DeviceBytes {
    let count = model.outputs[index].byteCount
    return DeviceBytes(address: output(index, rows: rows).address + UInt64(row * count), count: count)
  }

  /// Brings outputs of a batch down into pinned memory; neighbours come together.
  ///
  /// - Parameter wanted: ascending.
  func download(_ wanted: [Int], rows: Int) throws {
    let staging = try outputStaging ?? PinnedMemory(byteCount: outputs.byteCount, on: stream.context)
    outputStaging = staging
    let places = Self.places(model.outputs, rows: rows).places
    var rest = wanted[...]
    while let first = rest.first {
      let run = zip(rest, first...).prefix { $0 == $1 }.count
      let last = first + run - 1
      let end = places[last] + rows * model.outputs[last].byteCount
      try stream.download(
        outputs.bytes(at: places[first], count: end - places[first]),
        to: UnsafeMutableRawBufferPointer(rebasing: staging.bytes[places[first]..<end]))
      rest = rest.dropFirst(run)
    }
  }

  /// A copy of what came down for a row.
  func answer(_ index: Int, _ row: Int, of rows: Int) -> Tensor {
    let info = model.outputs[index]
    let tensor = Tensor(shape: info.shape, type: info.type)
    guard let staging = outputStaging else { return tensor }
    let start = Self.places(model.outputs, rows: rows).places[index] + row * info.byteCount
    tensor.rawBytes.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: staging.bytes[start..<start + info.byteCount]))
    return tensor
  }
}
