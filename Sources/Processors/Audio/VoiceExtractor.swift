public import Inference

/// A published network that keeps the voice of a sound and leaves out the rest (models.md §3.7). The name is also its
/// file's.
public enum VoiceExtractorModel: String, Sendable, Hashable, CaseIterable {
  case kimVocal1 = "kim_vocal_1"
  case kimVocal2 = "kim_vocal_2"
  case uvrMDXNet = "uvr_mdxnet"
}

/// Takes the voice out of a sound of 48 kHz (vision.md §27). Owned by one worker.
public final class VoiceExtractor {
  private let network: NamedNetwork
  private let spectrum: VoiceSpectrum
  private let outputShape: [Int]

  /// Throws ``ProcessorsError`` of code `model` when the session's model is of another kind.
  public init(session: InferenceSession) throws {
    let shape = session.inputs.first?.shape ?? []
    guard shape.count == 4, shape[3] > 16, shape[3] <= 4096 else {
      let given = session.inputs.map(\.description).joined(separator: ", ")
      throw ProcessorsError(
        .model, "The model \(session.name) takes \(given), not segments of a spectrum, [1, 4, 3072, frames].",
        hint: "Run `likeness models verify`.")
    }
    outputShape = [1, VoiceSpectrum.planeCount, VoiceSpectrum.binCount, shape[3]]
    network = try NamedNetwork(session: session, inputs: ["input": outputShape])
    spectrum = VoiceSpectrum(frames: shape[3])
  }

  /// Samples of a segment.
  public var segmentLength: Int { spectrum.segmentLength }

  /// The voice of a sound of any length, by windows. Samples of 16 bits, −32768…32767; the voice is within ±1.
  public func voice(of sound: StereoSound, windows: VoiceWindows = VoiceWindows()) throws -> StereoSound {
    try windows.averaged(sound) { window in
      join(try tensors(of: window).map(run), samples: window.count).voice
    }
  }

  /// The network's input of each segment of a window: planes left real, left imaginary, right real, right imaginary,
  /// each 3072 bins × the model's frames.
  public func tensors(of window: StereoSound) -> [[Float]] {
    let segments = VoiceSegments(samples: window.count, length: segmentLength)
    return segments.cut(window.scaled(by: 1 / 32767)).map(spectrum.analyse)
  }

  /// Runs the network on one segment.
  public func run(_ tensor: [Float]) throws -> [Float] {
    network.set("input", tensor)
    let output = try network.run()[0]
    guard output.shape == outputShape else { throw network.wrongOutput("gives \(output.shape), not \(outputShape)") }
    return output.floats
  }

  /// What the outputs of all segments sound like, whole and put together to the window's length.
  public func join(_ outputs: [[Float]], samples: Int) -> (segments: [StereoSound], voice: StereoSound) {
    let segments = outputs.map { spectrum.synthesize($0[...]) }
    return (segments, VoiceSegments(samples: samples, length: segmentLength).join(segments))
  }
}
