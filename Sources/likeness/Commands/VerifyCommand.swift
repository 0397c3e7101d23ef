import ArgumentParser
import Foundation
import Media
import Pipeline
import Safeguards

/// `likeness verify`: what a file's marks and the audit log say of it.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Reads watermark, C2PA, metadata and audit log of a picture or video and says what holds.",
    discussion: "Ends with status 7 when a layer is broken or nothing says where the file comes from.")

  @Argument(help: "The file.")
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: "Larger pictures are refused.")
  var limitMegapixels = PictureFile.defaultLimitMegapixels

  func run() throws {
    let policy = try PolicyFile.load().policy
    let result = try FileVerifier(policy: policy, limitMegapixels: limitMegapixels).verify(file)
    print(json ? try JSONText.make(result) : Self.page(result))
    guard result.holds else { throw ExitCode(ExitStatus.unverified.rawValue) }
  }

  static func page(_ result: FileVerification) -> String {
    let width = (FileVerification.Layer.allCases.map(\.rawValue.count).max() ?? 0) + 2
    let lines = result.findings.map { finding in
      let layer = finding.layer.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
      let state = finding.state.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
      return "  \(layer)\(state)\(finding.text)"
    }
    return ([result.summary] + lines).joined(separator: "\n")
  }
}
