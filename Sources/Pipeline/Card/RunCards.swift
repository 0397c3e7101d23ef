import DeviceImaging
import Faces
import Imaging
import Inference
import Logging
import ModelStore
import Processors
import Synchronization

/// The cards of a run: each with its kernels, its networks and its memory for frames.
///
/// Every worker is put on the card with the fewest. Each takes the next frame when it has finished one, so a card that is
/// quicker, or less busy with other programs, gets more frames.
final class RunCards: Sendable {
  struct Card: Sendable {
    let context: CUDAContext
    let pool: DeviceFramePool
    let imager: DeviceImager
    let marks: CardMarkKernels
  }

  private let cards: [Card]
  /// For ``FaceNetworks``.
  let networks: CardNetworks
  private let system: CardSystem
  /// By worker.
  private let places: [DeviceLease]
  private let lanes = Mutex<[CUDAStream]>([])
  private let refusals: CardRefusals

  /// - Parameters:
  ///   - devices: one or more.
  ///   - workers: how many there will be; also the most crops in a batch of a network.
  init(
    _ devices: [CUDADevice], system: CardSystem, runtime: OnnxRuntime, models: any ModelLoading,
    session: SessionOptions, workers: Int, logger: Logger
  ) throws {
    self.system = system
    refusals = CardRefusals(logger)
    cards = try devices.map { device in
      let context = try CUDAContext(device, driver: system.driver)
      let imager = try DeviceImager(on: context, compiler: system.compiler, cacheFolder: system.cacheFolder)
      return Card(
        context: context, pool: DeviceFramePool(on: context, imager: imager), imager: imager,
        marks: CardMarkKernels(on: context, system: system, logger: logger))
    }
    let chooser = DeviceChooser(devices: devices.map(\.ordinal))
    places = (0..<max(workers, 1)).map { _ in chooser.next() }
    networks = CardNetworks(
      runtime: runtime, models: models, session: session,
      imagers: cards.map(\.imager), capacity: min(workers, system.largestBatch ?? workers),
      isHostMemory: system.isHostMemory)
  }

  /// To be called on threads on which other libraries, as FFmpeg, work on the cards: what ONNX Runtime records meanwhile
  /// does not keep them from it.
  func enterThread() throws {
    for card in cards { try card.context.enter() }
  }

  /// The card of worker number `worker`, as the runtime numbers them.
  func deviceID(worker: Int) -> Int { places[worker].device }

  /// Decoder and encoder of the run, on the first card; nil where there are none.
  func video() throws -> CardVideo? {
    guard !system.isHostMemory || system.codecs != nil, let card = cards.first else { return nil }
    return try CardVideo(imager: card.imager, pool: card.pool, codecs: system.codecs)
  }

  /// What worker number `worker` does on its card.
  ///
  /// - Parameter encodesOnCard: the encoder takes the frames of the first card from there.
  func lane(_ worker: Int, encodesOnCard: Bool = false) throws -> CardLane {
    let index = places[worker].index
    let card = cards[index]
    let stream = try CUDAStream(on: card.context)
    lanes.withLock { $0.append(stream) }
    return CardLane(
      stream: stream, card: card, system: system, refusals: refusals, encodesOnCard: encodesOnCard && index == 0)
  }

  /// Ends the work of the networks: whoever waits for an answer gets the reason.
  func stop(_ reason: any Error) {
    networks.stop(reason)
  }

  /// What was carried to the cards and back, for the report.
  func report(frames: Int) -> CardReport {
    var pictures = CUDACounts()
    for card in cards { pictures += card.pool.transfer.counts }
    var others = lanes.withLock { $0.map(\.counts) }.reduce(into: CUDACounts()) { $0 += $1 }
    for card in cards { others += card.pool.transfer.lookCounts }
    others += networks.copies
    return CardReport(
      devices: cards.map { "\($0.context.device.name) (\($0.context.device.uuid))" },
      pictures: CardReport.Copies(pictures, frames: frames), others: CardReport.Copies(others, frames: frames),
      launchesPerFrame: frames > 0 ? Double(others.launches) / Double(frames) : 0,
      meanBatches: networks.statistics.mapValues(\.meanBatch))
  }
}

/// What a run carried to the cards and back, for `--report`.
public struct CardReport: Codable, Sendable {
  /// Copies a frame.
  public struct Copies: Codable, Sendable {
    public var uploads: Double
    public var uploadedBytes: Double
    public var downloads: Double
    public var downloadedBytes: Double

    enum CodingKeys: String, CodingKey {
      case uploads
      case uploadedBytes = "uploaded_bytes"
      case downloads
      case downloadedBytes = "downloaded_bytes"
    }

    init(_ counts: CUDACounts, frames: Int) {
      let frames = Double(max(frames, 1))
      uploads = Double(counts.uploads) / frames
      uploadedBytes = Double(counts.uploadedBytes) / frames
      downloads = Double(counts.downloads) / frames
      downloadedBytes = Double(counts.downloadedBytes) / frames
    }
  }

  public var devices: [String]
  /// Of frames and parts of them.
  public var pictures: Copies
  /// Of what is small: parameters of kernels up, answers of networks down.
  public var others: Copies
  public var launchesPerFrame: Double
  /// Requests in a run, by model.
  public var meanBatches: [String: Double]

  enum CodingKeys: String, CodingKey {
    case devices
    case pictures = "picture_copies_per_frame"
    case others = "other_copies_per_frame"
    case launchesPerFrame = "launches_per_frame"
    case meanBatches = "mean_batches"
  }
}

/// One worker's place on a card.
final class CardLane {
  private let stream: CUDAStream
  private let pool: DeviceFramePool
  private let system: CardSystem
  private let marks: CardMarkKernels
  private let refusals: CardRefusals
  private let encodesOnCard: Bool
  /// For processors of pictures.
  let pictures: PictureCard

  /// - Parameter encodesOnCard: the encoder takes the frames from this card.
  init(
    stream: CUDAStream, card: RunCards.Card, system: CardSystem, refusals: CardRefusals, encodesOnCard: Bool = false
  ) {
    self.stream = stream
    self.pool = card.pool
    self.system = system
    marks = card.marks
    self.refusals = refusals
    self.encodesOnCard = encodesOnCard
    pictures = PictureCard(stream: stream, imager: card.imager)
  }

  /// Lets a processor work on the card, if it can. Returns whether it does: one whose kernels cannot be made works on the
  /// host, and the run goes on.
  func use(_ processor: any FrameProcessing, name: String) throws -> Bool {
    guard let processor = processor as? any DeviceFrameProcessing else { return false }
    do {
      try processor.use(stream, compiler: system.compiler, cacheFolder: system.cacheFolder)
      return true
    } catch let error as InferenceError where [.kernelRejected, .libraryMissing].contains(error.code) {
      try processor.use(nil, compiler: system.compiler, cacheFolder: system.cacheFolder)
      refusals.tell(name, error)
      return false
    }
  }

  /// Lets the marks be put on frames that lie only on the card.
  func use(_ guards: FrameGuard) {
    guards.use(CardMarks(marks, stream: stream, encodesOnCard: encodesOnCard))
  }

  /// Puts a frame onto the card. One that was decoded on another card goes over the host.
  func attach(_ frame: Frame) throws {
    if let device = frame.device {
      if (device as? DeviceFrame)?.ordinal == pool.context.device.ordinal { return }
      try frame.leaveDevice()
    }
    try pool.attach(frame)
  }

  /// Ends the work on a frame, when all that was put into the stream for it is done. It comes to the host, but where an
  /// encoder on the card is the next to see it.
  func finish(_ frame: Frame) throws {
    try stream.synchronize()
    if !encodesOnCard { try frame.leaveDevice() }
  }
}

/// Tells once a run which processors stay on the host, however many workers meet it.
final class CardRefusals: Sendable {
  private let logger: Logger
  private let told = Mutex<Set<String>>([])

  init(_ logger: Logger) { self.logger = logger }

  func tell(_ processor: String, _ error: InferenceError) {
    guard told.withLock({ $0.insert(processor).inserted }) else { return }
    logger.info("\(processor) works on the processor, the rest on the card: \(error.message)")
  }
}
