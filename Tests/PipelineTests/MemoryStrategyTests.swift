import Faces
import Inference
import TestSupport
import Testing

@testable import Pipeline

@Suite struct MemoryStrategyTests {
  private let common: InferenceSession
  private let processor: InferenceSession

  init() throws {
    let runtime = try OnnxRuntime.open()
    func open(_ name: String, _ shape: [Int]) throws -> InferenceSession {
      try InferenceSession(runtime: runtime, bytes: TinyModel.addOne(shape: shape).bytes, name: name)
    }
    common = try open("common", [2])
    processor = try open("processor", [3])
  }

  /// Models kept while a run of one strategy goes on, and after it ended.
  @Test(arguments: [(MemoryStrategy.strict, 0, 0), (.moderate, 1, 1), (.tolerant, 2, 2)])
  func whatStays(strategy: MemoryStrategy, during: Int, after: Int) {
    let kept = KeptModels()
    kept.keep(common, .common, strategy)
    kept.keep(processor, .processor, strategy)
    #expect(kept.count == during)
    kept.release(strategy)
    #expect(kept.count == after)
  }

  /// A later run with a stricter strategy lets go of what an earlier one kept.
  @Test(arguments: [(MemoryStrategy.strict, 0), (.moderate, 1), (.tolerant, 2)])
  func aStricterRunCleansUp(strategy: MemoryStrategy, left: Int) {
    let kept = KeptModels()
    kept.keep(common, .common, .tolerant)
    kept.keep(processor, .processor, .tolerant)
    kept.release(strategy)
    #expect(kept.count == left)
  }

  @Test func optionsReadTheStrategy() throws {
    let options = try TestRun.options(
      "-s", "a.png", "-t", "b.png", "-o", "c.png", "--video-memory-strategy", "moderate")
    #expect(options.memoryStrategy == .moderate)
    #expect(try TestRun.options("-s", "a.png", "-t", "b.png", "-o", "c.png").memoryStrategy == .strict)
  }
}
