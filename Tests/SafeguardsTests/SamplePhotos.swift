import Faces
import Foundation
import Imaging
import Inference
import ModelStore
import TestSupport

/// The two public-domain portraits and the open pack's networks, for tests of the whole way.
enum SamplePhotos {
  static let skipReason = "needs the open pack, ONNX Runtime and ffmpeg: run ./scripts/setup"

  /// The networks of this machine; nil when it was not set up.
  static let networks: FaceNetworks? = {
    guard let runtime = try? OnnxRuntime.open(), let store = try? ModelStore(),
      (try? store.load(.openNsfw)) != nil, (try? store.load(.dlibFaceRecognition)) != nil
    else { return nil }
    return FaceNetworks(runtime: runtime, models: store, session: SessionOptions(providers: .list([.cpu])))
  }()

  static let isReady = networks != nil && photo("collins.png") != nil

  /// A photo of `Samples/` as the ffmpeg program decodes and filters it: rows of R, G, B.
  static func photo(_ name: String, filter: String = "null") -> Frame? {
    guard let package = TestPaths.package() else { return nil }
    let ffmpeg = Process()
    ffmpeg.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    ffmpeg.arguments = [
      "ffmpeg", "-v", "error", "-i", "\(package)/Samples/\(name)", "-vf", filter, "-f",
      "image2pipe", "-c:v", "ppm", "-",
    ]
    let pipe = Pipe()
    ffmpeg.standardOutput = pipe
    ffmpeg.standardError = FileHandle.nullDevice
    guard (try? ffmpeg.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    ffmpeg.waitUntilExit()
    // "P6", width, height, 255, then the pixels.
    let head = data.prefix(32).split(whereSeparator: { $0 == 10 || $0 == 32 }).prefix(3)
    let numbers = head.dropFirst().compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard numbers.count == 2, data.count > 3 * numbers[0] * numbers[1] else { return nil }
    return Frame(
      PixelBuffer8(
        size: PixelSize(width: numbers[0], height: numbers[1]), channels: 3,
        samples: [UInt8](data.suffix(3 * numbers[0] * numbers[1]))))
  }
}
