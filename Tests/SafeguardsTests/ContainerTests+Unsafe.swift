import Foundation
import TestSupport
import Testing

@testable import Safeguards

/// XMP in every format, without the C2PA library.
@Suite struct ContainerTests {
  let folder: TemporaryFolder
  private let label = AIGCLabel(MarkSamples.record(), producer: "Studio \"A\" <1>")

  init() throws { folder = try TemporaryFolder() }

  /// The bytes of `file` with `packet` in it.
  private func spliced(_ bytes: [UInt8], _ packet: [UInt8], name: String) throws -> [UInt8]? {
    let file = try ReadableFile(path: folder.write(bytes, to: name))
    let container = try #require(MediaKind(of: file).container)
    guard let spliced = try container.spliced(file, packet: packet, aigc: label) else { return nil }
    let target = try folder.write([], to: "target")
    let replacement = try ReplacementFile(for: ReadableFile(path: target))
    try spliced.copy(to: replacement)
    try replacement.commit()
    let result = [UInt8](try Data(contentsOf: URL(fileURLWithPath: target)))
    #expect(result.count == spliced.size)
    return result
  }

  private func packet(_ bytes: [UInt8], name: String) throws -> [UInt8]? {
    let file = try ReadableFile(path: folder.write(bytes, to: name))
    return try MediaKind(of: file).container?.packet(in: file)
  }

  @Test(arguments: MarkSamples.pictures + MarkSamples.clips + ["pieces.mp4"])
  func thePacketIsReadBackAndTakesTheOldOnesPlace(name: String) throws {
    let original = try MarkSamples.bytes(name)
    #expect(try packet(original, name: name) == nil)
    let first = try #require(try spliced(original, Array("first packet of all".utf8), name: name))
    #expect(try packet(first, name: name) == Array("first packet of all".utf8))
    let second = try #require(try spliced(first, Array("second".utf8), name: name))
    #expect(try packet(second, name: name) == Array("second".utf8))
    let again = try folder.write(second, to: name)
    #expect(try MarkSamples.frames(again) == MarkSamples.frames(of: name))
  }

  @Test(arguments: ["late.mp4", "fast.mp4", "fast.mov", "tags.mov", "tags.mp4"])
  func otherProgramsSeeTheLabelAndTheOldTags(name: String) throws {
    let path = try folder.write(#require(try spliced(MarkSamples.bytes(name), [1], name: name)), to: "b" + name)
    let tags = try MarkSamples.run(
      "ffprobe", ["-v", "error", "-show_entries", "format_tags", "-of", "json", path])
    struct Probe: Decodable {
      struct Format: Decodable { let tags: [String: String] }
      let format: Format
    }
    let found = try JSONDecoder().decode(Probe.self, from: Data(tags.utf8)).format.tags
    #expect(found["AIGC"] == label.json)
    if name != "fast.mp4" && name != "fast.mov" { #expect(found["title"] == "Clip") }
    if name.hasPrefix("tags") { #expect(found["com.apple.quicktime.make"] == "Maker") }
    #expect(try MarkSamples.frames(path) == MarkSamples.frames(of: name))
    let file = try ReadableFile(path: path)
    #expect(try MediaKind(of: file).container?.aigc(in: file) == label)
  }

  /// Fragments state places of their own, so the movie header is not touched.
  @Test func aFragmentedMovieKeepsItsHeader() throws {
    let marked = try #require(try spliced(MarkSamples.bytes("pieces.mp4"), [1], name: "p.mp4"))
    let file = try ReadableFile(path: folder.write(marked, to: "q.mp4"))
    #expect(try MP4Container.aigc(in: file) == nil)
    let last = try #require(ISOBox.all(in: marked)?.last)
    #expect(last.kind == "mfra")
  }

  @Test func aSimpleWebPFileGetsItsExtendedHeader() throws {
    for (name, flags) in [("lossy.webp", 0x04), ("lossless.webp", 0x14)] {
      let bytes = try #require(try spliced(MarkSamples.bytes(name), [1, 2, 3], name: name))
      #expect(Array(bytes[12..<16]) == Array("VP8X".utf8) && Int(bytes[20]) == flags)
      #expect(Array(bytes[24..<30]) == [63, 0, 0, 47, 0, 0])
      let length = bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(length == bytes.count - 8)
    }
  }

  /// CRC-32 of "123456789" is the check value of the algorithm's definition.
  @Test func theSumOfAPNGChunkIsRight() { #expect(PNGContainer.checksum(Array("123456789".utf8)) == 0xcbf4_3926) }

  @Test func aPacketTooLongForJPEGHasNoPlace() throws {
    let long = [UInt8](repeating: 32, count: 65_535)
    #expect(try spliced(MarkSamples.bytes("a.jpg"), long, name: "a.jpg") == nil)
  }

  @Test func aMovieWithoutAnEndHasNoRoom() throws {
    let open: [UInt8] =
      ISOBox.make("ftyp", Array("isom".utf8)) + ISOBox.make("moov", []) + [0, 0, 0, 0] + Array("mdat".utf8) + [1, 2, 3]
    #expect(try spliced(open, [1], name: "open.mp4") == nil)
  }

  /// Damage makes an error or an odd packet, never a crash and never a file without end.
  @Test(arguments: MarkSamples.pictures + MarkSamples.clips)
  func damagedFilesAreRefusedOrRead(name: String) throws {
    let packet = XMPPacket.bytes(MarkSamples.record(), aigc: label)
    let whole = try #require(try spliced(MarkSamples.bytes(name), packet, name: name))
    var random = SeededGenerator(seed: 0x6A7E)
    var (refused, taken) = (0, 0)
    for round in 0..<120 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<(round % 2 == 0 ? min(bytes.count, 400) : bytes.count), using: &random)
        bytes[place] = round % 3 == 0 ? 0xff : UInt8.random(in: 0...255, using: &random)
      }
      if round % 4 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
      let file = try ReadableFile(path: folder.write(bytes, to: "damaged"))
      guard let container = try MediaKind(of: file).container else { continue }
      do {
        if let found = try container.packet(in: file) {
          #expect(found.count <= bytes.count)
          _ = XMPPacket.facts(found)
        }
        _ = try container.aigc(in: file)
        let result = try container.spliced(file, packet: [1], aigc: label)
        #expect(result.map { $0.size < bytes.count + 5000 } ?? true)
        taken += 1
      } catch {
        #expect(error is SafeguardsError)
        refused += 1
      }
    }
    #expect(refused > 0 && taken > 0)
  }

  @Test func piecesAreReadAcrossTheirBorders() throws {
    let file = try ReadableFile(path: folder.write(Array(0..<100), to: "numbers"))
    let spliced = SplicedFile(file, [.file(90..<100), .bytes([7, 7, 7]), .bytes([]), .file(0..<5), .file(5..<5)])
    let expected: [UInt8] = Array(90..<100) + [7, 7, 7] + Array(0..<5)
    #expect(spliced.size == expected.count)
    for start in 0...expected.count {
      for length in 0...6 {
        let found = try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
          count = try spliced.read(into: UnsafeMutableRawBufferPointer(buffer), at: start)
        }
        #expect(found == Array(expected[start..<min(start + length, expected.count)]))
      }
    }
  }

  @Test func onlyPlainFilesAreOpened() throws {
    #expect(throws: SafeguardsError.self) { try ReadableFile(path: folder.path) }
    #expect(throws: SafeguardsError.self) { try ReadableFile(path: folder.path("none")) }
    #expect(throws: SafeguardsError.self) { try ReadableFile(path: "/dev/null") }
  }
}
