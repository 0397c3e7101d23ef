import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

/// Between B, G, R crops and the tensors of networks.
@Suite struct CropTensorTests {
  private static func picture(width: Int, height: Int, seed: UInt64 = 3) -> PixelBuffer8 {
    var generator = SeededGenerator(seed: seed)
    return PixelBuffer8(
      size: PixelSize(width: width, height: height), channels: 3,
      samples: (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  @Test func planesAreFilledAsInDoublePrecision() {
    let mean = [0.485, 0.456, 0.406]
    let deviation = [0.229, 0.224, 0.225]
    let picture = Self.picture(width: 7, height: 5)
    let tensor = Tensor(shape: [1, 3, 5, 7])
    let levels = ChannelLevels(mean: SIMD3(0.485, 0.456, 0.406), deviation: SIMD3(0.229, 0.224, 0.225))
    for order in [ChannelOrder.rgb, .bgr] {
      tensor.setPlanes(of: picture, levels: levels, order: order)
      for plane in 0..<3 {
        let color = order == .rgb ? plane : 2 - plane
        for y in 0..<5 {
          for x in 0..<7 {
            let expected = Float((Double(picture[x, y, 2 - color]) / 255 - mean[color]) / deviation[color])
            #expect(tensor.floats[(plane * 5 + y) * 7 + x] == expected)
          }
        }
      }
    }
  }

  @Test(arguments: [2, 3, 5])
  func aPhaseTakesAndGivesBackEveryStepthPixel(step: Int) {
    let (width, height) = (4, 6)
    let picture = Self.picture(width: width * step, height: height * step)
    let tensor = Tensor(shape: [1, 3, height, width])
    var rebuilt = PixelBuffer8(size: picture.size, channels: 3, repeating: 0)
    for index in 0..<step * step {
      let phase = PixelPhase(index: index, step: step)
      tensor.setPlanes(of: picture, levels: ChannelLevels(divisor: 1), phase: phase)
      for plane in 0..<3 {
        for y in 0..<height {
          for x in 0..<width {
            let level = picture[x * step + index % step, y * step + index / step, 2 - plane]
            #expect(tensor.floats[(plane * height + y) * width + x] == Float(level))
          }
        }
      }
      rebuilt.setPixels(fromPlanes: tensor, phase: phase) { value, _ in UInt8(value) }
    }
    #expect(rebuilt == picture)
  }

  @Test func planesInTheOrderOfThePictureComeBackUnchanged() {
    let picture = Self.picture(width: 9, height: 3)
    let tensor = Tensor(shape: [1, 3, 3, 9])
    tensor.setPlanes(of: picture, levels: ChannelLevels(divisor: 1), order: .bgr)
    var rebuilt = PixelBuffer8(size: picture.size, channels: 3, repeating: 0)
    var channels: Set<Int> = []
    rebuilt.setPixels(fromPlanes: tensor, order: .bgr) { value, channel in
      channels.insert(channel)
      return UInt8(value)
    }
    #expect(rebuilt == picture)
    #expect(channels == [0, 1, 2])
  }

  @Test func interleavedTensorsTakeTheChannelsInEitherOrder() {
    let picture = Self.picture(width: 3, height: 4)
    let tensor = Tensor(shape: [1, 4, 3, 3])
    let levels = ChannelLevels(mean: SIMD3(1, 2, 3), divisor: 1)
    tensor.setPixels(of: picture, levels: levels)
    let bgr: [Float] = picture.samples.enumerated().map { place, level in Float(level) - Float(3 - place % 3) }
    #expect(tensor.floats == bgr)
    tensor.setPixels(of: picture, levels: levels, order: .rgb)
    let rgb: [Float] = (0..<12).flatMap { pixel -> [Float] in
      [bgr[pixel * 3 + 2], bgr[pixel * 3 + 1], bgr[pixel * 3]]
    }
    #expect(tensor.floats == rgb)
  }

  @Test func aCropKnowsWhatItChanges() throws {
    let picture = Self.picture(width: 60, height: 50)
    let points = WarpTemplate.arcface128.points.map { Point(20, 12) + $0 * 16 }
    let crop = try FaceCrop(of: picture, landmarks: points, template: .arcface128, side: 32)
    #expect(crop.side == 32)
    #expect(crop.area(in: picture.size) == PixelRectangle(x1: 20, y1: 12, x2: 36, y2: 28))
    let beside = try FaceCrop(
      of: picture, landmarks: points.map { $0 - Point(200, 0) }, template: .arcface128, side: 32)
    #expect(beside.area(in: picture.size) == nil)
  }

  @Test func withoutFivePointsThereIsNoCrop() throws {
    let picture = Self.picture(width: 8, height: 8)
    let points = WarpTemplate.ffhq512.points.map { $0 * 8 }
    for bad in [[], Array(points.dropLast()), points.dropLast() + [Point(.nan, 3)]] {
      let error = try #require(throws: ProcessorsError.self) {
        try FaceCrop(of: picture, landmarks: bad, template: .ffhq512, side: 8)
      }
      #expect(error.code == .shape)
    }
  }
}
