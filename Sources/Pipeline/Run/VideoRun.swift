import Imaging
import Media
import Processors
import Synchronization

/// The stream of a video: a decoder, workers, and an encoder, each in threads of its own, with bounded room in between.
///
/// ```
/// decoder ─▶ queue ─▶ workers (faces ▸ prepare ▸ order ▸ finish) ─▶ reorder buffer ─▶ encoder
/// ```
final class VideoRun: Sendable {
  /// A frame and its place in the run.
  private struct Item: Sendable {
    var frame: VideoFrame
    let position: Int
  }

  private struct Sums: Sendable {
    var counts = RunCounts()
    var timings = StageTimings()
    var warnings: [String] = []
  }

  private let stop: StopToken
  private let progress: RunProgress
  private let workerCount: Int
  private let queue: BoundedQueue<Item>
  private let finished: ReorderBuffer<VideoFrame>
  private let sums = Mutex(Sums())

  init(workers: Int, stop: StopToken, progress: RunProgress) {
    workerCount = workers
    self.stop = stop
    self.progress = progress
    queue = BoundedQueue(capacity: 2, stop: stop)
    finished = ReorderBuffer(capacity: workers + 2, stop: stop)
  }

  /// Streams all frames of `reader` through the processors into `writer`, and finishes or cancels it. The warnings are
  /// all of the writer's.
  func run(
    reader: VideoReader, writer: VideoWriter, gates: FrameGates, plans: [ProcessorPlan]
  ) throws -> (counts: RunCounts, timings: StageTimings, warnings: [String]) {
    let group = ThreadGroup(stop: stop)
    let alive = Atomic<Int>(workerCount)
    let source = Handover(reader)
    let sink = Handover(writer)
    group.start("decode", finally: { [queue] in queue.close() }) { [self] in try decode(source.value) }
    for number in 0..<workerCount {
      let leave: @Sendable () -> Void = { [finished, stop] in
        // A worker that could not start leaves the others to fail by the token, so closing is only for the last.
        if alive.subtract(1, ordering: .acquiringAndReleasing).newValue == 0, !stop.isStopped { finished.close() }
      }
      group.start("worker \(number)", finally: leave) { [self] in
        try work(FrameWorker(gates: gates, plans: plans))
      }
    }
    group.start("encode") { [self] in try encode(sink.value) }
    do {
      try group.join()
      return sums.withLock { ($0.counts, $0.timings, $0.warnings) }
    } catch {
      writer.cancel()
      throw error
    }
  }

  private func decode(_ reader: VideoReader) throws {
    var timings = StageTimings()
    defer { sums.withLock { $0.timings.merge(timings) } }
    var position = 0
    while let frame = try timings.measure(.decode, { try reader.next() }) {
      try queue.push(Item(frame: frame, position: position))
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
        on: item.frame.frame, position: item.position, index: item.frame.index, time: item.frame.time
      ) {
        try item.frame.makeWritable()
        return item.frame.frame
      }
      if let replacement { item.frame.replace(with: replacement) }
      try finished.put(item.frame, at: item.position)
    }
  }

  private func encode(_ writer: VideoWriter) throws {
    var timings = StageTimings()
    defer { sums.withLock { $0.timings.merge(timings) } }
    while let frame = try finished.take() {
      try timings.measure(.encode) { try writer.write(frame) }
      progress.advance()
    }
    let summary = try timings.measure(.encode) { try writer.finish() }
    sums.withLock { $0.warnings = summary.warnings }
  }
}
