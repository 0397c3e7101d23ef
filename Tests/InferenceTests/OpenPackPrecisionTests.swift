import Foundation
import TestSupport
import Testing

@testable import Inference

/// The networks of the open pack in half precision and in batches, where they are in Likeness' home.
@Suite struct OpenPackPrecisionTests {
  static let folder =
    LibrarySearch(path: nil, environment: ProcessInfo.processInfo.environment).home + "/models"
  /// With the shape of a picture where the file leaves it open.
  static let models = [("blazeface_full_range", [1, 3, 192, 192]), ("face_mesh_468", [1, 3, 192, 192])]

  static func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name).onnx") }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name).onnx")))
  }

  @Test(
    .enabled(if: models.allSatisfy { isThere($0.0) }, "the open pack is not set up: likeness models pull"),
    arguments: models)
  func halfPrecisionGivesTheSameAnswers(name: String, shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let runtime = try OnnxRuntime.open()
    let bytes = try bytes(name)
    let input = try OnnxModel(bytes: bytes, name: name).graph.inputs[0].name
    let session = try InferenceSession(
      runtime: runtime, bytes: bytes, name: name,
      options: SessionOptions(
        providers: .list([.cpu]), cacheFolder: folder.path, sharesModel: false, precision: .fp16,
        warmUpShapes: [input: shape]))
    let report = try #require(session.precision)
    print(report.sentence)
    #expect(report.isHalf, "\(report.sentence)")
    #expect(try #require(report.halfNodes) > 20)
  }

  @Test(
    .enabled(if: models.allSatisfy { isThere($0.0) }, "the open pack is not set up: likeness models pull"),
    arguments: models)
  func batchesGiveTheSameAnswers(name: String, shape: [Int]) throws {
    let bytes = try bytes(name)
    let input = try OnnxModel(bytes: bytes, name: name).graph.inputs[0].name
    let batched = try BatchedModel.open(
      runtime: OnnxRuntime.open(), bytes: bytes, name: name,
      options: SessionOptions(
        providers: .list([.cpu]), sharesModel: false, precision: .fp32, warmUpShapes: [input: shape]))
    #expect(batched?.inputs[0].shape.first == 1)
  }
}
