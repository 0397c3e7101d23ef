import Faces
import Imaging
import Inference
import Logging
import Media
import Processors
import Safeguards

extension Runner {
  /// A video: streamed from decoder to encoder.
  func runVideo(_ preparation: Preparation<RunNetworks>, _ safeguards: RunSafeguards) throws -> RunOutcome {
    // Cards open beside this; a decoder on one of them has to wait for it.
    let waits = options.videoDecoder != .cpu && canHaveCards
    var reader = try reader(decoder: waits ? .cpu : options.videoDecoder)
    try SourceFiles.check(
      size: reader.source.size, path: options.targetPath, limitMegapixels: options.limitMegapixels)
    // Processors may enlarge the frames, and the encoder has to know the size before it starts.
    let networks = try preparation.get()
    let video = try networks.cards?.video()
    if waits { reader = try self.reader(decoder: options.videoDecoder, video: video) }
    if let note = reader.decoderNote {
      // Nobody asked for the card on a machine without one.
      logger.log(level: options.videoDecoder == .auto ? .debug : .info, "\(note)")
    }
    let sources = sources(networks, safeguards)
    let plans = try plans(networks, sources: sources)
    try stop.check()
    let place = OutputPlace(options, partial)
    var output = options.video
    output.enlargement = plans.reduce(1) { $0 * $1.scale }
    output.tags = safeguards.containerTags
    let writer =
      try video?.writer(path: place.workingPath, source: reader.source, output)
      ?? VideoWriter(path: place.workingPath, source: reader.source, output: output)
    partial.add(writer.temporaryPath)
    defer { partial.forget(writer.temporaryPath) }
    do {
      let known = writer.warnings
      for warning in known { warn(warning) }
      for note in writer.notes { logger.info("\(note)") }
      let (finder, search) = try faces(networks, sources, reader.source)
      if networks.mesh != nil { try networks.factory.prepare(options.faces, for: reader.source.size) }
      let watch = safeguards.watch(reader.source)
      progress.begin(total: reader.source.expectedFrameCount ?? 0)
      let result = try VideoRun(
        workers: options.workers, cards: networks.cards, video: video, stop: stop, progress: progress
      ).run(
        reader: reader, writer: writer, gates: FrameGates(finder: finder, processors: plans.count, stop: stop),
        plans: plans, search: search,
        makeGuard: { [plan = safeguards.frames] in plan.make { try watch.check($0, index: $1) } }
      ) { [partial] hidden in
        try watch.finish()
        try safeguards.complete(hidden, partial)
      }
      for warning in result.warnings where !known.contains(warning) { warn(warning) }
      try place.commit()
      if let first = reader.damage.first {
        warn("The target is damaged in \(reader.damage.count) places; the rest was used. First: \(first).")
      }
      return RunOutcome(
        counts: result.counts, timings: result.timings, card: networks.cards?.report(frames: result.counts.frames),
        cardModels: networks.cards?.networks.reports ?? [])
    } catch {
      writer.cancel()
      place.discard()
      throw error
    }
  }

  /// Whether the run may put frames onto cards: there is a driver, and the networks may run on one.
  private var canHaveCards: Bool {
    cardSystem != nil || (options.session.providers != .list([.cpu]) && (try? CUDADriver.open()) != nil)
  }

  /// - Parameter video: decodes on a card of the run, whose frames stay there.
  private func reader(decoder: VideoDecoder, video: CardVideo? = nil) throws -> VideoReader {
    let settings = VideoReader.Options(
      trimStart: options.trimStart, trimEnd: options.trimEnd,
      damagePolicy: options.continuesOnDamage ? .continueOnDamage : .stop, decoder: decoder,
      device: options.session.deviceID)
    return try video?.reader(path: options.targetPath, settings)
      ?? VideoReader(path: options.targetPath, options: settings)
  }

  /// What finds and chooses the faces: a mesh is followed from frame to frame; with a published landmarker, or with the
  /// tracker, every frame is looked at afresh and by all workers.
  private func faces(
    _ networks: RunNetworks, _ sources: RunSources, _ source: VideoSource
  ) throws -> (any FaceFinding, FaceSearch?) {
    let identifies = options.selector.mode == .reference
    let traits = options.selector.needsTraits
    // A reference that lies in what will be streamed is taken on the way.
    let isAhead = options.selector.referenceFrameNumber == source.firstFrame
    let given = try sourceTraits(sources)
    let reference = try identifies && !isAhead ? reference(networks, given) : nil
    let chooser = FaceChooser(options: options.selector, reference: reference, source: given)
    guard let mesh = networks.mesh else {
      if !options.needsFaces { return (GivenFaces(chooser: chooser), nil) }
      let search = FaceSearch(
        makeLooker: networks.publishedLooker(traits: traits, identity: identifies), tracker: options.tracker)
      return (GivenFaces(chooser: chooser), search)
    }
    if options.tracker.isOn {
      logger.info("--face-tracker-score is not needed with a mesh: its faces are followed.")
    }
    let follower = FaceFollower(
      detector: mesh.detector, landmarker: mesh.landmarker,
      recognizer: identifies ? try networks.factory.recognizer(networks.recognizerModel) : nil,
      options: options.faces, identifies: identifies)
    let reader = traits ? TraitReader(try networks.factory.classifier()) : nil
    return (FollowedFaces(follower: follower, traits: reader, chooser: chooser), nil)
  }

  /// The reference face from its own frame, or from the first of the following ones that shows a face.
  private func reference(_ networks: RunNetworks, _ source: FaceTraits?) throws -> Embedding? {
    let number = options.selector.referenceFrameNumber
    let reader = try VideoReader(
      path: options.targetPath, options: .init(trimStart: number, damagePolicy: .continueOnDamage))
    let looker = try networks.looker(traits: options.selector.needsTraits)
    let recognizer = try networks.factory.recognizer(networks.recognizerModel)
    while let frame = try reader.next() {
      try stop.check()
      let faces = try looker.faces(in: frame.frame)
      guard let face = FaceSelector.reference(among: faces, options: options.selector, source: source) else { continue }
      if frame.index != number {
        logger.info("Frame \(number) shows no face; the reference face is taken from frame \(frame.index).")
      }
      return try recognizer.embedding(in: frame.frame, landmarks5: face.landmarks5From68)
    }
    warn("No face was found from frame \(number) on, so there is no reference face; nothing is swapped.")
    return nil
  }
}
