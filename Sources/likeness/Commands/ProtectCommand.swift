import ArgumentParser
import Faces
import Inference
import Media
import ModelStore
import Safeguards

/// `likeness protect`: the people who must not be swapped, in either direction.
struct ProtectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protect",
    abstract: "Keeps the registry of people who must not be swapped.",
    discussion: """
      The registry holds a name, a note and the numbers by which a recogniser knows a face again, never a picture. Every \
      source and every target of every job is compared with it; a match ends the job. Where the registry lies is for the \
      policy to say (Documentation/policy.md).
      """,
    subcommands: [Add.self, List.self, Remove.self])

  /// The registry of the policy in force.
  static func registry() throws -> ProtectedIdentities {
    try ProtectedIdentities(policy: try PolicyFile.load().policy.protected)
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a person.",
      discussion: "Two or three photos from different days make it surer that the person is known again.")

    @Argument(help: "Who it is.")
    var name: String

    @Argument(help: "Photos of the person; of several faces in a photo the largest counts.")
    var photos: [String]

    @Option(help: "Anything worth remembering, such as who asked for it.")
    var note = ""

    @OptionGroup var place: ModelsCommand.Place

    @Option(name: .customLong("onnxruntime-path"), help: "The library of ONNX Runtime.")
    var runtimePath: String?

    @Option(help: "Larger photos are refused.")
    var limitMegapixels = PictureFile.defaultLimitMegapixels

    func run() throws {
      // The cheap questions first: nobody should wait for networks to learn of a mistyped name.
      let frames = try photos.map { ($0, try PictureFile.read($0, limitMegapixels: limitMegapixels).frame) }
      let registry = try ProtectCommand.registry()
      let enrolment = try ProtectedEnrolment(
        networks: FaceNetworks(runtime: OnnxRuntime.open(path: runtimePath), models: place.store()))
      var faces: [ProtectedIdentities.Face] = []
      for (path, frame) in frames {
        let found = try enrolment.look(at: frame, name: path)
        if found.people > 1 {
          Console.shared.write("'\(path)' shows \(found.people) faces; the largest one counts.")
        }
        faces += found.faces
      }
      let entry = try registry.add(name: name, note: note, faces: faces)
      try ProtectionRecord.write("added", entry)
      let known = enrolment.models.map(\.rawValue).joined(separator: " and ")
      print("\(entry.id): \(entry.name) is protected in jobs that use \(known).")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists everybody in the registry.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let entries = try ProtectCommand.registry().list()
      if json {
        print(try JSONText.make(entries))
      } else {
        print(ProtectCommand.table(entries))
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Removes a person; the numbers are overwritten.")

    @Argument(help: "The number that likeness protect list shows.")
    var id: Int64

    func run() throws {
      let entry = try ProtectCommand.registry().remove(id: id)
      try ProtectionRecord.write("removed", entry)
      print("\(entry.id): \(entry.name) is no longer protected.")
    }
  }

  private static func table(_ entries: [ProtectedIdentities.Entry]) -> String {
    guard !entries.isEmpty else { return "Nobody is in the registry." }
    let rows = entries.map { entry in
      let photos = entry.recognizers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      return [String(entry.id), entry.name, entry.added, photos.joined(separator: ", "), entry.note]
    }
    return TextTable(header: ["id", "name", "added", "photos by recogniser", "note"], rows: rows).text
  }
}
