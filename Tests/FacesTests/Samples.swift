import Foundation
import Imaging
import Inference
import ModelStore
import TestSupport

@testable import Faces

/// The two public-domain portraits and the real networks, for tests of the whole way.
enum Samples {
  static let skipReason = "needs the open pack, ONNX Runtime and ffmpeg: run ./scripts/setup"

  /// The networks of this machine; nil when it was not set up.
  static let networks: FaceNetworks? = {
    guard let runtime = try? OnnxRuntime.open(), let store = try? ModelStore(),
      (try? store.load("centerface")) != nil
    else { return nil }
    return FaceNetworks(runtime: runtime, store: store, session: SessionOptions(providers: .list([.cpu])))
  }()

  static let isReady = networks != nil && picture("collins.png") != nil

  static func require() throws -> FaceNetworks {
    guard let networks else { throw FacesError(code: .noFace, message: skipReason) }
    return networks
  }

  static func collins(filter: String? = nil) throws -> Frame { try require("collins.png", filter) }
  static func hopper() throws -> Frame { try require("hopper.jpg", nil) }

  private static func require(_ name: String, _ filter: String?) throws -> Frame {
    guard let frame = picture(name, filter: filter) else { throw FacesError(code: .noFace, message: skipReason) }
    return frame
  }

  /// A picture of `Samples/`, decoded (and filtered) by the ffmpeg program.
  private static func picture(_ name: String, filter: String? = nil) -> Frame? {
    guard let package = TestPaths.package() else { return nil }
    let ffmpeg = Process()
    ffmpeg.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    ffmpeg.arguments =
      ["ffmpeg", "-v", "error", "-i", "\(package)/Samples/\(name)"] + (filter.map { ["-vf", $0] } ?? [])
      + ["-f", "image2pipe", "-c:v", "ppm", "-"]
    let pipe = Pipe()
    ffmpeg.standardOutput = pipe
    ffmpeg.standardError = FileHandle.nullDevice
    guard (try? ffmpeg.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    ffmpeg.waitUntilExit()
    return frame(ppm: [UInt8](data))
  }

  /// A binary PPM of 8 bit: "P6", width, height, 255, then the pixels.
  private static func frame(ppm: [UInt8]) -> Frame? {
    var words: [Int] = []
    var at = 2
    while words.count < 3 {
      guard at < ppm.count, let end = ppm[at...].dropFirst().firstIndex(where: { $0 == 10 || $0 == 32 }) else {
        return nil
      }
      guard let word = Int(String(decoding: ppm[(at + 1)..<end], as: UTF8.self)) else { return nil }
      words.append(word)
      at = end
    }
    let size = PixelSize(width: words[0], height: words[1])
    guard ppm.count == at + 1 + 3 * size.area else { return nil }
    return frame(size: size) { x, y, channel in ppm[at + 1 + 3 * (y * size.width + x) + channel] }
  }

  /// An RGB frame made value by value.
  static func frame(size: PixelSize, _ value: (_ x: Int, _ y: Int, _ channel: Int) -> UInt8) -> Frame {
    let frame = Frame(size: size, format: .rgb8)
    for y in 0..<size.height {
      let row = frame.planes[0].row8(y)
      for x in 0..<size.width {
        for channel in 0..<3 { row[3 * x + channel] = value(x, y, channel) }
      }
    }
    return frame
  }

  /// The frame turned clockwise by quarter turns.
  static func turned(_ frame: Frame, by angle: Int) -> Frame {
    let (width, height) = (frame.size.width, frame.size.height)
    func pixel(_ x: Int, _ y: Int, _ channel: Int) -> UInt8 { frame.planes[0].row8(y)[3 * x + channel] }
    let lying = PixelSize(width: height, height: width)
    switch angle {
    case 90: return Samples.frame(size: lying) { x, y, channel in pixel(y, height - 1 - x, channel) }
    case 180:
      return Samples.frame(size: frame.size) { x, y, channel in pixel(width - 1 - x, height - 1 - y, channel) }
    case 270: return Samples.frame(size: lying) { x, y, channel in pixel(width - 1 - y, x, channel) }
    default: return frame
    }
  }
}
