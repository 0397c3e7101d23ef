import CFFmpeg
import Foundation
import Imaging
import Testing

@testable import Media

/// Stands for a card: the CPU decodes, and frames are taken for the card's until they are "downloaded", which gives them
/// in the layouts that NVDEC has.
private final class FakeCard: HardwareDecoding {
  struct Trouble: Error {}

  /// The call of ``download(_:)`` that fails, from 1.
  var failingDownload = 0
  var takesVideo = true
  var refusesCodec = false
  private(set) var downloads = 0

  func prepare(_ context: UnsafeMutablePointer<AVCodecContext>, codec: UnsafePointer<AVCodec>) throws {
    if refusesCodec { throw MediaError(.decoderUnavailable, "The card does not know the codec.") }
  }

  func holds(_ box: AVFrameBox) -> Bool { takesVideo }

  func download(_ box: AVFrameBox) throws -> AVFrameBox {
    downloads += 1
    if downloads == failingDownload { throw MediaError(.decoderUnavailable, "The card fell off the bus.") }
    let (format, _) = try #require(PixelFormats.nearest(to: box.pixelFormat, turns: false))
    let frame = try #require(box.wrapped(as: format, color: ColorDescription()))
    let host = try AVFrameBox()
    host.pointer.pointee.format = (format.bitDepth == 8 ? AV_PIX_FMT_NV12 : AV_PIX_FMT_P010LE).rawValue
    host.pointer.pointee.width = Int32(box.size.width)
    host.pointer.pointee.height = Int32(box.size.height)
    guard av_frame_get_buffer(host.pointer, 0) >= 0 else { throw Trouble() }
    pair(frame, into: host.pointer.pointee)
    guard av_frame_copy_props(host.pointer, box.pointer) >= 0 else { throw Trouble() }
    return host
  }

  /// Sample by sample, as the layouts are defined.
  private func pair(_ frame: Frame, into host: AVFrame) {
    let isByte = frame.format.bitDepth == 8
    let (y, u, v) = (frame.planes[0], frame.planes[1], frame.planes[2])
    func put(_ base: UnsafeMutablePointer<UInt8>?, _ at: Int, _ value: Int) {
      guard let base else { return }
      if isByte {
        base[at] = UInt8(value)
      } else {
        UnsafeMutableRawPointer(base).storeBytes(of: UInt16(value << 6), toByteOffset: 2 * at, as: UInt16.self)
      }
    }
    func sample(_ plane: Frame.Plane, _ x: Int, _ y: Int) -> Int {
      isByte ? Int(plane.row8(y)[x]) : Int(plane.row16(y)[x])
    }
    for line in 0..<y.height {
      for x in 0..<y.width { put(host.data.0.map { $0 + line * Int(host.linesize.0) }, x, sample(y, x, line)) }
    }
    for line in 0..<u.height {
      let row = host.data.1.map { $0 + line * Int(host.linesize.1) }
      for x in 0..<u.width {
        put(row, 2 * x, sample(u, x, line))
        put(row, 2 * x + 1, sample(v, x, line))
      }
    }
  }

  func frame(_ box: AVFrameBox, orientation: Orientation) -> HardwareFrame? {
    HardwareFrame(onCUDA: 3, content: AV_PIX_FMT_NV12, box, orientation)
  }
}

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
    _ path: String, _ card: FakeCard, held: Int = 0, trimStart: Int? = nil, decoder: VideoDecoder = .cuda
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
    let card = FakeCard()
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
    let card = FakeCard()
    let found = try frames(reader(path, card, trimStart: 5))
    #expect(found.map(\.index) == [5, 6, 7] && card.downloads == 3)
  }

  @Test func theFrameOnTheCardCanBeHad() throws {
    let path = try clip("in.mp4")
    let reader = try reader(path, FakeCard(), held: 4)
    var frame = try #require(try reader.next())
    let hardware = try #require(frame.hardware)
    #expect(hardware.device == 3 && hardware.layout == .nv12 && hardware.size == PixelSize(width: 70, height: 46))
    #expect(hardware.planes.map(\.width) == [70, 70] && hardware.planes.map(\.height) == [46, 23])
    #expect(hardware.planes.allSatisfy { $0.address != 0 && $0.pitch >= 35 } && hardware.orientation == .upright)
    frame.replace(with: frame.frame)
    #expect(frame.hardware == nil)
    var next = try #require(try reader.next())
    next.releaseHardware()
    #expect(next.hardware == nil)
  }

  /// Whatever the card has against the video is said once, and the CPU gives the same frames.
  @Test(arguments: ["no device", "no codec", "not this kind", "first frame"], [VideoDecoder.cuda, .auto])
  func theCPUTakesOver(trouble: String, decoder: VideoDecoder) throws {
    let path = try clip("in.mp4")
    let card = FakeCard()
    card.refusesCodec = trouble == "no codec"
    card.takesVideo = trouble != "not this kind"
    card.failingDownload = trouble == "first frame" ? 1 : 0
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
    #expect(found.map { samples($0.frame) } == expected && found.allSatisfy { $0.hardware == nil })
  }

  @Test func aCardThatFailsLaterIsAnError() throws {
    let path = try clip("in.mp4")
    let card = FakeCard()
    card.failingDownload = 3
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
      return FakeCard()
    }
    #expect(reader.decoder == .cpu && reader.decoderNote == nil)
  }

  @Test func whatIsWrongWithTheFileIsNoMatterOfTheCard() throws {
    let error = #expect(throws: MediaError.self) { try reader(folder.file("none.mp4"), FakeCard()) }
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
