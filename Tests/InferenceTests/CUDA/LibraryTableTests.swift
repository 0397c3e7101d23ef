import CCUDA
import TestSupport
import Testing

@testable import Inference

@Suite struct LibraryTableTests {
  @Test func whatIsMissingIsNamedWithThePlacesSearched() throws {
    let folder = try TemporaryFolder()
    let environment = ["LIKENESS_NVRTC_PATH": folder.path, "LIKENESS_HOME": folder.path]
    let error = #expect(throws: InferenceError.self) { try LibraryTable.nvrtc(environment) }
    #expect(error?.code == .libraryMissing)
    #expect(error?.message.contains("\(folder.path) (from LIKENESS_NVRTC_PATH)") == true)
  }

  @Test func aFileThatIsNoLibraryIsNotUsed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("text", to: "lib/libcuda.so.1")
    for environment in [["LIKENESS_CUDA_PATH": file], ["LIKENESS_CUDA_PATH": folder.path + "/lib"]] {
      let error = #expect(throws: InferenceError.self) { try LibraryTable.cudaDriver(environment) }
      #expect(error?.code == .libraryUnusable)
      #expect(error?.message.contains(file) == true)
    }
  }

  @Test func aLibraryWithoutTheFunctionsIsNotUsed() throws {
    let folder = try TemporaryFolder()
    let library = try FakeLibrary.make(FakeLibrary.foreign, named: "libnvidia-ml.so.1", in: folder)
    let error = #expect(throws: InferenceError.self) { try LibraryTable.nvml(["LIKENESS_NVML_PATH": library]) }
    #expect(error?.code == .libraryUnusable)
    #expect(error?.message.contains("nvmlInit_v2") == true)
  }

  /// A library in Likeness' own folder comes before the system's; functions that old drivers lack may be missing.
  @Test func aLibraryOfOurOwnFolderComesFirst() throws {
    let names = [
      "Init_v2", "ErrorString", "SystemGetDriverVersion", "DeviceGetCount_v2", "DeviceGetHandleByIndex_v2",
      "DeviceGetHandleByUUID", "DeviceGetName", "DeviceGetUUID", "DeviceGetMemoryInfo", "DeviceGetUtilizationRates",
    ]
    let source =
      names.map { $0 == "ErrorString" ? "const char *nvml\($0)(int i)" : "int nvml\($0)(void)" }
      .map { $0 + " { return \($0.hasPrefix("int") ? "7" : "\"seven\""); }" }.joined(separator: "\n")
    let home = try TemporaryFolder()
    try home.write("", to: "lib/kept")
    _ = try FakeLibrary.make(source, named: "lib/libnvidia-ml.so.1", in: home)
    let table = try LibraryTable.nvml(["LIKENESS_HOME": home.path])
    #expect(table.nvmlInit_v2() == 7)
    #expect(table.nvmlDeviceGetMigMode == nil)
    let error = #expect(throws: InferenceError.self) { try NvidiaManagement(table) }
    #expect(error?.code == .deviceMissing)
    #expect(error?.message.contains("seven") == true)
  }
}
