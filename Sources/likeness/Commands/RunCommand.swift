import ArgumentParser
import Foundation
import Pipeline
import Processors

/// `likeness run`: one swap, from options to finished file.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Swaps the faces of a picture or a video. See run --help for its options.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws {
    try SwapRun.execute(arguments, name: "run")
  }
}

/// FaceFusion's name of `run`.
struct HeadlessRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "headless-run", abstract: "The same as run.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws {
    try SwapRun.execute(arguments, name: "headless-run")
  }
}

/// The name container scripts use for `run`.
struct CliCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "cli", abstract: "The same as run.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws {
    try SwapRun.execute(arguments, name: "cli")
  }
}
