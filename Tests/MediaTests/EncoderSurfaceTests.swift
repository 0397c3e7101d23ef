import Foundation
import Imaging
import MediaTestSupport
import Testing

@testable import Media

/// A picture that lies only on a "card".
private final class CardFrame: FrameDevice {
  let picture: CardPicture
  private let source: Frame

  init(_ frame: Frame) throws {
    source = frame
    picture = try #require(CardPicture(frame))
  }

  func bring(_ part: PixelRectangle, to frame: Frame) throws {
    for (from, to) in zip(source.planes, frame.planes) {
      for y in 0..<from.height { to.row8(y).update(from: from.row8(y), count: from.width) }
    }
  }
}

/// Fills surfaces of card 2.
private final class CardFiller: SurfaceFilling {
  struct Trouble: Error {}
  private let fails: Bool

  init(fails: Bool = false) { self.fails = fails }

  func fill(_ surface: DeviceSurface, from frame: Frame) throws -> Bool {
    if fails { throw Trouble() }
    guard let picture = (frame.device as? CardFrame)?.picture, surface.layout == picture.layout,
      surface.size == picture.size, surface.device == 2
    else { return false }
    picture.store(in: surface)
    return true
  }
}

/// An encoder that reads the memory of a card.
@Suite struct EncoderSurfaceTests {
  private final class Owner: Sendable {}

  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x46:r=10:d=0.6", "-c:v", "libx264", "-pix_fmt", "yuv420p", "in.mp4")
  }

  private func output(_ device: Int = 2, scale: Double? = nil, fails: Bool = false) -> VideoOutput {
    var output = fast
    output.scale = scale
    output.card = EncoderCard(
      CardAccess(device: device, context: 16, stream: 32, owner: Owner()), filler: CardFiller(fails: fails))
    return output
  }

  /// A frame with the same picture, which lies only on the card.
  private func onCard(_ frame: Frame) throws -> Frame {
    Frame(size: frame.size, format: frame.format, color: frame.color, device: try CardFrame(frame)) {
      let memory = Frame(size: frame.size, format: frame.format, color: frame.color)
      return (memory.planes, { withExtendedLifetime(memory) {} })
    }
  }

  private func frames(_ path: String) throws -> [[[Int]]] {
    let reader = try VideoReader(path: path)
    var frames: [[[Int]]] = []
    while let frame = try reader.next() { frames.append(samples(frame.frame)) }
    return frames
  }

  /// Writes the clip to `name`; `change` says what becomes of each frame.
  @discardableResult
  private func write(
    _ name: String, _ output: VideoOutput, open: SurfaceOpening,
    change: (VideoFrame) throws -> Frame = { $0.frame }
  ) throws -> VideoWriter {
    let reader = try VideoReader(path: path)
    let writer = try VideoWriter(
      path: folder.file(name), source: reader.source, output: output, openSurfaces: open)
    while var frame = try reader.next() {
      frame.replace(with: try change(frame))
      try writer.write(frame)
    }
    #expect(try writer.finish().pixelFormat == "yuv420p")
    return writer
  }

  @Test func framesGoFromTheCardIntoTheEncoder() throws {
    try write("host.mp4", fast) { _ in nil }
    var surfaces: StandInSurfaces?
    var given: [Frame] = []
    let writer = try write("card.mp4", output()) { request in
      #expect(request.encoder == .libx264 && request.card.device == 2 && request.layout == .nv12)
      #expect(request.size == PixelSize(width: 64, height: 46))
      surfaces = StandInSurfaces(request)
      return surfaces
    } change: { frame in
      given.append(try onCard(frame.frame.copy()))
      return given[given.count - 1]
    }
    #expect(writer.encodesOnCard && writer.notes.isEmpty && writer.warnings.isEmpty)
    // No frame was brought to the host.
    #expect(given.count == 6 && given.allSatisfy { !$0.hasHost })
    #expect(surfaces?.taken.count == 6 && surfaces?.uploads == 0)
    #expect(try frames(folder.file("card.mp4")) == frames(folder.file("host.mp4")))
  }

  /// Frames on the host, and on other cards, go up; the file is the same.
  @Test(arguments: [2, 5])
  func whatIsNotOnTheCardGoesUp(device: Int) throws {
    try write("host.mp4", fast) { _ in nil }
    var surfaces: StandInSurfaces?
    try write("card.mp4", output(device)) { request in
      surfaces = StandInSurfaces(request)
      return surfaces
    } change: { frame in
      frame.index % 2 == 0 ? frame.frame : try onCard(frame.frame.copy())
    }
    #expect(surfaces?.taken.count == 6 && surfaces?.uploads == (device == 2 ? 3 : 6))
    #expect(try frames(folder.file("card.mp4")) == frames(folder.file("host.mp4")))
  }

  @Test func aCardThatRefusesIsSaidOnce() throws {
    try write("host.mp4", fast) { _ in nil }
    let writer = try write("card.mp4", output()) { _ in
      throw MediaError(.encoderUnavailable, "There is no room on the card.")
    }
    #expect(!writer.encodesOnCard && writer.warnings.isEmpty)
    #expect(
      writer.notes == [
        "'libx264' takes the frames from the host, not from the card: There is no room on the card."
      ])
    #expect(try frames(folder.file("card.mp4")) == frames(folder.file("host.mp4")))
  }

  /// Nothing is asked of the card without one, for frames of another size, and where samples would be converted.
  @Test func onlyFramesThatFitStayOnTheCard() throws {
    let reader = try VideoReader(path: path)
    let refuse: SurfaceOpening = { _ in
      Issue.record("the card was asked")
      return nil
    }
    for output in [fast, output(scale: 0.5)] {
      let writer = try VideoWriter(
        path: folder.file("out.mp4"), source: reader.source, output: output, openSurfaces: refuse)
      #expect(!writer.encodesOnCard && writer.notes.isEmpty)
      writer.cancel()
    }
    let fine = try folder.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=64x46:r=10:d=0.2", "-c:v", "ffv1", "-pix_fmt", "yuv422p", "fine.mkv")
    let writer = try VideoWriter(
      path: folder.file("out.mp4"), source: VideoReader(path: fine).source, output: output(), openSurfaces: refuse)
    #expect(!writer.encodesOnCard)
    writer.cancel()
    // An encoder of the CPU needs no memory of the card.
    let plain = try VideoWriter(path: folder.file("out.mp4"), source: reader.source, output: output())
    #expect(!plain.encodesOnCard && plain.notes.isEmpty)
    plain.cancel()
  }

  @Test(arguments: ["picture", "surfaces", "bring"])
  func whatFailsOnTheCardEndsTheFile(trouble: String) throws {
    struct Fall: Error {}
    let reader = try VideoReader(path: path)
    let writer = try VideoWriter(
      path: folder.file("out.mp4"), source: reader.source,
      output: output(trouble == "bring" ? 5 : 2, fails: trouble == "picture")
    ) { request in
      let surfaces = StandInSurfaces(request)
      if trouble == "surfaces" { surfaces.limit = 1 }
      return surfaces
    }
    #expect(throws: (any Error).self) {
      while var frame = try reader.next() {
        switch trouble {
        case "bring":
          let format = frame.frame.format
          frame.replace(
            with: Frame(
              size: frame.frame.size, format: format, color: frame.frame.color,
              device: try CardFrame(frame.frame.copy())
            ) { throw Fall() })
        default: frame.replace(with: try onCard(frame.frame.copy()))
        }
        try writer.write(frame)
      }
      _ = try writer.finish()
    }
    #expect(folder.names == ["in.mp4"])
  }

  /// Ten bits in the upper ones of sixteen, as a card's encoder wants them.
  @Test func tenBitsGoUpInTheirUpperBits() throws {
    let size = PixelSize(width: 6, height: 4)
    let frame = Frame(size: size, format: .yuv420p10)
    for (index, plane) in frame.planes.enumerated() {
      for y in 0..<plane.height {
        for x in 0..<plane.width { plane.row16(y)[x] = UInt16(1 + index * 300 + y * 40 + x * 7) }
      }
    }
    let request = SurfaceRequest(
      encoder: .hevcNVENC, card: CardAccess(device: 0, context: 16, stream: 0, owner: Owner()), layout: .p010,
      size: size)
    let surfaces = StandInSurfaces(request)
    let input = EncoderInput(
      size: size, format: request.layout.content, color: ColorDescription(), card: (surfaces, CardFiller()))
    let box = try input.frame(for: frame)
    let expected = try #require(CardPicture(frame))
    #expect(surfaces.uploads == 1)
    #expect(CardPicture.contents(of: surfaces.taken[0]) == expected.planes.map(\.bytes))
    withExtendedLifetime(box) {}
  }

  /// FFmpeg's own surfaces: without a driver there are none, and what was lent comes back.
  @Test(.enabled(if: dlopen("libcuda.so.1", RTLD_LAZY) == nil, "a driver would take the made-up context"))
  func theRealCardIsNamed() throws {
    weak var kept: Owner?
    do {
      let owner = Owner()
      kept = owner
      let card = CardAccess(device: 7, context: 16, stream: 32, owner: owner)
      let request = SurfaceRequest(
        encoder: .h264NVENC, card: card, layout: .nv12, size: PixelSize(width: 64, height: 46))
      let error = #expect(throws: MediaError.self) { try CUDASurfaces.open(request) }
      #expect(error?.message.hasPrefix("CUDA device 7 cannot be opened: ") == true)
      let reader = try VideoReader(path: path, options: .init(decoder: .cuda, card: card, heldHardwareFrames: 2))
      #expect(reader.decoder == .cpu && reader.decoderNote?.contains("CUDA device 7 cannot be opened") == true)
    }
    #expect(kept == nil)
  }
}
