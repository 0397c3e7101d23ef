import Faces
import Imaging
import Media
import Processors

extension Runner {
  /// A picture: one frame through the same workers as a video's.
  func runPicture(_ preparation: Preparation<RunNetworks>) throws -> RunOutcome {
    var timings = StageTimings()
    progress.begin(total: 1)
    var picture = try timings.measure(.decode) {
      try PictureFile.read(
        options.targetPath, limitMegapixels: options.limitMegapixels, toleratesDamage: options.continuesOnDamage)
    }
    let networks = try preparation.get()
    let plans = try plans(networks)
    try stop.check()
    let analyser = networks.analyser(options.faces)
    var recognizer: (any FaceRecognizing)?
    let finder = PictureFaces(options: options.selector, look: analyser.faces) { face, frame in
      let known = try recognizer ?? networks.factory.recognizer()
      recognizer = known
      face.embedding = try known.embedding(in: frame, landmarks5: face.landmarks5From68)
    }
    let worker = try FrameWorker(
      gates: FrameGates(finder: finder, processors: plans.count, stop: stop), plans: plans,
      canGainAlpha: true)
    let replacement = try worker.work(on: picture.frame, position: 0, index: 0, time: 0) { picture.frame }
    if let replacement { picture.frame = replacement }
    try stop.check()
    let place = OutputPlace(options, partial)
    defer { place.discard() }
    try timings.measure(.encode) {
      let lost = try PictureFile.write(
        picture, to: place.workingPath, quality: options.imageQuality, scale: options.imageScale,
        inputs: options.sourcePaths)
      for warning in lost { warn(warning) }
      try place.commit()
    }
    progress.advance()
    timings.merge(worker.timings)
    return RunOutcome(counts: worker.counts, timings: timings)
  }
}
