import Synchronization

/// Says before anything is loaded whether it will fit on a device, and keeps count of what was promised.
///
/// What other processes hold is seen through `free`, which the driver answers for the device or for the MIG instance
/// that the process was given. What this process was promised but has not allocated yet is counted here.
public final class DeviceBudget: Sendable {
  private struct State: Sendable {
    var limit: Int
    var isLimited: Bool
    var promised = 0
    /// The part of it that the driver counts as used already.
    var settled = 0
  }

  /// For messages, for example `NVIDIA H100 (device 0)`.
  public let device: String
  private let total: Int
  private let free: @Sendable () -> Int?
  private let state: Mutex<State>

  /// - Parameters:
  ///   - total: of the device or its instance, in bytes.
  ///   - limit: nil: all of it.
  ///   - free: What the driver has left now, in bytes; nil where it does not say.
  public init(
    device: String, total: Int, limit: MemoryLimit? = nil, free: @escaping @Sendable () -> Int? = { nil }
  ) {
    self.device = device
    self.total = total
    self.free = free
    state = Mutex(State(limit: limit?.bytes(of: total) ?? total, isLimited: limit != nil))
  }

  /// For a card, or for the instance of one that the process was given: its size, and what the driver has left.
  public convenience init(_ context: CUDAContext, limit: MemoryLimit? = nil) {
    let device = context.device
    self.init(
      device: "\(device.name) (device \(device.ordinal))", total: device.totalMemory, limit: limit,
      free: { try? context.memory().free })
  }

  /// The most this process may hold, in bytes.
  public var limit: Int { state.withLock { $0.limit } }

  /// Holds the process to a limit from now on, unless it is held to a smaller one already.
  func lower(to limit: MemoryLimit) {
    let bytes = limit.bytes(of: total)
    state.withLock { state in
      state.limit = min(state.limit, bytes)
      state.isLimited = true
    }
  }

  /// What the driver has left now, in bytes; nil where it does not say.
  var freeOnDevice: Int? { free() }

  /// What has been taken from the device since it had `before` bytes left, by whomever; nil where that is not known.
  func taken(since before: Int?) -> Int? {
    guard let before, let after = free(), after < before else { return nil }
    return before - after
  }

  /// Promises what has been taken already: so much, or whatever is left to promise.
  func reserve(taken bytes: Int) -> MemoryReservation {
    let promised = state.withLock { state in
      let promised = max(0, min(bytes, state.limit - state.promised))
      state.promised += promised
      return promised
    }
    let reservation = MemoryReservation(budget: self, bytes: promised)
    reservation.settle()
    return reservation
  }

  /// The most that whoever holds so many promised bytes can come to, in bytes; nil where no limit is set.
  func limit(holding bytes: Int) -> Int? {
    guard state.withLock({ $0.isLimited }) else { return nil }
    return available + bytes
  }

  /// What may still be promised, in bytes.
  public var available: Int {
    let free = free()
    return state.withLock { remaining($0, free: free) }
  }

  private func remaining(_ state: State, free: Int?) -> Int {
    let own = state.limit - state.promised
    guard let free else { return max(0, own) }
    return max(0, min(own, free - (state.promised - state.settled)))
  }

  /// Names the budget, for errors and reports.
  public var sentence: String {
    let (limit, isLimited) = state.withLock { (MemoryLimit.text($0.limit), $0.isLimited) }
    return "\(device): \(isLimited ? "--gpu-memory-limit leaves \(limit)" : "\(limit) in all"), "
      + "\(MemoryLimit.text(available)) of it free"
  }

  /// Promises memory. It is given back with the reservation.
  ///
  /// Throws `overBudget` when there is not enough; then nothing is promised.
  public func reserve(_ bytes: Int, for what: String) throws -> MemoryReservation {
    let free = free()
    let isGranted = state.withLock { state in
      guard bytes <= remaining(state, free: free) else { return false }
      state.promised += bytes
      return true
    }
    guard isGranted else {
      throw InferenceError(
        .overBudget, "\(what) needs about \(MemoryLimit.text(bytes)) (\(sentence)).",
        hint: "Close other programs on the device, raise --gpu-memory-limit, or use --execution-providers cpu.")
    }
    return MemoryReservation(budget: self, bytes: bytes)
  }

  fileprivate func settle(_ bytes: Int) { state.withLock { $0.settled += bytes } }

  fileprivate func release(_ bytes: Int, settled: Bool) {
    state.withLock { state in
      state.promised -= bytes
      if settled { state.settled -= bytes }
    }
  }
}

/// Memory that a budget has promised, until this object goes.
public final class MemoryReservation: Sendable {
  public let bytes: Int
  private let budget: DeviceBudget
  private let isSettled = Atomic(false)

  fileprivate init(budget: DeviceBudget, bytes: Int) {
    self.budget = budget
    self.bytes = bytes
  }

  /// Says that the memory has been allocated, so that the driver counts it too.
  public func settle() {
    if isSettled.exchange(true, ordering: .acquiringAndReleasing) { return }
    budget.settle(bytes)
  }

  deinit { budget.release(bytes, settled: isSettled.load(ordering: .acquiring)) }
}

/// What a model takes on a device, before it has been tried.
public struct ModelMemory: Sendable, Hashable {
  /// Once for each loaded model, in bytes.
  public var weights: Int
  /// For each request of a batch: inputs, outputs and what lies between.
  public var perRequest: Int
  /// Working memory of the libraries, once for each session.
  public var workspace: Int

  public init(weights: Int, perRequest: Int, workspace: Int) {
    self.weights = weights
    self.perRequest = perRequest
    self.workspace = workspace
  }

  /// A guess from what is known without running: the runtime reuses memory between layers, and the widest ones of
  /// image networks hold some 64 times the numbers of inputs and outputs together. Replace ``perRequest`` by what a
  /// run took, once one has been made.
  ///
  /// - Parameters:
  ///   - fileBytes: of the model's file.
  ///   - tensorBytes: of all inputs and outputs of one request.
  ///   - half: Weights in half precision.
  public init(fileBytes: Int, tensorBytes: Int, half: Bool) {
    self.init(
      weights: half ? fileBytes / 2 : fileBytes, perRequest: max(64 * tensorBytes / (half ? 2 : 1), 16 << 20),
      workspace: 64 << 20)
  }

  /// In bytes, for batches of this size.
  public func bytes(batch: Int) -> Int { weights + workspace + batch * perRequest }
}
