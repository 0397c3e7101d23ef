import Foundation
import Imaging
import MediaTestSupport
import Testing

@testable import Media

/// Frames that stay in the memory of the card that decoded them.
@Suite struct HardwareFrameTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Without loss, in any pixel format; both sides of chroma are odd.
  private func clip(_ format: String = "yuv420p", seconds: Double = 0.5) throws -> String {
    try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=70x46:r=10:d=\(seconds)", "-c:v", "ffv1", "-pix_fmt", format, "in.mkv")
  }

  private func reader(_ path: String, _ card: StandInDecoder, held: Int) throws -> VideoReader {
    try VideoReader(path: path, options: .init(decoder: .cuda, device: 3, heldHardwareFrames: held)) { _ in card }
  }

  @Test(arguments: [
    ("yuv420p", DeviceSurface.Layout.nv12, 0), ("yuv420p10le", .p010, 0), ("yuv420p12le", .p016, 4),
    ("yuv444p", .yuv444, 0), ("yuv444p10le", .yuv444p16, 6),
  ])
  func planesAreMadeWhenTheyAreRead(format: String, layout: DeviceSurface.Layout, shift: Int) throws {
    let path = try clip(format)
    let card = StandInDecoder(device: 3)
    let reader = try reader(path, card, held: 8)
    let cpu = try VideoReader(path: path)
    #expect(reader.decoder == .cuda && card.downloads == 1)
    var count = 0
    while let expected = try cpu.next() {
      var frame = try #require(try reader.next())
      #expect(frame.pts == expected.pts && frame.index == count && frame.frame.color == expected.frame.color)
      let device = try #require(frame.frame.device as? HardwareFrame)
      #expect(!frame.frame.hasHost && device.surface.layout == layout && device.surface.device == 3)
      #expect(card.downloads == 1 + count)
      // On the card are the samples in its layout.
      let laidOut = try #require(CardPicture(expected.frame))
      #expect(CardPicture.contents(of: device.surface) == laidOut.planes.map(\.bytes))
      try frame.makeWritable()
      #expect(samples(frame.frame) == samples(expected.frame).map { $0.map { $0 << shift } })
      #expect(frame.frame.hasHost && card.downloads == 2 + count)
      try frame.frame.complete()
      // Planes that are there are not brought again.
      #expect(samples(frame.frame)[0].count == 70 * 46 && card.downloads == 2 + count)
      count += 1
    }
    #expect(try reader.next() == nil && count == 5)
  }

  /// The planes are those of the download that frames without a place on the card go through.
  @Test func planesAreThoseOfTheDownload() throws {
    let path = try clip()
    let (lazy, atOnce) = (
      try reader(path, StandInDecoder(), held: 4), try reader(path, StandInDecoder(), held: 0)
    )
    while let expected = try atOnce.next() {
      let frame = try #require(try lazy.next()).frame
      #expect(expected.frame.hasHost && !frame.hasHost)
      #expect(samples(frame) == samples(expected.frame))
    }
  }

  @Test func onlySoManyFramesAreHeld() throws {
    let path = try clip()
    let card = StandInDecoder()
    let reader = try reader(path, card, held: 2)
    var kept: [VideoFrame] = []
    while let frame = try reader.next() { kept.append(frame) }
    #expect(kept.map(\.frame.hasHost) == [false, false, true, true, true] && card.downloads == 4)
    #expect(kept.allSatisfy { ($0.frame.device == nil) == $0.frame.hasHost })
    let expected = try VideoReader(path: path)
    for frame in kept { #expect(samples(frame.frame) == samples(try #require(try expected.next()).frame)) }

    // Whoever takes the picture elsewhere gives the place back.
    let other = try self.reader(path, StandInDecoder(), held: 1)
    while let frame = try other.next() {
      #expect(!frame.frame.hasHost)
      #expect(frame.frame.device is HardwareFrame)
      frame.frame.attach(Elsewhere())
    }
  }

  /// A turned video is put upright on the host.
  @Test func turnedFramesComeToTheHost() throws {
    let upright = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=70x46:r=10:d=0.3", "-c:v", "libx264", "-pix_fmt", "yuv420p", "in.mp4")
    let path = try folder.ffmpeg("-i", upright, "-c", "copy", "-metadata:s:v", "rotate=90", "turned.mp4")
    let (card, cpu) = (try reader(path, StandInDecoder(), held: 4), try VideoReader(path: path))
    while let expected = try cpu.next() {
      let frame = try #require(try card.next()).frame
      #expect(frame.hasHost && frame.device == nil && frame.size == PixelSize(width: 46, height: 70))
      #expect(samples(frame) == samples(expected.frame))
    }
  }

  @Test func aFrameThatDoesNotComeDownIsAnError() throws {
    let reader = try reader(clip(), StandInDecoder(failingDownload: 2), held: 4)
    let frame = try #require(try reader.next()).frame
    let error = #expect(throws: MediaError.self) { try frame.complete() }
    #expect(error?.code == .decoderUnavailable && error?.message.contains("fell off the bus") == true)
    let next = try #require(try reader.next()).frame
    try next.complete()
    #expect(next.isHostComplete)
  }

  @Test func surfacesKnowTheirPlanes() throws {
    let size = PixelSize(width: 5, height: 3)
    let paired = try #require(
      DeviceSurface(device: 1, layout: .p010, size: size, rows: [(address: 256, pitch: 64), (address: 512, pitch: 64)]))
    #expect(paired.planes.map(\.width) == [5, 6] && paired.planes.map(\.height) == [3, 2])
    #expect(paired.layout.format == .yuv420p10 && paired.layout.unusedBits == 6)
    // A plane too few, rows too short, no address.
    #expect(DeviceSurface(device: 1, layout: .yuv444, size: size, rows: [(256, 64), (512, 64)]) == nil)
    #expect(DeviceSurface(device: 1, layout: .p010, size: size, rows: [(256, 64), (512, 11)]) == nil)
    #expect(DeviceSurface(device: 1, layout: .nv12, size: size, rows: [(256, 64), (0, 64)]) == nil)
  }

  /// A picture in other memory of a card.
  private final class Elsewhere: FrameDevice {
    func bring(_ part: PixelRectangle, to frame: Frame) throws {}
  }
}
