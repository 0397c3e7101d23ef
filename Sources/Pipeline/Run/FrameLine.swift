import Faces
import Imaging
import Processors

/// What a run has counted.
struct RunCounts: Sendable {
  var frames = 0
  var facesSwapped = 0
  var framesWithoutFace = 0

  mutating func merge(_ other: RunCounts) {
    frames += other.frames
    facesSwapped += other.facesSwapped
    framesWithoutFace += other.framesWithoutFace
  }
}

/// Finds and chooses the faces of each frame, in order.
protocol FaceFinding: AnyObject {
  /// - Parameter index: number of the frame in the target, from 0.
  func faces(in frame: Frame, index: Int) throws -> (all: [Face], chosen: [Face])
}

/// The two places of a run that frames pass one at a time and in order: finding the faces, and the processors' state
/// over time. Shared by the workers; the gates see to it that only one of them is inside.
final class FrameGates: @unchecked Sendable {
  private let finder: any FaceFinding
  private let faces: OrderedGate
  private let order: OrderedGate

  init(finder: any FaceFinding, stop: StopToken) {
    self.finder = finder
    faces = OrderedGate(stop: stop)
    order = OrderedGate(stop: stop)
  }

  func findFaces(_ frame: Frame, position: Int, index: Int, _ timings: inout StageTimings) throws
    -> (all: [Face], chosen: [Face])
  {
    try pass(faces, position, &timings) { timings in
      try timings.measure(.faces) { try finder.faces(in: frame, index: index) }
    }
  }

  func inOrder(position: Int, _ timings: inout StageTimings, _ body: () throws -> Void) throws {
    try pass(order, position, &timings) { _ in try body() }
  }

  private func pass<Result>(
    _ gate: OrderedGate, _ position: Int, _ timings: inout StageTimings,
    _ body: (inout StageTimings) throws -> Result
  ) throws -> Result {
    let arrival = ContinuousClock.now
    return try gate.enter(position) {
      timings.add(.wait, elapsedSeconds(since: arrival))
      return try body(&timings)
    }
  }
}

/// One worker of a run: takes a frame whole through faces and processors.
final class FrameWorker {
  private let gates: FrameGates
  private let processors: [any FrameProcessing]
  private(set) var counts = RunCounts()
  private var ownTimings = StageTimings()

  init(gates: FrameGates, plans: [any FrameProcessorPlan]) throws {
    self.gates = gates
    processors = try plans.map { try $0.makeWorker() }
  }

  var timings: StageTimings {
    processors.reduce(into: ownTimings) { $0.merge($1.timings) }
  }

  func waited(_ seconds: Double) {
    ownTimings.add(.wait, seconds)
  }

  /// Works on a frame.
  ///
  /// - Parameters:
  ///   - position: number of the frame in the run, from 0, without gaps.
  ///   - index: number of the frame in the target.
  ///   - writable: called before the first change, and only for frames that are changed; gives the frame to change.
  func work(
    on frame: Frame, position: Int, index: Int, time: Double, writable: () throws -> Frame
  ) throws {
    let found = try gates.findFaces(frame, position: position, index: index, &ownTimings)
    counts.frames += 1
    if found.all.isEmpty { counts.framesWithoutFace += 1 }
    var input = FaceFrame(frame: frame, index: position, time: time, faces: found.all, chosen: found.chosen)
    for processor in processors { try processor.prepare(input) }
    try gates.inOrder(position: position, &ownTimings) {
      for processor in processors { try processor.advance(input) }
    }
    guard !found.chosen.isEmpty else { return }
    let own = try ownTimings.measure(.copy, writable)
    input = FaceFrame(
      frame: own, index: position, time: time, faces: found.all, chosen: found.chosen)
    for processor in processors { counts.facesSwapped += try processor.finish(input) }
  }
}
