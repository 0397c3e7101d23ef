import Foundation
import TestSupport
import Testing

/// One row of the table of bad input.
struct BadInput: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// Part of the sentence that the user reads.
  let says: String
  let status: Int32
  var limit: String?
  /// Options for a run whose output folder is given.
  let arguments: @Sendable (Material, String) -> [String]

  init(
    _ name: String, says: String, status: Int32 = 2, limit: String? = nil,
    _ arguments: @escaping @Sendable (Material, String) -> [String]
  ) {
    testDescription = name
    self.says = says
    self.status = status
    self.limit = limit
    self.arguments = arguments
  }

  static func run(
    source: String = Sample.hopper, target: String = Sample.collins, output: String, _ more: String...
  ) -> [String] {
    ["run", "-s", source, "-t", target, "-o", output] + more
  }

  static let files: [BadInput] = [
    BadInput("missing target", says: "/nowhere.jpg") { material, folder in
      run(target: "/nowhere.jpg", output: folder + "/o.jpg")
    },
    BadInput("missing source", says: "/nobody.jpg") { material, folder in
      run(source: "/nobody.jpg", output: folder + "/o.png")
    },
    BadInput("empty target", says: "empty") { material, folder in run(target: material.empty, output: folder + "/o.jpg")
    },
    BadInput("empty source", says: "empty") { material, folder in run(source: material.empty, output: folder + "/o.png")
    },
    BadInput("text named .jpg", says: "text.jpg") { material, folder in
      run(target: material.text, output: folder + "/o.jpg")
    },
    BadInput("a folder as target", says: "folder") { material, folder in
      run(target: material.folder.path, output: folder + "/o.jpg")
    },
    BadInput("cut video", says: "--on-damage continue", status: 1) { material, folder in
      run(target: material.cutClip, output: folder + "/o.mp4")
    },
    BadInput("picture above the limit", says: "limit") { material, folder in
      run(output: folder + "/o.png", "--limit-megapixels", "0.1")
    },
    BadInput("video above the limit", says: "limit") { material, folder in
      run(target: material.clip, output: folder + "/o.mp4", "--limit-megapixels", "0.05")
    },
    BadInput("no frames in the range", says: "no frame") { material, folder in
      run(target: material.clip, output: folder + "/o.mp4", "--trim-frame-start", "500")
    },
    BadInput("source without a face", says: "wall.png") { material, folder in
      run(source: material.wall, output: folder + "/o.png")
    },
    BadInput("source of one pixel", says: "one.png") { material, folder in
      run(source: material.onePixel, output: folder + "/o.png")
    },
  ]

  static let outputs: [BadInput] = [
    BadInput("output folder missing", says: "does not exist") { material, folder in
      run(output: folder + "/no/such/o.png")
    },
    BadInput("output folder is a file", says: "does not exist") { material, folder in
      run(output: material.text + "/o.png")
    },
    BadInput("output folder cannot be written to", says: "/proc", status: 1) { material, folder in
      run(output: "/proc/o.png")
    },
    BadInput("output is a folder", says: "is a folder") { material, folder in run(output: folder) },
    BadInput("output is the target", says: "input file") { material, folder in
      run(target: material.clip, output: material.clip)
    },
    BadInput("output is the source", says: "input file") { material, folder in
      run(source: material.wall, output: material.wall)
    },
    BadInput("picture type unknown", says: "not known") { material, folder in run(output: folder + "/o.xyz") },
    BadInput("video type unknown", says: "not known") { material, folder in
      run(target: material.clip, output: folder + "/o.xyz")
    },
    BadInput("output without a type", says: "extension") { material, folder in
      run(target: material.clip, output: folder + "/o")
    },
    BadInput("no room for a picture", says: "o.png", status: 1, limit: "-f 16") { material, folder in
      run(output: folder + "/o.png")
    },
    BadInput("no room for a video", says: "o.mp4", status: 1, limit: "-f 8") { material, folder in
      run(target: material.clip, output: folder + "/o.mp4")
    },
  ]

  static let options: [BadInput] = [
    BadInput("no options", says: "--source-paths") { _, _ in ["run"] },
    BadInput("unknown option", says: "--no-such") { material, folder in run(output: folder + "/o.png", "--no-such", "1")
    },
    BadInput("number out of range", says: "from 0 to 1") { material, folder in
      run(output: folder + "/o.png", "--face-detector-score", "1.5")
    },
    BadInput("word that is no choice", says: "likeness_mesh") { material, folder in
      run(output: folder + "/o.png", "--face-swapper-model", "inswapper_129")
    },
    BadInput("size of another model", says: "192x192") { material, folder in
      run(output: folder + "/o.png", "--face-detector-model", "blazeface_full_range", "--face-detector-size", "640x640")
    },
    BadInput("config file missing", says: "/nowhere.ini") { material, folder in
      run(output: folder + "/o.png", "--config-path", "/nowhere.ini")
    },
    BadInput("runtime missing", says: "/nowhere.so", status: 5) { material, folder in
      run(output: folder + "/o.png", "--onnxruntime-path", "/nowhere.so")
    },
    BadInput("provider that is not there", says: "qnn", status: 5) { material, folder in
      run(output: folder + "/o.png", "--execution-providers", "qnn")
    },
  ]
}

/// Every bad input gives a clear sentence, a status other than 0, and leaves nothing behind.
@Suite struct BadInputTests {
  @Test(arguments: BadInput.files + BadInput.outputs + BadInput.options)
  func saysWhyAndLeavesNothingBehind(_ input: BadInput) throws {
    let material = try Material.shared.get()
    let output = try TemporaryFolder()
    let before = material.folder.contents
    // Where files cannot grow, the log must not be the first to notice.
    let environment = input.limit == nil ? [:] : ["LIKENESS_POLICY": try Program.policyWithoutLog.get()]
    let outcome = try Program.run(
      input.arguments(material, output.path), in: output.path, limit: input.limit, environment: environment)
    #expect(outcome.status == input.status, "\(outcome.errors)")
    let sentences = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(sentences.count == 1 && sentences[0].contains(input.says), "\(outcome.errors)")
    #expect(output.contents == [])
    #expect(material.folder.contents == before)
  }

  @Test func anExistingOutputSurvivesAFailedRun() throws {
    let material = try Material.shared.get()
    let output = try TemporaryFolder()
    let path = try output.write("precious", to: "o.mp4")
    let outcome = try Program.run(BadInput.run(target: material.cutClip, output: path))
    #expect(outcome.status == 1)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    #expect(output.contents == ["o.mp4"])
  }

  @Test func aCutVideoIsUsedAsFarAsItGoesWhenAskedFor() throws {
    let material = try Material.shared.get()
    let output = try TemporaryFolder()
    let outcome = try Program.run(
      BadInput.run(target: material.cutClip, output: output.path("o.mp4"), "--on-damage", "continue"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("damaged"))
    #expect(output.contents == ["o.mp4"])
  }
}
