import Foundation
import TestSupport
import Testing

@Suite struct DoctorCommandTests {
  @Test func linesSayWhatWorksAndWhatIsMissing() throws {
    let outcome = try Program.run(["doctor", "--quick"])
    #expect(outcome.status == 0, "\(outcome.output)")
    for part in ["Likeness ", "Machine", "Networks", "NVIDIA", "Video and sound", "Models", "Safeguards"] {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #expect(outcome.output.contains("would bring: "))
    #expect(outcome.output.contains("to get it: "))
    #expect(outcome.output.hasSuffix(".\n"))
  }

  @Test func jsonIsForPrograms() throws {
    let outcome = try Program.run(["doctor", "--quick", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect(object?["works"] as? Bool == true)
    let sections = object?["sections"] as? [[String: Any]]
    #expect(sections?.count == 6)
    let findings = sections?.flatMap { $0["findings"] as? [[String: Any]] ?? [] } ?? []
    #expect(findings.contains { $0["name"] as? String == "ONNX Runtime" && $0["needed"] as? Bool == true })
    #expect(findings.allSatisfy { ["works", "missing", "fails", "info"].contains($0["state"] as? String) })
  }

  @Test func withoutARuntimeNothingWorks() throws {
    let outcome = try Program.run(["doctor", "--quick", "--onnxruntime-path", "/nowhere"])
    #expect(outcome.status == 5)
    #expect(outcome.output.contains("FAILS"))
    #expect(outcome.output.contains("The main job does not work; look at: ONNX Runtime"))
  }
}
