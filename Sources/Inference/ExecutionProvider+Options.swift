extension ExecutionProvider {
  /// The options handed to the runtime, sorted by name; `options.providerOptions` replace or add single ones.
  ///
  /// The values are the peer's where models.md §1 lists them; ours beyond that are explained in ``CUDAOptions``.
  /// - Parameter folder: Where compiled models are kept.
  /// - Parameter timingFolder: Where TensorRT keeps its timings, which serve all models of one device.
  func runtimeOptions(
    _ options: SessionOptions, cacheFolder folder: String, timingFolder: String? = nil,
    convolutionSearch: CUDAOptions.ConvolutionSearch = NvidiaCards.installed.convolutionSearch
  ) -> [(key: String, value: String)] {
    let device = String(options.deviceID)
    var values: [String: String]
    switch self {
    case .cuda: values = options.cuda.runtimeOptions(device: device, convolutionSearch: convolutionSearch)
    case .tensorrt:
      values = [
        "device_id": device, "trt_engine_cache_enable": "1", "trt_engine_cache_path": folder,
        "trt_timing_cache_enable": "1", "trt_timing_cache_path": timingFolder ?? folder,
        "trt_builder_optimization_level": "4",
      ]
      if options.precision == .fp16 { values["trt_fp16_enable"] = "1" }
      if options.cuda.capturesGraph { values["trt_cuda_graph_enable"] = "1" }
    case .rocm, .directml: values = ["device_id": device]
    case .migraphx: values = ["device_id": device, "migraphx_model_cache_dir": folder]
    case .coreml: values = ["SpecializationStrategy": "FastPrediction", "ModelCacheDirectory": folder]
    case .openvino: values = ["device_type": options.deviceID == 0 ? "GPU" : "GPU.\(device)", "precision": "FP32"]
    case .qnn: values = ["device_id": device, "backend_type": "htp"]
    case .cpu, .plugin: values = [:]
    }
    values.merge(options.providerOptions[self] ?? [:]) { _, new in new }
    return values.sorted { $0.key < $1.key }
  }
}
