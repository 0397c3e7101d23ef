import CUDATestSupport
import DeviceImaging
import Foundation
import Imaging
import Inference
import TestSupport

@testable import Processors

/// An emulated card with the mesh swapper on it.
struct DeviceBench {
  let machine: EmulatedMachine
  let folder: TemporaryFolder

  init(cards: Int = 1) throws {
    machine = try EmulatedMachine((0..<cards).map { .init(mark: UInt8($0 + 1)) })
    folder = try TemporaryFolder()
  }

  func swapper(_ swapper: MeshSwapper, card: Int = 0) throws -> DeviceMeshSwapper {
    try DeviceMeshSwapper(
      swapper, on: machine.context(card), compiler: machine.compiler, cacheFolder: folder.path)
  }

  /// What a face is swapped with.
  struct Target {
    var frame: Frame
    var mesh: [Point3]
    var trackID: Int?
    var time = 0.0
    var mask: PixelBufferF?
    /// A mask that all faces have.
    var constant: PixelBufferF?
    /// A network's answer, 0.25 (hidden) … 0.75 (visible).
    var answer: PixelBufferF?
    var isCarried = false
  }

  /// Swaps one face of each of several frames in one batch; the frames afterwards.
  func swap(
    _ targets: [Target], _ swapper: DeviceMeshSwapper, tracks: DeviceSwapTracks = DeviceSwapTracks(),
    packing: ChromaPacking = .planes
  ) throws -> [Frame] {
    let stream = try CUDAStream(on: swapper.context)
    let workspace = try DeviceMeshSwapper.Workspace(swapper, on: stream)
    swapper.begin(workspace)
    let frames = try targets.map { target in
      let frame = try DeviceFrame(
        size: target.frame.size, format: target.frame.format, color: target.frame.color, on: swapper.context)
      try frame.upload(target.frame)
      return frame
    }
    var answers: [DeviceMemory] = []
    for (number, target) in targets.enumerated() {
      try swapper.add(
        target.mesh, trackID: target.trackID, time: target.time, frame: frames[number], isCarried: target.isCarried,
        workspace: workspace)
      if let mask = target.mask { workspace.apply(mask: mask, face: number) }
      if let constant = target.constant { try workspace.apply(constant: constant, face: number) }
      guard let answer = target.answer else { continue }
      let memory = try stream.makeMemory(answer.samples)
      answers.append(memory)
      workspace.apply(
        cardMask: .init(bytes: memory.bytes, size: answer.size, low: 0.25, range: 0.5), face: number)
    }
    try tracks.advance(workspace)
    try swapper.finish(workspace)
    return try zip(targets, frames).map { target, frame in
      let result = target.frame.copy()
      try frame.bring(to: result)
      try stream.synchronize()
      return result
    }
  }

  /// One face of one frame.
  func swap(_ frame: Frame, _ mesh: [Point3], _ swapper: DeviceMeshSwapper, mask: PixelBufferF? = nil) throws -> Frame {
    try swap([Target(frame: frame, mesh: mesh, mask: mask)], swapper)[0]
  }
}

/// How two frames of the same kind differ.
struct FrameDifference: CustomStringConvertible {
  private(set) var maximum = 0
  /// Samples that differ, and all.
  private(set) var different = 0
  private(set) var count = 0

  init(_ a: Frame, _ b: Frame) {
    for (left, right) in zip(a.planes, b.planes) {
      let samples = left.width * (a.format.layout == .interleavedRGB ? (a.format.hasAlpha ? 4 : 3) : 1)
      for y in 0..<left.height {
        for x in 0..<samples {
          let apart =
            a.format.bytesPerSample == 1
            ? abs(Int(left.row8(y)[x]) - Int(right.row8(y)[x])) : abs(Int(left.row16(y)[x]) - Int(right.row16(y)[x]))
          maximum = max(maximum, apart)
          different += apart > 0 ? 1 : 0
        }
      }
      count += samples * left.height
    }
  }

  var description: String { "largest difference \(maximum), \(different) of \(count) samples differ" }
}

extension Frame {
  /// The same picture (8-bit R, G, B) in another format, each chroma cell the mean of its pixels.
  func made(_ format: PixelFormat, color: ColorDescription = .init()) -> Frame {
    let result = Frame(size: size, format: format, color: color)
    let unit = Float(format.maximum) / 255
    func rgb(_ x: Int, _ y: Int) -> SIMD3<Float> {
      let row = planes[0].row8(min(y, size.height - 1)) + 3 * min(x, size.width - 1)
      return SIMD3(Float(row[0]), Float(row[1]), Float(row[2]))
    }
    func put(_ plane: Int, _ x: Int, _ y: Int, _ value: Float) {
      let sample = min(max(value, 0), Float(format.maximum)).rounded()
      if format.bytesPerSample == 1 {
        result.planes[plane].row8(y)[x] = UInt8(sample)
      } else {
        result.planes[plane].row16(y)[x] = UInt16(sample)
      }
    }
    let scale = Float(1 << (format.bitDepth - 8))
    for y in 0..<size.height {
      for x in 0..<size.width {
        let pixel = rgb(x, y)
        if format.layout == .interleavedRGB {
          let channels = format.hasAlpha ? 4 : 3
          for channel in 0..<3 { put(0, channels * x + channel, y, pixel[channel] * unit) }
          if format.hasAlpha { put(0, channels * x + 3, y, Float(x + y)) }
        } else {
          put(0, x, y, (16 + (pixel * SIMD3(65.5, 128.6, 25)).sum() / 255) * scale)
        }
      }
    }
    guard case .planarYUV(let shiftX, let shiftY) = format.layout else { return result }
    for y in 0..<result.planes[1].height {
      for x in 0..<result.planes[1].width {
        let pixel = rgb(x << shiftX, y << shiftY)
        put(1, x, y, (128 + (pixel * SIMD3(-37.8, -74.2, 112)).sum() / 255) * scale)
        put(2, x, y, (128 + (pixel * SIMD3(112, -93.8, -18.2)).sum() / 255) * scale)
      }
    }
    return result
  }

  /// The same picture (8-bit R, G, B) `times` as large, nearest neighbours mixed.
  func enlarged(_ side: Int) -> Frame {
    let result = Frame(size: PixelSize(width: side, height: side), format: .rgb8)
    var window = FloatWindow(side: side)
    let k = Double(side) / Double(size.width)
    sample(Imaging.AffineTransform(a: k, b: 0, c: (k - 1) / 2, d: 0, e: k, f: (k - 1) / 2), into: &window)
    for y in 0..<side {
      for x in 0..<side {
        let pixel = window[x, y] * 255
        for channel in 0..<3 { result.planes[0].row8(y)[3 * x + channel] = UInt8(pixel[channel].rounded()) }
      }
    }
    return result
  }
}

/// A mesh in a picture that is `k` times as large.
func enlarged(_ mesh: [Point3], _ k: Float) -> [Point3] {
  mesh.map { Point3(($0.x + 0.5) * k - 0.5, ($0.y + 0.5) * k - 0.5, $0.z * k) }
}
