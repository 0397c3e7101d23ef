import TestSupport
import Testing

@testable import Inference

@Suite struct ExecutionProviderTests {
  @Test func keepsTheOrderOfTheOption() {
    #expect(
      ExecutionProvider.allCases.map(\.rawValue) == [
        "cuda", "tensorrt", "rocm", "migraphx", "coreml", "openvino", "qnn", "directml", "cpu",
      ])
  }

  @Test func isReadFromItsName() {
    #expect(["cuda", "CPU", "cpu", "mine"].compactMap(ExecutionProvider.init) == [.cuda, .cpu])
    #expect(ExecutionProvider.plugin("mine").rawValue == "mine")
    #expect(ExecutionProvider.tensorrt.usesCUDA && ExecutionProvider.cuda.usesCUDA && !ExecutionProvider.cpu.usesCUDA)
  }

  @Test(arguments: [
    (
      ExecutionProvider.cuda, 1,
      [
        "arena_extend_strategy=kSameAsRequested", "cudnn_conv_algo_search=EXHAUSTIVE",
        "cudnn_conv_use_max_workspace=1", "device_id=1", "use_tf32=1",
      ]
    ),
    (
      .tensorrt, 0,
      [
        "device_id=0", "trt_builder_optimization_level=4", "trt_engine_cache_enable=1", "trt_engine_cache_path=/c",
        "trt_timing_cache_enable=1", "trt_timing_cache_path=/t",
      ]
    ),
    (.rocm, 2, ["device_id=2"]), (.directml, 2, ["device_id=2"]),
    (.migraphx, 0, ["device_id=0", "migraphx_model_cache_dir=/c"]),
    (.coreml, 0, ["ModelCacheDirectory=/c", "SpecializationStrategy=FastPrediction"]),
    (.openvino, 0, ["device_type=GPU", "precision=FP32"]), (.openvino, 2, ["device_type=GPU.2", "precision=FP32"]),
    (.qnn, 0, ["backend_type=htp", "device_id=0"]), (.cpu, 0, []), (.plugin("mine"), 1, []),
  ])
  func passesTheOptions(provider: ExecutionProvider, device: Int, expected: [String]) {
    let options = provider.runtimeOptions(
      SessionOptions(deviceID: device), cacheFolder: "/c", timingFolder: "/t", convolutionSearch: .exhaustive)
    #expect(options.map { "\($0.key)=\($0.value)" } == expected)
  }

  @Test(arguments: [
    ([], CUDAOptions.ConvolutionSearch.exhaustive), (["NVIDIA GeForce RTX 4090"], .exhaustive),
    (["NVIDIA GeForce RTX 4090", "NVIDIA GeForce GTX 1660 SUPER"], .standard),
  ])
  func searchesConvolutionsByTheCards(models: [String], search: CUDAOptions.ConvolutionSearch) throws {
    let folder = try TemporaryFolder()
    for (index, model) in models.enumerated() {
      try folder.write(
        "Model: \t\t \(model)\nIRQ:   \t\t 132\nGPU UUID: \t GPU-\(index)\n",
        to: "gpus/0000:0\(index):00.0/information")
    }
    try folder.write("NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27\n", to: "version")
    let cards = NvidiaCards(driverFolder: folder.path)
    #expect(cards.names == models)
    #expect(cards.driver == "580.65.06")
    #expect(cards.convolutionSearch == search)
  }

  @Test func letsSingleOptionsBeReplaced() {
    let own = ["cudnn_conv_algo_search": "HEURISTIC", "gpu_external_alloc": "0"]
    let options = ExecutionProvider.cuda.runtimeOptions(
      SessionOptions(providerOptions: [.cuda: own], cuda: CUDAOptions(convolutionSearch: .standard)), cacheFolder: "")
    #expect(options.first { $0.key == "cudnn_conv_algo_search" }?.value == "HEURISTIC")
    #expect(options.first { $0.key == "gpu_external_alloc" }?.value == "0")
  }

  @Test func passesTheCardsSettings() {
    let cuda = CUDAOptions(
      allowsTF32: false, convolutionSearch: .heuristic, usesMaximumWorkspace: false, memoryLimit: 1 << 30,
      growsExactly: false, capturesGraph: true, stream: 7)
    let options = ExecutionProvider.cuda.runtimeOptions(SessionOptions(cuda: cuda), cacheFolder: "")
    #expect(
      options.map { "\($0.key)=\($0.value)" } == [
        "arena_extend_strategy=kNextPowerOfTwo", "cudnn_conv_algo_search=HEURISTIC", "cudnn_conv_use_max_workspace=0",
        "device_id=0", "enable_cuda_graph=1", "gpu_mem_limit=1073741824", "use_tf32=0",
      ])
    let half = ExecutionProvider.tensorrt.runtimeOptions(
      SessionOptions(precision: .fp16, cuda: cuda), cacheFolder: "/c")
    #expect(half.contains { $0.key == "trt_fp16_enable" && $0.value == "1" })
    #expect(half.contains { $0.key == "trt_cuda_graph_enable" && $0.value == "1" })
  }

  @Test func aNamedProviderThatIsNotThereIsAnError() throws {
    let runtime = try OnnxRuntime.open()
    let missing = try #require(ExecutionProvider.allCases.first { !runtime.availableProviders.contains($0) })
    let error = try #require(throws: InferenceError.self) {
      try InferenceSession(
        runtime: runtime, bytes: TinyModel.identity().bytes, name: "tiny",
        options: SessionOptions(providers: .list([missing, .cpu])))
    }
    #expect(error.code == .providerUnavailable)
    #expect(error.message.contains(missing.rawValue))
    #expect(error.hint != nil)
  }

  @Test func autoTakesOneThatStarts() throws {
    let runtime = try OnnxRuntime.open()
    let session = try InferenceSession(runtime: runtime, bytes: TinyModel.identity().bytes, name: "tiny")
    #expect(runtime.availableProviders.contains(session.provider))
    #expect(try session.run([Tensor(shape: [2], elements: [Float(3), 4])])[0].floats == [3, 4])
  }

  @Test func anEmptyListIsTheProcessor() throws {
    let session = try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: TinyModel.identity().bytes, name: "tiny",
      options: SessionOptions(providers: .list([])))
    #expect(session.provider == .cpu)
  }
}
