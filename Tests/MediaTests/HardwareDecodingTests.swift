import Foundation
import Imaging
import MediaTestSupport
import Testing

@testable import Media

@Suite struct HardwareDecodingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func clip(_ name: String, _ more: String...) throws -> String {
    try folder.run(
      "ffmpeg",
      ["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", "testsrc2=s=70x46:r=10:d=0.8", "-c:v", "libx264"] + more
        + [
          folder.file(name)
        ])
    return folder.file(name)
  }

  private func frames(_ reader: VideoReader) throws -> [VideoFrame] {
    var frames: [VideoFrame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  private func reader(
    _ path: String, _ card: StandInDecoder, held: Int = 0, trimStart: Int? = nil, decoder: VideoDecoder = .cuda
  ) throws -> VideoReader {
    try VideoReader(
      path: path, options: .init(trimStart: trimStart, decoder: decoder, device: 3, heldHardwareFrames: held)
    ) { options in
      #expect(options.device == 3)
      return card
    }
  }

  /// Odd chroma sizes, ten bits, and a turned video.
  @Test(arguments: ["yuv420p", "yuv420p10le", "turned"])
  func framesOfTheCardAreThoseOfTheCPU(kind: String) throws {
    var path = try clip("in.mp4", "-pix_fmt", kind == "turned" ? "yuv420p" : kind)
    if kind == "turned" {
      path = try folder.ffmpeg("-i", path, "-c", "copy", "-metadata:s:v", "rotate=90", "turned.mp4")
    }
    let card = StandInDecoder()
    let cuda = try reader(path, card)
    let cpu = try VideoReader(path: path)
    #expect(cuda.decoder == .cuda && cuda.decoderNote == nil && cpu.decoder == .cpu)
    #expect(cuda.source.size == cpu.source.size && cuda.source.format == cpu.source.format)
    #expect(cuda.source.color == cpu.source.color && cuda.source.chromaLocation == cpu.source.chromaLocation)
    let (ours, theirs) = (try frames(cuda), try frames(cpu))
    #expect(ours.count == 8 && theirs.count == 8 && card.downloads == 8)
    for (a, b) in zip(ours, theirs) {
      #expect(a.pts == b.pts && a.duration == b.duration && a.index == b.index && a.frame.color == b.frame.color)
      #expect(samples(a.frame) == samples(b.frame))
    }
  }

  @Test func framesThatAreSkippedStayOnTheCard() throws {
    let path = try clip("in.mp4")
    let card = StandInDecoder()
    let found = try frames(reader(path, card, trimStart: 5))
    #expect(found.map(\.index) == [5, 6, 7] && card.downloads == 3)
  }

  /// Whatever the card has against the video is said once, and the CPU gives the same frames.
  @Test(arguments: ["no device", "no codec", "not this kind", "first frame"], [VideoDecoder.cuda, .auto])
  func theCPUTakesOver(trouble: String, decoder: VideoDecoder) throws {
    let path = try clip("in.mp4")
    let card = StandInDecoder(failingDownload: trouble == "first frame" ? 1 : 0)
    card.refusesCodec = trouble == "no codec"
    card.takesVideo = trouble != "not this kind"
    let reader = try VideoReader(path: path, options: .init(decoder: decoder)) { _ in
      if trouble == "no device" { throw MediaError(.decoderUnavailable, "There is no card.") }
      return card
    }
    #expect(reader.decoder == .cpu)
    let reasons = [
      "no device": "There is no card.", "no codec": "does not know the codec", "not this kind": "this kind of video",
      "first frame": "fell off the bus",
    ]
    let note = try #require(reader.decoderNote)
    let reason = try #require(reasons[trouble])
    #expect(note.hasPrefix("The CPU decodes '\(path)': ") && note.contains(reason))
    let expected = try frames(VideoReader(path: path)).map { samples($0.frame) }
    let found = try frames(reader)
    #expect(found.map { samples($0.frame) } == expected && found.allSatisfy(\.frame.hasHost))
  }

  /// H.264 may leave out columns at the left, which a card's frames still have.
  @Test func aCardThatDoesNotCropLeavesTheVideoToTheCPU() throws {
    let path = try clip("in.mp4", "-bsf:v", "h264_metadata=crop_left=8:crop_top=4", "-pix_fmt", "yuv420p")
    let card = StandInDecoder()
    card.leavesCropping = true
    let reader = try reader(path, card)
    #expect(reader.decoder == .cpu && reader.decoderNote?.contains("at the left and the top") == true)
    let expected = try frames(VideoReader(path: path)).map { samples($0.frame) }
    #expect(try frames(reader).map { samples($0.frame) } == expected)
  }

  @Test func aCardThatFailsLaterIsAnError() throws {
    let path = try clip("in.mp4")
    let card = StandInDecoder(failingDownload: 3)
    let reader = try reader(path, card)
    _ = try reader.next()
    _ = try reader.next()
    let error = #expect(throws: MediaError.self) { try reader.next() }
    #expect(error?.code == .decoderUnavailable)
  }

  @Test func whoWantsTheCPUOpensNoCard() throws {
    let path = try clip("in.mp4")
    let reader = try VideoReader(path: path, options: .init(decoder: .cpu)) { _ in
      Issue.record("a card was opened")
      return StandInDecoder()
    }
    #expect(reader.decoder == .cpu && reader.decoderNote == nil)
  }

  @Test func whatIsWrongWithTheFileIsNoMatterOfTheCard() throws {
    let error = #expect(throws: MediaError.self) { try reader(folder.file("none.mp4"), StandInDecoder()) }
    #expect(error?.code == .notFound)
  }

  /// The real device: on most test machines there is none, and FFmpeg says why.
  @Test func theRealDeviceIsOpenedOrAReasonGiven() throws {
    let path = try clip("in.mp4", "-pix_fmt", "yuv420p")
    let reader = try VideoReader(path: path, options: .init(decoder: .cuda))
    #expect((reader.decoder == .cpu) == (reader.decoderNote != nil))
    let expected = try frames(VideoReader(path: path)).map { samples($0.frame) }
    #expect(try frames(reader).map { samples($0.frame) } == expected)
  }
}
