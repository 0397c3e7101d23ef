import ArgumentParser
import Foundation
import Pipeline
import Safeguards

/// What `run` and its other names do.
enum SwapRun {
  static func execute(_ arguments: [String], name: String) throws {
    let help = HelpPage(
      usage: "likeness \(name) --source-paths PATH… --target-path PATH --output-path PATH [options]",
      about: "Puts the face of the source into a picture or a video. Names, values and defaults of the options are "
        + "FaceFusion's where nothing else is said.",
      groups: OptionTable.run)
    guard let setup = try OptionSetup(arguments, help: help) else { return }
    var options = try RunOptions(setup.values)
    let policy = try PolicyFile.load()
    let asked = ConsentQuestion.statement(policy.policy.consent, given: options.consentStatement)
    options.consentStatement = options.consentStatement ?? asked
    SignalWatcher.block()
    let (stop, progress, partial) = (StopToken(), RunProgress(), PartialFiles())
    let watcher = SignalWatcher(stop: stop, partial: partial)
    let display = setup.showsProgress ? ProgressDisplay(progress, format: setup.format) : nil
    let outcome = Result {
      try Runner(
        options: options, logger: setup.logger, stop: stop, progress: progress, partial: partial, policy: policy
      ).run()
    }
    display?.finish()
    if let signal = watcher.signal {
      partial.removeAll()
      throw ExitCode(ExitStatus.ended(by: signal))
    }
    let report = try outcome.get()
    if let path = options.reportPath { try report.write(to: path) }
    guard setup.showsProgress else { return }
    Console.shared.write(setup.format == .json ? ConsoleLogHandler.json(fields(report)) : summary(report))
  }

  private static func fields(_ report: RunReport) -> [String: any Sendable] {
    [
      "event": "summary", "output": report.output, "frames": report.frames, "faces_swapped": report.facesSwapped,
      "frames_without_face": report.framesWithoutFace, "fps": report.fps, "seconds": report.seconds,
      "peak_memory_mb": report.peakMemoryMegabytes,
    ]
  }

  private static func summary(_ report: RunReport) -> String {
    let counts =
      "\(report.frames) frames, \(report.facesSwapped) faces swapped, "
      + "\(report.framesWithoutFace) frames without a face"
    let speed = String(
      format: "%.1f fps, %.1f s, %.0f MB at most", report.fps, report.seconds, report.peakMemoryMegabytes)
    let rows = report.stages.sorted { $0.key < $1.key }.map { name, time in
      [
        name, String(format: "%.2f", time.meanMilliseconds),
        String(format: "%.2f", time.processorMilliseconds), String(format: "%.2f", time.totalSeconds),
        String(time.count),
      ]
    }
    let table = TextTable(header: ["stage", "mean ms", "cpu ms", "total s", "count"], rows: rows).text
    return "\(table)\n\(counts)\n\(speed)\n\(report.output)"
  }
}
