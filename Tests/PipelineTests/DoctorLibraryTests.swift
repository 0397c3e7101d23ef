import Inference
import Testing

@testable import Pipeline

/// What the doctor reads from messages about libraries that are not there.
@Suite struct DoctorLibraryTests {
  @Test func librariesAreFoundInMessages() {
    let runtime =
      "The execution provider tensorrt does not start (device 0): Failed to load library "
      + "/home/x/libonnxruntime_providers_tensorrt.so with error: libnvinfer.so.10: cannot open shared object file: "
      + "No such file or directory."
    #expect(Doctor.missingLibrary(in: runtime) == "libnvinfer.so.10")
    #expect(
      Doctor.missingLibrary(in: "Operation not permitted (Cannot load libnvidia-encode.so.1)")
        == "libnvidia-encode.so.1")
    #expect(Doctor.missingLibrary(in: "Operation not permitted (Could not dynamically load CUDA)") == "libcuda.so.1")
    #expect(Doctor.missingLibrary(in: "Cannot load the file") == nil)
    #expect(Doctor.missingLibrary(in: "out of memory in libfoo.so") == nil)
  }

  @Test func everyLibraryOfNvidiasHasARemedy() throws {
    let remedies = [
      "libcuda.so.1": "driver", "libnvcuvid.so.1": "NVIDIA_DRIVER_CAPABILITIES", "libnvinfer.so.10": "TensorRT",
      "libcudnn.so.9": "setup --gpu", "libcublasLt.so.13": "setup --gpu", "libcudart.so.13": "setup --gpu",
    ]
    for (library, word) in remedies {
      let remedy = try #require(Doctor.remedy(forLibrary: library), "\(library)")
      #expect(remedy.contains(word), "\(library): \(remedy)")
    }
    #expect(Doctor.remedy(forLibrary: "libQnnHtp.so") == nil)
  }

  @Test func aPluginThatIsNotThereIsNamed() throws {
    let report = Doctor(plugins: ["mine=/nowhere/libmine.so", "nonsense"], comparesDigests: false).examine()
    let finding = try #require(report.finding("Networks", "provider mine"))
    #expect(finding.state == .fails && finding.detail.contains("/nowhere/libmine.so") && !finding.isHindrance)
    #expect(report.finding("Networks", "provider nonsense")?.state == .fails)
    #expect(report.works)
  }
}
