import Foundation
import Inference
import ModelStore
import Safeguards

/// Looks at the installation and tries what can be tried. Changes nothing but what the models' own list keeps.
public struct Doctor {
  typealias Finding = DoctorReport.Finding

  let runtimePath: String?
  let modelsPath: String?
  /// Libraries with providers of their own, as `NAME=PATH`.
  let plugins: [String]
  let home: String
  let environment: [String: String]
  /// Whether the models' SHA-256 are compared, not only their sizes.
  let comparesDigests: Bool

  /// - Parameters:
  ///   - runtimePath: `--onnxruntime-path`.
  ///   - modelsPath: `--models-path`.
  ///   - plugins: `--execution-provider-library`.
  ///   - home: Likeness' folder; nil = the usual one.
  public init(
    runtimePath: String? = nil, modelsPath: String? = nil, plugins: [String] = [], home: String? = nil,
    comparesDigests: Bool = true
  ) {
    self.runtimePath = runtimePath
    self.plugins = plugins
    self.modelsPath = modelsPath
    self.comparesDigests = comparesDigests
    environment = ProcessInfo.processInfo.environment
    self.home = home ?? ModelStore.defaultHome(environment: environment)
  }

  /// Never throws: what goes wrong is a finding.
  public func examine() -> DoctorReport {
    let inference = examineInference()
    let sections = [
      DoctorReport.Section(title: "Machine", findings: examineMachine()),
      DoctorReport.Section(title: "Networks", findings: inference.findings),
      DoctorReport.Section(title: "NVIDIA", findings: examineNvidia()),
      DoctorReport.Section(title: "Video and sound", findings: examineMedia()),
      DoctorReport.Section(title: "Models", findings: examineModels()),
      DoctorReport.Section(title: "Safeguards", findings: examineSafeguards()),
    ]
    return DoctorReport(
      program: ProgramVersion.text, build: Self.build, sections: sections, providers: inference.working)
  }

  /// How this program was compiled.
  static var build: String {
    #if DEBUG
      let kind = "debug"
    #else
      let kind = "release"
    #endif
    #if arch(x86_64)
      return kind + ", x86_64"
    #elseif arch(arm64)
      return kind + ", arm64"
    #else
      return kind
    #endif
  }

  /// The sentence of an error without its advice, and the advice.
  static func words(_ error: any Error) -> (text: String, advice: String?) {
    switch error {
    case let error as InferenceError: (error.message, error.hint)
    case let error as ModelStoreError: (error.message, error.hint)
    case let error as SafeguardsError: (error.message, error.hint)
    default: ("\(error)", nil)
    }
  }
}
