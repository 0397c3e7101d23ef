import Foundation
import TestSupport
import Testing

/// Input that is unusual but good.
@Suite struct OddInputTests {
  @Test(arguments: ["with space", "it's \"quoted\"", "two\nlines", "größe 日本 🙂", "-dash", "$HOME;&", "100%"])
  func pathsAreTakenAsTheyAre(name: String) throws {
    let folder = try TemporaryFolder()
    func copy(_ path: String, _ name: String) throws -> String {
      try folder.write([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), to: name)
    }
    let source = try copy(Sample.hopper, name + " source.jpg")
    let target = try copy(Material.shared.get().wall, name + " target.png")
    let output = folder.path(name + " output.png")
    let outcome = try Program.run(["run", "-s", source, "-t", target, "-o", output])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(FileManager.default.fileExists(atPath: output))
    #expect(folder.contents.count == 3)
  }

  @Test func aTargetOfOnePixelGoesThrough() throws {
    let material = try Material.shared.get()
    let output = try TemporaryFolder()
    let outcome = try Program.run(BadInput.run(target: material.onePixel, output: output.path("o.png")))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("No face was found"))
    #expect(output.contents == ["o.png"])
  }

  @Test(arguments: ["mp4", "mkv"])
  func oddSidesWork(suffix: String) throws {
    let material = try Material.shared.get()
    let output = try TemporaryFolder()
    let path = output.path("o." + suffix)
    let outcome = try Program.run(BadInput.run(target: material.oddClip, output: path))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let probe = try Program.run(["probe", path, "--count-frames", "--json"])
    #expect(probe.output.contains("\"frame_count\" : 5"))
    #expect(probe.output.contains("\"coded_width\" : 359"))
    #expect(probe.output.contains("\"coded_height\" : 481"))
  }
}
