import Foundation
import ModelStore
import TestSupport
import Testing

/// `likeness verify` on outputs as they are, and after each layer was taken away.
@Suite struct VerifyCommandTests {
  private struct Answer: Decodable {
    struct Finding: Decodable {
      let layer: String
      let state: String
    }
    struct Job: Decodable {
      let foundBy: String

      enum CodingKeys: String, CodingKey { case foundBy = "found_by" }
    }

    let summary: String
    let findings: [Finding]
    let job: Job?

    func state(_ layer: String) -> String? { findings.first { $0.layer == layer }?.state }
  }

  private let folder: TemporaryFolder
  private let home: TestHome

  init() throws {
    folder = try TemporaryFolder()
    home = try TestHome(of: ModelStore.defaultHome())
  }

  private func program(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, environment: ["LIKENESS_HOME": home.path])
  }

  /// Hopper on Collins.
  private func swap(to name: String, target: String = Sample.collins) throws -> String {
    let output = folder.path(name)
    let outcome = try program(
      "run", "-s", Sample.hopper, "-t", target, "-o", output, "--consent-statement", "Portraits in the public domain.")
    try #require(outcome.status == 0, "\(outcome.errors)")
    return output
  }

  private func verify(_ path: String) throws -> (status: Int32, answer: Answer) {
    let outcome = try program("verify", path, "--json")
    return (outcome.status, try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8)))
  }

  @Test(arguments: ["png", "jpg", "webp"])
  func aFreshPictureHoldsInEveryLayer(suffix: String) throws {
    let output = try swap(to: "out.\(suffix)")
    let (status, answer) = try verify(output)
    #expect(status == 0 && answer.findings.allSatisfy { $0.state == "holds" }, "\(answer)")
    #expect(answer.findings.count == 5 && answer.job?.foundBy == "sha256")
    let words = try program("verify", output)
    #expect(words.status == 0 && words.output.contains("byte for byte"))
  }

  @Test func aFreshClipHoldsInEveryLayer() throws {
    let target = folder.path("in.mp4")
    try Program.ffmpeg(
      "-loop", "1", "-framerate", "10", "-i", Sample.collins, "-t", "0.6", "-vf", "scale=512:512,format=yuv420p", target
    )
    let (status, answer) = try verify(try swap(to: "out.mp4", target: target))
    #expect(status == 0 && answer.findings.allSatisfy { $0.state == "holds" }, "\(answer)")
  }

  @Test func aReencodedCopyIsKnownByItsWatermark() throws {
    let output = try swap(to: "out.png")
    let copy = folder.path("copy.jpg")
    try Program.ffmpeg("-i", output, "-map_metadata", "-1", "-q:v", "4", copy)
    let (status, answer) = try verify(copy)
    #expect(status == 0 && answer.job?.foundBy == "watermark", "\(answer)")
    #expect(answer.state("c2pa") == "missing" && answer.state("xmp") == "missing" && answer.state("aigc") == "missing")
    #expect(answer.summary.contains("changed since"))
  }

  @Test func aChangedByteBreaksTheManifest() throws {
    let output = try swap(to: "out.jpg")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
    bytes[bytes.count - 200] ^= 1
    let copy = try folder.write(bytes, to: "copy.jpg")
    let (status, answer) = try verify(copy)
    #expect(status == 7 && answer.state("c2pa") == "broken", "\(answer)")
    #expect(answer.state("watermark") == "holds" && answer.job?.foundBy == "watermark")
  }

  @Test func anEditedLogIsBroken() throws {
    let output = try swap(to: "out.jpg")
    var edits = 0
    for name in ["audit.sqlite", "audit.sqlite-wal"] {
      let path = home.path + "/safeguards/" + name
      guard var bytes = (try? Data(contentsOf: URL(fileURLWithPath: path))).map({ [UInt8]($0) }) else { continue }
      let word = Array("\"event\":\"finished\"".utf8)
      for at in bytes.indices where bytes[at...].starts(with: word) {
        bytes[at + word.count - 2] = UInt8(ascii: "x")
        edits += 1
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    try #require(edits > 0)
    let (status, answer) = try verify(output)
    #expect(status == 7 && answer.state("audit") == "broken", "\(answer)")
    #expect(answer.state("c2pa") == "holds")
    #expect(try program("audit", "verify").status == 7)
  }

  @Test func aPictureFromElsewhereIsNotClaimed() throws {
    _ = try swap(to: "out.jpg")
    let (status, answer) = try verify(Sample.collins)
    // The swap is small, so the target looks like the output; that is no proof.
    #expect(status == 7 && answer.job?.foundBy == "look" && answer.summary.contains("no proof"), "\(answer)")
    #expect(answer.findings.allSatisfy { $0.state == "missing" })
    let other = try verify(Sample.hopper)
    #expect(other.status == 7 && other.answer.job == nil && other.answer.summary.contains("Nothing here says"))
    #expect(try program("verify", folder.path("none.png")).status == 2)
  }

  @Test func theLogShowsTheJob() throws {
    _ = try swap(to: "out.jpg")
    let list = try program("audit", "list")
    #expect(list.status == 0 && list.output.contains("finished"), "\(list.errors)")
    #expect(try program("audit", "verify").status == 0)
  }
}
