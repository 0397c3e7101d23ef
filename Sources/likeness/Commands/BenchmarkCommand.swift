import ArgumentParser
import Foundation
import Pipeline
import Processors

/// `likeness benchmark`: speed and memory on clips that the program makes itself.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measures speed and memory on clips that it makes itself. See benchmark --help for its options.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws {
    let help = HelpPage(
      usage: "likeness benchmark [options]",
      about: "Makes clips of a moving portrait, swaps the face in them, and prints frames a second, time per stage and "
        + "memory; then the time of a still picture and of the swap itself.",
      groups: OptionTable.benchmark)
    guard let setup = try OptionSetup(arguments, help: help) else { return }
    let sample = try setup.values.string("sample") ?? SampleFiles.portrait()
    let source = setup.values.string("source_path") ?? SampleFiles.source(beside: sample)
    SignalWatcher.block()
    let stop = StopToken()
    let watcher = SignalWatcher(stop: stop, partial: PartialFiles(), patience: 5)
    let path = setup.values.string("report")
    var latest: FullBenchmarkReport?
    let outcome = Result { () -> (page: String, json: String) in
      let values = setup.values
      if values.string("models") == "full" {
        let report = try FullBenchmark(
          sample: sample, source: source, values: values, logger: setup.logger, stop: stop
        ).run { report in
          latest = report
          if let path { try Self.write(JSONText.make(report), to: path) }
        }
        return (FullBenchmarkPage(report: report).text, try JSONText.make(report))
      }
      let report = try Benchmark(
        program: SampleFiles.program, sample: sample, source: source, values: values, logger: setup.logger, stop: stop
      ).run()
      return (BenchmarkPage(report: report).text, try JSONText.make(report))
    }
    if let signal = watcher.signal {
      // What was measured until then has cost minutes.
      if let latest, !setup.values.flag("json") { print(FullBenchmarkPage(report: latest).text) }
      throw ExitCode(ExitStatus.ended(by: signal))
    }
    let (page, json) = try outcome.get()
    print(setup.values.flag("json") ? json : page)
    if let path { try Self.write(json, to: path) }
  }

  private static func write(_ text: String, to path: String) throws {
    do {
      try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw PipelineError(.output, "The report \(path) cannot be written.", underlying: error)
    }
  }
}

/// Where the portraits that come with the program lie.
enum SampleFiles {
  /// This executable.
  static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }

  /// `Samples/collins.png` in the working folder or above it, else above the program.
  static func portrait() throws -> String {
    for start in [FileManager.default.currentDirectoryPath, program] {
      var folder = URL(fileURLWithPath: start)
      while folder.path != "/" {
        let candidate = folder.appendingPathComponent("Samples/collins.png").path
        if FileManager.default.fileExists(atPath: candidate) { return candidate }
        folder.deleteLastPathComponent()
      }
    }
    throw PipelineError(.input, "The sample portrait was not found.", hint: "Name a portrait with --sample.")
  }

  /// Another face beside the portrait, else the portrait itself.
  static func source(beside portrait: String) -> String {
    let other = URL(fileURLWithPath: portrait).deletingLastPathComponent().appendingPathComponent("hopper.jpg").path
    return FileManager.default.fileExists(atPath: other) ? other : portrait
  }
}

/// The benchmark's tables.
struct BenchmarkPage {
  let report: BenchmarkReport

  var text: String {
    let machine = report.machine
    let workers = report.options["execution_thread_count"] ?? "\(RunOptions.coreCount)"
    return [
      "\(machine.processor), \(machine.cores) cores, \(workers) workers, ONNX Runtime \(machine.onnxRuntime), "
        + "\(machine.system)",
      "mode \(report.mode), \(report.cycles) cycles", "", clips, "", stages, "", swaps, "", still,
    ].joined(separator: "\n")
  }

  private var clips: String {
    let rows = report.clips.map { clip in
      [
        clip.resolution, "\(clip.frames)", "\(clip.facesSwapped)", number(clip.fps), number(clip.fpsBest),
        number(clip.fpsWorst), number(clip.seconds), number(clip.otherMillisecondsPerFrame),
        String(format: "%.0f", clip.peakMemoryMegabytes),
      ]
    }
    return TextTable(
      header: ["clip", "frames", "faces", "fps", "best", "worst", "seconds", "own ms/frame", "peak MB"], rows: rows
    ).text
  }

  private var stages: String {
    let rows = report.clips.flatMap { clip in
      clip.stages.sorted { $0.key < $1.key }.map { name, time in
        [
          clip.resolution, name, "\(time.count)", number(time.meanMilliseconds), number(time.p50Milliseconds),
          number(time.p95Milliseconds), number(time.processorMilliseconds), number(time.totalSeconds),
        ]
      }
    }
    return TextTable(
      header: ["clip", "stage", "count", "mean ms", "p50 ms", "p95 ms", "cpu ms", "total s"], rows: rows
    ).text
  }

  private var swaps: String {
    let rows = report.swaps.map { swap in
      ["\(swap.window)", number(swap.meanMilliseconds), number(swap.p50Milliseconds), number(swap.p95Milliseconds)]
    }
    return TextTable(header: ["swap, window", "mean ms", "p50 ms", "p95 ms"], rows: rows).text
  }

  private var still: String {
    let times = report.still.seconds.map(number).joined(separator: ", ")
    return "still picture of \(report.still.resolution), start to end: \(times) s"
  }

  private func number(_ value: Double) -> String { String(format: "%.2f", value) }
}
