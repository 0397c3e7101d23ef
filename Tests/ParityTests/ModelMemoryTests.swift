import Foundation
import Inference
import ModelStore
import Parity
import TestSupport
import Testing

#if compiler(>=6.2)
  /// Loading and unloading a model of every family fifty times, in a process of its own.
  @Suite struct ModelMemoryTests {
    @Test func modelsOfTheRepositoryLeaveNothingBehind() async {
      await #expect(processExitsWith: .success) {
        try ModelMemoryTests.check(TestPaths.fixture("standins"))
      }
    }

    @Test(.enabled(if: TestPaths.shared("parity/standins") != nil, "the kit lies beside the package"))
    func modelsOfTheKitLeaveNothingBehind() async {
      await #expect(processExitsWith: .success) {
        try ModelMemoryTests.check(#require(TestPaths.shared("parity/standins")))
      }
    }

    fileprivate static func check(_ folder: String) throws {
      let runtime = try OnnxRuntime.open()
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".onnx") }.sorted()
      #expect(!names.isEmpty)
      let models = StandInModels(folder: folder)
      for name in names {
        let bytes = try models.load(ModelID(rawValue: String(name.dropLast(5))))
        let growth = try ResidentMemory.growth(rounds: 25, limit: 4 << 20) {
          let session = try InferenceSession(
            runtime: runtime, bytes: bytes, name: name, options: SessionOptions(providers: .list([.cpu])))
          #expect(!session.outputs.isEmpty)
        }
        #expect(growth < 4 << 20, "\(name): \(growth) bytes")
      }
    }
  }
#endif
