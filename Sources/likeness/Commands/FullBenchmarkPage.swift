import Foundation
import Pipeline

/// The tables of `benchmark --models full`.
struct FullBenchmarkPage {
  let report: FullBenchmarkReport

  var text: String {
    let machine = report.machine
    let head =
      "\(machine.processor), \(machine.cores) cores, ONNX Runtime \(machine.onnxRuntime), \(machine.system), "
      + (report.card ?? "no card")
    let parts = [head, "", solo, "", stages, "", pipelines] + (report.notes.isEmpty ? [] : [""] + report.notes)
    return parts.joined(separator: "\n")
  }

  private var solo: String {
    let rows = report.solo.map { one in
      [
        one.model, number(one.weightsMillions), number(one.gigaflops), one.provider, one.precision, "\(one.batch)",
        number(one.loadSeconds), number(one.p50Milliseconds), number(one.p95Milliseconds),
        number(one.millisecondsEach), number(one.gigaflopsPerSecond, digits: 0),
      ]
    }
    return TextTable(
      header: [
        "alone", "M weights", "GFLOP", "provider", "precision", "batch", "load s", "p50 ms", "p95 ms", "ms each",
        "GFLOP/s",
      ], rows: rows
    ).text
  }

  private var stages: String {
    let rows = report.pipelines.flatMap { pipeline in
      pipeline.stages.sorted { $0.key < $1.key }.map { name, time in
        [
          pipeline.resolution, pipeline.name, name, "\(time.count)", number(time.p50Milliseconds),
          number(time.p95Milliseconds), number(time.totalSeconds),
        ]
      }
    }
    return TextTable(
      header: ["clip", "pipeline", "stage", "count", "p50 ms", "p95 ms", "total s"], rows: rows
    ).text
  }

  private var pipelines: String {
    let rows = report.pipelines.map { one in
      [
        one.resolution, one.name, "\(one.frames)", "\(one.facesSwapped)", number(one.fps), number(one.steadyFPS),
        number(one.soloFPS), number(one.ratio), number(one.busyPercent, digits: 0), number(one.uploadsPerFrame),
        number(one.downloadsPerFrame), number(one.peakMemoryMegabytes, digits: 0),
      ]
    }
    return TextTable(
      header: [
        "clip", "pipeline", "frames", "faces", "fps", "steady fps", "solo fps", "ratio", "GPU busy %", "uploads",
        "downloads", "peak MB",
      ], rows: rows
    ).text
  }

  /// `–` for what was not measured. A third digit for small numbers: the frames a second of a processor.
  private func number(_ value: Double?, digits: Int = 2) -> String {
    guard let value else { return "–" }
    return String(format: "%.\(digits == 2 && value < 1 ? 3 : digits)f", value)
  }
}
