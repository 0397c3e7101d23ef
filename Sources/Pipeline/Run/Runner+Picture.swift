import Faces
import Imaging
import Media
import Processors
import Safeguards

extension Runner {
  /// A picture: one frame through the same workers as a video's.
  func runPicture(_ preparation: Preparation<RunNetworks>, _ safeguards: RunSafeguards) throws -> RunOutcome {
    var timings = StageTimings()
    progress.begin(total: 1)
    var picture = try timings.measure(.decode) {
      try PictureFile.read(
        options.targetPath, limitMegapixels: options.limitMegapixels, toleratesDamage: options.continuesOnDamage)
    }
    let size = picture.frame.size
    let networks = try preparation.get()
    let sources = sources(networks, safeguards)
    let plans = try plans(networks, sources: sources)
    try stop.check()
    let finder = try pictureFaces(networks, sources)
    let worker = try FrameWorker(
      gates: FrameGates(finder: finder, processors: plans.count, stop: stop), plans: plans,
      guards: safeguards.frames.make(isPicture: true) {
        [path = options.targetPath, content = safeguards.content] frame, _ in
        try content.check(frame, name: path)
      }, canGainAlpha: true)
    let replacement = try worker.work(on: picture.frame, position: 0, index: 0, time: 0) { picture.frame }
    if let replacement { picture.frame = replacement }
    try stop.check()
    let place = OutputPlace(options, partial)
    defer { place.discard() }
    var hidden: String?
    defer { if let hidden { partial.forget(hidden) } }
    try timings.measure(.encode) {
      let lost = try PictureFile.write(
        picture, to: place.workingPath, quality: options.imageQuality, scale: options.imageScale ?? 1,
        of: options.imageScale == nil ? nil : size, inputs: options.sourcePaths,
        completing: { try safeguards.complete($0, partial) },
        began: {
          hidden = $0
          partial.add($0)
        })
      for warning in lost { warn(warning) }
      try place.commit()
    }
    progress.advance()
    timings.merge(worker.timings)
    return RunOutcome(counts: worker.counts, timings: timings)
  }

  private func pictureFaces(_ networks: RunNetworks, _ sources: RunSources) throws -> PictureFaces {
    let looker = try networks.looker(traits: options.selector.needsTraits)
    var recognizer: (any FaceRecognizing)?
    return PictureFaces(
      options: options.selector, source: try sourceTraits(sources), look: looker.faces
    ) { face, frame in
      let known = try recognizer ?? networks.factory.recognizer(networks.recognizerModel)
      recognizer = known
      face.embedding = try known.embedding(in: frame, landmarks5: face.landmarks5From68)
    }
  }

  /// What `auto` in the selector's filters stands for; nil where nobody asks or there is no source.
  func sourceTraits(_ sources: RunSources) throws -> FaceTraits? {
    options.selector.needsSourceTraits && options.needs.contains(.sources) ? try sources.traits() : nil
  }
}
