import CUDATestSupport
import Inference
import Processors
import Testing

@testable import Pipeline

/// The options that say where and how networks run.
@Suite struct ExecutionOptionTests {
  private let table = OptionTable.run.flatMap(\.options)

  private func values(_ arguments: String...) throws -> OptionValues {
    try OptionValues(table: table, given: ParsedArguments(arguments, table: table).values, ini: nil)
  }

  private func noDriver() throws -> CUDADriver { throw InferenceError(.deviceMissing, "There is no driver.") }

  @Test func defaultsAreTheRuntimesBest() throws {
    let options = try SessionOptions(values(), driver: noDriver)
    #expect(options == SessionOptions())
    #expect(options.precision == .auto && options.cuda.allowsTF32 && options.cuda.memoryLimit == nil)
  }

  @Test func everyOptionReachesTheSession() throws {
    let options = try SessionOptions(
      values(
        "--execution-providers", "cuda", "cpu", "--execution-device-ids", "2", "1", "--precision", "fp16",
        "--gpu-memory-limit", "8GB", "--cuda-tf32", "off", "--cudnn-search", "heuristic"), driver: noDriver)
    #expect(options.providers == .list([.cuda, .cpu]))
    #expect(options.deviceID == 2)
    #expect(options.precision == .fp16)
    #expect(options.cuda.memoryLimit == 8_000_000_000)
    #expect(!options.cuda.allowsTF32)
    #expect(options.cuda.convolutionSearch == .heuristic)
    #expect(
      try SessionOptions(values("--cudnn-search", "default"), driver: noDriver).cuda.convolutionSearch == .standard)
  }

  @Test func theIniFileHasThemAsWell() throws {
    let ini = try IniFile(
      text: """
        [execution]
        execution_device_ids = 1 GPU-0a0b
        execution_provider_library = mine=/opt/libmine.so
        precision = fp32
        gpu_memory_limit = 80%%
        cuda_tf32 = off
        cudnn_search = exhaustive
        """, path: "likeness.ini")
    let values = try OptionValues(table: table, given: [:], ini: ini)
    #expect(values.warnings.isEmpty)
    #expect(values.strings("execution_device_ids") == ["1", "GPU-0a0b"])
    #expect(values.string("gpu_memory_limit") == "80%")
    #expect(try ProviderPlugin.all(values) == [ProviderPlugin(name: "mine", path: "/opt/libmine.so")])
  }

  @Test(arguments: [
    ["--execution-device-ids", "-1"], ["--execution-device-ids", "first"], ["--execution-device-ids", "GPU-xyz"],
    ["--execution-device-ids", "GPU"], ["--gpu-memory-limit", "much"], ["--gpu-memory-limit", "0"],
    ["--gpu-memory-limit", "120%"], ["--gpu-memory-limit", "8GB", "--precision", "fp8"],
    ["--execution-provider-library", "/opt/libmine.so"], ["--execution-provider-library", "cuda=/opt/libmine.so"],
    ["--cuda-tf32", "maybe"], ["--cudnn-search", "quick"], ["--execution-providers", "c u"],
  ])
  func badValuesAreNamed(arguments: [String]) {
    #expect {
      _ = try ParsedArguments(arguments, table: table)
    } throws: { error in
      let error = error as? PipelineError
      return error?.code == .usage && error?.message.contains("cannot be used for --") == true
    }
  }

  @Test func unknownProvidersAreRefusedAndLibrariesKnown() throws {
    #expect {
      _ = try SessionOptions(values("--execution-providers", "cud"), driver: noDriver)
    } throws: { error in
      let text = "\(error)"
      return ["\"cud\"", "auto, cuda, tensorrt", "--execution-provider-library"].allSatisfy(text.contains)
    }
    let mine = try values(
      "--execution-providers", "mine", "cpu", "--execution-provider-library", "mine=/opt/libmine.so")
    #expect(try SessionOptions(mine, driver: noDriver).providers == .list([.plugin("mine"), .cpu]))
    // A library that is not there ends the run with its path.
    #expect {
      _ = try OnnxRuntime.open(mine)
    } throws: { error in
      "\(error)".contains("/opt/libmine.so")
    }
  }

  @Test func cardsAreFoundByUUID() throws {
    let machine = try EmulatedMachine([.init(mark: 7), .init(mark: 0xAB), .init(name: "Card MIG 1g.5gb", mark: 9)])
    let driver: () throws -> CUDADriver = { machine.driver }
    #expect(try ExecutionDevices(values("--execution-device-ids", "GPU-ABAB", "0"), driver: driver).numbers == [1, 0])
    #expect(try SessionOptions(values("--execution-device-ids", "gpu-0707"), driver: driver).deviceID == 0)
    #expect(throws: InferenceError.self) {
      try ExecutionDevices(values("--execution-device-ids", "GPU-cdcd"), driver: driver)
    }
    #expect(throws: InferenceError.self) {
      try ExecutionDevices(values("--execution-device-ids", "GPU-abab", "1"), driver: driver)
    }
    #expect(throws: PipelineError.self) {
      try ExecutionDevices(values("--execution-device-ids", "1", "1"), driver: driver)
    }
    // Numbers alone ask no driver.
    #expect(try ExecutionDevices(values("--execution-device-ids", "3", "1"), driver: noDriver).numbers == [3, 1])
  }

  @Test func aShareOfTheMemoryIsOfTheFirstCard() throws {
    let machine = try EmulatedMachine([.init(memory: 1 << 30), .init(mark: 2, memory: 1 << 32)])
    let second = try values("--execution-device-ids", "1", "--gpu-memory-limit", "25%")
    #expect(try SessionOptions(second, driver: { machine.driver }).cuda.memoryLimit == 1 << 30)
    #expect(try SessionOptions(second, driver: noDriver).cuda.memoryLimit == nil)
  }
}
