import Foundation
import Imaging
import Testing

@testable import Processors

@Suite struct FaceWindowTests {
  /// The canonical face turned in the picture by `roll` and sideways by `yaw`, `scale` pixels a unit.
  private func face(yaw: Double = 0, roll: Double = 0, scale: Double = 1) throws -> [Point3] {
    try SwapTopology.shared.get().canonical.map { point in
      let p = SIMD3<Double>(point)
      let a = SIMD3(cos(yaw) * p.x + sin(yaw) * p.z, p.y, -sin(yaw) * p.x + cos(yaw) * p.z)
      let b = SIMD3(cos(roll) * a.x - sin(roll) * a.y, sin(roll) * a.x + cos(roll) * a.y, a.z)
      return Point3(scale * b + SIMD3(300, 200, 0))
    }
  }

  private func window(_ mesh: [Point3], side: Int) throws -> FaceWindow {
    let topology = try SwapTopology.shared.get()
    let fit = try MeshCheck.fit(mesh, topology: topology, name: "test")
    return FaceWindow(mesh: mesh, fit: fit, side: side, topology: topology)
  }

  @Test(arguments: [0.0, 0.5, -2.0])
  func windowIsUprightWhateverTheRoll(_ roll: Double) throws {
    let mesh = try face(roll: roll, scale: 1.7)
    let inside = try mesh.map { FaceWindow.map($0, try window(mesh, side: 224).transform) }
    let (left, right) = (inside[468], inside[473])
    #expect(abs(left.y - right.y) < 1.5)
    // Eyes are about 37 of 112 units apart.
    #expect(abs((right.x - left.x) - 74) < 4)
  }

  @Test func turnedHeadIsNotEnlarged() throws {
    let front = try window(face(scale: 2), side: 224)
    let turned = try window(face(yaw: 0.8, scale: 2), side: 224)
    #expect(abs(front.transform.scale - turned.transform.scale) < 1e-6)
  }

  @Test(arguments: [(0.3, 112), (1.0, 112), (1.01, 128), (2.2, 256), (50.0, 1024)])
  func sideIsTheFacesDensityRoundedUp(_ scale: Double, _ side: Int) throws {
    let topology = try SwapTopology.shared.get()
    let fit = try MeshCheck.fit(face(scale: scale), topology: topology, name: "test")
    #expect(FaceWindow.side(for: fit) == side)
  }

  @Test func otherSizesCoverTheSameSquare() throws {
    let window = try window(face(roll: 0.3, scale: 2), side: 224)
    let small = window.transform(side: 112)
    let point = Point(310, 260)
    let (large, half) = (window.transform.apply(point), small.apply(point))
    #expect(abs((large.x + 0.5) / 2 - 0.5 - half.x) < 1e-3)
    #expect(abs((large.y + 0.5) / 2 - 0.5 - half.y) < 1e-3)
  }

  @Test func poseIsReadOffTheFit() throws {
    let pose = try FacePose(mesh: face(yaw: 0, roll: 0.35, scale: 3))
    #expect(abs(pose.roll - 20.05) < 0.1)
    #expect(abs(pose.yaw) < 0.1)
    let turned = try FacePose(mesh: face(yaw: 0.5, scale: 3))
    #expect(abs(abs(turned.yaw) - 28.65) < 0.2)
    #expect(abs(turned.pitch - pose.pitch) < 0.5)
    // Not a matter of size.
    let small = try FacePose(mesh: face(yaw: 0.5, scale: 0.5))
    #expect(abs(small.mouthOpening - turned.mouthOpening) < 1e-3)
    #expect(abs(small.smile - turned.smile) < 1e-3)
  }

  @Test func uselessMeshesAreRefused() throws {
    let topology = try SwapTopology.shared.get()
    let good = try face()
    #expect(throws: ProcessorsError.self) {
      try MeshCheck.fit(Array(good.dropLast()), topology: topology, name: "short")
    }
    #expect(throws: ProcessorsError.self) {
      try MeshCheck.fit(good.map { _ in Point3(5, 5, 5) }, topology: topology, name: "one place")
    }
    var broken = good
    broken[7].y = .nan
    #expect(throws: ProcessorsError.self) { try MeshCheck.fit(broken, topology: topology, name: "not a number") }
  }
}
