import ArgumentParser
import Foundation
import Pipeline

/// `likeness doctor`: what is installed, what works, and what each missing part would bring.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks at what is installed, tries it, and says what each missing part would bring.",
    discussion: "Ends with status 5 when pictures and videos cannot be swapped with the options' defaults.")

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Do not compare the models' SHA-256, only their sizes.")
  var quick = false

  @Option(help: "The ONNX Runtime library. Without it: the environment, Likeness' own folder, the system.")
  var onnxruntimePath: String?

  @Option(help: "A folder of models brought by hand; a file there is used before the one in Likeness' own folder.")
  var modelsPath: String?

  @Option(
    name: .customLong("execution-provider-library"),
    help: ArgumentHelp(
      "A library with an execution provider of its own, to be tried as well. May be given more than once.",
      valueName: "NAME=PATH"))
  var libraries: [String] = []

  func run() throws {
    let report = Doctor(
      runtimePath: onnxruntimePath, modelsPath: modelsPath, plugins: libraries, comparesDigests: !quick
    ).examine()
    print(json ? try JSONText.make(report) : DoctorPage(report: report).text)
    if !report.works { throw ExitCode(ExitStatus.notInstalled.rawValue) }
  }
}

/// The findings as lines for people.
struct DoctorPage {
  let report: DoctorReport

  var text: String {
    var lines = ["\(report.program) (\(report.build))"]
    for section in report.sections {
      lines += ["", section.title]
      let width = section.findings.map(\.name.count).max() ?? 0
      for finding in section.findings { lines += Self.lines(finding, width: width) }
    }
    return (lines + ["", report.summary]).joined(separator: "\n")
  }

  private static func lines(_ finding: DoctorReport.Finding, width: Int) -> [String] {
    let state = word(finding).padding(toLength: 9, withPad: " ", startingAt: 0)
    let name = finding.name.padding(toLength: width + 2, withPad: " ", startingAt: 0)
    let indent = String(repeating: " ", count: 2 + state.count + name.count)
    var lines = ["  \(state)\(name)\(finding.detail)"]
    if let brings = finding.brings { lines.append("\(indent)would bring: \(brings)") }
    if let remedy = finding.remedy { lines.append("\(indent)to get it: \(remedy)") }
    return lines
  }

  private static func word(_ finding: DoctorReport.Finding) -> String {
    switch finding.state {
    case .works: "ok"
    case .missing: finding.isNeeded ? "MISSING" : "missing"
    case .fails: finding.isNeeded ? "FAILS" : "fails"
    case .info: "-"
    }
  }
}
