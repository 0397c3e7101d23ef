import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// A file that is damaged, or of another form, is an error that says so, whatever family it should belong to.
@Suite struct WrongModelTests {
  /// One kind of model, with what opens it and runs it once.
  struct Family: Sendable, CustomTestStringConvertible {
    let name: String
    let use: @Sendable (FaceNetworks) throws -> Void
    var testDescription: String { name }

    init(_ name: String, _ use: @escaping @Sendable (FaceNetworks) throws -> Void) {
      self.name = name
      self.use = use
    }
  }

  private static let frame = SyntheticFrame.picture(.gradient, size: PixelSize(width: 64, height: 64))
  private static let five = [
    Point(20, 22), Point(42, 22), Point(31, 34), Point(23, 46), Point(40, 46),
  ]

  private static func crop(_ side: Int) -> PixelBuffer8 {
    SyntheticFrame.picture(.gradient, size: PixelSize(width: side, height: side))
  }

  private static func detector(_ model: FaceDetectorModel) -> Family {
    Family(model.rawValue) { networks in
      _ = try networks.publishedDetector(FaceOptions(detectorModel: model)).detect(in: frame)
    }
  }

  private static func masks(_ name: String, _ options: FaceMaskOptions) -> Family {
    Family(name) { networks in
      let masker = try FaceMasker(networks: networks, options: options)
      _ = try options.types.contains(.region) ? masker.regionMask(of: crop(64)) : masker.occlusionMask(of: crop(64))
    }
  }

  static let families: [Family] =
    [FaceDetectorModel.retinaface, .scrfd, .yoloFace, .yunet].map(detector)
    + [FaceLandmarkerModel.twoDFan4, .peppaWutz].map { model in
      Family(model.rawValue) { _ = try $0.publishedLandmarker(model).landmarks(of: crop(256)) }
    } + [
      Family("fan_68_5") { _ = try $0.guesser().landmarks68(from: five) },
      Family("arcface") { _ = try $0.arcFaceRecognizer().embedding(in: frame, landmarks5: five) },
      Family("fairface") { _ = try $0.classifier().traits(in: frame, landmarks5: five) },
      masks("xseg", FaceMaskOptions(types: [.occlusion], occluderModel: .xseg2)),
      masks("bisenet", FaceMaskOptions(types: [.region], parserModel: .bisenetResnet18)),
    ]
    + NetworkSwapperModel.all.map { model in
      Family(model.name) { networks in
        let network = try SwapNetwork(model, session: networks.open(model.id), side: model.side)
        network.load(tile: 0, of: crop(model.side))
      }
    }
    + FaceEnhancerModel.allCases.filter { $0 != .realesrganX4plus }.map { model in
      Family(model.rawValue) { networks in
        let restorer = try FaceRestorer(session: networks.open(model.id), model: model)
        _ = try restorer.restore(crop(model.side), weight: 0.5)
      }
    }
    + FrameEnhancerModel.all.map { model in
      Family(model.name) { networks in
        _ = try FrameUpscaler(session: networks.open(model.id), model: model).enlarge(crop(16))
      }
    }

  /// One file for every model.
  private struct OneFile: ModelLoading {
    let bytes: [UInt8]
    func load(_ id: ModelID) throws -> [UInt8] { bytes }
  }

  private static func tiny(_ input: String, _ shape: [TinyModel.Dimension], output: String = "output") -> TinyModel {
    var model = TinyModel(name: "other")
    model.input(input, shape)
    model.node("Identity", [input], [output])
    model.output(output, shape)
    return model
  }

  private static let damages: [(String, [UInt8])] = {
    var elsewhere = tiny("input", [1, 3, 64, 64])
    elsewhere.externalInitializer("weights", shape: [4], file: "weights.bin")
    let whole = tiny("input", [1, 3, 64, 64]).bytes
    return [
      ("no bytes", []), ("text", Array("<html>not found</html>".utf8)),
      ("a half", Array(whole.prefix(whole.count / 2))),
      ("weights in another file", elsewhere.bytes), ("another shape", tiny("input", [1, 3, 7, 9]).bytes),
      ("another rank", tiny("input", [2]).bytes), ("another name", tiny("data", [1, 5]).bytes),
    ]
  }()

  @Test(arguments: families)
  func whatIsWrongIsSaid(family: Family) throws {
    let runtime = try OnnxRuntime.open()
    for (damage, bytes) in Self.damages {
      let networks = FaceNetworks(
        runtime: runtime, models: OneFile(bytes: bytes), session: SessionOptions(providers: .list([.cpu])))
      do {
        try family.use(networks)
        Issue.record("\(family.name) works with \(damage)")
      } catch let error as FacesError {
        #expect(!error.message.isEmpty && error.code == .unexpectedModel, "\(damage): \(error)")
      } catch let error as ProcessorsError {
        #expect(!error.message.isEmpty && error.code == .model, "\(damage): \(error)")
      } catch let error as InferenceError {
        #expect(!error.message.isEmpty, "\(damage): \(error)")
      }
    }
  }
}
