import Faces
import Imaging
import Inference
import Media
import Processors
import Synchronization

/// The stream of a video: a decoder, workers, and an encoder, each in threads of its own, with bounded room in between.
///
/// ```
/// decoder ─▶ queue ─▶ workers (faces ▸ processors) ─▶ reorder buffer ─▶ encoder
/// ```
///
/// A run that tracks faces over a window of frames has a ``FaceSearchStage`` between decoder and workers.
final class VideoRun: Sendable {
  private struct Sums: Sendable {
    var counts = RunCounts()
    var timings = StageTimings()
    var warnings: [String] = []
  }

  private let stop: StopToken
  private let progress: RunProgress
  private let workerCount: Int
  private let cards: RunCards?
  private let video: CardVideo?
  private let queue: BoundedQueue<RunItem>
  private let finished: ReorderBuffer<VideoFrame>
  private let sums = Mutex(Sums())

  /// - Parameter video: takes the frames that a card has decoded.
  init(workers: Int, cards: RunCards? = nil, video: CardVideo? = nil, stop: StopToken, progress: RunProgress) {
    workerCount = workers
    self.cards = cards
    self.video = video
    self.stop = stop
    self.progress = progress
    queue = BoundedQueue(capacity: 2, stop: stop)
    finished = ReorderBuffer(capacity: workers + 2, stop: stop)
  }

  /// Streams all frames of `reader` through the processors into `writer`, and finishes or cancels it. The warnings are
  /// all of the writer's.
  ///
  /// - Parameters:
  ///   - makeGuard: makes the safeguards of one worker.
  ///   - completing: what ``VideoWriter/finish(completing:)`` does with the complete file; on the encoder's thread, while
  ///     the thread of the run waits.
  func run(
    reader: VideoReader, writer: VideoWriter, gates: FrameGates, plans: [ProcessorPlan], search: FaceSearch? = nil,
    makeGuard: @escaping @Sendable () -> FrameGuard, completing: @escaping (_ hiddenPath: String) throws -> Void
  ) throws -> (counts: RunCounts, timings: StageTimings, warnings: [String]) {
    let group = ThreadGroup(stop: stop)
    let alive = Atomic<Int>(workerCount)
    let source = Handover(reader)
    let sink = Handover(writer)
    let encodesOnCard = writer.encodesOnCard
    let end = Handover(completing)
    let decoded = search?.tracker.isOn == true ? BoundedQueue<RunItem>(capacity: 2, stop: stop) : queue
    group.start("decode", finally: { decoded.close() }) { [self] in try decode(source.value, into: decoded) }
    if let search, search.tracker.isOn { startSearch(search, from: decoded, in: group) }
    for number in 0..<workerCount {
      let leave: @Sendable () -> Void = { [finished, stop] in
        // A worker that could not start leaves the others to fail by the token, so closing is only for the last.
        if alive.subtract(1, ordering: .acquiringAndReleasing).newValue == 0, !stop.isStopped { finished.close() }
      }
      group.start("worker \(number)", finally: leave) { [self] in
        let looker = try FaceNetworks.$place.withValue(place(number)) {
          search?.tracker.isOn == false ? try search?.makeLooker() : nil
        }
        try work(worker(number, gates, plans, looker, makeGuard(), encodesOnCard: encodesOnCard))
      }
    }
    group.start("encode") { [self] in try encode(sink.value, end.value) }
    do {
      try group.join()
      return sums.withLock { ($0.counts, $0.timings, $0.warnings) }
    } catch {
      writer.cancel()
      throw error
    }
  }

  /// Where the networks run that a worker makes for itself: workers of one card put their runs together.
  private func place(_ number: Int) -> WorkerPlace {
    WorkerPlace(deviceID: cards?.deviceID(worker: number), batching: .onDevice(upTo: workerCount))
  }

  private func worker(
    _ number: Int, _ gates: FrameGates, _ plans: [ProcessorPlan], _ looker: (any FaceLooking)?, _ guards: FrameGuard,
    encodesOnCard: Bool
  ) throws -> FrameWorker {
    try FaceNetworks.$place.withValue(place(number)) {
      try FrameWorker(
        gates: gates, plans: plans, looker: looker, guards: guards,
        lane: cards?.lane(number, encodesOnCard: encodesOnCard))
    }
  }

  private func startSearch(_ search: FaceSearch, from decoded: BoundedQueue<RunItem>, in group: ThreadGroup) {
    let stage = FaceSearchStage(search, workers: workerCount, output: queue, stop: stop)
    let looking = Atomic<Int>(workerCount)
    for number in 0..<workerCount {
      let leave: @Sendable () -> Void = { [stop] in
        if looking.subtract(1, ordering: .acquiringAndReleasing).newValue == 0, !stop.isStopped { stage.close() }
      }
      group.start("faces \(number)", finally: leave) { [self] in
        let timings = try stage.look(at: decoded)
        sums.withLock { $0.timings.merge(timings) }
      }
    }
    group.start("tracker", finally: { [queue] in queue.close() }) { try stage.track() }
  }

  private func decode(_ reader: VideoReader, into queue: BoundedQueue<RunItem>) throws {
    var timings = StageTimings()
    defer { sums.withLock { $0.timings.merge(timings) } }
    var position = 0
    try cards?.enterThread()
    while var frame = try timings.measure(.decode, { try reader.next() }) {
      try timings.measure(.decode) { try video?.take(&frame) }
      try queue.push(RunItem(frame: frame, position: position))
      position += 1
    }
  }

  private func work(_ worker: FrameWorker) throws {
    defer {
      sums.withLock {
        $0.counts.merge(worker.counts)
        $0.timings.merge(worker.timings)
      }
    }
    while true {
      let start = ContinuousClock.now
      guard var item = try queue.pop() else { return }
      worker.waited(elapsedSeconds(since: start))
      let replacement = try worker.work(
        on: item.frame.frame, faces: item.faces, position: item.position, index: item.frame.index, time: item.frame.time
      ) {
        try item.frame.makeWritable()
        return item.frame.frame
      }
      if let replacement { item.frame.replace(with: replacement) }
      try finished.put(item.frame, at: item.position)
    }
  }

  private func encode(_ writer: VideoWriter, _ completing: (String) throws -> Void) throws {
    var timings = StageTimings()
    defer { sums.withLock { $0.timings.merge(timings) } }
    try cards?.enterThread()
    while let frame = try finished.take() {
      try timings.measure(.encode) { try writer.write(frame) }
      progress.advance()
    }
    let summary = try timings.measure(.encode) { try writer.finish(completing: completing) }
    sums.withLock { $0.warnings = summary.warnings }
  }
}
