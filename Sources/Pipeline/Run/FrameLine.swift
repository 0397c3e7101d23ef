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
  /// All faces of a frame. Not asked where the faces come with the frame.
  ///
  /// - Parameter index: number of the frame in the target, from 0.
  func faces(in frame: Frame, index: Int) throws -> [Face]
  /// The faces to work on.
  func choose(from faces: [Face], index: Int) -> [Face]
}

/// Finds the faces of any frame, one frame like another. Belongs to one worker.
protocol FaceLooking: AnyObject {
  func faces(in frame: Frame) throws -> [Face]
}

/// The places of a run that frames pass one at a time and in order: finding the faces, and the state over time of each
/// processor that has one. Shared by the workers; the gates see to it that only one of them is inside.
final class FrameGates: @unchecked Sendable {
  private let finder: any FaceFinding
  private let faces: OrderedGate
  private let orders: [OrderedGate]

  /// - Parameter processors: how many processors the run has.
  init(finder: any FaceFinding, processors: Int, stop: StopToken) {
    self.finder = finder
    faces = OrderedGate(stop: stop)
    orders = (0..<processors).map { _ in OrderedGate(stop: stop) }
  }

  /// - Parameter known: the faces, where they were found before the frame came here.
  func findFaces(
    _ frame: Frame, known: [Face]?, position: Int, index: Int, _ timings: inout StageTimings
  ) throws -> (all: [Face], chosen: [Face]) {
    try pass(faces, position, &timings) { timings in
      try timings.measure(.faces) {
        let all = try known ?? finder.faces(in: frame, index: index)
        return (all, finder.choose(from: all, index: index))
      }
    }
  }

  /// - Parameter processor: number of the processor in the run.
  func inOrder(processor: Int, position: Int, _ timings: inout StageTimings, _ body: () throws -> Void) throws {
    try pass(orders[processor], position, &timings) { _ in try body() }
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
  /// Processors that work on the same kind of frame, one after the other.
  private enum Step {
    case frame(any FrameProcessing, number: Int, isOnCard: Bool)
    case pictures(PictureStep)
  }

  private let gates: FrameGates
  private let steps: [Step]
  /// Whether some processor of pictures works on the host wherever the frame is.
  private let needsHostPicture: Bool
  private let hasPictures: Bool
  private let canGainAlpha: Bool
  private let guards: FrameGuard
  private let looker: (any FaceLooking)?
  private let lane: CardLane?
  private(set) var counts = RunCounts()
  private var ownTimings = StageTimings()

  /// - Parameters:
  ///   - looker: finds the faces of frames that come without; nil = the gates' finder does, in order.
  ///   - guards: the safeguards of this worker.
  ///   - lane: the worker's place on a card.
  ///   - canGainAlpha: whether the output can hold alpha that the target does not have.
  init(
    gates: FrameGates, plans: [ProcessorPlan], looker: (any FaceLooking)? = nil, guards: FrameGuard,
    lane: CardLane? = nil, canGainAlpha: Bool = false
  ) throws {
    self.gates = gates
    self.lane = lane
    self.guards = guards
    lane?.use(guards)
    self.looker = looker
    self.canGainAlpha = canGainAlpha
    var steps: [Step] = []
    for (number, plan) in plans.enumerated() {
      switch plan {
      case .frame(let plan):
        let processor = try plan.makeWorker()
        let isOnCard = try lane?.use(processor, name: plan.name) ?? false
        steps.append(.frame(processor, number: number, isOnCard: isOnCard))
      case .picture(let plan):
        if case .pictures(let step) = steps.last {
          try step.append(plan)
        } else {
          let step = PictureStep(card: lane?.pictures)
          try step.append(plan)
          steps.append(.pictures(step))
        }
      }
    }
    self.steps = steps
    hasPictures = steps.contains { if case .pictures = $0 { true } else { false } }
    needsHostPicture = steps.enumerated().contains { number, step in
      // A card has the target's own picture only until the frame is changed.
      if case .pictures(let step) = step { !step.isOnCard || (number > 0 && step.looksAtTarget) } else { false }
    }
  }

  var timings: StageTimings {
    steps.reduce(into: ownTimings) { sum, step in
      switch step {
      case .frame(let processor, _, _): sum.merge(processor.timings)
      case .pictures(let step): sum.merge(step.timings)
      }
    }
  }

  func waited(_ seconds: Double) {
    ownTimings.add(.wait, seconds)
  }

  /// Works on a frame. Returns the frame that takes its place where a processor gave it another size or alpha; else nil.
  ///
  /// - Parameters:
  ///   - faces: all faces of the frame, where they were found before.
  ///   - position: number of the frame in the run, from 0, without gaps.
  ///   - index: number of the frame in the target.
  ///   - writable: called before the first change, and only for frames that are changed; gives the frame to change.
  func work(
    on frame: Frame, faces: [Face]? = nil, position: Int, index: Int, time: Double, writable: () throws -> Frame
  ) throws -> Frame? {
    if let lane { try ownTimings.measure(.upload) { try lane.attach(frame) } }
    let known = try faces ?? looker.map { looker in try ownTimings.measure(.faces) { try looker.faces(in: frame) } }
    let found = try gates.findFaces(frame, known: known, position: position, index: index, &ownTimings)
    counts.frames += 1
    if found.all.isEmpty { counts.framesWithoutFace += 1 }
    let chosen = try ownTimings.measure(.gate) {
      try guards.inspect(frame, chosen: found.chosen, position: position, index: index)
    }
    var state = FrameState(
      frame: frame, faces: found.all, chosen: chosen, index: position, time: time,
      canGainAlpha: canGainAlpha)
    if needsHostPicture || (hasPictures && frame.device == nil) {
      _ = ownTimings.measure(.convert) { state.hostTarget() }
    }
    for step in steps {
      switch step {
      case .frame(let processor, let number, let isOnCard):
        try work(processor, number: number, isOnCard: isOnCard, on: &state, writable)
      case .pictures(let step):
        counts.facesSwapped += try step.work(on: &state, &ownTimings, writable)
      }
    }
    if guards.marks { try ownTimings.measure(.copy) { try state.makeWritable(writable) } }
    // Marks on the host and most encoders work on the host's planes; the place on the card is free for others then.
    if !guards.marksOnCard(state.frame) { try lane?.finish(state.frame) }
    if guards.marks {
      try ownTimings.measure(.mark) { [state] in try guards.mark(state.frame, position: position, time: time) }
      try lane?.finish(state.frame)
    }
    return state.replacement
  }

  private func work(
    _ processor: any FrameProcessing, number: Int, isOnCard: Bool, on state: inout FrameState,
    _ writable: () throws -> Frame
  ) throws {
    try processor.prepare(state.input)
    try gates.inOrder(processor: number, position: state.index, &ownTimings) { try processor.advance(state.input) }
    guard !state.chosen.isEmpty else { return }
    try ownTimings.measure(.copy) { try state.makeWritable(writable) }
    counts.facesSwapped += try processor.finish(state.input)
    if !isOnCard { try state.leaveCard() }
  }
}
