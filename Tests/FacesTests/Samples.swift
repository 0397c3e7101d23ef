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
    return FaceNetworks(runtime: runtime, models: store, session: SessionOptions(providers: .list([.cpu])))
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

  private static func picture(_ name: String, filter: String? = nil) -> Frame? {
    pictures(name, filter: filter).first
  }

  /// A clip of 25 frames a second made from the Collins portrait by an ffmpeg filter.
  static func clip(frames: Int, filter: String) throws -> [Frame] {
    let clip = pictures("collins.png", input: ["-loop", "1", "-framerate", "25"], count: frames, filter: filter)
    guard clip.count == frames else { throw FacesError(code: .noFace, message: skipReason) }
    return clip
  }

  /// Pictures of a file of `Samples/`, decoded and filtered by the ffmpeg program.
  private static func pictures(_ name: String, input: [String] = [], count: Int = 1, filter: String?) -> [Frame] {
    guard let package = TestPaths.package() else { return [] }
    let ffmpeg = Process()
    ffmpeg.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    ffmpeg.arguments =
      ["ffmpeg", "-v", "error"] + input + ["-i", "\(package)/Samples/\(name)", "-frames:v", "\(count)"]
      + (filter.map { ["-vf", $0] } ?? []) + ["-f", "image2pipe", "-c:v", "ppm", "-"]
    let pipe = Pipe()
    ffmpeg.standardOutput = pipe
    ffmpeg.standardError = FileHandle.nullDevice
    guard (try? ffmpeg.run()) != nil else { return [] }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    ffmpeg.waitUntilExit()
    var rest = [UInt8](data)[...]
    var frames: [Frame] = []
    while let (frame, length) = frame(ppm: Array(rest.prefix(32)), of: rest) {
      frames.append(frame)
      rest = rest.dropFirst(length)
    }
    return frames
  }

  /// The first binary PPM of 8 bit in `data`, and its length: "P6", width, height, 255, then the pixels.
  private static func frame(ppm head: [UInt8], of data: ArraySlice<UInt8>) -> (Frame, Int)? {
    var words: [Int] = []
    var at = 2
    while words.count < 3 {
      guard at < head.count, let end = head[at...].dropFirst().firstIndex(where: { $0 == 10 || $0 == 32 }),
        let word = Int(String(decoding: head[(at + 1)..<end], as: UTF8.self))
      else { return nil }
      words.append(word)
      at = end
    }
    let size = PixelSize(width: words[0], height: words[1])
    let start = data.startIndex + at + 1
    guard data.endIndex - start >= 3 * size.area else { return nil }
    let frame = Frame(size: size, format: .rgb8)
    let length = 3 * size.width
    for y in 0..<size.height {
      let row = Array(data[(start + y * length)..<(start + (y + 1) * length)])
      frame.planes[0].row8(y).update(from: row, count: length)
    }
    return (frame, at + 1 + 3 * size.area)
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
