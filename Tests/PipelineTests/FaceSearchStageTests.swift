import Faces
import Imaging
import Media
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// The stage that looks for faces ahead of the workers and links them.
@Suite struct FaceSearchStageTests {
  /// Shows one face that moves two pixels a frame, except where it is told to miss it. Frames carry their number in
  /// their width.
  private final class Scene: FaceLooking {
    private let missed: Set<Int>

    init(missed: Set<Int>) { self.missed = missed }

    func faces(in frame: Frame) -> [Face] {
      let number = frame.size.width - 10
      guard !missed.contains(number) else { return [] }
      let x = Float(number * 2)
      return [
        Face(
          box: Box(x1: x, y1: 0, x2: x + 40, y2: 40), detectorScore: 0.9, landmarkerScore: 0.9, landmarks5: [],
          mesh: [])
      ]
    }
  }

  private func item(_ number: Int) -> RunItem {
    let frame = Frame(size: PixelSize(width: 10 + number, height: 8), format: .rgb8)
    return RunItem(
      frame: VideoFrame(
        frame: frame, index: number, pts: Int64(number), duration: 1, timeBase: Rational(1, 25)),
      position: number)
  }

  /// The faces that come out for each frame, in the order in which the frames come out.
  private func run(frames: Int, missed: Set<Int>, amount: Int) throws -> [(Int, [Face])] {
    let stop = StopToken()
    let input = BoundedQueue<RunItem>(capacity: frames + 1, stop: stop)
    let output = BoundedQueue<RunItem>(capacity: frames + 1, stop: stop)
    for number in 0..<frames { try input.push(item(number)) }
    input.close()
    let search = FaceSearch(
      makeLooker: { Scene(missed: missed) }, tracker: FaceTrackerOptions(score: 0.3, frameAmount: amount))
    let stage = FaceSearchStage(search, workers: 2, output: output, stop: stop)
    let looking = Atomic<Int>(2)
    let group = ThreadGroup(stop: stop)
    for number in 0..<2 {
      let leave: @Sendable () -> Void = {
        if looking.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { stage.close() }
      }
      group.start("faces \(number)", finally: leave) { _ = try stage.look(at: input) }
    }
    group.start("tracker", finally: { output.close() }) { try stage.track() }
    try group.join()
    var results: [(Int, [Face])] = []
    while let item = try output.pop() { results.append((item.position, item.faces ?? [])) }
    return results
  }

  @Test(arguments: [1, 2, 5], [1, 3, 12])
  func everyFrameComesOutInOrder(amount: Int, frames: Int) throws {
    let results = try run(frames: frames, missed: [], amount: amount)
    #expect(results.map(\.0) == Array(0..<frames))
    #expect(results.allSatisfy { $0.1.count == 1 && $0.1[0].origin == .detect })
    for (number, faces) in results { #expect(faces.first?.box.x1 == Float(number * 2)) }
  }

  @Test func aGapIsFilledAndAnEndIsNot() throws {
    let results = try run(frames: 10, missed: [4, 9], amount: 2)
    #expect(results.map { $0.1.count } == [1, 1, 1, 1, 1, 1, 1, 1, 1, 0])
    let filled = try #require(results[4].1.first)
    #expect(filled.origin == .refill)
    #expect(abs(filled.box.x1 - 8) < 1e-4)
  }

  @Test func aGapWiderThanTheWindowStays() throws {
    let results = try run(frames: 12, missed: [4, 5, 6], amount: 1)
    #expect(results.map { $0.1.count } == [1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1])
  }
}
