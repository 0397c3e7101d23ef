import Imaging
import TestSupport
import Testing

@testable import Processors

@Suite struct SourceFaceTests {
  /// A face as large as the picture allows.
  private func face(side: Int) throws -> (frame: Frame, mesh: [Point3]) {
    let scale = Float(side) / 112
    let mesh = try SwapTopology.shared.get().canonical.map { ($0 - Point3(40, 45, 0)) * scale }
    return (SyntheticFrame.frame(.noise(seed: 2), size: PixelSize(width: side, height: side)), mesh)
  }

  @Test(arguments: [(100, [112]), (420, [432, 216]), (512, [512, 256, 128]), (1500, [1024, 512, 256, 128])])
  func windowHasThePhotosDensityAndHalvedCopies(_ side: Int, _ sides: [Int]) throws {
    let (frame, mesh) = try face(side: side)
    let source = try SourceFace(photo: frame, mesh: mesh, name: "noise")
    #expect(source.levels.map(\.side) == sides)
  }

  @Test func smallestCopyThatIsDenseEnoughIsUsed() throws {
    let (frame, mesh) = try face(side: 512)
    let source = try SourceFace(photo: frame, mesh: mesh, name: "noise")
    #expect(source.level(for: 112).side == 128)
    #expect(source.level(for: 128).side == 128)
    #expect(source.level(for: 144).side == 256)
    #expect(source.level(for: 512).side == 512)
    #expect(source.level(for: 1024).side == 512)
  }

  @Test func copiesAreMeansOfTwoByTwo() throws {
    let (frame, mesh) = try face(side: 512)
    let levels = try SourceFace(photo: frame, mesh: mesh, name: "noise").levels
    let pixels: [[SIMD4<UInt8>]] = levels.map { level in
      let texture = level.texture
      return (0..<(texture.width * texture.height)).map { index in
        unsafeBitCast(
          texture.base[index / texture.width * texture.stride + index % texture.width], to: SIMD4<UInt8>.self)
      }
    }
    var worst: Float = 0
    for index in stride(from: 0, to: 256 * 256, by: 97) {
      let (x, y) = (index % 256, index / 256)
      let block = [0, 1, 512, 513].map { SIMD4<Float>(pixels[0][2 * y * 512 + 2 * x + $0]) }
      let mean = block.reduce(SIMD4<Float>.zero, +) / 4
      for channel in 0..<3 { worst = max(worst, abs(mean[channel] - Float(pixels[1][index][channel]))) }
    }
    // Each copy is rounded to 8 bits on its own.
    #expect(worst > 0 && worst <= 1.01)
    // A point keeps its place in the picture: pixel areas are halved, not pixel numbers.
    for (large, small) in zip(levels[0].mesh, levels[1].mesh) {
      #expect(abs((large.x + 0.5) / 2 - 0.5 - small.x) < 1e-4 && abs(large.z / 2 - small.z) < 1e-4)
    }
  }

  @Test func halvingIsExact() {
    let pixels = (0..<16).map { SIMD4<Float>(Float($0), 0, 1, 0) }
    #expect(SourceFace.halved(pixels, side: 4).map(\.x) == [2.5, 4.5, 10.5, 12.5])
  }

  @Test func fetchIsBilinearToTheLastPixel() {
    let texture = SourceTexture(width: 3, height: 2) { x, y in SIMD4(UInt8(10 * x + 100 * y), 0, UInt8(x), 0) }
    let middle = SourceTexture.fetch(texture.base, 0, texture.stride, 0.5, 0.25)
    #expect(abs(middle.x - 30) < 1e-4 && abs(middle.z - 0.5) < 1e-6)
    // Beyond the last column and row the edge is repeated.
    let corner = SourceTexture.fetch(texture.base, texture.stride + 2, texture.stride, 0.7, 0.9)
    #expect(abs(corner.x - 120) < 1e-4)
  }

  @Test func brokenMeshIsRefused() throws {
    let (frame, mesh) = try face(side: 200)
    let error = #expect(throws: ProcessorsError.self) {
      try SourceFace(photo: frame, mesh: Array(mesh.prefix(468)), name: "holiday.jpg")
    }
    #expect(error?.code == .mesh)
    #expect(error?.message.contains("holiday.jpg") == true)
  }
}
