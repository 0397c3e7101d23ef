import Faces

/// Decides which faces of each frame are worked on. Frames come in order; belongs to one run.
///
/// Adds to ``FaceSelector`` what a video needs: the reference face is taken from the stream itself when it lies ahead,
/// and mode `one` stays with its face as long as that face is followed, so that two faces of like size do not take
/// turns.
struct FaceChooser {
  private let options: FaceSelectorOptions
  private var selector: FaceSelector
  private let source: FaceTraits?
  private var chosenTrack: Int?

  /// - Parameters:
  ///   - reference: the reference identity when it is known before the first frame.
  ///   - source: traits of the largest source face.
  init(options: FaceSelectorOptions, reference: Embedding? = nil, source: FaceTraits? = nil) {
    self.options = options
    self.source = source
    selector = FaceSelector(options: options, reference: reference, source: source)
  }

  /// Whether the reference face still has to be found in the stream.
  var lacksReference: Bool { options.mode == .reference && selector.reference == nil }

  /// The faces to work on.
  ///
  /// - Parameter index: number of the frame in the target, from 0.
  mutating func choose(from faces: [Face], index: Int) -> [Face] {
    if lacksReference, index >= options.referenceFrameNumber,
      let reference = FaceSelector.reference(among: faces, options: options, source: source)?.embedding
    {
      selector = FaceSelector(options: options, reference: reference, source: source)
    }
    guard options.mode == .one else { return selector.select(from: faces) }
    if let chosenTrack, let face = faces.first(where: { $0.trackID == chosenTrack }) { return [face] }
    let choice = selector.select(from: faces)
    if let track = choice.first?.trackID { chosenTrack = track }
    return choice
  }
}
