import Parity
import TestSupport
import Testing

/// Results that equal the peer's to the last bit, where the kit's tolerance would allow more.
@Suite struct ExactnessTests {
  @Test(
    "Bit-exact results of the kit",
    arguments: [
      ("primitive_resize_bilinear_u8_a", "resized_75x60"), ("primitive_resize_bilinear_u8_a", "resized_230x190"),
      ("primitive_resize_bilinear_u8_a", "resized_68x52"), ("primitive_gaussian_a", "blur_u8_2"),
      ("primitive_hull_fill_a", "filled"), ("primitive_colour_lab_hsv", "lab_u8"),
      ("primitive_colour_lab_hsv", "lab_u8_back"), ("primitive_colour_lab_hsv", "hsv_u8"),
      ("primitive_colour_lab_hsv", "lab_float"), ("primitive_erode_weighted_hist", "blend_25"),
    ])
  func exact(id: String, output: String) throws {
    guard let folder = TestPaths.shared("parity/cases/\(id)") ?? own(id) else { return skipped(id) }
    let parityCase = try ParityCase(folder: folder)
    let results = try ParityGroups.run(ParityRun(parityCase)).compare(with: parityCase)
    let result = try #require(results.first { $0.name == output })
    #expect(result.difference.maximum == 0, "\(id) \(output): \(result.difference)")
  }

  private func own(_ id: String) -> String? {
    ParityCase.folders(in: TestPaths.fixture("cases")).first { $0.hasSuffix("/\(id)") }
  }

  private func skipped(_ id: String) { print("parity | \(id) is not beside the package; it was not run.") }
}
