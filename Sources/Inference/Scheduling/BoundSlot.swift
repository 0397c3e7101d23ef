/// A slot whose batches run on bound tensors: fixed shapes of 1, 2, 4 … rows, so that recorded graphs stay valid. A
/// batch in between runs in the next larger shape; what its spare rows hold is computed and not looked at.
///
/// How a request gets into its row and its answer out is the caller's: by copies on the host, or by kernels on the
/// slot's stream.
public final class BoundSlot<Request, Answer>: BatchSlot {
  public private(set) var capacity: Int
  private let make: (Int) throws -> BoundSession
  private let fill: (Request, Int, BoundSession) throws -> Void
  private let collect: (Request, Int, BoundSession) throws -> Answer
  private let sizes: (Int) -> [Int]
  private var bound: [Int: BoundSession] = [:]
  private let cancellers = SlotCancellers()

  /// - Parameters:
  ///   - capacity: 1 or more.
  ///   - sizes: The numbers of rows that shapes are made for, ascending, with the capacity as the last.
  ///   - make: A session bound to tensors of so many rows. Those of different sizes may share memory: one batch runs at
  ///     a time.
  ///   - fill: Puts a request into a row of the inputs.
  ///   - collect: Takes the answer from a row of the outputs, after the run.
  public init(
    capacity: Int, sizes: @escaping (Int) -> [Int] = BoundSlot.doublings, make: @escaping (Int) throws -> BoundSession,
    fill: @escaping (Request, Int, BoundSession) throws -> Void,
    collect: @escaping (Request, Int, BoundSession) throws -> Answer
  ) {
    self.capacity = max(1, capacity)
    self.sizes = sizes
    self.make = make
    self.fill = fill
    self.collect = collect
  }

  /// 1, 2, 4 … up to the capacity.
  public static func doublings(_ capacity: Int) -> [Int] {
    var sizes = [1]
    while let last = sizes.last, last < capacity { sizes.append(min(last * 2, capacity)) }
    return sizes
  }

  /// Runs every shape twice with whatever the tensors hold.
  public func warmUp() throws {
    for size in sizes(capacity) {
      let session = try session(rows: size)
      for _ in 0..<2 { try session.run() }
    }
  }

  public func run(_ requests: [Request]) throws -> [Answer] {
    guard let size = sizes(capacity).first(where: { $0 >= requests.count }) else {
      throw InferenceError(.runFailed, "A batch of \(requests.count) does not fit a slot of \(capacity).")
    }
    let session = try session(rows: size)
    for (row, request) in requests.enumerated() { try fill(request, row, session) }
    try session.run()
    return try requests.enumerated().map { row, request in try collect(request, row, session) }
  }

  public func shrink(to capacity: Int) {
    self.capacity = max(1, capacity)
    // Shapes of the new capacity are made anew: what made memory run out is given back first.
    bound = [:]
  }

  public func cancel() { cancellers.cancel() }

  private func session(rows: Int) throws -> BoundSession {
    if let session = bound[rows] { return session }
    let session = try make(rows)
    bound[rows] = session
    cancellers.add(session.canceller)
    return session
  }
}
