/// A device or library that computes a model, under the names of `--execution-providers`.
///
/// The order of the cases is the order in which `auto` tries them.
public enum ExecutionProvider: String, Sendable, Hashable, CaseIterable {
  case cuda, tensorrt, rocm, migraphx, coreml, openvino, qnn, directml, cpu

  /// The runtime's own name, as it reports it among the available providers.
  public var runtimeName: String {
    switch self {
    case .cuda: return "CUDAExecutionProvider"
    case .tensorrt: return "TensorrtExecutionProvider"
    case .rocm: return "ROCMExecutionProvider"
    case .migraphx: return "MIGraphXExecutionProvider"
    case .coreml: return "CoreMLExecutionProvider"
    case .openvino: return "OpenVINOExecutionProvider"
    case .qnn: return "QNNExecutionProvider"
    case .directml: return "DmlExecutionProvider"
    case .cpu: return "CPUExecutionProvider"
    }
  }

  /// The name under which the runtime's generic registration call knows the provider.
  var registrationName: String {
    switch self {
    case .cuda: return "CUDA"
    case .tensorrt: return "TensorRT"
    case .rocm: return "ROCM"
    case .migraphx: return "MIGraphX"
    case .coreml: return "CoreML"
    case .openvino: return "OpenVINO"
    case .qnn: return "QNN"
    case .directml: return "DML"
    case .cpu: return "CPU"
    }
  }

  /// The options handed to the runtime, sorted by name; `overrides` replace or add single ones.
  func runtimeOptions(
    deviceID: Int, cacheFolder: String, overrides: [String: String] = [:],
    convolutionSearch: String = NvidiaCards.installed.convolutionSearch
  ) -> [(key: String, value: String)] {
    let device = String(deviceID)
    var options: [String: String]
    switch self {
    case .cuda: options = ["device_id": device, "cudnn_conv_algo_search": convolutionSearch]
    case .tensorrt:
      options = [
        "device_id": device, "trt_engine_cache_enable": "1", "trt_engine_cache_path": cacheFolder,
        "trt_timing_cache_enable": "1", "trt_timing_cache_path": cacheFolder, "trt_builder_optimization_level": "4",
      ]
    case .rocm, .directml: options = ["device_id": device]
    case .migraphx: options = ["device_id": device, "migraphx_model_cache_dir": cacheFolder]
    case .coreml: options = ["SpecializationStrategy": "FastPrediction", "ModelCacheDirectory": cacheFolder]
    case .openvino: options = ["device_type": deviceID == 0 ? "GPU" : "GPU.\(deviceID)", "precision": "FP32"]
    case .qnn: options = ["device_id": device, "backend_type": "htp"]
    case .cpu: options = [:]
    }
    options.merge(overrides) { _, new in new }
    return options.sorted { $0.key < $1.key }
  }

  /// Whether the provider keeps compiled models in the cache folder.
  var usesCacheFolder: Bool { [.tensorrt, .migraphx, .coreml].contains(self) }

  /// Whether one loaded model may be run by several threads at a time; the others get a model for each session.
  var runsConcurrently: Bool { self == .cpu || self == .cuda }
}

extension ExecutionProvider {
  /// What to install to get the provider.
  var installHint: String {
    switch self {
    case .cuda, .tensorrt:
      return "Run ./scripts/setup --gpu, or name the library of the Python wheel onnxruntime-gpu 1.31 with "
        + "--onnxruntime-path."
    default:
      return "Install an ONNX Runtime built with \(rawValue) and name it with --onnxruntime-path, "
        + "or use --execution-providers auto."
    }
  }
}
