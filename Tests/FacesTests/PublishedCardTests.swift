import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Faces

/// Stand-ins for the published networks whose answers are the numbers that they are shown, so that what a card cuts out
/// is held against what the processor cuts out.
private struct MirrorModels: ModelLoading {
  /// - Parameter parts: where each output's numbers begin, how far they are apart, and its shape.
  private static func model(
    _ shape: [Int], factor: Float = 1, _ parts: [(start: Int, step: Int, shape: [Int])], best: Bool = false
  ) -> TinyModel {
    var model = TinyModel(name: "mirror")
    model.input("input", shape.map { .fixed($0) })
    model.initializer("all", shape: [1], ints: [-1])
    model.initializer("axis", shape: [1], ints: [0])
    model.initializer("factor", shape: [1], floats: [factor])
    model.node("Mul", ["input", "factor"], ["scaled"])
    model.node("Reshape", ["scaled", "all"], ["row"])
    for (number, part) in parts.enumerated() {
      let count = part.shape.reduce(1, *)
      model.initializer("from\(number)", shape: [1], ints: [part.start])
      model.initializer("to\(number)", shape: [1], ints: [part.start + (count - 1) * part.step + 1])
      model.initializer("step\(number)", shape: [1], ints: [part.step])
      model.initializer("shape\(number)", shape: [part.shape.count], ints: part.shape)
      model.node("Slice", ["row", "from\(number)", "to\(number)", "axis", "step\(number)"], ["part\(number)"])
      if best {
        model.node("ArgMax", ["part\(number)"], ["output\(number)"], [("axis", .int(0)), ("keepdims", .int(1))])
        model.output("output\(number)", [1], .int64)
      } else {
        model.node("Reshape", ["part\(number)", "shape\(number)"], ["output\(number)"])
        model.output("output\(number)", part.shape.map { .fixed($0) })
      }
    }
    return model
  }

  /// Outputs one behind the other.
  private static func levels(_ shapes: [[Int]], side: Int, factor: Float) -> TinyModel {
    var start = 0
    let parts = shapes.map { shape in
      defer { start += shape.reduce(1, *) }
      return (start: start, step: 1, shape: shape)
    }
    return model([1, 3, side, side], factor: factor, parts)
  }

  func load(_ id: ModelID) throws -> [UInt8] {
    let canvas = PixelSize(width: 160, height: 160)
    let side = LandmarkerCrop.side
    let model: TinyModel
    switch id {
    case "retinaface_10g", "scrfd_2.5g":
      model = Self.levels(PublishedDetectorModel.scrfd.outputShapes(canvas: canvas), side: 160, factor: 1)
    case "yunet_2023_mar":
      let canvas = PixelSize(width: 640, height: 640)
      model = Self.levels(PublishedDetectorModel.yunet.outputShapes(canvas: canvas), side: 640, factor: 1 / 256)
    case "yoloface_8n": model = Self.model([1, 3, 640, 640], [(0, 1, [1, 20, 61440])])
    case "fan_68_5":
      let guess = (0..<68).flatMap { index -> [Float] in [Float(index) / 68, 0.5] }
      model = .constant(input: ("input", [1, 5, 2]), outputs: [("output", [1, 68, 2], guess)])
    case "2dfan4":
      model = Self.model([1, 3, side, side], [(0, 1445, [1, 68, 2]), (700, 2801, [1, 68, 1, 1])])
    case "peppa_wutz": model = Self.model([1, 3, side, side], [(31, 963, [1, 68, 3])])
    case ArcFaceRecognizer.modelID: model = Self.model([1, 3, 112, 112], [(0, 73, [1, 512])])
    case FairFaceClassifier.modelID:
      model = Self.model([1, 3, 224, 224], [(5000, 997, [7]), (8000, 16001, [2]), (90, 7001, [9])], best: true)
    default: throw ModelStoreError(.modelMissing, "No model \(id.rawValue).")
    }
    return model.bytes
  }
}

/// The published networks with frames on an emulated card.
@Suite struct PublishedCardTests {
  private let runtime: OnnxRuntime
  private let machine: EmulatedMachine
  private let imager: DeviceImager
  private let stream: CUDAStream
  private let cards: CardNetworks
  private let onCard: FaceNetworks
  private let onHost: FaceNetworks

  init() throws {
    runtime = try OnnxRuntime.open()
    machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    imager = try DeviceImager(on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    stream = try CUDAStream(on: imager.context)
    let session = SessionOptions(providers: .list([.cpu]))
    cards = CardNetworks(
      runtime: runtime, models: MirrorModels(), session: session, imagers: [imager], capacity: 2,
      isHostMemory: true)
    onCard = FaceNetworks(runtime: runtime, models: MirrorModels(), session: session, card: cards)
    onHost = FaceNetworks(runtime: runtime, models: MirrorModels(), session: session)
  }

  /// The same frame twice, once on the card. R, G, B, so that both sides read the same bytes.
  private func frames(
    _ size: PixelSize = PixelSize(width: 300, height: 220), seed: UInt64 = 4
  ) throws -> (card: Frame, host: Frame) {
    let (one, other) = (
      SyntheticFrame.frame(.noise(seed: seed), size: size), SyntheticFrame.frame(.noise(seed: seed), size: size)
    )
    try DeviceFramePool(on: imager.context).attach(one)
    return (one, other)
  }

  private func options(_ model: FaceDetectorModel, _ margin: DetectorMargin, _ angles: [Int]) -> FaceOptions {
    let isSmall = model == .scrfd || model == .retinaface
    var options = FaceOptions(detectorModel: model, landmarkerModel: .twoDFan4)
    options.detectorSize = PixelSize(width: isSmall ? 160 : 640, height: isSmall ? 160 : 640)
    options.detectorMargin = margin
    options.detectorAngles = angles
    // Above it lie few of the numbers, and no level is near it.
    options.detectorScore = isSmall ? 0.85 : model == .yunet ? 0.5 : 0.985
    return options
  }

  @Test(arguments: [FaceDetectorModel.scrfd, .retinaface, .yoloFace, .yunet])
  func detectorsSeeTheSame(_ model: FaceDetectorModel) throws {
    let isSmall = model == .scrfd || model == .retinaface
    let (card, host) = try frames(PixelSize(width: isSmall ? 300 : 700, height: isSmall ? 220 : 560))
    let cases: [(DetectorMargin, [Int])] = [
      (DetectorMargin(), [0]),
      (
        DetectorMargin(top: model == .yunet ? 0 : 10, right: 6, bottom: 4, left: 30),
        model == .yunet ? [0] : [0, 90, 180]
      ),
    ]
    for (margin, angles) in cases {
      let options = options(model, margin, angles)
      let found = try onCard.publishedDetector(options).detect(in: card)
      let wanted = try onHost.publishedDetector(options).detect(in: host)
      try #require(!wanted.isEmpty && found.count == wanted.count)
      for (one, other) in zip(found, wanted) {
        #expect(abs(one.score - other.score) < 1e-4)
        #expect(abs(one.box.x1 - other.box.x1) < 0.05 && abs(one.box.y2 - other.box.y2) < 0.05)
        #expect(zip(one.points, other.points).allSatisfy { abs($0.x - $1.x) < 0.05 && abs($0.y - $1.y) < 0.05 })
      }
    }
    #expect(cards.statistics.values.map(\.requests).reduce(0, +) == cases.reduce(0) { $0 + $1.1.count })
    #expect(machine.counts.violations == 0)
  }

  @Test(arguments: [FaceLandmarkerModel.twoDFan4, .peppaWutz, .many], [0, 90, 270])
  func landmarkersSeeTheSame(_ model: FaceLandmarkerModel, _ angle: Int) throws {
    let (one, other) = (try onCard.publishedLandmarker(model), try onHost.publishedLandmarker(model))
    let (card, host) = try frames()
    let before = machine.counts.uploads
    for box in [Box(x1: 90, y1: 60, x2: 190, y2: 200), Box(x1: -40, y1: 120, x2: 60, y2: 260)] {
      let answer = try one.landmarks(in: FaceView(card), box: box, angle: angle)
      let expected = try other.landmarks(in: FaceView(host), box: box, angle: angle)
      // A face half beside the frame is dark, and peppa_wutz alone not sure of it.
      guard let found = answer, let wanted = expected else {
        #expect(answer == nil && expected == nil && model == .peppaWutz && box.x1 < 0)
        continue
      }
      #expect(abs(found.score - wanted.score) < 1e-3)
      // A level is 1 / 64 of 1 / 255 of the crop of 256 pixels, and a crop pixel less than a pixel here.
      #expect(zip(found.points, wanted.points).allSatisfy { abs($0.x - $1.x) < 0.05 && abs($0.y - $1.y) < 0.05 })
      #expect(Set(found.points.map(\.x)).count > 10)
    }
    // The tables of Lab alone.
    #expect(machine.counts.uploads - before == 4)
  }

  @Test func aDarkFaceIsEvenedOutOnTheCardToo() throws {
    let size = PixelSize(width: 200, height: 200)
    let picture = PixelBuffer8(
      size: size, channels: 3, samples: (0..<3 * size.area).map { UInt8($0 * 7 % 41) })
    let (card, host) = (Frame(picture), Frame(picture))
    try DeviceFramePool(on: imager.context).attach(card)
    let box = Box(x1: 40, y1: 40, x2: 150, y2: 150)
    let found = try onCard.publishedLandmarker(.twoDFan4).landmarks(in: FaceView(card), box: box, angle: 0)
    let wanted = try onHost.publishedLandmarker(.twoDFan4).landmarks(in: FaceView(host), box: box, angle: 0)
    let (one, other) = (try #require(found), try #require(wanted))
    #expect(zip(one.points, other.points).allSatisfy { abs($0.x - $1.x) < 0.05 && abs($0.y - $1.y) < 0.05 })
    #expect(abs(one.score - other.score) < 1e-3)
  }

  @Test func recogniserAndClassifierSeeTheSame() throws {
    let (card, host) = try frames()
    let points = WarpTemplate.arcface112v2.points.map { $0 * 130 + Point(70, 40) }
    let found = try onCard.arcFaceRecognizer().embedding(in: card, landmarks5: points)
    let wanted = try onHost.arcFaceRecognizer().embedding(in: host, landmarks5: points)
    #expect(found.values.count == 512)
    // One level of 255 is 2 / 255, where a place falls between two of them.
    #expect(zip(found.values, wanted.values).allSatisfy { abs($0 - $1) < 0.009 })
    #expect(zip(found.values, wanted.values).filter { abs($0 - $1) > 1e-5 }.count < 10)
    let traits = try onCard.classifier().traits(in: FaceView(card), landmarks5: points)
    #expect(try traits == onHost.classifier().traits(in: FaceView(host), landmarks5: points))
    #expect(throws: FacesError.self) {
      try onCard.arcFaceRecognizer().embedding(in: card, landmarks5: [Point(1, 2)])
    }
  }

  @Test func aPictureOnTheCardIsRecognised() throws {
    let (_, host) = try frames()
    let picture = try DevicePicture(host.bgrPicture(), on: stream)
    let mark = try CUDAEvent(on: imager.context)
    try mark.record(on: stream)
    let points = WarpTemplate.arcface112v2.points.map { $0 * 100 + Point(20, 60) }
    let found = try onCard.arcFaceRecognizer().embedding(in: picture, ordinal: 0, after: mark, landmarks5: points)
    let wanted = try onHost.arcFaceRecognizer().embedding(in: host, landmarks5: points)
    #expect(zip(try #require(found).values, wanted.values).allSatisfy { abs($0 - $1) < 0.009 })
    let absent = try onHost.arcFaceRecognizer().embedding(in: picture, ordinal: 0, after: mark, landmarks5: points)
    #expect(absent == nil)
  }

  /// Detector, landmarker and recogniser together: the frame's picture is made on the card, once, and nothing of the
  /// frame's size comes back.
  @Test func wholeFacesAreFoundWithoutTheHostsPicture() throws {
    let options = options(.scrfd, DetectorMargin(), [0])
    let (card, host) = try frames()
    let one = try onCard.publishedAnalyser(options, detail: [.identity, .traits])
    let other = try onHost.publishedAnalyser(options, detail: [.identity, .traits])
    // Recogniser and classifier are made ready when they are first asked.
    _ = try one.faces(in: frames(seed: 9).card)
    let before = machine.counts
    let found = try one.faces(in: card)
    let wanted = try other.faces(in: host)
    try #require(!wanted.isEmpty && found.count == wanted.count)
    for (one, other) in zip(found, wanted) {
      #expect(abs(one.landmarkerScore - other.landmarkerScore) < 1e-3)
      #expect(one.traits == other.traits)
      let values = try #require(one.embedding?.values)
      #expect(zip(values, other.embedding?.values ?? []).filter { abs($0 - $1) > 1e-5 }.count < 40)
    }
    #expect(machine.counts.uploadedBytes - before.uploadedBytes < 100_000)
    #expect(machine.counts.violations == 0)
  }
}
