import Imaging
import TestSupport
import Testing

/// Box and area masks against values measured on the peer.
@Suite(.enabled(if: ParityKit.isPresent, ParityKit.reason))
struct ParityMaskTests {
  @Test(arguments: 0..<5)
  func box(index: Int) throws {
    let test = try ParityKit.load("mask_box_a")
    let settings = try test.argument("mask_\(index)")
    let padding = try #require(settings["face_mask_padding_top_right_bottom_left"]).numbers.map { Int($0) }
    let mask = boxMask(
      size: 96, blur: try #require(settings["face_mask_blur"]?.number),
      padding: MaskPadding(top: padding[0], right: padding[1], bottom: padding[2], left: padding[3]))
    try test.check("mask_\(index)", mask)
  }

  @Test(arguments: ["mask_area_upper", "mask_area_all", "mask_area_mouth"])
  func area(id: String) throws {
    let test = try ParityKit.load(id)
    let list = try test.option("face_mask_areas").list
    let names = try #require(list).compactMap(\.text)
    let mask = areaMask(
      points: try test.points("points_68_crop").map { Point($0) }, areas: Set(names.compactMap(FaceArea.init)),
      size: 160)
    try test.check("mask", mask)
  }
}
