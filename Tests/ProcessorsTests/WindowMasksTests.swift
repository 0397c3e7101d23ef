import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// Masks on the mesh swapper's windows, with networks whose answers the tests decide.
@Suite struct WindowMasksTests {
  private struct Shelf: ModelLoading {
    let models: [ModelID: TinyModel]
    func load(_ id: ModelID) throws -> [UInt8] { models[id]?.bytes ?? [] }
  }

  private struct Given: OptionReading {
    let values: [String: [String]]
    func strings(_ key: String) -> [String] { values[key] ?? [] }
  }

  private let golden: GoldenCase
  private let frame: Frame
  private let mesh: [Point3]

  init() throws {
    golden = try GoldenCase("hopper_on_collins_200")
    (frame, mesh) = golden.target
  }

  private func xseg(_ value: Float) -> TinyModel {
    .constant(
      input: ("input", [1, 256, 256, 3]), outputs: [("mask", [1, 2, 2, 1], [Float](repeating: value, count: 4))])
  }

  /// A parser that sees one class everywhere.
  private func parser(_ number: Int) -> TinyModel {
    .constant(
      input: ("input", [1, 3, 512, 512]),
      outputs: [("out", [1, 12, 2, 2], (0..<48).map { $0 / 4 == number ? 1 : 0 })])
  }

  /// The frame after a swap with these masks.
  private func swapped(_ options: FaceMaskOptions, _ models: [ModelID: TinyModel] = [:]) throws -> [UInt8] {
    let networks = FaceNetworks(
      runtime: try OnnxRuntime.open(), models: Shelf(models: models),
      session: SessionOptions(providers: .list([.cpu])))
    let swapper = try FaceSwapper(
      sources: SourceSet([golden.sourceFace()]), options: SwapOptions(), masks: options, networks: networks)
    let worker = try swapper.makeWorker()
    let face = Face(
      box: FaceTopology.box(of: mesh), detectorScore: 1, landmarkerScore: 1, landmarks5: [], mesh: mesh)
    let input = FaceFrame(frame: frame.copy(), index: 0, time: 0, faces: [face], chosen: [face])
    try worker.prepare(input)
    try worker.advance(input)
    #expect(try worker.finish(input) == 1)
    return input.frame.bytes
  }

  private func changed(_ bytes: [UInt8], rows: Range<Int>) -> Int {
    let before = frame.bytes
    return before.indices.filter { rows.contains($0 / 3 / frame.size.width) && before[$0] != bytes[$0] }.count
  }

  @Test func whatThePublishedOccludersHideIsKept() throws {
    let options = FaceMaskOptions(types: [.occlusion], occluderModel: .many)
    let open: [ModelID: TinyModel] = ["xseg_1": xseg(1), "xseg_2": xseg(1), "xseg_3": xseg(1)]
    #expect(try swapped(options, open) == swapped(FaceMaskOptions(types: [])))
    let hidden = open.merging(["xseg_2": xseg(0)]) { $1 }
    #expect(try swapped(options, hidden) == frame.bytes)
  }

  @Test func onlyChosenRegionsAreShown() throws {
    let options = FaceMaskOptions(types: [.region], regions: [.skin, .mouth])
    #expect(try swapped(options, ["bisenet_resnet_34": parser(1)]) == swapped(FaceMaskOptions(types: [])))
    #expect(try swapped(options, ["bisenet_resnet_34": parser(11)]) != frame.bytes)
    #expect(try swapped(options, ["bisenet_resnet_34": parser(10)]) == frame.bytes)
  }

  @Test func onlyChosenAreasAreShown() throws {
    let mouth = try swapped(FaceMaskOptions(types: [.area], areas: [.mouth]))
    let eyes = FaceTopology.landmarks5(of: mesh)
    let (eyeLine, mouthLine) = (Int(max(eyes[0].y, eyes[1].y)), Int((eyes[3].y + eyes[4].y) / 2))
    #expect(changed(mouth, rows: 0..<eyeLine) == 0)
    #expect(changed(mouth, rows: mouthLine - 3..<mouthLine + 3) > 0)
    let all = try swapped(FaceMaskOptions(types: [.area]))
    #expect(changed(all, rows: 0..<200) > 2 * changed(mouth, rows: 0..<200))
  }

  @Test func masksMultiply() throws {
    let box = FaceMaskOptions(types: [.box], blur: 0, padding: MaskPadding(top: 50))
    let upper = try swapped(box)
    let both = try swapped(
      FaceMaskOptions(types: [.box, .area], areas: [.upperFace], blur: 0, padding: MaskPadding(top: 50)))
    #expect(changed(upper, rows: 0..<200) > changed(both, rows: 0..<200))
    #expect(changed(upper, rows: 0..<40) == 0)
  }

  @Test func optionsAreRead() {
    let options = FaceMaskOptions(
      Given(values: [
        "face_mask_types": ["region", "area"], "face_occluder_model": ["many"],
        "face_parser_model": ["bisenet_resnet_18"], "face_mask_areas": ["mouth"],
        "face_mask_regions": ["upper-lip", "left-eye"], "face_mask_blur": ["0.7"],
        "face_mask_padding": ["1", "2", "3"],
      ]))
    #expect(
      options
        == FaceMaskOptions(
          types: [.region, .area], occluderModel: .many, parserModel: .bisenetResnet18, areas: [.mouth],
          regions: [.upperLip, .leftEye], blur: 0.7, padding: MaskPadding(top: 1, right: 2, bottom: 3, left: 2)))
    #expect(FaceMaskOptions(Given(values: [:])) == FaceMaskOptions())
  }
}
