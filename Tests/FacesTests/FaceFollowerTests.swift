import Imaging
import Testing

@testable import Faces

@Suite struct FaceFollowerTests {
  /// Runs frames and returns what each gave; `change` moves the film on before each frame.
  static func run(
    _ scene: FakeScene, _ follower: FaceFollower, frames: Range<Int>, _ change: (Int) -> Void = { _ in }
  ) throws -> [[Face]] {
    try frames.map { index in
      change(index)
      return try follower.update(scene.frame, index: index)
    }
  }

  @Test func aStillFaceIsDetectedOnceAndFollowed() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower(interval: 10)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<10)
    #expect(faces.allSatisfy { $0.count == 1 && $0[0].trackID == 0 })
    #expect(!faces[0][0].isFollowed)
    #expect(faces[1...].allSatisfy { $0[0].isFollowed })
    #expect(scene.detections == 1)
    #expect(scene.meshes == 2 + 9)
  }

  @Test func theDetectorLooksEveryInterval() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower(interval: 5)
    _ = try FaceFollowerTests.run(scene, follower, frames: 0..<21)
    #expect(scene.detections == 5)
    #expect(follower.counters.looks == 5)
    #expect(follower.counters.frames == 21)
  }

  @Test func aMovingFaceKeepsItsNumberAndItsMeshIsCurrent() throws {
    let scene = FakeScene([.init(center: Point(100, 100))])
    let follower = scene.follower()
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<30) { index in
      scene.actors[0].center = Point(100 + 12 * Float(index), 100 + 3 * Float(index))
    }
    #expect(Set(faces.flatMap { $0.map(\.trackID) }) == [0])
    for (index, found) in faces.enumerated() {
      #expect(abs((found.first?.box.center.x ?? 0) - (100 + 12 * Float(index))) < 3)
    }
  }

  @Test func aNewFaceIsThereWithinTheInterval() throws {
    let scene = FakeScene([.init(center: Point(150, 150)), .init(center: Point(450, 150), isVisible: false)])
    let follower = scene.follower(interval: 8)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<20) { index in
      if index == 3 { scene.actors[1].isVisible = true }
    }
    let first = try #require(faces.firstIndex { $0.count == 2 })
    #expect(first <= 3 + 8)
    #expect(faces[first].map(\.trackID) == [0, 1])
    #expect(faces[first...].allSatisfy { $0.count == 2 })
  }

  @Test func aLostFaceLeavesNoGhost() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower()
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<60) { index in
      scene.actors[0].isVisible = index < 20
    }
    #expect(faces[19].count == 1)
    #expect(faces[20...].allSatisfy { $0.isEmpty })
    // The looks for a lost face become rare: 1 start, 1 at 10, then 1, 2, 4, 8, 16 frames after, then every tenth.
    #expect(scene.detections <= 12)
  }

  @Test func aFaceBackSoonKeepsItsNumber() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower()
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<30) { index in
      scene.actors[0].isVisible = !(12..<15).contains(index)
    }
    #expect(faces[12].isEmpty)
    #expect(faces[15...].last?.first?.trackID == 0)
  }

  @Test func aFaceBackLateIsANewOne() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower()
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<70) { index in
      scene.actors[0].isVisible = !(12..<50).contains(index)
    }
    #expect(faces[69].first?.trackID == 1)
  }

  @Test func aJumpTooFarToFollowIsFoundAgainInTheSameFrame() throws {
    let scene = FakeScene([.init(center: Point(150, 150))])
    let follower = scene.follower(interval: 100)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<10) { index in
      if index == 5 { scene.actors[0].center = Point(230, 150) }
    }
    #expect(faces[5].count == 1)
    #expect(abs(faces[5][0].box.center.x - 230) < 1)
    #expect(!faces[5][0].isFollowed)
    #expect(faces[5][0].trackID == 0)
  }

  @Test func aCutGivesNewNumbersAtOnce() throws {
    let scene = FakeScene([.init(center: Point(150, 150))])
    let follower = scene.follower(interval: 100)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<10) { index in
      if index == 5 {
        scene.luma = 0.9
        scene.actors[0].center = Point(400, 200)
      }
    }
    #expect(faces[4].map(\.trackID) == [0])
    #expect(faces[5].map(\.trackID) == [1])
    #expect(follower.counters.cuts == 2)  // the first frame is one
  }

  @Test func twoFacesKeepTheirNumbersWhenOnePassesBehind() throws {
    let scene = FakeScene([
      .init(center: Point(100, 150), depth: 1, identity: [1, 0]),
      .init(center: Point(500, 150), depth: 0, identity: [0, 1]),
    ])
    let follower = scene.follower(interval: 10)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<60) { index in
      scene.actors[0].center.x = 100 + 7 * Float(index)
      scene.actors[1].center.x = 500 - 7 * Float(index)
    }
    for found in faces {
      #expect(found.count <= 2)
      #expect(Set(found.map(\.trackID)).count == found.count)
      if found.count == 2 { #expect(found[0].box.overlap(found[1].box) <= 0.6) }
    }
    // The one in front was never in doubt.
    for (index, found) in faces.enumerated() {
      let front = found.first { $0.trackID == 0 }
      #expect(abs((front?.box.center.x ?? -999) - (100 + 7 * Float(index))) < 5)
    }
    #expect(faces[59].count == 2)
  }

  @Test func twoTracksOnOneFaceBecomeOne() throws {
    let scene = FakeScene([.init(center: Point(200, 150)), .init(center: Point(330, 150))])
    let follower = scene.follower(interval: 50)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<12) { index in
      // The second face goes; what is left draws its track over.
      if index >= 4 {
        scene.actors[1].isVisible = false
        scene.actors[0].center.x = min(200 + 20 * Float(index - 3), 290)
      }
    }
    #expect(faces[3].count == 2)
    #expect(faces[11].count == 1)
    #expect(faces[11][0].trackID == 0)
  }

  @Test func anUnsureFaceThatTheDetectorDeniesIsDropped() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower(interval: 5)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<30) { index in
      if index == 7 {
        scene.actors[0].hidesFromDetector = true
        scene.actors[0].presence = 0.7
      }
    }
    #expect(faces[9].count == 1)
    #expect(faces[16...].allSatisfy { $0.isEmpty })
  }

  @Test func aSureFaceThatTheDetectorDeniesIsKeptForLonger() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower(interval: 5)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<60) { index in
      if index == 7 { scene.actors[0].hidesFromDetector = true }
    }
    #expect(faces[30].count == 1)
    #expect(faces[59].isEmpty)
  }

  @Test func aFaceThatLeavesThePictureIsLetGo() throws {
    let scene = FakeScene([.init(center: Point(500, 150))])
    let follower = scene.follower()
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<40) { index in
      scene.actors[0].center.x = 500 + 8 * Float(index)
      if index > 20 { scene.actors[0].hidesFromDetector = true }
    }
    #expect(faces[10].count == 1)
    #expect(faces[39].isEmpty)
  }

  @Test func resetForgetsFacesButNotNumbers() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower()
    _ = try follower.update(scene.frame, index: 0)
    follower.reset()
    #expect(try follower.update(scene.frame, index: 1).map(\.trackID) == [1])
  }

  @Test func anEmptyPictureHoldsNoFace() throws {
    let scene = FakeScene([])
    let follower = scene.follower()
    #expect(try FaceFollowerTests.run(scene, follower, frames: 0..<5).allSatisfy { $0.isEmpty })
    #expect(scene.meshes == 0)
  }

  @Test func identityIsAskedSeldomAndKept() throws {
    let scene = FakeScene([
      .init(center: Point(150, 150), identity: [1, 0]), .init(center: Point(450, 150), identity: [0, 1]),
    ])
    let follower = scene.follower(identifies: true)
    let faces = try FaceFollowerTests.run(scene, follower, frames: 0..<30)
    #expect(faces.allSatisfy { $0.allSatisfy { $0.embedding != nil } })
    #expect(faces[29].map { $0.embedding?.values } == [[1, 0], [0, 1]])
    #expect(scene.embeddings == 2 * TrackIdentity.ages.filter { $0 < 30 }.count)
  }

  @Test func warmingUpChangesNothing() throws {
    let scene = FakeScene([.init(center: Point(200, 150))])
    let follower = scene.follower(identifies: true)
    try follower.warmUp(size: scene.size, format: .gray8)
    #expect(follower.counters == FaceFollower.Counters())
    #expect(try follower.update(scene.frame, index: 0).map(\.trackID) == [0])
  }
}
