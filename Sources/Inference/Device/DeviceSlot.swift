/// A slot on a card: a session, the stream that everything is queued on, tensors at fixed addresses, and recorded graphs
/// of a few batch sizes.
///
/// What requests bring is queued, then the network, then what they take away. The host waits only for answers that go
/// there; where all stay on the card the slot is given back while the card still works, and is ready again when that is
/// done.
final class DeviceSlot: BatchSlot {
  /// Tensors of one size of batch.
  private struct Shape {
    let rows: Int
    let bound: BoundSession
  }

  private let model: CardModel
  private let card: DeviceCard
  private let stream: CUDAStream
  private let thread: SlotThread
  private let pool: DeviceMemoryPool
  private let flags: PinnedFlags
  private let doubt: PrecisionDoubt
  private let memoryLimit: Int?
  private let cancellers = SlotCancellers()
  private(set) var capacity: Int
  private var session: InferenceSession?
  private var memory: SlotMemory?
  private var shapes: [Int: Shape] = [:]
  /// Graphs recorded so far: each set of tensors has its own, also after the sets before were given back.
  private var graphCount = 0
  /// The word on the card that a check of numbers sets.
  private var flagWord: DeviceMemory?
  private var last: DeviceRun?

  /// - Parameters:
  ///   - pool: for outputs that stay on the card.
  ///   - memoryLimit: the most that the session may take, in bytes.
  init(
    model: CardModel, capacity: Int, stream: CUDAStream, card: DeviceCard, pool: DeviceMemoryPool,
    flags: PinnedFlags, doubt: PrecisionDoubt, memoryLimit: Int?
  ) throws {
    self.model = model
    self.capacity = model.takesBatches ? max(1, capacity) : 1
    self.stream = stream
    thread = SlotThread("\(model.name) on card \(card.context.device.ordinal)")
    self.card = card
    self.pool = pool
    self.flags = flags
    self.doubt = doubt
    self.memoryLimit = memoryLimit
    _ = try thread.run { try openedSession() }
  }

  // The sessions have to go before their stream.
  deinit {
    try? stream.synchronize()
    (shapes, session) = ([:], nil)
  }

  // MARK: Between runs

  var isReady: Bool { (try? last?.isReached() ?? true) ?? true }

  func waitUntilReady() throws {
    guard let run = last else { return }
    last = nil
    try run.synchronize()
    _ = try run.isFinite()
    doubt.note(nil, of: self)
  }

  /// Runs every size twice: the first run searches and records, the second replays.
  func warmUp() throws {
    try thread.run {
      for size in BoundSlot<Void, Void>.doublings(capacity) {
        let shape = try shape(for: size)
        for _ in 0..<2 { try shape.bound.run() }
      }
      try stream.synchronize()
    }
  }

  func shrink(to capacity: Int) throws {
    // What is given back must not be in use; that the card failed is the next run's business.
    try? stream.synchronize()
    self.capacity = max(1, min(capacity, self.capacity))
    // The session too: the runtime keeps what its largest batch took.
    (shapes, memory, session) = ([:], nil, nil)
    pool.releaseAll()
  }

  func cancel() { cancellers.cancel() }

  private func shape(for count: Int) throws -> Shape {
    guard let rows = BoundSlot<Void, Void>.doublings(capacity).first(where: { $0 >= count }) else {
      throw InferenceError(.runFailed, "A batch of \(count) does not fit a slot of \(capacity).")
    }
    if let shape = shapes[rows] { return shape }
    let (session, memory) = (try openedSession(), try slotMemory())
    func tensor(_ info: TensorInfo, _ bytes: DeviceBytes) throws -> DeviceTensor {
      try DeviceTensor(
        runtime: model.runtime, shape: model.takesBatches ? [rows] + info.shape.dropFirst() : info.shape,
        type: info.type, place: card.place, address: UInt(bytes.address), owner: memory)
    }
    let bound = try BoundSession(
      session, inputs: model.inputs.enumerated().map { try tensor($1, memory.input($0, rows: rows)) },
      outputs: model.outputs.enumerated().map { try tensor($1, memory.output($0, rows: rows)) },
      waitsForDevice: false, graph: graphCount)
    graphCount += 1
    cancellers.add(bound.canceller)
    let shape = Shape(rows: rows, bound: bound)
    shapes[rows] = shape
    return shape
  }

  private func openedSession() throws -> InferenceSession {
    if let session { return session }
    let made = try model.session(stream: card.isHostMemory ? nil : stream, memoryLimit: memoryLimit)
    session = made
    return made
  }

  private func slotMemory() throws -> SlotMemory {
    if let memory { return memory }
    let made = try SlotMemory(model, capacity: capacity, stream: stream)
    memory = made
    return made
  }

  // MARK: Running

  func run(_ requests: [DeviceRequest]) throws -> [DeviceAnswer] {
    try thread.run { try answer(requests) }
  }

  private func answer(_ requests: [DeviceRequest]) throws -> [DeviceAnswer] {
    try waitUntilReady()
    for request in requests { try model.check(request) }
    do {
      let session = try openedSession()
      if doubt.isRaised { try session.changeToSingle() }
      let (shape, memory) = (try shape(for: requests.count), try slotMemory())
      try fill(requests, memory)
      if let answers = try answers(requests, shape, memory) { return answers }
      // Half precision that gives numbers which are not finite is given up, and the batch computed again.
      doubt.raise()
      try session.changeToSingle()
      return try answers(requests, shape, memory) ?? []
    } catch {
      // The memory of what is queued is about to be used again.
      try? stream.synchronize()
      throw error
    }
  }

  private func fill(_ requests: [DeviceRequest], _ memory: SlotMemory) throws {
    var rows = model.inputs.map { _ in [Int]() }
    for (row, request) in requests.enumerated() {
      for event in request.after { try stream.wait(for: event) }
      for (index, input) in request.inputs.enumerated() where try memory.fill(index, row: row, with: input) {
        rows[index].append(row)
      }
    }
    for index in rows.indices { try memory.upload(index, rows: rows[index]) }
    // A network that is not on the stream has to find its inputs there.
    if card.isHostMemory { try stream.synchronize() }
  }

  /// Computes the batch. Nil when half precision gave numbers that are not finite, as far as the host knows.
  private func answers(
    _ requests: [DeviceRequest], _ shape: Shape, _ memory: SlotMemory
  ) throws -> [DeviceAnswer]? {
    try shape.bound.run()
    let outputs = model.outputs.indices
    let wanted = outputs.filter { output in requests.contains { $0.place(output) == .host } }
    let flag = try flag(requests, shape, memory)
    let pieces = try requests.enumerated().map { try keep($1, row: $0, shape, memory) }
    let done = try CUDAEvent(on: card.context)
    if wanted.isEmpty {
      try done.record(on: stream)
    } else {
      try memory.download(wanted, rows: shape.rows)
      try done.record(on: stream)
      try stream.synchronize()
    }
    for piece in pieces { piece?.isDone(at: done) }
    let run = DeviceRun(done: done, flag: flag, doubt: doubt)
    if wanted.isEmpty {
      last = run
      doubt.note(flag == nil ? nil : run, of: self)
    } else if try !run.isFinite() {
      return nil
    }
    let answers = requests.enumerated().map { row, request in
      DeviceAnswer(
        host: outputs.map { request.place($0) == .host ? memory.answer($0, row, of: shape.rows) : nil },
        card: kept(request, pieces[row], run), run: run)
    }
    let isHalf = session?.model.isHalf == true
    if isHalf, answers.contains(where: { $0.host.contains { $0?.firstNotFinite() != nil } }) { return nil }
    return answers
  }

  // MARK: Outputs that stay

  /// Looks on the card at what stays there, where it might not be numbers.
  private func flag(_ requests: [DeviceRequest], _ shape: Shape, _ memory: SlotMemory) throws -> PinnedFlag? {
    guard session?.model.isHalf == true, let checker = card.checker else { return nil }
    let staying = model.outputs.indices.filter { output in
      requests.contains { $0.place(output).isOnCard } && model.outputs[output].type.canBeHalf
    }
    guard !staying.isEmpty else { return nil }
    let word = try flagWord ?? DeviceMemory(byteCount: 4, on: card.context)
    flagWord = word
    try stream.fill(word.bytes, word: 0)
    for output in staying {
      // What spare rows hold is not looked at.
      let count = requests.count * model.outputs[output].byteCount
      let numbers = DeviceBytes(address: memory.output(output, rows: shape.rows).address, count: count)
      try checker.check(numbers, type: model.outputs[output].type, flag: word.bytes, on: stream)
    }
    let flag = try flags.take()
    try stream.download(word.bytes, to: flag.bytes)
    return flag
  }

  /// Copies what stays into memory of the request's own, so that the slot's is free for the next batch.
  private func keep(
    _ request: DeviceRequest, row: Int, _ shape: Shape, _ memory: SlotMemory
  ) throws -> PooledMemory? {
    let own = model.outputs.indices.contains { request.place($0) == .card }
    let piece = own ? try pool.take(model.placesOfOwn(request).byteCount, for: stream) : nil
    for (output, target) in targets(request, piece) {
      try stream.copy(memory.outputRow(output, row, of: shape.rows), to: target)
    }
    return piece
  }

  private func targets(_ request: DeviceRequest, _ piece: PooledMemory?) -> [(output: Int, bytes: DeviceBytes)] {
    let places = model.placesOfOwn(request).places
    return model.outputs.enumerated().compactMap { index, info in
      switch request.place(index) {
      case .into(let bytes): return (index, DeviceBytes(address: bytes.address, count: info.byteCount))
      case .card:
        guard let piece, let place = places[index] else { return nil }
        return (index, DeviceBytes(address: piece.bytes.address + UInt64(place), count: info.byteCount))
      case .host, .nowhere: return nil
      }
    }
  }

  private func kept(_ request: DeviceRequest, _ piece: PooledMemory?, _ run: DeviceRun) -> [DeviceOutput?] {
    var outputs: [DeviceOutput?] = model.outputs.map { _ in nil }
    for (output, bytes) in targets(request, piece) {
      outputs[output] = DeviceOutput(model.outputs[output], bytes, memory: piece, run: run)
    }
    return outputs
  }
}
