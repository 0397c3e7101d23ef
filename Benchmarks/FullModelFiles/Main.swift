import Foundation
import TestSupport

/// `swift run -c release FullModelFiles FOLDER [NAME…]`: writes the published networks with random weights, which
/// `benchmark --models full` keeps in memory, for tools beside the program.
@main
struct FullModelFiles {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let names = arguments.dropFirst()
    guard let folder = arguments.first, names.allSatisfy({ FullModel(rawValue: $0) != nil }) else {
      print("FullModelFiles FOLDER [NAME…]; names: \(FullModel.allCases.map(\.rawValue).joined(separator: " "))")
      exit(2)
    }
    for model in FullModel.allCases where names.isEmpty || names.contains(model.rawValue) {
      let file = URL(fileURLWithPath: folder).appendingPathComponent(model.rawValue + ".onnx")
      try Data(model.builder().model.bytes).write(to: file)
      print(file.path)
    }
  }
}
