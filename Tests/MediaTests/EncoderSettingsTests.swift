import Imaging
import Testing

@testable import Media

@Suite struct EncoderSettingsTests {
  /// Quality 0, 50, 80, 100 by workflow.md §6.1.
  @Test(arguments: [
    (VideoEncoder.libx264, "crf", ["51", "26", "10", "0"]), (.libx264rgb, "crf", ["51", "26", "10", "0"]),
    (.libx265, "crf", ["51", "26", "10", "0"]), (.libvpxVP9, "crf", ["63", "32", "13", "0"]),
    (.h264NVENC, "cq", ["51", "26", "10", "0"]), (.hevcNVENC, "cq", ["51", "26", "10", "0"]),
    (.av1NVENC, "cq", ["51", "26", "10", "0"]),
    (.h264AMF, "qp_b", ["51", "26", "10", "0"]), (.hevcAMF, "qp_i", ["51", "26", "10", "0"]),
    (.h264QSV, "global_quality", ["51", "26", "10", "0"]), (.hevcQSV, "global_quality", ["51", "26", "10", "0"]),
    (.h264VideoToolbox, "b", ["1024k", "25768k", "40614k", "50512k"]),
    (.hevcVideoToolbox, "b", ["1024k", "25768k", "40614k", "50512k"]),
  ])
  func videoQuality(encoder: VideoEncoder, option: String, expected: [String]) {
    let values = [0, 50, 80, 100].map { quality in
      EncoderQuality.video(encoder, quality: quality).first { $0.0 == option }?.1
    }
    #expect(values == expected)
  }

  @Test func amfSetsAllThreeQuantisers() {
    #expect(EncoderQuality.video(.h264AMF, quality: 50).map(\.0) == ["qp_i", "qp_p", "qp_b"])
    #expect(EncoderQuality.video(.rawvideo, quality: 50).isEmpty)
  }

  @Test(arguments: VideoPreset.allCases)
  func presets(preset: VideoPreset) {
    let index = VideoPreset.allCases.firstIndex(of: preset) ?? 0
    func value(_ encoder: VideoEncoder) -> String? { EncoderQuality.preset(encoder, preset).first?.1 }
    let name = preset == .quick ? "veryfast" : preset.rawValue
    #expect(value(.libx264) == name)
    #expect(value(.libx265) == name)
    #expect(value(.h264NVENC) == (index <= 5 ? "fast" : index == 6 ? "medium" : "slow"))
    #expect(value(.h264AMF) == (index <= 3 ? "speed" : index <= 6 ? "balanced" : "quality"))
    #expect(value(.hevcQSV) == (index <= 3 ? "veryfast" : name))
    #expect(value(.libvpxVP9) == nil && value(.rawvideo) == nil && value(.h264VideoToolbox) == nil)
  }

  @Test func quickLeavesOutSearchesOfVeryfast() {
    let options = EncoderQuality.preset(.libx264, .quick)
    #expect(options.map(\.0) == ["preset", "subq", "partitions"])
    #expect(EncoderQuality.preset(.libx264, .veryfast).count == 1)
    #expect(EncoderQuality.preset(.libx265, .quick).map(\.1) == ["veryfast"])
  }

  /// Quality 0, 50, 80, 100 by workflow.md §6.3.
  @Test(arguments: [
    (AudioEncoder.aac, [0.1, 1.0, 1.6, 2.0]), (.libmp3lame, [9, 4, 2, 0]), (.libvorbis, [-1, 4.5, 7.8, 10]),
  ])
  func audioScale(encoder: AudioEncoder, expected: [Double]) {
    let values = [0, 50, 80, 100].map { EncoderQuality.audio(encoder, quality: $0) }
    #expect(values == expected.map { .scale($0) })
  }

  @Test func audioRates() {
    let values = [0, 50, 80, 100].map { EncoderQuality.audio(.libopus, quality: $0) }
    #expect(values == [64, 160, 218, 256].map { .bitRate($0 * 1000) })
    #expect(EncoderQuality.audio(.flac, quality: 80) == .none)
    #expect(EncoderQuality.audio(.pcmS16LE, quality: 80) == .none)
  }

  @Test(arguments: [(0, 31), (50, 16), (80, 6), (100, 0)])
  func pictureQuantiser(quality: Int, expected: Int) {
    #expect(EncoderQuality.picture(quality: quality) == expected)
  }

  @Test func containersCorrectEncoders() {
    #expect(Container.m4v.corrected(VideoEncoder.libvpxVP9) == .libx264)
    #expect(Container.mov.corrected(VideoEncoder.libvpxVP9) == .libx264)
    #expect(Container.mov.corrected(VideoEncoder.libx265) == .libx265)
    #expect(Container.webm.corrected(VideoEncoder.libx264) == .libvpxVP9)
    #expect(Container.mp4.corrected(VideoEncoder.rawvideo) == .libx264)
    #expect(Container.mkv.corrected(VideoEncoder.rawvideo) == .libx264)
    #expect(Container.avi.corrected(VideoEncoder.rawvideo) == .rawvideo)
    #expect(Container.avi.corrected(AudioEncoder.libopus) == .aac)
    #expect(Container.m4v.corrected(AudioEncoder.flac) == .aac)
    #expect(Container.mov.corrected(AudioEncoder.flac) == .aac)
    #expect(Container.mov.corrected(AudioEncoder.libmp3lame) == .libmp3lame)
    #expect(Container.webm.corrected(AudioEncoder.aac) == .libopus)
    #expect(Container.mkv.corrected(AudioEncoder.flac) == .flac)
    #expect(Container.mp4.defaultAudioEncoder == .aac && Container.webm.defaultAudioEncoder == .libopus)
  }

  @Test func theDefaultEncoderIsTheFirstThatStartsAndFits() throws {
    #expect(try EncoderChoice.encoder(wanted: nil, container: .mp4, available: [.libx264, .libvpxVP9]).0 == .libx264)
    #expect(
      try EncoderChoice.encoder(wanted: nil, container: .webm, available: [.libx264, .libvpxVP9]).0 == .libvpxVP9)
    let corrected = try EncoderChoice.encoder(wanted: .libx264, container: .webm, available: [.libvpxVP9])
    #expect(corrected.0 == .libvpxVP9 && corrected.warning != nil)
  }

  @Test func anEncoderThatDoesNotStartIsAnErrorWithTheOnesThatDo() {
    let error = #expect(throws: MediaError.self) {
      try EncoderChoice.encoder(wanted: .libx265, container: .mp4, available: [.libx264, .rawvideo])
    }
    #expect(error?.code == .encoderUnavailable)
    #expect(error?.message.contains("libx265") == true)
    #expect(error?.hint?.contains("libx264, rawvideo") == true)
  }

  @Test func theCPUEncodesInPlaceOfHardwareThatDoesNotStart() throws {
    func choose(_ wanted: VideoEncoder, _ container: Media.Container, _ available: [VideoEncoder]) throws
      -> (VideoEncoder, warning: String?, note: String?)
    {
      try EncoderChoice.encoder(wanted: wanted, container: container, available: available) { "no \($0.rawValue)" }
    }
    for (wanted, used) in [
      (VideoEncoder.h264NVENC, VideoEncoder.libx264), (.hevcNVENC, .libx265), (.av1NVENC, .libx265),
      (.h264QSV, .libx264),
      (.hevcAMF, .libx265),
      (.h264VideoToolbox, .libx264),
    ] {
      let choice = try choose(wanted, .mp4, [.libx264, .libx265])
      #expect(choice.0 == used && choice.warning == nil)
      let note = try #require(choice.note)
      #expect(note.contains("(no \(wanted.rawValue))") && note.contains("'\(used.rawValue)' encodes"))
    }
    let present = try choose(.h264NVENC, .mp4, [.libx264, .h264NVENC])
    #expect(present.0 == .h264NVENC && present.note == nil)
    #expect(throws: MediaError.self) { try choose(.hevcNVENC, .mp4, [.libx264]) }
    // WebM holds neither; that is the container's doing.
    let other = try choose(.h264NVENC, .webm, [.libvpxVP9])
    #expect(other.0 == .libvpxVP9 && other.warning != nil && other.note == nil)
  }

  @Test func whatDoesNotStartHasAReason() {
    let working = EncoderProbe.availableVideoEncoders()
    for encoder in VideoEncoder.allCases {
      #expect((EncoderProbe.failure(encoder) == nil) == working.contains(encoder))
      #expect(EncoderProbe.failure(encoder)?.isEmpty != true)
    }
  }

  @Test func probingFindsTheSoftwareEncoders() {
    let video = EncoderProbe.availableVideoEncoders()
    #expect(video.first == .libx264)
    #expect(video.contains(.rawvideo))
    #expect(EncoderProbe.availableAudioEncoders().contains(.aac))
  }

  @Test(arguments: [(426, 226, 0.5, 212, 112), (359, 481, 1, 359, 481), (5, 3, 1.2, 6, 4), (2, 2, 0.25, 2, 2)])
  func scaledSizes(width: Int, height: Int, scale: Double, outWidth: Int, outHeight: Int) {
    let size = VideoOutput.scaledSize(PixelSize(width: width, height: height), by: scale)
    #expect(size == PixelSize(width: outWidth, height: outHeight))
  }

  @Test(arguments: [
    VideoOutput(quality: 101), VideoOutput(scale: 0.1), VideoOutput(scale: 9), VideoOutput(fps: Rational(0, 1)),
    VideoOutput(audioQuality: -1), VideoOutput(audioVolume: 200),
  ])
  func settingsOutOfRangeAreNamed(output: VideoOutput) {
    let error = #expect(throws: MediaError.self) { try output.validate() }
    #expect(error?.code == .badSetting)
  }
}
