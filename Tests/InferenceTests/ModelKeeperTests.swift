import TestSupport
import Testing

@testable import Inference

@Suite struct ModelKeeperTests {
  private let runtime: OnnxRuntime

  init() throws { runtime = try OnnxRuntime.open() }

  /// A model that no other test loads.
  private func open(_ name: String) throws -> InferenceSession {
    try InferenceSession(runtime: runtime, bytes: TinyModel.addOne(shape: [3]).bytes, name: name)
  }

  @Test func withoutAKeeperTheModelGoesWithItsLastSession() throws {
    let glance = Glance()
    glance.model = try open("unkept").model
    #expect(glance.model == nil)
  }

  @Test func aKeptModelIsFoundAgain() throws {
    let keeper = ModelKeeper()
    let glance = Glance()
    do {
      let session = try open("kept")
      keeper.keep(session)
      keeper.keep(session)
      glance.model = session.model
    }
    #expect(keeper.count == 1)
    #expect(glance.model != nil)
    #expect(try open("kept").model === glance.model)
    keeper.releaseAll()
    #expect(keeper.count == 0)
    #expect(glance.model == nil)
  }

  @Test func aModelInUseOutlivesItsKeeper() throws {
    let keeper = ModelKeeper()
    let session = try open("used")
    keeper.keep(session)
    keeper.releaseAll()
    #expect(try session.run([Tensor(shape: [3])])[0].floats == [1, 1, 1])
  }
}

/// Looks at a model without holding it.
private final class Glance {
  weak var model: LoadedModel?
}
