import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

@Suite struct PictureDebuggerTests {
  private struct NoModels: ModelLoading {
    func load(_ id: ModelID) throws -> [UInt8] { [] }
  }

  private static let five = [Point(40, 40), Point(60, 40), Point(50, 52), Point(43, 62), Point(57, 62)]

  private static func face(angle: Int = 0) -> Face {
    Face(
      box: Box(x1: 20.9, y1: 15.2, x2: 80.7, y2: 85), detectorScore: 0.9, landmarkerScore: 0.8, landmarks5: five,
      landmarks5From68: five.map { $0 + 6 }, landmarks68: [Point(30, 30)], landmarks68From5: [Point(70, 30)],
      angle: angle)
  }

  private static func drawn(
    _ face: Face, _ items: Set<FaceDebugger.Item>, masks: Set<FaceMaskType> = []
  ) throws -> PixelBuffer8 {
    let networks = FaceNetworks(runtime: try OnnxRuntime.open(), models: NoModels())
    let debugger = PictureDebugger(
      items: items, masker: try FaceMasker(networks: networks, options: FaceMaskOptions(types: masks)))
    let picture = PixelBuffer8(size: PixelSize(width: 100, height: 100), channels: 3, repeating: 0)
    var work = PictureWork(picture: picture, target: picture, faces: [face], chosen: [face])
    #expect(try debugger.process(&work) == 0)
    return work.picture
  }

  private static func color(_ picture: PixelBuffer8, _ x: Int, _ y: Int) -> [UInt8] {
    (0..<3).map { picture[x, y, $0] }
  }

  @Test func pointsHaveTheirColours() throws {
    let items: Set<FaceDebugger.Item> = [.landmark5, .landmark5From68, .landmark68, .landmark68From5]
    let picture = try Self.drawn(Self.face(), items)
    #expect(Self.color(picture, 40, 40) == [0, 0, 255])
    #expect(Self.color(picture, 46, 47) == [0, 255, 0])
    #expect(Self.color(picture, 30, 31) == [0, 255, 0])
    #expect(Self.color(picture, 70, 29) == [255, 255, 0])
    #expect(Self.color(picture, 20, 15) == [0, 0, 0])
    var same = Self.face()
    same.landmarks5From68 = same.landmarks5
    #expect(Self.color(try Self.drawn(same, items), 40, 40) == [255, 255, 0])
    same.origin = .refill
    let refilled = try Self.drawn(same, items)
    #expect(Self.color(refilled, 40, 40) == [0, 165, 255] && Self.color(refilled, 70, 30) == [0, 165, 255])
  }

  /// A pixel inside the box beside the strong edge, one for each turn of the head.
  @Test(arguments: [(0, 50, 16), (90, 79, 50), (180, 50, 84), (270, 21, 50)])
  func theTopOfTheHeadIsStronger(angle: Int, x: Int, y: Int) throws {
    let picture = try Self.drawn(Self.face(angle: angle), [.boundingBox])
    let sides = [(50, 16), (79, 50), (50, 84), (21, 50)]
    for side in sides {
      let isStrong = side == (x, y)
      #expect(Self.color(picture, side.0, side.1) == (isStrong ? [100, 100, 255] : [0, 0, 0]))
    }
    #expect(Self.color(picture, 50, 15) == (angle == 0 ? [100, 100, 255] : [0, 0, 255]))
  }

  @Test func theMaskIsOutlined() throws {
    let picture = try Self.drawn(Self.face(), [.faceMask], masks: [.box])
    let green = (0..<100).map { y in (0..<100).filter { Self.color(picture, $0, y) == [0, 255, 0] }.count }
    let rows = green.indices.filter { green[$0] > 0 }
    // One closed outline, two pixels in most rows, wide rows at the top and the bottom.
    #expect(rows.count > 40 && rows == Array(rows[0]...rows[rows.count - 1]))
    #expect(rows.prefix(2).contains { green[$0] > 20 } && rows.suffix(2).contains { green[$0] > 20 })
    #expect(rows.filter { green[$0] == 2 }.count > rows.count - 8)
  }
}
