import DeviceImaging
public import Imaging
public import Inference

/// The published landmarker of the options, one network or both (vision.md §8.5). Owned by one worker.
public final class PublishedLandmarker {
  private let networks: [(model: PublishedLandmarkerModel, network: PublishedNetwork)]

  /// - Parameter sessions: by model; each at most once.
  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  public convenience init(sessions: [(model: PublishedLandmarkerModel, session: InferenceSession)]) throws {
    try self.init(sessions: sessions, card: nil)
  }

  /// - Parameter card: frames on its cards are looked at there.
  public init(
    sessions: [(model: PublishedLandmarkerModel, session: InferenceSession)], card: CardNetworks?
  ) throws {
    let side = LandmarkerCrop.side
    networks = try sessions.map { model, session in
      let network = try PublishedNetwork(
        session: session, inputShape: [1, 3, side, side], outputs: model.outputCount, shapes: model.outputShapes,
        card: card.map { ($0, model.modelID) })
      return (model, network)
    }
  }

  /// The 68 points of a face in a B, G, R picture, in its pixels; nil when no network is sure enough to be heard.
  ///
  /// - Parameter angle: of the face: 0, 90, 180 or 270 degrees, clockwise.
  public func landmarks(in picture: PixelBuffer8, box: Box, angle: Int) throws -> ScoredLandmarks? {
    try landmarks(in: FaceView(picture), box: box, angle: angle)
  }

  public func landmarks(in view: FaceView, box: Box, angle: Int) throws -> ScoredLandmarks? {
    let crop = LandmarkerCrop(box: box, angle: angle)
    let found: ScoredLandmarks?
    if let device = view.device, networks.allSatisfy({ $0.network.isOn(device.ordinal) }) {
      found = try landmarks { network in
        try network.run(ordinal: device.ordinal) { imager, row, stream in
          try crop.cut(from: device.picture(by: imager, on: stream), into: row, imager, stream)
        } ?? []
      }
    } else {
      found = try landmarks(of: crop.cut(from: view.picture))
    }
    guard let found else { return nil }
    return ScoredLandmarks(points: crop.inPicture(found.points), score: found.score)
  }

  /// The same for a ready crop, in its pixels.
  public func landmarks(of crop: PixelBuffer8) throws -> ScoredLandmarks? {
    let planes = LandmarkerCrop.tensor(of: crop)
    return try landmarks { network in
      network.input.setElements(planes)
      return try network.run()
    }
  }

  private func landmarks(_ run: (PublishedNetwork) throws -> [Tensor]) throws -> ScoredLandmarks? {
    var fan: ScoredLandmarks?
    var peppa: ScoredLandmarks?
    for (model, network) in networks {
      let found = try model.read(try run(network))
      if model == .twoDFan4 { fan = found } else { peppa = found }
    }
    return PublishedLandmarker.choose(fan: fan, peppa: peppa)
  }

  /// 2dfan4 unless peppa_wutz is better by 0.2 and more; one that did not run counts as 0.
  ///
  /// So peppa_wutz alone is not heard below 0.2. The peer then fails on the missing points; here the answer is nil.
  public static func choose(fan: ScoredLandmarks?, peppa: ScoredLandmarks?) -> ScoredLandmarks? {
    (fan?.score ?? 0) > (peppa?.score ?? 0) - 0.2 ? fan : peppa
  }
}
