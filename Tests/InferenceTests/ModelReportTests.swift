import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct ModelReportTests {
  private static func session(_ name: String, _ options: SessionOptions) throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: TinyModel.addOne(shape: [1, 4]).bytes, name: name, options: options)
  }

  @Test func tellsHowAModelRan() throws {
    let folder = try TemporaryFolder()
    let plain = try Self.session(
      "report-plain", SessionOptions(providers: .list([.cpu]), cacheFolder: folder.path, precision: .fp32))
    #expect(plain.reporter().provider == "cpu")
    #expect(plain.reporter().precision == nil && plain.reporter().batches == nil && !plain.reporter().fellBack)
    let half = try Self.session(
      "report-half", SessionOptions(providers: .list([.cpu]), cacheFolder: folder.path, precision: .fp16))
    let report = half.reporter
    #expect(report().precision?.isHalf == true)
    try half.changeToSingle()
    #expect(report().fellBack)
    let data = try JSONEncoder().encode(report())
    #expect(try JSONDecoder().decode(ModelReport.self, from: data) == report())
  }

  @Test func countsTheBatchesAfterTheSessionHasGone() throws {
    var report: (@Sendable () -> ModelReport)?
    do {
      let session = try Self.session(
        "report-batches", SessionOptions(providers: .list([.cpu]), precision: .fp32, batching: .fixed(2)))
      report = session.reporter
      let before = report?().batches?.requests
      for _ in 0..<3 { _ = try session.run([Tensor(shape: [1, 4])]) }
      #expect(before == 0)
    }
    #expect(report?().batches?.requests == 3)
    #expect(report?().batches?.mean == 1)
  }
}
