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

  @Test(arguments: [
    (ExecutionProvider.cuda, 1, ["cudnn_conv_algo_search=EXHAUSTIVE", "device_id=1"]),
    (
      .tensorrt, 0,
      [
        "device_id=0", "trt_builder_optimization_level=4", "trt_engine_cache_enable=1", "trt_engine_cache_path=/c",
        "trt_timing_cache_enable=1", "trt_timing_cache_path=/c",
      ]
    ),
    (.rocm, 2, ["device_id=2"]), (.directml, 2, ["device_id=2"]),
    (.migraphx, 0, ["device_id=0", "migraphx_model_cache_dir=/c"]),
    (.coreml, 0, ["ModelCacheDirectory=/c", "SpecializationStrategy=FastPrediction"]),
    (.openvino, 0, ["device_type=GPU", "precision=FP32"]), (.openvino, 2, ["device_type=GPU.2", "precision=FP32"]),
    (.qnn, 0, ["backend_type=htp", "device_id=0"]), (.cpu, 0, []),
  ])
  func passesTheOptions(provider: ExecutionProvider, device: Int, expected: [String]) {
    let options = provider.runtimeOptions(
      deviceID: device, cacheFolder: "/c", convolutionSearch: "EXHAUSTIVE")
    #expect(options.map { "\($0.key)=\($0.value)" } == expected)
  }

  @Test(arguments: [
    ([], "EXHAUSTIVE"), (["NVIDIA GeForce RTX 4090"], "EXHAUSTIVE"),
    (["NVIDIA GeForce RTX 4090", "NVIDIA GeForce GTX 1660 SUPER"], "DEFAULT"),
  ])
  func searchesConvolutionsByTheCards(models: [String], search: String) throws {
    let folder = try TemporaryFolder()
    for (index, model) in models.enumerated() {
      try folder.write("Model: \t\t \(model)\nIRQ:   \t\t 132\n", to: "0000:0\(index):00.0/information")
    }
    let cards = NvidiaCards(driverFolder: folder.path)
    #expect(cards.names == models)
    #expect(cards.convolutionSearch == search)
  }

  @Test func letsSingleOptionsBeReplaced() {
    let options = ExecutionProvider.cuda.runtimeOptions(
      deviceID: 0, cacheFolder: "", overrides: ["cudnn_conv_algo_search": "DEFAULT", "gpu_mem_limit": "1"])
    #expect(
      options.map { "\($0.key)=\($0.value)" } == ["cudnn_conv_algo_search=DEFAULT", "device_id=0", "gpu_mem_limit=1"])
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
