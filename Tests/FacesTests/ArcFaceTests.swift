import Imaging
import Inference
import TestSupport
import Testing

@testable import Faces

@Suite struct ArcFaceTests {
  private let points = WarpTemplate.arcface112v2.points.map { $0 * 112 + Point(10, 20) }

  /// B 40, G 100, R 220 everywhere.
  private func plain(_ size: PixelSize) -> PixelBuffer8 {
    PixelBuffer8(size: size, channels: 3, samples: (0..<size.area).flatMap { _ in [40, 100, 220] as [UInt8] })
  }

  @Test func theCropOfATemplateIsTheRectangleItself() throws {
    var generator = SeededGenerator(seed: 3)
    let size = PixelSize(width: 140, height: 150)
    let picture = PixelBuffer8(
      size: size, channels: 3, samples: (0..<size.area * 3).map { _ in UInt8.random(in: 0...255, using: &generator) })
    let crop = try ArcFaceRecognizer.crop(of: picture, landmarks5: points)
    var worst = 0
    for y in 0..<112 {
      for x in 0..<112 {
        for channel in 0..<3 {
          worst = max(worst, abs(Int(crop[x, y, channel]) - Int(picture[x + 10, y + 20, channel])))
        }
      }
    }
    #expect(worst <= 1)
  }

  @Test func planesAreRedGreenBlue() {
    let tensor = ArcFaceRecognizer.tensor(of: plain(PixelSize(width: 112, height: 112)))
    let plane = 112 * 112
    #expect(tensor.count == 3 * plane)
    for (index, value) in [220, 100, 40].enumerated() {
      #expect(abs(tensor[index * plane + 77] - (Float(value) / 127.5 - 1)) < 1e-6)
    }
  }

  @Test func numbersComeFromTheNetwork() throws {
    let values = (0..<512).map { Float($0 % 7) - 3 }
    let recognizer = try ArcFaceRecognizer(
      session: StandInNetworks.constant(side: 112, [("output", [1, 512], values)]))
    let embedding = try recognizer.embedding(in: plain(PixelSize(width: 60, height: 50)), landmarks5: points)
    #expect(embedding.values == values)
    #expect(embedding.measure == .cosine)
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(embedding.normalized[5] - values[5] / length) < 1e-6)
  }

  @Test func wrongNetworksAreNamed() throws {
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["stand-in", "96"]) {
        _ = try ArcFaceRecognizer(session: StandInNetworks.constant(side: 96, [("output", [1, 512], zeros(512))]))
      })
    func embed(_ shape: [Int], _ values: [Float]) throws {
      let recognizer = try ArcFaceRecognizer(session: StandInNetworks.constant(side: 112, [("output", shape, values)]))
      _ = try recognizer.embedding(in: plain(PixelSize(width: 60, height: 50)), landmarks5: points)
    }
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["stand-in", "[1, 256]", "512"]) { try embed([1, 256], zeros(256)) })
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["stand-in", "nan", "element 9"]) {
        var values = zeros(512)
        values[9] = .nan
        try embed([1, 512], values)
      })
  }

  @Test func wrongPointsAreNamed() throws {
    let recognizer = try ArcFaceRecognizer(
      session: StandInNetworks.constant(side: 112, [("output", [1, 512], zeros(512))]))
    let picture = plain(PixelSize(width: 60, height: 50))
    for bad in [[], Array(points.prefix(4)), points.map { $0 * .nan }] {
      #expect(
        throwsFacesError(.invalidPoints, naming: []) {
          _ = try recognizer.embedding(in: picture, landmarks5: bad)
        })
    }
  }

  private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
}

@Suite struct FairFaceTests {
  private let points = WarpTemplate.arcface112v2.points.map { $0 * 224 }
  private let picture = PixelBuffer8(
    size: PixelSize(width: 224, height: 224), channels: 3,
    samples: (0..<224 * 224).flatMap { _ in [10, 130, 250] as [UInt8] })

  @Test func planesAreRedGreenBlueByImageNet() {
    let tensor = FairFaceClassifier.tensor(of: picture)
    let plane = 224 * 224
    let expected: [Float] = [(250 / 255 - 0.485) / 0.229, (130 / 255 - 0.456) / 0.224, (10 / 255 - 0.406) / 0.225]
    for (index, value) in expected.enumerated() { #expect(abs(tensor[index * plane + 1234] - value) < 1e-5) }
  }

  /// Class numbers as floats are taken too; the published network gives integers.
  private func classifier(_ ids: [Float]) throws -> FairFaceClassifier {
    var model = TinyModel(name: "classes")
    model.input("input", [1, 3, 224, 224])
    for (index, id) in ids.enumerated() {
      model.initializer("v\(index)", shape: [1], floats: [id])
      model.node("Cast", ["v\(index)"], ["o\(index)"], [("to", .int(7))])
      model.output("o\(index)", [1], .int64)
    }
    return try FairFaceClassifier(session: StandInNetworks.session(model))
  }

  @Test func outputsAreRaceGenderAge() throws {
    let traits = try classifier([2, 1, 4]).traits(in: picture, landmarks5: points)
    #expect(traits == FaceTraits(gender: .female, age: 30..<39, race: .latino))
    let last = try classifier([7, 2, 12]).traits(in: picture, landmarks5: points)
    #expect(last == FaceTraits(gender: .male, age: 70..<100, race: .white))
  }

  @Test func wrongNetworksAreNamed() throws {
    #expect(throwsFacesError(.unexpectedModel, naming: ["stand-in", "2 outputs"]) { _ = try classifier([0, 0]) })
    let text = try FairFaceClassifier(
      session: StandInNetworks.constant(
        side: 224, [("race", [1], [0.5]), ("gender", [1], [0]), ("age", [1], [0])]))
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["stand-in", "race"]) {
        _ = try text.traits(in: picture, landmarks5: points)
      })
  }
}
