import Faces
import Imaging
import TestSupport
import Testing

@testable import Processors

#if compiler(>=6.2)
  /// Putting a swapper to work and away again, fifty times for each family, in a process of its own.
  @Suite struct SwapMemoryTests {
    @Test func workersThatComeAndGoLeaveNothingBehind() async {
      await #expect(processExitsWith: .success) {
        for name in [
          "blendswap_256", "ghost_1_256", "hififace_unofficial_256", "hyperswap_1a_256", "inswapper_128", "simswap_256",
          "uniface_256",
        ] {
          let growth = try SwapMemoryTests.growth(SwapScene.model(name))
          #expect(growth < 4 << 20, "\(name): \(growth) bytes")
        }
      }
    }

    fileprivate static func growth(_ model: NetworkSwapperModel) throws -> Int {
      let picture = SwapScene.picture(width: 96, height: 80)
      let face = SwapScene.face(model, x: 10, y: 10, side: 40, embedding: TinySwappers.ramp)
      let plan = try NetworkSwapperPlan(
        model: model, boost: nil, weight: 0.25,
        sources: [SourcePicture(name: "a", picture: picture, face: face)], masks: FaceMaskOptions(types: []),
        networks: TinySwappers(model).networks)
      var round = 0
      return try ResidentMemory.growth(rounds: 25, limit: 4 << 20) {
        let worker = try plan.makeWorker()
        round += 1
        guard round % 5 == 0 else { return }
        var work = PictureWork(picture: picture, target: picture, faces: [face], chosen: [face])
        #expect(try worker.process(&work) == 1)
      }
    }
  }
#endif
