import DeviceImaging
import Imaging
import Inference
import Processors

/// Processors of 8-bit pictures that follow each other: the frame becomes a picture once before and a frame again once
/// after them. Belongs to one worker.
///
/// The first of them work on the card where they can and the frame is there. As soon as one cannot, the picture comes to
/// the host and stays there for the rest.
final class PictureStep {
  private var processors: [any PictureProcessing] = []
  private var worksWithoutFaces = false
  private let card: PictureCard?
  /// The first processors, which work on the card.
  private var onCard: [any DevicePictureProcessing] = []
  /// The working picture on the card, made when a frame's size is first seen.
  private var working: DevicePicture?

  /// - Parameter card: nil = all of it is done on the host.
  init(card: PictureCard? = nil) { self.card = card }

  func append(_ plan: any PictureProcessorPlan) throws {
    let processor = try plan.makeWorker()
    if let placed = processor as? any DevicePictureProcessing {
      let isNext = onCard.count == processors.count
      if try placed.use(isNext ? card : nil) { onCard.append(placed) }
    }
    processors.append(processor)
    worksWithoutFaces = worksWithoutFaces || plan.worksWithoutFaces
  }

  /// Whether no processor needs the host.
  var isOnCard: Bool { onCard.count == processors.count }

  /// Whether the target's own frame counts, besides the working picture.
  var looksAtTarget: Bool { onCard.contains { $0.looksAtTarget } }

  var timings: StageTimings {
    processors.reduce(into: StageTimings()) { $0.merge($1.timings) }
  }

  /// Works on a frame. Returns the number of faces worked on.
  func work(
    on state: inout FrameState, _ timings: inout StageTimings, _ writable: () throws -> Frame
  ) throws -> Int {
    guard worksWithoutFaces || !state.chosen.isEmpty else { return 0 }
    guard let card, !onCard.isEmpty, let device = state.frame.device as? DeviceFrame,
      device.ordinal == card.stream.context.device.ordinal,
      // The target's own picture is at hand while nothing has been changed.
      state.isUntouched || !looksAtTarget
    else {
      return try workOnHost(on: &state, Array(processors), nil, &timings, writable)
    }
    let before = try device.picture(by: card.imager, on: card.stream)
    let (work, count) = try workOnCard(state, before, card)
    if isOnCard {
      try change(&state, device, from: before, work, card, &timings, writable)
      return count
    }
    let picture = try timings.measure(.convert) { try work.picture.pixels(card.stream) }
    let rest = Array(processors.dropFirst(onCard.count))
    return count + (try workOnHost(on: &state, rest, (picture, work.changed), &timings, writable))
  }

  // MARK: On the card

  private func workOnCard(
    _ state: FrameState, _ before: DevicePicture, _ card: PictureCard
  ) throws -> (work: DevicePictureWork, count: Int) {
    let picture =
      try working.flatMap { $0.size == before.size ? $0 : nil }
      ?? DevicePicture(size: before.size, on: card.stream.context)
    working = picture
    while true {
      try card.stream.copy(before.bytes, to: picture.bytes)
      var work = state.devicePictureWork(card: card, picture: picture, target: before)
      var count = 0
      for processor in onCard { count += try processor.process(onCard: &work) }
      // Else a network has given up half precision: each does so once.
      if try work.isSound() { return (work, count) }
    }
  }

  private func change(
    _ state: inout FrameState, _ device: DeviceFrame, from before: DevicePicture, _ work: DevicePictureWork,
    _ card: PictureCard, _ timings: inout StageTimings, _ writable: () throws -> Frame
  ) throws {
    guard !work.changed.isEmpty else { return }
    try timings.measure(.copy) { try state.makeWritable(writable) }
    try timings.measure(.convert) { [state] in
      let part = try card.imager.change(device, from: before, to: work.picture, in: work.changed, on: card.stream)
      try device.markWritten(on: card.stream)
      state.frame.noteDeviceChange(in: part)
    }
  }

  // MARK: On the host

  /// - Parameter done: what was made of the picture on the card, and where.
  private func workOnHost(
    on state: inout FrameState, _ processors: [any PictureProcessing],
    _ done: (picture: PixelBuffer8, changed: [PixelRectangle])?, _ timings: inout StageTimings,
    _ writable: () throws -> Frame
  ) throws -> Int {
    let target = timings.measure(.convert) { state.hostTarget() }
    let before = timings.measure(.convert) { [state] in state.pictureWork(target: target) }
    var work = before
    if let done {
      work.picture = done.picture
      for part in done.changed { work.note(changed: part) }
    }
    var count = 0
    for processor in processors { count += try processor.process(&work) }
    let changesMask = work.mask != before.mask
    if let changed = work.changed, changed.isEmpty, !changesMask { return count }
    if work.picture.size != before.picture.size {
      let frame = timings.measure(.convert) { [state] in
        Frame(work.picture.reversingChannels(), format: state.frame.format, color: state.frame.color)
      }
      state.replace(with: frame)
      if let mask = work.mask { state.setAlpha(mask) }
      return count
    }
    try timings.measure(.copy) { try state.makeWritable(writable) }
    timings.measure(.convert) { [state] in
      state.frame.change(from: before.picture, to: work.picture, in: work.changed)
    }
    try state.leaveCard()
    if changesMask, let mask = work.mask { timings.measure(.convert) { state.setAlpha(mask) } }
    return count
  }
}
