import CUDATestSupport
import DeviceImaging
import Foundation
import Inference
import Testing

/// The program's kernels through the real compiler, where there is one: `LIKENESS_NVRTC_PATH` or the system's.
@Suite struct KernelSourceTests {
  private static let compiler = try? KernelCompiler.open()
  static let names = ["frame.cu", "picture.cu", "mask.cu", "numbers.cu", "thumbnail.cu", "light.cu"]

  @Test(.enabled(if: compiler != nil, "NVRTC is not here; name it in LIKENESS_NVRTC_PATH"), arguments: names)
  func sourcesCompileWithoutWarnings(_ name: String) throws {
    let compiler = try #require(Self.compiler)
    for number in [75, 80, 90] where compiler.architectures.contains(number) {
      let source = try DeviceKernels.source(name, in: DeviceKernels.bundle)
      let compiled = try compiler.compile(source, for: .binary(number))
      #expect(compiled.log.isEmpty, "\(name) for sm_\(number): \(compiled.log)")
      #expect(compiled.image.starts(with: [0x7F, 0x45, 0x4C, 0x46]))
    }
  }

  /// What Swift writes has the size that the kernel reads.
  @Test(arguments: [
    ("frame_crop", 3072), ("frame_picture", 176), ("frame_change", 184), ("frame_difference", 248),
    ("frame_fill", 160), ("frame_repack", 304), ("frame_thumbnail", 192), ("picture_crop", 2112),
    ("picture_paste", 176), ("plane_resize", 80), ("mask_box", 32), ("mask_blur", 3880), ("mask_combine", 80),
    ("mask_levels", 32), ("numbers_check", 32),
    ("light_lab", 168), ("light_curves", 168), ("light_planes", 168),
    ("picture_levels", 176), ("mask_classes", 32),
  ])
  func argumentsHaveTheirSize(_ kernel: String, _ bytes: Int) throws {
    #expect(EmulatedMachine.argumentBytes(of: kernel) == bytes)
  }

  @Test func aSourceThatIsMissingIsNamed() {
    let error = #expect(throws: InferenceError.self) {
      try DeviceKernels.source("none.cu", in: DeviceKernels.bundle)
    }
    #expect(error?.message.contains("none.cu") == true)
  }
}
