import ArgumentParser
import Foundation
import Logging
import Pipeline

/// The program: finds the command, runs it, and turns errors into a sentence and an exit status.
@main
struct Likeness: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "likeness",
    abstract: "Swaps faces in pictures and video.",
    version: ProgramVersion.text,
    subcommands: [
      RunCommand.self, HeadlessRunCommand.self, CliCommand.self, ProbeCommand.self, FacesCommand.self,
      ModelsCommand.self, VerifyCommand.self, AuditCommand.self, ProtectCommand.self, DoctorCommand.self,
      BenchmarkCommand.self, ParityCommand.self,
    ])

  static func main() {
    let status = run(Array(CommandLine.arguments.dropFirst()))
    fflush(nil)
    // Threads that still load a network must not meet the destructors of its runtime.
    _exit(status)
  }

  /// Runs the command line and returns the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      return ExitStatus.success.rawValue
    } catch let status as ExitCode {
      return status.rawValue
    } catch {
      return report(error)
    }
  }

  private static func report(_ error: any Error) -> Int32 {
    let code = exitCode(for: error)
    let isOwn = code == .failure && !(error is ValidationError)
    if isOwn {
      Console.shared.write("error: \(error)")
      return ExitStatus(error).rawValue
    }
    let text = fullMessage(for: error)
    if code == .success {
      print(text)
    } else {
      Console.shared.write(text)
    }
    return code == .success ? ExitStatus.success.rawValue : ExitStatus.refused.rawValue
  }
}
