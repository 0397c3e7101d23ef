import Imaging
import Processors

/// Processors of 8-bit pictures that follow each other: the frame becomes a picture once before and a frame again once
/// after them. Belongs to one worker.
final class PictureStep {
  private var processors: [any PictureProcessing] = []
  private var worksWithoutFaces = false

  func append(_ plan: any PictureProcessorPlan) throws {
    processors.append(try plan.makeWorker())
    worksWithoutFaces = worksWithoutFaces || plan.worksWithoutFaces
  }

  var timings: StageTimings {
    processors.reduce(into: StageTimings()) { $0.merge($1.timings) }
  }

  /// Works on a frame. Returns the number of faces worked on.
  func work(
    on state: inout FrameState, _ timings: inout StageTimings, _ writable: () throws -> Frame
  ) throws -> Int {
    guard worksWithoutFaces || !state.chosen.isEmpty, let target = state.target else { return 0 }
    var work = timings.measure(.convert) { [state] in state.pictureWork(target: target) }
    let before = work
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
    if changesMask, let mask = work.mask { timings.measure(.convert) { state.setAlpha(mask) } }
    return count
  }
}
