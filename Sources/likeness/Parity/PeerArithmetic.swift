import TestSupport

/// The peer's rules for sizes, trims and rates (vision.md §14), as golden cases have them. The program keeps sizes and
/// times where the peer rounds them, so it has no use for them itself.
enum PeerArithmetic {
  /// Both sides to the next even number, halves to even; nothing where a side is not positive.
  static func normalized(_ sides: [Double]) -> [Double] {
    guard sides.count == 2, sides.allSatisfy({ $0 > 0 }) else { return [0, 0] }
    return sides.map { ($0 / 2).rounded(.toNearestOrEven) * 2 }
  }

  /// A line of `scale_resolution`: cut, then normalised.
  static func scaled(_ line: JSONValue) -> JSONValue {
    let sides = line["resolution"]?.numbers ?? []
    let scale = line["scale"]?.number ?? 1
    return .object([
      "resolution": .numbers(sides), "scale": .number(scale),
      "scaled": .numbers(normalized(sides.map { ($0 * scale).rounded(.towardZero) })),
    ])
  }

  /// The clip that a case's description names: "… of 270 frames at 25.0 fps, 640x360".
  struct Clip {
    let frames: Int
    let fps: Double
    let size: [Double]

    init(words text: String) {
      let words = text.split { $0 == " " || $0 == "," }.map(String.init)
      func number(before word: String) -> Double {
        zip(words, words.dropFirst()).lazy.compactMap { $1 == word ? Double($0) : nil }.first ?? 0
      }
      frames = Int(number(before: "frames"))
      fps = number(before: "fps")
      size = words.lazy.map { $0.split(separator: "x").compactMap { Double($0) } }.first { $0.count == 2 } ?? [0, 0]
    }

    /// Start, end and their distance; missing ones are the ends of the clip.
    private func trim(_ given: JSONValue?) -> (start: Int, end: Int, count: Int) {
      let ends = given?.list ?? []
      func place(_ index: Int, _ fallback: Int) -> Int {
        let wanted = ends.count > index ? ends[index].number.map { Int($0) } : nil
        return min(max(wanted ?? fallback, 0), frames)
      }
      let (start, end) = (place(0, 0), place(1, frames))
      return (start, end, end - start)
    }

    func trimLine(_ line: JSONValue) -> JSONValue {
      let given = line.list?.first ?? .null
      let trim = trim(given)
      return .list([given, .numbers([Double(trim.start), Double(trim.end)]), .number(Double(trim.count))])
    }

    func predictedLine(_ line: JSONValue) -> JSONValue {
      let given = line.list?.first ?? .null
      let wanted = line.list.flatMap { $0.count > 1 ? $0[1].number : nil } ?? fps
      let count = (Double(trim(given).count) * wanted / fps).rounded(.down)
      return .list([given, .number(wanted), .number(count)])
    }

    /// The clip's own size where it is the smaller one, width first.
    func restricted(_ wanted: [Double]) -> [Double] {
      guard wanted.count == 2 else { return size }
      let isSmaller = size[0] != wanted[0] ? size[0] < wanted[0] : size[1] < wanted[1]
      return isSmaller ? size : wanted
    }
  }
}
