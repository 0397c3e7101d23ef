import ArgumentParser
import Pipeline
import Processors

/// `likeness faces`: the faces of a picture as JSON, and drawn.
struct FacesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faces", abstract: "Prints the faces of a picture as JSON. See faces --help for its options.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws {
    let help = HelpPage(
      usage: "likeness faces FILE [--draw OUT] [options]",
      about:
        "Prints the faces of a picture, or of the first frame of a video, as JSON: box, score, five points, 68 points, "
        + "angle, identity.",
      groups: OptionTable.faceListing)
    guard let setup = try OptionSetup(arguments, help: help, positionals: 1) else { return }
    guard let path = setup.positionals.first else {
      throw PipelineError(.usage, "The file is missing.", hint: "Usage: \(help.usage)")
    }
    let listing = try FaceListing.make(of: path, setup.values, drawing: setup.values.string("draw"))
    print(try JSONText.make(listing))
  }
}
