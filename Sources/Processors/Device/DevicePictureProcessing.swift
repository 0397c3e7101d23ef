public import DeviceImaging
public import Faces
public import Imaging
public import Inference

/// Where a worker works on pictures on a card.
public struct PictureCard: Sendable {
  /// All work is put into it, or waited for by it.
  public let stream: CUDAStream
  public let imager: DeviceImager

  public init(stream: CUDAStream, imager: DeviceImager) {
    self.stream = stream
    self.imager = imager
  }

  /// A mark behind what is in the stream now, for networks with streams of their own.
  func mark() throws -> CUDAEvent {
    let event = try CUDAEvent(on: stream.context)
    try event.record(on: stream)
    return event
  }
}

/// A frame on its way through processors that work on 8-bit pictures on a card. As ``PictureWork``; here the picture does
/// not grow, and alpha stays on the host.
public struct DevicePictureWork {
  public let card: PictureCard
  /// The working frame: B, G, R. Changed in place by work that is put into the card's stream.
  public let picture: DevicePicture
  /// The target's own frame, as it came.
  public let target: DevicePicture
  /// All faces found in `target`, before selection, in its pixels.
  public let faces: [Face]
  /// The faces to work on, in pixels of `target`.
  public let chosen: [Face]
  /// Number of the frame in the run, from 0.
  public let index: Int
  /// Seconds on the target's clock; 0 for a still.
  public let time: Double
  /// What was changed so far, in pixels of `picture`.
  public private(set) var changed: [PixelRectangle] = []
  private var answers: [DeviceAnswer] = []

  /// - Parameter picture: of the target's size.
  public init(
    card: PictureCard, picture: DevicePicture, target: DevicePicture, faces: [Face], chosen: [Face], index: Int = 0,
    time: Double = 0
  ) {
    self.card = card
    self.picture = picture
    self.target = target
    self.faces = faces
    self.chosen = chosen
    self.index = index
    self.time = time
  }

  /// Books a change of the picture.
  public mutating func note(changed rectangle: PixelRectangle) { changed.append(rectangle) }

  /// Books an answer that was taken into the picture without having been looked at.
  public mutating func note(_ answer: DeviceAnswer) { answers.append(answer) }

  /// Whether all answers were numbers. If not, the networks compute in single precision from now on, and the work is to
  /// be done again from the start. Waits for the networks where there can be doubt.
  public func isSound() throws -> Bool {
    // All are asked: each that was wrong changes its network.
    try answers.reduce(true) { try $1.isFinite() && $0 }
  }
}

/// A processor of 8-bit pictures that can work on pictures on a card.
public protocol DevicePictureProcessing: PictureProcessing {
  /// Tells the worker its card, once, before the first picture: what is slow is done here. From then on both
  /// ``PictureProcessing/process(_:)`` and ``process(onCard:)`` may be asked.
  ///
  /// - Parameter card: nil = it works on the processor.
  /// - Returns: whether it works on the card; not with networks or options that nobody has brought there.
  func use(_ card: PictureCard?) throws -> Bool
  /// Whether the target's own frame counts, besides the working picture.
  var looksAtTarget: Bool { get }
  /// Changes the picture and books what it changed. Returns the number of faces worked on.
  func process(onCard work: inout DevicePictureWork) throws -> Int
}

/// The part of a processor that works on a card.
protocol DevicePictureWorker: AnyObject {
  var timings: StageTimings { get }
  func process(_ work: inout DevicePictureWork) throws -> Int
}

/// A processor for runs with cards. What it needs on the host is loaded when it first works there: on a card it is never
/// needed.
final class PlacedPictureProcessor: DevicePictureProcessing {
  private let makeHost: () throws -> any PictureProcessing
  private let makeCard: (PictureCard) throws -> (any DevicePictureWorker)?
  let looksAtTarget: Bool
  private var host: (any PictureProcessing)?
  private var worker: (any DevicePictureWorker)?

  /// - Parameter card: nil where the options are not for a card.
  init(
    looksAtTarget: Bool = false, host: @escaping () throws -> any PictureProcessing,
    card: @escaping (PictureCard) throws -> (any DevicePictureWorker)?
  ) {
    (makeHost, makeCard) = (host, card)
    self.looksAtTarget = looksAtTarget
  }

  var timings: StageTimings {
    var sum = host?.timings ?? StageTimings()
    if let worker { sum.merge(worker.timings) }
    return sum
  }

  func use(_ card: PictureCard?) throws -> Bool {
    worker = try card.flatMap(makeCard)
    if worker == nil { _ = try loadedHost() }
    return worker != nil
  }

  func process(_ work: inout PictureWork) throws -> Int { try loadedHost().process(&work) }

  func process(onCard work: inout DevicePictureWork) throws -> Int {
    guard let worker else { preconditionFailure("the processor was told its card") }
    return try worker.process(&work)
  }

  private func loadedHost() throws -> any PictureProcessing {
    if let host { return host }
    let made = try makeHost()
    host = made
    return made
  }
}
