import Faces
import Imaging
import Media
import Processors

/// A frame and its place in the run.
struct RunItem: Sendable {
  var frame: VideoFrame
  let position: Int
  /// All faces, where they were found on the way; nil = still to be looked for.
  var faces: [Face]?
}

/// How the faces of a video are found when frames are not looked at in order.
struct FaceSearch: Sendable {
  /// Makes what one worker looks with.
  let makeLooker: @Sendable () throws -> any FaceLooking
  /// Links the faces of neighbouring frames; off = each frame stands alone.
  let tracker: FaceTrackerOptions
}

/// The stage in front of the workers that looks for the faces of each frame and links them over a window of frames
/// (vision.md §12): it has to be ahead of the frame it gives out.
///
/// ```
/// queue ─▶ lookers ─▶ reorder buffer ─▶ tracker ─▶ queue
/// ```
final class FaceSearchStage: Sendable {
  private let search: FaceSearch
  private let found: ReorderBuffer<RunItem>
  private let output: BoundedQueue<RunItem>

  init(_ search: FaceSearch, workers: Int, output: BoundedQueue<RunItem>, stop: StopToken) {
    self.search = search
    self.output = output
    found = ReorderBuffer(capacity: workers + 2, stop: stop)
  }

  /// What one of the looking threads does. Returns the time it took.
  func look(at input: BoundedQueue<RunItem>) throws -> StageTimings {
    var timings = StageTimings()
    let looker = try search.makeLooker()
    while var item = try input.pop() {
      item.faces = try timings.measure(.faces) { try looker.faces(in: item.frame.frame) }
      try found.put(item, at: item.position)
    }
    return timings
  }

  /// To be called when the last looking thread has ended well.
  func close() { found.close() }

  /// What the tracking thread does: gives each frame out once the frames after it are known.
  func track() throws {
    let amount = search.tracker.frameAmount
    // The faces of 2 · amount + 1 frames around the next one to go out; beyond the video's ends there are none.
    var window = [[Face]](repeating: [], count: amount)
    var waiting: [RunItem] = []
    func giveOut() throws {
      var item = waiting.removeFirst()
      item.faces = FaceTracker.faces(in: window, score: search.tracker.score)
      window.removeFirst()
      try output.push(item)
    }
    while let item = try found.take() {
      window.append(item.faces ?? [])
      waiting.append(item)
      if window.count == 2 * amount + 1 { try giveOut() }
    }
    while !waiting.isEmpty {
      window += [[Face]](repeating: [], count: 2 * amount + 1 - window.count)
      try giveOut()
    }
  }
}
