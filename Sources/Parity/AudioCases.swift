import Imaging
import ModelStore
import Processors
import TestSupport

/// The group `audio`: mel filters, spectrograms, windows, and the voice extractor.
enum AudioCases: ParityGroup {
  static let groups = ["audio"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    let parityCase = run.parityCase
    if parityCase.outputs.contains(where: { $0.name == "filters" }) { outputs.add("filters", MelFilters.matrix) }
    if let table = parityCase.values.first(where: { $0.name == "table" }) {
      outputs.add(value: "table", .list(try (table.value.list ?? []).map { try row($0, run) }))
    }
    guard run.hasInput("samples") else { return outputs }
    let sound = StereoSound(interleaved: try parityCase.floats(parityCase.input("samples")))
    if !parityCase.models.isEmpty {
      try addVoice(of: sound, run, to: &outputs)
    } else if parityCase.outputs.contains(where: { $0.name == "voice" }) {
      addWindows(of: sound, run, to: &outputs)
    } else {
      addSpectrogram(of: sound, run, to: &outputs)
    }
    return outputs
  }

  /// One line of a table, computed from what its expected line asks for.
  private static func row(_ expected: JSONValue, _ run: ParityRun) throws -> JSONValue {
    if let fps = expected["fps"]?.number {
      let columns = run.numbers(in: run.parityCase.what, before: "column spectrogram").first ?? 900
      let ends = MelSpectrogram.windowEnds(columns: columns, fps: fps)
      let first = ends.prefix(expected["first_end_columns"]?.list?.count ?? 0).map { JSONValue.number(Double($0)) }
      return .object([
        "fps": .number(fps), "count": .number(Double(ends.count)), "first_end_columns": .list(first),
        "last_end_column": .number(Double(ends.last ?? 0)),
      ])
    }
    guard let samples = expected["samples"]?.number else {
      throw TestSupportError(.caseInvalid, "\(run.parityCase.id) has a table of unknown kind.")
    }
    let segments = VoiceSegments(samples: Int(samples))
    return .object([
      "samples": .number(samples), "pad": .number(Double(segments.pad)),
      "segment_rows": .number(Double(2 * segments.count)), "segment_length": .number(Double(segments.length)),
    ])
  }

  /// The windows alone, each multiplied by a ramp from 1 to 0.5.
  private static func addWindows(of sound: StereoSound, _ run: ParityRun, to outputs: inout ParityOutputs) {
    let what = run.parityCase.what
    let windows = VoiceWindows(
      length: run.numbers(in: what, after: "window").first ?? VoiceWindows().length,
      step: run.numbers(in: what, after: "step").first ?? VoiceWindows().step)
    let voice = windows.averaged(sound) { window in
      func ramped(_ samples: [Float]) -> [Float] {
        samples.enumerated().map { index, sample in
          sample * Float(1 - 0.5 * Double(index) / Double(max(samples.count - 1, 1)))
        }
      }
      return StereoSound(left: ramped(window.left), right: ramped(window.right))
    }
    outputs.add("voice", voice.interleaved)
  }

  private static func addSpectrogram(of sound: StereoSound, _ run: ParityRun, to outputs: inout ParityOutputs) {
    let voice = sound.thirdRate().prepared
    let mel = MelSpectrogram(voice)
    let windows = mel.windows(fps: run.number("fps", 25))
    outputs.add("prepared_plain", sound.prepared, as: .float32)
    outputs.add("prepared_voice", voice, as: .float32)
    outputs.add("mel_plain", MelSpectrogram(sound.prepared).values)
    outputs.add("mel_voice", mel.values)
    outputs.add(value: "voice_frame_count", .number(Double(windows.count)))
    for (index, window) in windows.enumerated() { outputs.add("voice_frame_\(index)", window) }
  }

  private static func addVoice(of sound: StereoSound, _ run: ParityRun, to outputs: inout ParityOutputs) throws {
    let extractor = try VoiceExtractor(session: run.session(ModelID(rawValue: run.parityCase.models[0])))
    let tensors = extractor.tensors(of: sound)
    let raw = try tensors.map(extractor.run)
    let (segments, voice) = extractor.join(raw, samples: sound.count)
    let plan = VoiceSegments(samples: sound.count, length: extractor.segmentLength)
    outputs.add("tensor", tensors.flatMap { $0 })
    outputs.add("raw_output", raw.flatMap { $0 })
    outputs.add("recomposed", segments.flatMap { $0.left + $0.right })
    outputs.add("voice", voice.interleaved)
    outputs.add(value: "pad", .number(Double(plan.pad)))
    outputs.add(value: "segments_shape", .list([2 * plan.count, plan.length].map { .number(Double($0)) }))
  }
}

extension ParityRun {
  /// Whole numbers of a sentence that follow a word, in their order.
  func numbers(in text: String, after word: String) -> [Int] {
    let words = Self.words(text)
    return zip(words, words.dropFirst()).compactMap { $0 == word ? Int($1) : nil }
  }

  /// Whole numbers of a sentence that stand before these words.
  func numbers(in text: String, before phrase: String) -> [Int] {
    let (words, phrase) = (Self.words(text), Self.words(phrase))
    return words.indices.compactMap { index in
      words.dropFirst(index + 1).starts(with: phrase) ? Int(words[index]) : nil
    }
  }

  private static func words(_ text: String) -> [String] {
    text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
