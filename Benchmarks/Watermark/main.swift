import Foundation
import Imaging
import Media
import Safeguards

/// The watermark on real files, for `Benchmarks/watermark.py` and by hand:
/// `mark IN OUT ID KEY [lossless]`, `read KEY FILE…` (a line of JSON each), `keys COUNT FILE…` (reads with many keys), `speed`.
/// KEY is a number that stands for a key of 32 bytes.
func key(_ seed: String) throws -> WatermarkKey {
  var state = UInt64(seed) ?? 0
  return try WatermarkKey(
    bytes: (0..<32).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    })
}

func mark(_ input: String, _ output: String, _ id: String, _ seed: String, quality: Int) throws {
  guard let id = WatermarkID(hex: id) else { throw SafeguardsError(.request, "'\(id)' is no id of 16 digits.") }
  let plan = WatermarkPlan(key: try key(seed), id: id)
  if PictureFile.isPicture(input) {
    let picture = try PictureFile.read(input)
    try plan.makeEmbedder(size: picture.frame.size, format: picture.frame.format).mark(picture.frame)
    try PictureFile.write(picture, to: output, quality: 100)
    return
  }
  let reader = try VideoReader(path: input)
  let embedder = plan.makeEmbedder(size: reader.source.size, format: reader.source.format)
  let writer = try VideoWriter(path: output, source: reader.source, output: VideoOutput(quality: quality))
  while var frame = try reader.next() {
    try frame.makeWritable()
    try embedder.mark(frame.frame)
    try writer.write(frame)
  }
  _ = try writer.finish()
}

/// Every frame of a video up to the first 96, a picture as it is.
func frames(_ path: String, _ body: (Frame) -> Void) throws {
  if PictureFile.isPicture(path) {
    body(try PictureFile.read(path).frame)
    return
  }
  let reader = try VideoReader(path: path)
  var count = 0
  while count < 96, let frame = try reader.next() {
    body(frame.frame)
    count += 1
  }
}

func read(_ seed: String, _ paths: [String]) throws {
  let key = try key(seed)
  let encoder = JSONEncoder()
  for path in paths {
    var detector = WatermarkDetector(key: key)
    try frames(path) { detector.add($0) }
    print(String(decoding: try encoder.encode(detector.finding()), as: UTF8.self))
  }
}

func readWithManyKeys(_ count: Int, _ paths: [String]) throws {
  var found = 0
  let keys = try (0..<count).map { try key("\(1_000_000 + $0)") }
  for path in paths where !keys.isEmpty {
    var detector = WatermarkDetector(key: keys[0])
    try frames(path) { detector.add($0) }
    found += detector.findings(of: keys)
  }
  print("{\"trials\": \(count * paths.count), \"found\": \(found)}")
}

func measureSpeed() throws {
  let plan = WatermarkPlan(key: try key("1"), id: .random())
  let clock = ContinuousClock()
  for (name, format) in [
    ("yuv420", PixelFormat.yuv420), ("yuv420p10", .yuv420p10), ("rgb8", .rgb8), ("rgb16", .rgb16),
  ] {
    let size = PixelSize(width: 1920, height: 1080)
    let frame = Frame(size: size, format: format)
    frame.fillForMeasuring()
    let embedder = plan.makeEmbedder(size: size, format: format)
    var times: [Double] = []
    for _ in 0..<60 {
      let time = try clock.measure { try embedder.mark(frame) }
      times.append(Double(time.components.attoseconds) / 1e15)
    }
    times.sort()
    print("mark 1920x1080 \(name): best \(times[0]) ms, middle \(times[30]) ms")
  }
}

let arguments = CommandLine.arguments.dropFirst()
do {
  switch arguments.first {
  case "mark" where arguments.count >= 5:
    let isLossless = arguments.last == "lossless"
    try mark(arguments[2], arguments[3], arguments[4], arguments[5], quality: isLossless ? 100 : 80)
  case "read" where arguments.count >= 3: try read(arguments[2], Array(arguments.dropFirst(2)))
  case "keys" where arguments.count >= 3:
    try readWithManyKeys(Int(arguments[2]) ?? 1, Array(arguments.dropFirst(2)))
  case "speed": try measureSpeed()
  default: print("mark IN OUT ID KEY [lossless] | read KEY FILE... | keys COUNT FILE... | speed")
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
