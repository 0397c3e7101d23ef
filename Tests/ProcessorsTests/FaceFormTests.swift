import Imaging
import Testing

@testable import Processors

@Suite struct FaceFormTests {
  private func form(_ source: [Point3], _ target: [Point3], amount: Float) throws -> [Point3] {
    let topology = try SwapTopology.shared.get()
    let fit = Similarity3(from: topology.canonical, to: target, over: topology.rigid)
    var move = [Point3](repeating: .zero, count: 478)
    var formed = move
    FaceForm.canonicalMove(source: source, target: target, fit: fit, topology: topology, into: &move)
    FaceForm.joinBodies(&move, topology: topology)
    FaceForm.apply(move, to: target, amount: amount, fit: fit, topology: topology, into: &formed)
    return formed
  }

  private func distance(_ a: Point3, _ b: Point3) -> Float {
    let d = a - b
    return (d * d).sum().squareRoot()
  }

  @Test func amountZeroKeepsTheTarget() throws {
    let golden = try GoldenCase("collins_on_hopper_112")
    let formed = try form(golden.source.mesh, golden.target.mesh, amount: 0)
    #expect(formed == golden.target.mesh)
  }

  @Test func sameFormInAnotherPlaceAsksForNoMove() throws {
    let target = try GoldenCase("collins_on_hopper_112").target.mesh
    let source = target.map { $0 * 2 + Point3(10, -5, 3) }
    for (before, after) in zip(target, try form(source, target, amount: 1)) { #expect(distance(before, after) < 1e-3) }
  }

  @Test func outlineStandsStillAndBodiesMoveAsOne() throws {
    let topology = try SwapTopology.shared.get()
    let golden = try GoldenCase("collins_on_hopper_112")
    let target = golden.target.mesh
    let formed = try form(golden.source.mesh, target, amount: 1)
    for index in topology.oval where topology.innerWeight[index] == 0 { #expect(formed[index] == target[index]) }
    for body in topology.bodies {
      // Eyes reach into the zone where the move fades towards the outline; without that fading it is one move.
      let moves = body.points.map { (formed[$0] - target[$0]) / topology.innerWeight[$0] }
      #expect(distance(moves[0], .zero) > 0.01)
      #expect(moves.allSatisfy { distance($0, moves[0]) < 1e-3 })
    }
  }

  @Test func facingIsOneInFrontAndZeroFromTheSide() throws {
    let topology = try SwapTopology.shared.get()
    let front = FaceForm.facing(topology.canonical, topology: topology)
    #expect(front[4] == 1 && front[151] == 1)
    // A quarter turn to the side: one half of the face looks away.
    let side = topology.canonical.map { Point3($0.z, $0.y, -$0.x) }
    let facing = FaceForm.facing(side, topology: topology)
    #expect(min(facing[234], facing[454]) == 0)
    #expect(facing.allSatisfy { (0...1).contains($0) })
  }
}
