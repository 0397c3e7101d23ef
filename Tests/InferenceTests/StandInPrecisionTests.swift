import Foundation
import TestSupport
import Testing

@testable import Inference

/// The stand-ins of published networks (their inputs, outputs and operators; small random weights) in half precision
/// and in batches. Prints what each does; none may make a model that the runtime refuses.
@Suite struct StandInPrecisionTests {
  static let folder = TestPaths.shared("parity/standins")
  /// A handful of the smaller ones: this is compiled without optimising.
  static let names = [
    "arcface_w600k_r50", "crossface_ghost", "fan_68_5", "inswapper_128", "inswapper_128_fp16",
    "live_portrait_stitcher", "nsfw_2", "wav2lip_gan_96",
  ]

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(try #require(Self.folder))/\(name).onnx")))
  }

  @Test(.enabled(if: folder != nil, "the stand-ins are not on this machine"))
  func everyStandInConvertsOrSaysWhyNot() throws {
    let cache = try TemporaryFolder()
    let runtime = try OnnxRuntime.open()
    var options = SessionOptions(
      providers: .list([.cpu]), cacheFolder: cache.path, sharesModel: false, precision: .fp32)
    var (halves, batched) = (0, 0)
    for name in Self.names {
      let bytes = try bytes(name)
      options.precision = .fp16
      let half = try InferenceSession(runtime: runtime, bytes: bytes, name: name, options: options)
      let report = try #require(half.precision)
      print(report.sentence)
      #expect(!report.reason.contains("does not load"))
      if report.isHalf { halves += 1 }
      options.precision = .fp32
      var reason = "\(name) takes batches."
      if try BatchedModel.open(
        runtime: runtime, bytes: bytes, name: name, options: options, reason: { reason = $0 }) != nil
      {
        batched += 1
      }
      print(reason)
    }
    #expect(halves > 0)
    #expect(batched > 0)
  }
}
