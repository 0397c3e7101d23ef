import Foundation
import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct VoiceTests {
  private static func session(_ model: TinyModel) throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: model.bytes, name: "voice", options: SessionOptions(providers: .list([.cpu])))
  }

  /// Gives its input back, so the voice is everything below 19.2 kHz.
  private static func echo(_ shape: [TinyModel.Dimension], output: [TinyModel.Dimension]? = nil) throws
    -> InferenceSession
  {
    var model = TinyModel()
    model.input("input", shape)
    model.node("Identity", ["input"], ["output"])
    model.output("output", output ?? shape)
    return try session(model)
  }

  private func chord(_ count: Int) -> StereoSound {
    StereoSound(
      left: (0..<count).map { Float(9000 * sin(Double($0) / 17) + 400 * sin(Double($0) / 3)) },
      right: (0..<count).map { Float(-7000 * cos(Double($0) / 40)) })
  }

  /// 18 frames are a segment of 17408 samples.
  @Test(arguments: [500, 9728, 20_000])
  func aModelThatKeepsAllGivesTheSoundBack(count: Int) throws {
    let extractor = try VoiceExtractor(session: Self.echo([1, 4, 3072, 18]))
    #expect(extractor.segmentLength == 17 * 1024)
    let sound = chord(count)
    let voice = try extractor.voice(of: sound, windows: VoiceWindows(length: 12_000, step: 9000))
    #expect(voice.count == count)
    // Away from the ends, where the sound starts suddenly and so has parts above the last bin; windows start as suddenly.
    for index in stride(from: 200, to: count - 200, by: 7) {
      #expect(abs(voice.left[index] - sound.left[index] / 32767) < 1.5e-2)
      #expect(abs(voice.right[index] - sound.right[index] / 32767) < 1.5e-2)
    }
  }

  @Test(
    arguments: [[1, 4, 3072], [1, 3, 3072, 18], [1, 4, 100, 18], [1, 4, 3072, .named("frames")]]
      as [[TinyModel.Dimension]])
  func otherModelsAreRefused(shape: [TinyModel.Dimension]) throws {
    let session = try Self.echo(shape)
    let error = try #require(throws: ProcessorsError.self) { try VoiceExtractor(session: session) }
    #expect(error.code == .model)
    #expect(error.message.contains("voice"))
  }

  @Test func anotherOutputIsRefused() throws {
    var model = TinyModel()
    model.input("input", [1, 4, 3072, 18])
    model.initializer("axes", shape: [1], ints: [0])
    model.node("Squeeze", ["input", "axes"], ["output"])
    model.output("output", [4, 3072, 18])
    let extractor = try VoiceExtractor(session: try Self.session(model))
    let error = try #require(throws: ProcessorsError.self) { try extractor.voice(of: chord(100)) }
    #expect(error.code == .model && error.message.contains("[4, 3072, 18]"))
  }

  @Test(arguments: [(1, 253_439, 1), (253_440, 253_440, 2), (253_441, 253_439, 2), (960_000, 53_760, 4)])
  func segments(samples: Int, pad: Int, count: Int) {
    let segments = VoiceSegments(samples: samples)
    #expect(segments.pad == pad && segments.count == count && segments.length == 261_120)
  }

  @Test func segmentsAreCutAndJoined() {
    let sound = StereoSound(left: (0..<25).map { Float($0 + 1) }, right: (0..<25).map { Float(-$0) })
    let segments = VoiceSegments(samples: 25, length: 14, trim: 2)
    let parts = segments.cut(sound)
    #expect(parts.count == 3 && parts.allSatisfy { $0.count == 14 })
    #expect(parts[0].left.prefix(4) == [0, 0, 1, 2])
    #expect(parts[1].left.first == 9)
    #expect(segments.join(parts) == sound)
  }

  @Test func overlapsAreTheMean() {
    let sound = StereoSound(left: Array(repeating: 1, count: 10), right: Array(repeating: 2, count: 10))
    var number: Float = 0
    let result = VoiceWindows(length: 6, step: 4).averaged(sound) { window in
      number += 1
      return window.scaled(by: number)
    }
    #expect(result.left == [1, 1, 1, 1, 1.5, 1.5, 2, 2, 2.5, 2.5])
    #expect(result.right == result.left.map { 2 * $0 })
  }
}
