import Foundation
import TestSupport
import Testing

@testable import Safeguards

/// Marked files that were damaged or tampered with: a finding in words, never a crash and never a clean bill.
@Suite(.enabled(if: MarkSamples.library != nil, "the set-up did not bring libc2pa_c"))
struct ProvenanceDamageTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func marked(_ name: String) throws -> [UInt8] {
    let path = try folder.write(MarkSamples.bytes(name), to: name)
    _ = try MarkSamples.writer(folder).mark(file: path, record: MarkSamples.record())
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func finding(_ bytes: [UInt8]) throws -> ProvenanceFinding {
    try MarkSamples.reader(folder).read(folder.write(bytes, to: "damaged"))
  }

  /// Where the manifest lies in the file: it holds the job's number and the claim, XMP does not hold the claim.
  private func manifest(_ bytes: [UInt8]) throws -> Range<Int> {
    let data = Data(bytes)
    let start = try #require(data.range(of: Data("jumb".utf8))).lowerBound
    let end = try #require(data.range(of: Data("c2pa.signature".utf8), options: .backwards)).upperBound
    return start..<end
  }

  @Test(arguments: ["a.jpg", "a.png", "lossy.webp", "a.tiff", "late.mp4", "a.avi"])
  func damageAnywhereIsAFinding(name: String) throws {
    let whole = try marked(name)
    let place = try manifest(whole)
    var random = SeededGenerator(seed: 0xC2A)
    for round in 0..<40 {
      var bytes = whole
      let inside = round % 2 == 0
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = inside ? Int.random(in: place, using: &random) : Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      if round % 5 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
      let found = try finding(bytes)
      if [.invalid, .unreadable].contains(found.state) { #expect(!found.problems.isEmpty) }
    }
  }

  @Test(arguments: ["a.jpg", "a.png", "lossy.webp", "fast.mp4"])
  func theContentCannotBeChangedUnseen(name: String) throws {
    let whole = try marked(name)
    // The second half of the original is content, and stands in the marked file as it was.
    let original = try MarkSamples.bytes(name)
    let content = Data(original[(original.count / 2)..<(original.count - 16)])
    let place = try #require(Data(whole).range(of: content))
    var random = SeededGenerator(seed: 7)
    for _ in 0..<25 {
      var bytes = whole
      let index = Int.random(in: place, using: &random)
      bytes[index] ^= UInt8.random(in: 1...255, using: &random)
      let found = try finding(bytes)
      #expect(found.state == .invalid && found.problems.contains { $0.contains("Hash.mismatch") }, "byte \(index)")
    }
  }

  /// The manifest of one picture in another one.
  @Test func aManifestDoesNotMoveToAnotherPicture() throws {
    let bytes = try marked("a.jpg")
    var other = bytes
    let scan = try #require(Data(bytes).range(of: Data([0xff, 0xda]), options: .backwards)).upperBound
    for index in (scan + 20)..<(bytes.count - 2) { other[index] = bytes[scan + 20 + (index * 7) % 300] & 0x7f }
    #expect(try finding(other).state == .invalid)
  }

  /// Somebody else writes our names into a certificate and signs anew.
  @Test func aForgedSignerIsNotTrusted() throws {
    let path = try folder.write(MarkSamples.bytes("a.jpg"), to: "a.jpg")
    let forger = try ProvenanceWriter(
      policy: SafeguardPolicy().metadata, home: folder.path("forger"), environment: MarkSamples.environment)
    _ = try MarkSamples.writer(folder).mark(
      file: folder.write(MarkSamples.bytes("a.png"), to: "own.png"), record: MarkSamples.record())
    _ = try forger.mark(file: path, record: MarkSamples.record())
    let found = try MarkSamples.reader(folder).read(path)
    #expect(found.state == .valid && found.manifest?.signer.hasPrefix("Likeness, Likeness, self-made signer") == true)
    #expect(try MarkSamples.reader(folder).read(folder.path("own.png")).state == .trusted)
  }
}
