import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct ModelReportTests {
  @Test func tellsOfTheModelsThatAreHeld() throws {
    let runtime = try OnnxRuntime.open()
    let folder = try TemporaryFolder()
    let names = ["report-plain", "report-half"]
    let reports = { runtime.modelReports.filter { names.contains($0.model) } }
    do {
      let sessions = try zip(names, [Precision.fp32, .fp16]).map { name, precision in
        try InferenceSession(
          runtime: runtime, bytes: TinyModel.addOne(shape: [4]).bytes, name: name,
          options: SessionOptions(providers: .list([.cpu]), cacheFolder: folder.path, precision: precision))
      }
      #expect(reports().map(\.model) == ["report-half", "report-plain"])
      #expect(reports().map(\.provider) == ["cpu", "cpu"])
      #expect(reports().map(\.precision?.isHalf) == [true, nil])
      #expect(reports().map(\.fellBack) == [false, false])
      try sessions[1].changeToSingle()
      #expect(reports().map(\.fellBack) == [true, false])
      let data = try JSONEncoder().encode(reports())
      #expect(try JSONDecoder().decode([ModelReport].self, from: data) == reports())
    }
    #expect(reports().isEmpty)
  }
}
