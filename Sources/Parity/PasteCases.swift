import Imaging
import TestSupport

/// The group `paste`: where crops go back and what comes out (vision.md §5.4).
enum PasteCases: ParityGroup {
  static let groups = ["paste"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    if run.hasInput("frame") { try paste(run, &outputs) } else { try rectangles(run, &outputs) }
    return outputs
  }

  private static func paste(_ run: ParityRun, _ outputs: inout ParityOutputs) throws {
    var frame = try run.picture("frame")
    let mask = try run.floats("mask")
    let m = try run.matrix("matrix")
    let area = PasteArea(frame: frame.size, crop: mask.size, transform: m)
    outputs.add("paste_matrix", area.transform.rows, as: .float64)
    outputs.add(value: "rectangle", sides(area))
    switch try run.text("crop_type") ?? run.parityCase.input("crop").dtype.rawValue {
    case "uint8": pasteBack(frame: &frame, crop: try run.picture("crop"), mask: mask, transform: m)
    case "float32": pasteBack(frame: &frame, crop: try run.floats("crop"), mask: mask, transform: m)
    case "float64": pasteBack(frame: &frame, crop: try run.doubles("crop"), mask: mask, transform: m)
    case let type: throw TestSupportError(.caseInvalid, "\(run.parityCase.id) has a crop of the type \(type).")
    }
    outputs.add("result", frame)
  }

  /// Frame and crop size are options, or stand in the description: "frame 320x240, crop 128".
  private static func rectangles(_ run: ParityRun, _ outputs: inout ParityOutputs) throws {
    guard let frame = try size(run, "frame"), let crop = try size(run, "crop"), let value = run.parityCase.values.first
    else { throw TestSupportError(.caseInvalid, "\(run.parityCase.id) names no sizes of frame and crop.") }
    let areas = try run.matrices("matrices").map { PasteArea(frame: frame, crop: crop, transform: $0) }
    outputs.add(value: value.name, .list(areas.map(sides)))
  }

  private static func size(_ run: ParityRun, _ name: String) throws -> PixelSize? {
    if let size = run.size(name) { return size }
    let words = run.parityCase.what.split { " ,".contains($0) }
    guard let place = words.firstIndex(of: Substring(name)), place + 1 < words.count else { return nil }
    let sides = words[place + 1].split(separator: "x").compactMap { Int($0) }
    guard let width = sides.first, let height = sides.last else { return nil }
    return PixelSize(width: width, height: height)
  }

  private static func sides(_ area: PasteArea) -> JSONValue {
    .list([area.x1, area.y1, area.x2, area.y2].map { .number(Double($0)) })
  }
}
