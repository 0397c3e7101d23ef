import Media
import Testing

@Suite struct CodecInventoryTests {
  private static let inventory = CodecInventory.take()

  @Test func librariesHaveVersions() {
    let names = Self.inventory.libraries.map(\.name)
    #expect(names == ["libavformat", "libavcodec", "libavutil", "libswscale"])
    for library in Self.inventory.libraries {
      #expect(library.version.split(separator: ".").count == 3 && library.version.first != "0", "\(library)")
    }
    #expect(Self.inventory.licence.contains("GPL"))
  }

  @Test func encodersAreThoseTheProbeStarts() {
    let working = Self.inventory.videoEncoders.filter(\.works).map(\.name)
    #expect(working == EncoderProbe.availableVideoEncoders().map(\.rawValue))
    #expect(Self.inventory.videoEncoders.map(\.name) == VideoEncoder.allCases.map(\.rawValue))
    for encoder in Self.inventory.videoEncoders where encoder.isPresent && !encoder.works {
      #expect(encoder.reason?.isEmpty == false && encoder.reason?.contains(" @ 0x") == false)
    }
    let sound = Self.inventory.audioEncoders.filter(\.works).map(\.name)
    #expect(sound == EncoderProbe.availableAudioEncoders().map(\.rawValue))
  }

  @Test func everyKindOfDeviceIsJudged() {
    let names = Self.inventory.hardware.map(\.name)
    #expect(names.contains("cuda"))
    #expect(Set(names).count == names.count)
    #expect(Self.inventory.hardware.allSatisfy { $0.isHardware && ($0.isPresent || $0.reason == nil) })
  }

  @Test func commonFilesCanBeRead() {
    let readable = Self.inventory.decoders.filter(\.works).map(\.name)
    for name in ["h264", "mjpeg", "png", "aac"] { #expect(readable.contains(name)) }
  }
}
